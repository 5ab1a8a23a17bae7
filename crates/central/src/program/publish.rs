//! `central program publish`: a document becomes the next version of the rules.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::Program;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;

use super::document::{self, Document};
use crate::catalog;
use crate::centre::Centre;
use crate::cli::{CommandError, DatabaseArgs};
use crate::entities::{account, program, reward};
use crate::error::ServiceError;
use crate::time::{self, from_millis};

/// What was published, or would be.
#[derive(Debug, Clone, Serialize)]
pub struct Published {
    /// Its number.
    pub version: u32,
    /// From when it holds.
    pub effective_from: DateTime<Utc>,
    /// It was there already, with the same rules: nothing was changed.
    pub exists: bool,
    /// What headquarters should know of it.
    pub notices: Vec<Notice>,
}

/// Something that a sound program does to what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Notice {
    /// Members hold a tier that the program no longer has: they count as its lowest until they reach
    /// another.
    TierGone {
        /// The tier.
        tier: String,
        /// How many members have it.
        members: u64,
    },
    /// A reward asks for a tier that the program does not have: nobody can have it.
    RewardOutOfReach {
        /// The reward.
        reward: String,
        /// The tier.
        tier: String,
    },
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TierGone { tier, members } => write!(
                f,
                "{members} members have tier {tier:?}, which is no more: they get the lowest until they reach another"
            ),
            Self::RewardOutOfReach { reward, tier } => {
                write!(
                    f,
                    "reward {reward:?} asks for tier {tier:?}, which is not there"
                )
            }
        }
    }
}

/// Publishes a document: as the version that it names, or the next. `from` is when it begins to hold.
///
/// # Errors
/// [`CommandError::Usage`] for a version that is not the next, or a beginning in the past or before that of
/// the last version; where the database fails.
pub async fn publish(
    centre: &Centre,
    document: &Document,
    from: Option<DateTime<Utc>>,
    dry_run: bool,
) -> Result<Published, CommandError> {
    let mut work = centre.work().await?;
    let last = program::Entity::find()
        .order_by_desc(program::Column::Version)
        .one(work.on())
        .await
        .map_err(ServiceError::from)?;
    let last_version = last
        .as_ref()
        .map_or(0, |l| u32::try_from(l.version).unwrap_or(0));
    let version = if document.numbered {
        document.program.version()
    } else {
        last_version.saturating_add(1)
    };
    let program = document.with_version(version)?;
    if version <= last_version {
        let number = i32::try_from(version).unwrap_or(i32::MAX);
        let there = program::Entity::find_by_id(number)
            .one(work.on())
            .await
            .map_err(ServiceError::from)?;
        let same = there
            .as_ref()
            .is_some_and(|t| Program::from_json(&t.document).is_ok_and(|p| p == program));
        return match there {
            Some(there) if same => Ok(Published {
                version,
                effective_from: from_millis(there.effective_from)?,
                exists: true,
                notices: Vec::new(),
            }),
            _ => Err(CommandError::Usage(format!(
                "version {version} is taken: the next is {}; a version that was published never changes",
                last_version.saturating_add(1)
            ))),
        };
    }
    let now = time::now();
    let effective_from = from.unwrap_or(now);
    if from.is_some_and(|from| from < now) {
        return Err(CommandError::Usage(format!(
            "--from {effective_from:?} has passed: what was done since was done under other rules"
        )));
    }
    let last_from = last
        .as_ref()
        .map(|l| from_millis(l.effective_from))
        .transpose()?;
    if let Some((last, last_from)) = last.zip(last_from).filter(|(_, at)| *at > effective_from) {
        return Err(CommandError::Usage(format!(
            "version {} holds from {last_from:?}, after this one: it would never hold",
            last.version,
        )));
    }
    let notices = notices(work.on(), &program).await?;
    if dry_run {
        work.rollback().await?;
    } else {
        catalog::publish_program(&mut work, &program, effective_from).await?;
        work.commit().await?;
    }
    Ok(Published {
        version,
        effective_from,
        exists: false,
        notices,
    })
}

async fn notices<C: ConnectionTrait>(
    db: &C,
    program: &Program,
) -> Result<Vec<Notice>, ServiceError> {
    let tiers: BTreeSet<&str> = program.tiers().map(|t| t.id.as_str()).collect();
    let mut found = Vec::new();
    let held: Vec<String> = account::Entity::find()
        .select_only()
        .column(account::Column::TierShown)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    for tier in held {
        if !tiers.contains(tier.as_str()) {
            let members = account::Entity::find()
                .filter(account::Column::TierShown.eq(&tier))
                .count(db)
                .await?;
            found.push(Notice::TierGone { tier, members });
        }
    }
    let rewards = reward::Entity::find()
        .filter(reward::Column::Active.eq(true))
        .order_by_asc(reward::Column::Id)
        .all(db)
        .await?;
    for r in rewards {
        if let Some(tier) = r.min_tier.filter(|t| !tiers.contains(t.as_str())) {
            found.push(Notice::RewardOutOfReach { reward: r.id, tier });
        }
    }
    Ok(found)
}

/// When a program is to begin: a business date's first moment, or an instant.
fn beginning(program: &Program, text: &str) -> Result<DateTime<Utc>, CommandError> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(program.day_begins(date));
    }
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| {
            CommandError::Usage(format!(
                "--from {text:?} is neither a date nor an RFC 3339 time"
            ))
        })
}

/// Reads, publishes and says so.
///
/// # Errors
/// As [`document::read`] and [`publish`].
pub async fn run(
    database: &DatabaseArgs,
    file: &Path,
    from: Option<&str>,
    dry_run: bool,
    json: bool,
) -> Result<(), CommandError> {
    let document = document::read(file)?;
    let from = from
        .map(|text| beginning(&document.program, text))
        .transpose()?;
    database
        .with(async |centre| {
            let done = publish(centre, &document, from, dry_run).await?;
            let mut out = std::io::stdout();
            if json {
                let text = serde_json::to_string_pretty(&done).map_err(std::io::Error::from)?;
                writeln!(out, "{text}")?;
                return Ok(());
            }
            let how = match (done.exists, dry_run) {
                (true, _) => "was published before, with the same rules; it holds from",
                (false, true) => "would be published, to hold from",
                (false, false) => "is published; it holds from",
            };
            writeln!(
                out,
                "version {} {how} {:?}",
                done.version, done.effective_from
            )?;
            for notice in &done.notices {
                writeln!(out, "note: {notice}")?;
            }
            Ok(())
        })
        .await
}

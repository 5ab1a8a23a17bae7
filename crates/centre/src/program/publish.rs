//! Publishing: a document becomes the next version of the rules.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use loyalty::Program;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;

use super::document::{Document, DocumentError};
use crate::Centre;
use crate::catalogue;
use crate::error::ServiceError;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{account, program, reward};

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

/// Why a document was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The document cannot be that version.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Another document was published under its number.
    #[error(
        "version {version} is taken: the next is {next}; a version that was published never changes"
    )]
    Taken {
        /// The number.
        version: u32,
        /// The next one that is free.
        next: u32,
    },
    /// It would have begun before now.
    #[error("--from {0:?} has passed: what was done since was done under other rules")]
    Past(DateTime<Utc>),
    /// The last version begins after it.
    #[error("version {last} holds from {from:?}, after this one: it would never hold")]
    NeverHolds {
        /// The last version.
        last: u32,
        /// From when that one holds.
        from: DateTime<Utc>,
    },
    /// The service or its database failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<sea_orm::DbErr> for PublishError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Service(error.into())
    }
}

/// Publishes a document: as the version that it names, or the next. `from` is when it begins to hold.
///
/// # Errors
/// For a version that is not the next, or a beginning in the past or before that of the last version; where the
/// database fails.
#[boxed]
pub async fn publish(
    centre: &Centre,
    document: &Document,
    from: Option<DateTime<Utc>>,
    dry_run: bool,
) -> Result<Published, PublishError> {
    let mut work = centre.work().await?;
    let last = program::Entity::find()
        .order_by_desc(program::Column::Version)
        .one(work.on())
        .await?;
    let last_version = last.as_ref().map_or(0, |l| *l.version);
    let version = if document.numbered {
        document.program.version()
    } else {
        last_version.saturating_add(1)
    };
    let program = document.with_version(version)?;
    if version <= last_version {
        let there = program::Entity::find_by_id(Col(version))
            .one(work.on())
            .await?;
        let same = there
            .as_ref()
            .is_some_and(|t| Program::from_json(&t.document).is_ok_and(|p| p == program));
        return match there {
            Some(there) if same => Ok(Published {
                version,
                effective_from: *there.effective_from,
                exists: true,
                notices: Vec::new(),
            }),
            _ => Err(PublishError::Taken {
                version,
                next: last_version.saturating_add(1),
            }),
        };
    }
    let now = centre.now();
    let effective_from = from.unwrap_or(now);
    if from.is_some_and(|from| from < now) {
        return Err(PublishError::Past(effective_from));
    }
    if let Some(last) = last.filter(|last| last.effective_from > effective_from) {
        return Err(PublishError::NeverHolds {
            last: *last.version,
            from: *last.effective_from,
        });
    }
    let notices = notices(work.on(), &program).await?;
    if dry_run {
        work.rollback().await?;
    } else {
        catalogue::publish_program(&mut work, &program, effective_from).await?;
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
        let tier = r.min_tier.map(|tier| tier.to_string());
        if let Some(tier) = tier.filter(|t| !tiers.contains(t.as_str())) {
            found.push(Notice::RewardOutOfReach { reward: r.id, tier });
        }
    }
    Ok(found)
}

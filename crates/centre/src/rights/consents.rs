//! What members agreed to, and in which words; and withdrawing it through headquarters, where nobody has her at a counter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use loyalty::OpId;
use protocol::entity::Agreed;
use protocol::operation::Profile;
use protocol::profile::{Consents, Fields};
use protocol::{ClerkId, ErrorCode, MemberId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Centre;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind};
use crate::members;
use crate::profile::{Change, Profiles};
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{consent, consent_text, member, open_id};

/// The wordings that phone pages and counters of this build show.
const WORDINGS: &str = include_str!("wordings.json");
/// Where a consent comes from that was changed through headquarters.
const HEADQUARTERS: &str = "headquarters";
/// Where one comes from that was changed on her own phone, as joining there has it.
const PHONE: &str = "phone";

/// The wordings of a version.
#[derive(Debug, Clone, Deserialize)]
pub struct Wordings {
    /// The version, as consents name it.
    pub version: String,
    /// By purpose and language.
    pub purposes: BTreeMap<String, BTreeMap<String, String>>,
}

/// The wordings of this build.
///
/// # Errors
/// Where they are none, which a test rules out.
pub fn wordings() -> Result<Wordings, ServiceError> {
    Ok(serde_json::from_str(WORDINGS)?)
}

/// Keeps the wordings of this build under their version. Those that were kept before stay, whatever this build has: they
/// are what members saw.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn keep_wordings(centre: &Centre) -> Result<(), ServiceError> {
    let own = wordings()?;
    let kept = consent_text::Entity::find()
        .filter(consent_text::Column::Version.eq(&own.version))
        .all(centre.db().read())
        .await?;
    let mut new = Vec::new();
    for (purpose, texts) in &own.purposes {
        for (language, wording) in texts {
            let there = kept
                .iter()
                .find(|k| k.purpose == *purpose && k.language == *language);
            match there {
                Some(there) if there.wording == *wording => {}
                Some(_) => tracing::error!(
                    version = own.version,
                    purpose,
                    language,
                    "another wording was shown under this version: it stays"
                ),
                None => new.push(consent_text::ActiveModel {
                    version: Set(own.version.clone()),
                    purpose: Set(purpose.clone()),
                    language: Set(language.clone()),
                    wording: Set(wording.clone()),
                }),
            }
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let work = centre.work().await?;
    consent_text::Entity::insert_many(new)
        .on_conflict(
            OnConflict::columns([
                consent_text::Column::Version,
                consent_text::Column::Purpose,
                consent_text::Column::Language,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    work.commit().await?;
    Ok(())
}

/// A consent that was given or withdrawn, and in which words it was asked.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// To what: `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Given, or refused or withdrawn.
    pub given: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// Where: `phone`, `counter:<device>`, `import`, `headquarters`; `merge` where a withdrawal stood against a consent
    /// that was given without seeing it.
    pub source: String,
    /// Version of the wording; empty where it was withdrawn.
    pub version: String,
    /// The wording by language; none where this database never had it.
    pub wording: BTreeMap<String, String>,
}

/// All consents of a member, in their order.
///
/// # Errors
/// Where the database fails.
pub async fn receipts<C: ConnectionTrait>(
    db: &C,
    id: &MemberId,
) -> Result<Vec<Receipt>, ServiceError> {
    let rows = consent::Entity::find()
        .filter(consent::Column::MemberId.eq(Col::from(id)))
        .order_by_asc(consent::Column::N)
        .all(db)
        .await?;
    let texts = consent_text::Entity::find().all(db).await?;
    let receipt = |row: consent::Model| Receipt {
        wording: texts
            .iter()
            .filter(|t| t.version == row.text_version && t.purpose == row.purpose)
            .map(|t| (t.language.clone(), t.wording.clone()))
            .collect(),
        purpose: row.purpose,
        given: row.given,
        at: *row.at,
        source: row.source,
        version: row.text_version,
    };
    Ok(rows.into_iter().map(receipt).collect())
}

/// A purpose whose consent can be withdrawn while she stays a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Keeping skin and allergies: what was kept goes.
    Skin,
    /// Messages.
    Marketing,
    /// A guardian's, to keeping a child's skin and allergies: what was kept goes.
    Guardian,
    /// Being known by who she is at WeChat or Alipay: what was kept goes.
    OpenId,
}

impl Purpose {
    /// That of a word; none where there is none that can be withdrawn.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Skin, Self::Marketing, Self::Guardian, Self::OpenId]
            .into_iter()
            .find(|purpose| purpose.word() == word)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Skin => "skin",
            Self::Marketing => "marketing",
            Self::Guardian => "guardian",
            Self::OpenId => "open_id",
        }
    }
}

/// Through what a consent is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// The command line.
    Headquarters,
    /// Her own page, on her phone.
    OwnPage,
}

impl Through {
    /// Its word, as consents have it.
    fn word(self) -> &'static str {
        match self {
            Self::Headquarters => HEADQUARTERS,
            Self::OwnPage => PHONE,
        }
    }
}

/// Withdraws a consent: it counts at once, whatever a counter has in sight.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such member; where the database fails.
#[boxed]
pub async fn withdraw(
    centre: &Centre,
    id: &MemberId,
    purpose: Purpose,
    through: Through,
    why: &str,
) -> Result<(), ServiceError> {
    let mut consents = Consents::default();
    match purpose {
        Purpose::OpenId => return forget_open_ids(centre, id, through, why).await,
        Purpose::Skin => consents.skin = Some(false),
        Purpose::Marketing => consents.marketing = Some(false),
        Purpose::Guardian => consents.guardian = Some(false),
    }
    let mut work = centre.work().await?;
    let none = || ServiceError::refused(ErrorCode::NotFound, "no such member");
    let found = member::Entity::find_by_id(id).one(work.on()).await?;
    found.filter(|m| m.erased_at.is_none()).ok_or_else(none)?;
    let one = BTreeSet::from([id.clone()]);
    let mut profiles = Profiles::load(work.on(), &one, &one).await?;
    let body = Profile {
        member: id.clone(),
        // it is the last one, and has seen everything
        seen: u32::MAX,
        set: Fields::default(),
        allergies_add: Vec::new(),
        allergies_remove: Vec::new(),
        consents,
    };
    let clerk = ClerkId::from(through.word());
    let change = Change {
        body: &body,
        name: None,
        called: None,
        phone: None,
        note: None,
        op_id: OpId::new(Uuid::now_v7().to_string()),
        clerk: &clerk,
        source: through.word().to_owned(),
        at: work.now(),
    };
    profiles.get(id).ok_or_else(none)?.change(&change)?;
    profiles.save(&mut work).await?;
    let what = format!("{} withdrawn", purpose.word());
    work.note(
        Entry::of(Kind::ConsentChanged)
            .about(id)
            .what(what)
            .why(why),
    );
    work.commit().await?;
    Ok(())
}

/// Forgets who she is at providers: it is no part of the profile that counters change.
async fn forget_open_ids(
    centre: &Centre,
    id: &MemberId,
    through: Through,
    why: &str,
) -> Result<(), ServiceError> {
    let none = || ServiceError::refused(ErrorCode::NotFound, "no such member");
    let mut work = centre.work().await?;
    let found = member::Entity::find_by_id(id).one(work.on()).await?;
    let her = found.filter(|m| m.erased_at.is_none()).ok_or_else(none)?;
    open_id::Entity::delete_many()
        .filter(open_id::Column::MemberId.eq(Col::from(id)))
        .exec(work.on())
        .await?;
    let last = consent::Entity::find()
        .filter(consent::Column::MemberId.eq(Col::from(id)))
        .order_by_desc(consent::Column::N)
        .one(work.on())
        .await?;
    let now = Agreed {
        purpose: Purpose::OpenId.word().to_owned(),
        given: false,
        version: String::new(),
        at: work.now(),
        source: through.word().to_owned(),
    };
    let row = consent::ActiveModel {
        member_id: Set(id.into()),
        n: Set(Col(last.map_or(1, |last| *last.n + 1))),
        purpose: Set(now.purpose.clone()),
        given: Set(false),
        text_version: Set(String::new()),
        at: Set(now.at.into()),
        source: Set(now.source.clone()),
    };
    consent::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    let mut agreed: Vec<Agreed> = serde_json::from_str(&her.agreed)?;
    members::agree(&mut agreed, now);
    let changed = member::ActiveModel {
        id: Set(id.into()),
        agreed: Set(serde_json::to_string(&agreed)?),
        ..Default::default()
    };
    changed.update(work.on()).await?;
    work.changed(Changed::member(id));
    work.note(
        Entry::of(Kind::ConsentChanged)
            .about(id)
            .what("open_id withdrawn")
            .why(why),
    );
    work.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::join::{GUARDIAN, MARKETING, OPEN_ID, SKIN, TERMS};
    use protocol::profile::TEXT_VERSION;

    /// What this build keeps is what its pages show: words that change are another version.
    #[test]
    fn the_wordings_are_those_of_the_pages() {
        let own = wordings().unwrap();
        assert_eq!(own.version, TEXT_VERSION);
        let purposes: Vec<&str> = own.purposes.keys().map(String::as_str).collect();
        assert_eq!(purposes, [GUARDIAN, MARKETING, OPEN_ID, SKIN, TERMS]);
        let messages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/messages");
        for language in ["zh-CN", "en"] {
            let shown = |file: &str, key: &str| {
                let text = std::fs::read_to_string(format!("{messages}/{file}.{language}.json"));
                let all: BTreeMap<String, serde_json::Value> =
                    serde_json::from_str(&text.unwrap()).unwrap();
                let part =
                    |ending: &str| all[&format!("{key}{ending}")].as_str().unwrap().to_owned();
                [part(""), part("_detail"), part("_text")].join("\n")
            };
            for (purpose, file, key) in [
                (TERMS, "phone", "phone_terms"),
                (SKIN, "phone", "phone_skin_consent"),
                (MARKETING, "phone", "phone_marketing"),
                (GUARDIAN, "invite", "fill_guardian"),
                (OPEN_ID, "phone", "phone_open_id"),
            ] {
                let kept = &own.purposes[purpose][language];
                assert_eq!(*kept, shown(file, key), "{purpose} in {language}");
            }
        }
    }
}

//! Profiles of two members who are one person: what the one who stays has not said is taken over, allergies join, and a consent that
//! was taken back on either is taken back. Parting them gives back what was taken over; an allergy and a withdrawal stay.

use std::collections::{BTreeMap, BTreeSet};

use centre_store::column::Col;
use centre_store::tables::{consent, member};
use chrono::{DateTime, Utc};
use loyalty::OpId;
use protocol::entity::Skin;
use protocol::operation::Profile;
use protocol::profile::{Consents, Fields};
use protocol::{ClerkId, MemberId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::profile::{Change, Profiles};
use crate::unit_of_work::UnitOfWork;

/// What was taken over.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Taken {
    /// Her name.
    pub name: bool,
    /// What she likes to be called.
    pub called: bool,
    /// Her birthday.
    pub birthday: bool,
    /// Her advisor.
    pub advisor: bool,
    /// Notes of clerks, by the operations that made them.
    pub notes: Vec<String>,
}

/// Takes over what `went` has told.
pub(super) async fn take_over(
    work: &mut UnitOfWork,
    (went, stayed): (&member::Model, &member::Model),
    by: &ClerkId,
    op_id: OpId,
) -> Result<Taken, ServiceError> {
    let taken = Taken {
        name: stayed.name.is_empty() && !went.name.is_empty(),
        called: stayed.called.is_empty() && !went.called.is_empty(),
        birthday: stayed.birthday.is_none() && went.birthday.is_some(),
        advisor: stayed.advisor.is_none() && went.advisor.is_some(),
        notes: Vec::new(),
    };
    let (hers, theirs) = (words(work, &stayed.id).await?, words(work, &went.id).await?);
    let both = |purpose: &str| {
        [hers.get(purpose), theirs.get(purpose)]
            .into_iter()
            .flatten()
            .collect()
    };
    let change = |before: bool, now: Option<bool>| now.filter(|now| *now != before);
    let consents = Consents {
        skin: change(stayed.consent_skin, kept_of(both("skin"))),
        guardian: change(stayed.consent_guardian, kept_of(both("guardian"))),
        marketing: change(stayed.consent_marketing, stricter(both("marketing"))),
        text_version: theirs
            .values()
            .map(|w| w.version.clone())
            .max()
            .unwrap_or_default(),
    };
    let skin = went.skin.as_ref().filter(|_| stayed.skin.is_none());
    let skin: Option<Skin> = skin.map(|s| serde_json::from_str(s.text())).transpose()?;
    let concerns: Vec<String> = serde_json::from_str(&stayed.concerns)?;
    let wanted: Vec<String> = serde_json::from_str(&went.concerns)?;
    let body = Profile {
        set: Fields {
            skin,
            birthday: went
                .birthday
                .map(Col::into_inner)
                .filter(|_| taken.birthday),
            advisor: went
                .advisor
                .clone()
                .map(Col::into_inner)
                .filter(|_| taken.advisor),
            concerns: (concerns.is_empty() && !wanted.is_empty()).then_some(wanted),
        },
        member: stayed.id.0.clone(),
        allergies_add: serde_json::from_str(went.allergies.text())?,
        allergies_remove: Vec::new(),
        consents,
        // both were looked at
        seen: *stayed.revision,
    };
    let id = stayed.id.0.clone();
    let one = BTreeSet::from([id.clone()]);
    let mut profiles = Profiles::load(work.on(), &one, &one).await?;
    let kept = profiles
        .get(&id)
        .ok_or_else(|| ServiceError::missing("member", &id))?;
    kept.change(&Change {
        body: &body,
        name: taken.name.then_some(went.name.as_str()),
        called: taken.called.then_some(went.called.as_str()),
        phone: None,
        note: None,
        op_id,
        clerk: by,
        source: SOURCE.to_owned(),
        at: work.now(),
    })?;
    profiles.save(work).await?;
    Ok(taken)
}

/// Where consents come from that were joined.
const SOURCE: &str = "merge";

/// What a member said on one purpose.
#[derive(Debug, Default)]
struct Word {
    /// The last of it.
    given: bool,
    /// Whether she took back what she had given.
    withdrawn: bool,
    /// Version of the wording.
    version: String,
}

/// To keeping her skin and allergies: she took it back on either, and it is taken back; else what she gave on either holds.
/// Not having ticked it on the one is no word against having ticked it on the other, and an allergy must not be lost by it.
fn kept_of(said: Vec<&Word>) -> Option<bool> {
    let withdrawn = said.iter().any(|w| w.withdrawn && !w.given);
    (!said.is_empty()).then(|| !withdrawn && said.iter().any(|w| w.given))
}

/// To being written to: who said no on either is not.
fn stricter(said: Vec<&Word>) -> Option<bool> {
    (!said.is_empty()).then(|| said.iter().all(|w| w.given))
}

/// What a member said, by purpose.
async fn words(work: &UnitOfWork, id: &MemberId) -> Result<BTreeMap<String, Word>, ServiceError> {
    let rows = consent::Entity::find()
        .filter(consent::Column::MemberId.eq(Col::from(id)))
        .order_by_asc(consent::Column::N)
        .all(work.on())
        .await?;
    let mut said: BTreeMap<String, Word> = BTreeMap::new();
    for row in rows {
        let word = said.entry(row.purpose).or_default();
        word.withdrawn |= word.given && !row.given;
        (word.given, word.version) = (row.given, row.text_version);
    }
    Ok(said)
}

/// Gives back what was taken over and is as it was.
pub(super) async fn give_back(
    work: &mut UnitOfWork,
    (went, stayed): (&member::Model, &member::Model),
    taken: &Taken,
    at: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut now = member::ActiveModel {
        id: Set(stayed.id.clone()),
        revision: Set(Col(*stayed.revision + 1)),
        changed_at: Set(Some(at.into())),
        ..Default::default()
    };
    if taken.name && stayed.name == went.name {
        now.name = Set(String::new());
    }
    if taken.called && stayed.called == went.called {
        now.called = Set(String::new());
    }
    if taken.birthday && stayed.birthday == went.birthday {
        now.birthday = Set(None);
    }
    if taken.advisor && stayed.advisor == went.advisor {
        now.advisor = Set(None);
    }
    now.update(work.on()).await?;
    work.changed(Changed::member(&stayed.id));
    Ok(())
}

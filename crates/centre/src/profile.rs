//! Changing profiles: loaded together, changed in the centre's order, written together.
//!
//! Changes may come from counters that did not see each other. [`protocol::profile`] says what then
//! holds; [`Kept::change`] is where it is decided. Nothing here moves points.

use centre_store::boxed;
use loyalty::OpId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use protocol::entity::Agreed;
use protocol::ids::{ClerkId, MemberId};
use protocol::operation::Profile;
use protocol::profile::may_keep;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QuerySelect,
};

use crate::error::ServiceError;
use crate::members;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::{Col, Sealed};
use centre_store::db::Later;
use centre_store::tables::{consent, member, member_note, profile_mark};

/// Members in one statement: far below the engines' limits, and few different texts of statements.
const CHUNK: usize = 125;
/// Columns that a change writes, besides the phone number.
const CHANGED: [member::Column; 14] = [
    member::Column::Name,
    member::Column::Birthday,
    member::Column::Advisor,
    member::Column::Skin,
    member::Column::Allergies,
    member::Column::Concerns,
    member::Column::ConsentSkin,
    member::Column::ConsentMarketing,
    member::Column::Revision,
    member::Column::Called,
    member::Column::ConsentGuardian,
    member::Column::Agreed,
    member::Column::ChangedBy,
    member::Column::ChangedAt,
];
/// Purposes of consents.
const SKIN: &str = "skin";
const MARKETING: &str = "marketing";
const GUARDIAN: &str = "guardian";
/// Where a withdrawal that stood against a consent given without seeing it comes from.
const MERGED: &str = "merge";

/// A sound change, and who made it.
#[derive(Debug)]
pub struct Change<'a> {
    /// What was changed.
    pub body: &'a Profile,
    /// The new name.
    pub name: Option<&'a str>,
    /// What she likes to be called from now on.
    pub called: Option<&'a str>,
    /// The new phone number, nobody else's: it waits until it is proven.
    pub phone: Option<String>,
    /// What was noted.
    pub note: Option<&'a str>,
    /// The operation.
    pub op_id: OpId,
    /// Who.
    pub clerk: &'a ClerkId,
    /// Where: `counter:<device>`.
    pub source: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A profile that was loaded to be changed.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The member's row.
    pub member: member::Model,
    /// Revision at which a word or withdrawal was said last.
    marks: BTreeMap<String, u32>,
    /// Marks that are to be written.
    marked: BTreeSet<String>,
    /// Number of her last consent.
    last_consent: u32,
    changed: bool,
    new_phone: bool,
    consents: Vec<consent::Model>,
    notes: Vec<member_note::Model>,
}

fn allergy(word: &str) -> String {
    format!("allergy:{word}")
}

fn withdrawn(purpose: &str) -> String {
    format!("withdrawn:{purpose}")
}

impl Kept {
    /// A profile with nothing said yet.
    pub fn new(member: member::Model) -> Self {
        Self {
            member,
            marks: BTreeMap::new(),
            marked: BTreeSet::new(),
            last_consent: 0,
            changed: false,
            new_phone: false,
            consents: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Makes a change: it is the last one in the centre's order.
    ///
    /// # Errors
    /// Where a stored list is none.
    pub fn change(&mut self, change: &Change<'_>) -> Result<(), ServiceError> {
        self.member.revision.0 += 1;
        self.member.changed_by = Some(change.clerk.into());
        self.member.changed_at = Some(change.at.into());
        self.changed = true;
        // consents first: what they allow to be kept may come with them
        let consents = &change.body.consents;
        for (purpose, given) in [
            (GUARDIAN, consents.guardian),
            (SKIN, consents.skin),
            (MARKETING, consents.marketing),
        ] {
            if let Some(given) = given {
                self.consent(change, purpose, given)?;
            }
        }
        self.fields(change)?;
        self.skin(change)?;
        self.allergies(change)?;
        if let Some(note) = change.note {
            self.notes.push(member_note::Model {
                member_id: self.member.id.clone(),
                op_id: (&change.op_id).into(),
                clerk_id: change.clerk.into(),
                at: change.at.into(),
                note: Col::secret(note.trim()),
            });
        }
        Ok(())
    }

    fn consent(
        &mut self,
        change: &Change<'_>,
        purpose: &str,
        given: bool,
    ) -> Result<(), ServiceError> {
        self.receipt(change, purpose, given, &change.source)?;
        let mark = withdrawn(purpose);
        if !given {
            self.mark(mark);
        } else if !self.has_seen(change, &mark) {
            // the stricter stands; her receipts say so, the last one first
            return self.receipt(change, purpose, false, MERGED);
        }
        match purpose {
            MARKETING => self.member.consent_marketing = given,
            GUARDIAN => self.member.consent_guardian = given,
            _ => self.member.consent_skin = given,
        }
        Ok(())
    }

    fn receipt(
        &mut self,
        change: &Change<'_>,
        purpose: &str,
        given: bool,
        source: &str,
    ) -> Result<(), ServiceError> {
        self.last_consent += 1;
        self.consents.push(consent::Model {
            member_id: self.member.id.clone(),
            n: self.last_consent.into(),
            purpose: purpose.to_owned(),
            given,
            text_version: change.body.consents.text_version.clone(),
            at: change.at.into(),
            source: source.to_owned(),
        });
        let mut agreed: Vec<Agreed> = serde_json::from_str(&self.member.agreed)?;
        let now = Agreed {
            purpose: purpose.to_owned(),
            given,
            version: change.body.consents.text_version.clone(),
            at: change.at,
            source: source.to_owned(),
        };
        members::agree(&mut agreed, now);
        self.member.agreed = serde_json::to_string(&agreed)?;
        Ok(())
    }

    /// Whether her skin and allergies may be kept now.
    fn may_keep(&self, change: &Change<'_>) -> bool {
        let m = &self.member;
        let birthday = m.birthday.map(Col::into_inner);
        may_keep(m.consent_skin, m.consent_guardian, birthday, change.at)
    }

    /// Her skin, where it may be kept; where it may not, nothing of it stays.
    fn skin(&mut self, change: &Change<'_>) -> Result<(), ServiceError> {
        if !self.may_keep(change) {
            self.member.skin = None;
            self.member.allergies = Col::plain("[]");
        } else if let Some(skin) = &change.body.set.skin {
            self.member.skin = Some(Col::secret(serde_json::to_string(skin)?));
        }
        Ok(())
    }

    fn fields(&mut self, change: &Change<'_>) -> Result<(), ServiceError> {
        let (member, set) = (&mut self.member, &change.body.set);
        if let Some(name) = change.name {
            member.name = identity::text::tidy(name);
        }
        if let Some(called) = change.called {
            called.trim().clone_into(&mut member.called);
        }
        if let Some(phone) = &change.phone {
            // it is hers once she has said the code that is sent to it
            let hers_already = member.phone.as_ref() == Some(phone);
            member.phone_waits = (!hers_already).then(|| phone.clone());
            self.new_phone = true;
        }
        if let Some(birthday) = set.birthday {
            member.birthday = Some(birthday.into());
        }
        if let Some(advisor) = &set.advisor {
            member.advisor = Some(advisor.into()).filter(|_| !advisor.as_str().is_empty());
        }
        if let Some(concerns) = &set.concerns {
            member.concerns = serde_json::to_string(concerns)?;
        }
        Ok(())
    }

    fn allergies(&mut self, change: &Change<'_>) -> Result<(), ServiceError> {
        let (add, remove) = (&change.body.allergies_add, &change.body.allergies_remove);
        if add.is_empty() && remove.is_empty() {
            return Ok(());
        }
        let before: BTreeSet<String> = serde_json::from_str(self.member.allergies.text())?;
        let mut words = before.clone();
        for word in remove.iter().map(|w| w.trim()) {
            if self.has_seen(change, &allergy(word)) {
                words.remove(word);
            }
        }
        if self.may_keep(change) {
            for word in add.iter().map(|w| w.trim()) {
                words.insert(word.to_owned());
                self.mark(allergy(word));
            }
        }
        if words != before {
            self.member.allergies = Col::secret(serde_json::to_string(&words)?);
        }
        Ok(())
    }

    /// Whether whoever made the change had in sight what a mark says.
    fn has_seen(&self, change: &Change<'_>, mark: &str) -> bool {
        self.marks
            .get(mark)
            .is_none_or(|revision| *revision <= change.body.seen)
    }

    fn mark(&mut self, what: String) {
        self.marks.insert(what.clone(), *self.member.revision);
        self.marked.insert(what);
    }
}

/// Profiles that are changed in one transaction.
#[derive(Debug, Default)]
pub struct Profiles {
    kept: HashMap<MemberId, Kept>,
}

impl Profiles {
    /// Loads and locks members by id; who is not there is not among them. `details`: what consents
    /// and allergies need besides.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        ids: &BTreeSet<MemberId>,
        details: &BTreeSet<MemberId>,
    ) -> Result<Self, ServiceError> {
        let mut kept = HashMap::with_capacity(ids.len());
        let ids: Vec<&MemberId> = ids.iter().collect();
        for some in ids.chunks(CHUNK) {
            // sorted, so that two transactions never wait for each other
            let found = member::Entity::find()
                .filter(member::Column::Id.is_in(some.iter().copied().map(Col::from)))
                .lock(LockType::NoKeyUpdate)
                .all(db)
                .await?;
            kept.extend(found.into_iter().map(|m| (m.id.0.clone(), Kept::new(m))));
        }
        let details: Vec<&MemberId> = details.iter().collect();
        for some in details.chunks(CHUNK) {
            load_details(db, some, &mut kept).await?;
        }
        Ok(Self { kept })
    }

    /// A loaded profile.
    pub fn get(&mut self, id: &MemberId) -> Option<&mut Kept> {
        self.kept.get_mut(id)
    }

    /// Writes what was changed, in the transaction of the unit of work.
    ///
    /// # Errors
    /// Where the database fails.
    #[boxed]
    pub async fn save(self, work: &mut UnitOfWork) -> Result<(), ServiceError> {
        let (mut members, mut marks) = (Vec::new(), Vec::new());
        let (mut consents, mut notes) = (Vec::new(), Vec::new());
        let mut new_phone = false;
        let mut all: Vec<(MemberId, Kept)> =
            self.kept.into_iter().filter(|(_, k)| k.changed).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        for (id, mut kept) in all {
            for what in kept.marked {
                marks.push(profile_mark::ActiveModel {
                    member_id: Set((&id).into()),
                    revision: Set(kept.marks.get(&what).copied().unwrap_or(0).into()),
                    what: Set(Sealed::alike(id.as_str(), what).into()),
                });
            }
            consents.append(&mut kept.consents);
            notes.append(&mut kept.notes);
            new_phone |= kept.new_phone;
            members.push(kept.member.clone().into_active_model());
            work.changed_profile(kept.member);
        }
        let db = work.on();
        for some in members.chunks(CHUNK) {
            let some = member::Entity::insert_many(some.to_vec()).on_conflict(
                OnConflict::column(member::Column::Id)
                    .update_columns(CHANGED)
                    .update_columns(new_phone.then_some(member::Column::PhoneWaits))
                    .to_owned(),
            );
            db.write_later(some).await?;
        }
        for some in marks.chunks(CHUNK) {
            let some = profile_mark::Entity::insert_many(some.to_vec()).on_conflict(
                OnConflict::columns([profile_mark::Column::MemberId, profile_mark::Column::What])
                    .update_column(profile_mark::Column::Revision)
                    .to_owned(),
            );
            db.write_later(some).await?;
        }
        for some in consents.chunks(CHUNK) {
            let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
            db.write_later(consent::Entity::insert_many(rows)).await?;
        }
        for some in notes.chunks(CHUNK) {
            let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
            db.write_later(member_note::Entity::insert_many(rows))
                .await?;
        }
        Ok(())
    }
}

async fn load_details<C: ConnectionTrait>(
    db: &C,
    ids: &[&MemberId],
    kept: &mut HashMap<MemberId, Kept>,
) -> Result<(), ServiceError> {
    #[derive(FromQueryResult)]
    struct Last {
        member_id: Col<MemberId>,
        n: Col<u32>,
    }
    let marks = profile_mark::Entity::find()
        .filter(profile_mark::Column::MemberId.is_in(ids.iter().copied().map(Col::from)))
        .all(db)
        .await?;
    for mark in marks {
        if let Some(k) = kept.get_mut(&mark.member_id) {
            // one of before may stand beside the same one sealed
            let revision = k.marks.entry(mark.what.0.into_text()).or_default();
            *revision = Ord::max(*revision, *mark.revision);
        }
    }
    let consents = consent::Entity::find()
        .select_only()
        .column(consent::Column::MemberId)
        .column_as(consent::Column::N.max(), "n")
        .filter(consent::Column::MemberId.is_in(ids.iter().copied().map(Col::from)))
        .group_by(consent::Column::MemberId)
        .into_model::<Last>()
        .all(db)
        .await?;
    for last in consents {
        if let Some(k) = kept.get_mut(&last.member_id) {
            k.last_consent = *last.n;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;

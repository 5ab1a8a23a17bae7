//! Many operations of one push at once, where their kinds do not touch points: members are read by
//! few statements, changed in the order of the operations, and written by few statements. What does
//! not fit is taken one by one, with the same outcome.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use protocol::ids::MemberId;
use protocol::operation::{Body, Operation, Profile};
use protocol::personal::PersonalField;
use protocol::push::{Effect, OpResult, Outcome};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::case::Case;
use super::kinds::profile;
use super::logged;
use super::store;
use super::take::take;
use super::verdict::{Verdict, result};
use crate::Centre;
use crate::clerks::Proofs;
use crate::error::ServiceError;
use crate::profile::{Change, Profiles};
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Proof;
use centre_store::db::Later;
use centre_store::tables::{device, operation, quarantined};

/// Fewer operations than this are as quick one by one.
const FROM: usize = 4;
/// Operations in one statement: far below the engines' limits, and few different texts of statements.
const CHUNK: usize = 125;

/// What an operation that goes together with others does.
enum Simple {
    Profile(Box<Profile>),
    Reveal(MemberId),
}

impl Simple {
    fn member(&self) -> &MemberId {
        match self {
            Self::Profile(p) => &p.member,
            Self::Reveal(member) => member,
        }
    }
}

/// Takes new operations in, in order. Each has its own outcome.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn take_all(
    centre: &Centre,
    work: &mut UnitOfWork,
    device: &device::Model,
    ops: &[Operation],
    arrived: DateTime<Utc>,
    proofs: &Proofs,
) -> Result<Vec<OpResult>, ServiceError> {
    let mut results = Vec::with_capacity(ops.len());
    let mut left = ops;
    while !left.is_empty() {
        let simple = beginning(centre, device, left, proofs).await?;
        let mut one_by_one = simple.len().max(1);
        if simple.len() >= FROM {
            let (these, rest) = left.split_at(simple.len());
            if let Some(outcomes) =
                together(work, device, (these, &simple), arrived, proofs).await?
            {
                results.extend(these.iter().zip(outcomes).map(|(op, o)| result(op, o)));
                left = rest;
                one_by_one = 0;
            }
        }
        let (these, rest) = left.split_at(one_by_one);
        for op in these {
            let outcome = take(centre, work, device, op, arrived, proofs).await?;
            results.push(result(op, outcome));
        }
        left = rest;
    }
    Ok(results)
}

/// The operations at the beginning that may go together.
async fn beginning(
    centre: &Centre,
    device: &device::Model,
    ops: &[Operation],
    proofs: &Proofs,
) -> Result<Vec<Simple>, ServiceError> {
    let mut simple = Vec::new();
    let mut ids = HashSet::new();
    for op in ops {
        let sound = device.id == op.device
            && op.personal.iter().all(PersonalField::holds)
            && ids.insert(op.op_id)
            // what is listed is taken one by one
            && proofs.judge(op, DateTime::UNIX_EPOCH).clerk != Proof::Unproven;
        let body = if sound {
            op.body().ok().flatten()
        } else {
            None
        };
        let what = match body {
            Some(Body::Profile(p)) => profile::change(op, *device.id, DateTime::UNIX_EPOCH, &p)
                // whether a number is free is looked up one by one
                .is_some_and(|change| change.phone.is_none())
                .then_some(Simple::Profile(Box::new(p))),
            Some(Body::Reveal(r)) => Some(Simple::Reveal(r.member)),
            _ => None,
        };
        match what {
            Some(what) if is_known(centre, op.program).await? => simple.push(what),
            _ => break,
        }
    }
    Ok(simple)
}

/// Whether the rules of an operation are here and can be read; those of one that waits for them are not.
async fn is_known(centre: &Centre, version: u32) -> Result<bool, ServiceError> {
    match centre.program(version).await {
        Ok(program) => Ok(program.is_some()),
        Err(ServiceError::Program { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes operations in together; none where they must be taken one by one after all.
async fn together(
    work: &mut UnitOfWork,
    device: &device::Model,
    (ops, simple): (&[Operation], &[Simple]),
    arrived: DateTime<Utc>,
    proofs: &Proofs,
) -> Result<Option<Vec<Outcome>>, ServiceError> {
    work.on().later_sql("SAVEPOINT together").await?;
    let taken = match apply(work, device, (ops, simple), arrived, proofs).await {
        Err(error) if error.is_corrupt() => {
            tracing::warn!(%error, "operations that went together are taken one by one");
            None
        }
        other => other?,
    };
    if taken.is_none() {
        work.on()
            .execute_unprepared("ROLLBACK TO SAVEPOINT together")
            .await?;
    }
    work.on().later_sql("RELEASE SAVEPOINT together").await?;
    Ok(taken)
}

async fn apply(
    work: &mut UnitOfWork,
    device: &device::Model,
    (ops, simple): (&[Operation], &[Simple]),
    arrived: DateTime<Utc>,
    proofs: &Proofs,
) -> Result<Option<Vec<Outcome>>, ServiceError> {
    if any_known(work.on(), ops).await? {
        return Ok(None);
    }
    let all: BTreeSet<MemberId> = simple.iter().map(|s| s.member().clone()).collect();
    let details: BTreeSet<MemberId> = simple
        .iter()
        .filter(|s| matches!(s, Simple::Profile(p) if needs_details(p)))
        .map(|s| s.member().clone())
        .collect();
    let mut profiles = Profiles::load(work.on(), &all, &details).await?;
    let mut rows = Vec::with_capacity(ops.len());
    let mut outcomes = Vec::with_capacity(ops.len());
    let mut noted = Vec::with_capacity(ops.len());
    for (op, what) in ops.iter().zip(simple) {
        let Some(kept) = profiles.get(what.member()) else {
            // nobody, or a name that leads to another member
            return Ok(None);
        };
        if kept.member.erased_at.is_some() || kept.member.merged_into.is_some() {
            return Ok(None);
        }
        let mut row = store::row(op, *device.id, arrived)?;
        let proven = proofs.judge(op, *row.effective_at);
        if proven.clerk == Proof::Unproven {
            // its key had ended by then
            return Ok(None);
        }
        store::note_proof(&mut row, proven);
        if let Simple::Profile(body) = what {
            let change: Option<Change<'_>> =
                profile::change(op, *device.id, *row.effective_at, body);
            let Some(change) = change else {
                return Ok(None);
            };
            kept.change(&change)?;
        }
        let verdict = Verdict::applied(&kept.member.id, Effect::default());
        let case = Case {
            op,
            device,
            at: *row.effective_at,
            arrived: *row.arrived_at,
            proven,
        };
        let entry = match what {
            Simple::Profile(body) => logged::profile(&case, body),
            Simple::Reveal(_) => logged::reveal(&case),
        };
        noted.push(entry.about(&kept.member.id));
        row.owns_id = Some(row.op_id);
        store::record(&mut row, &verdict)?;
        rows.push(row.into_active_model());
        outcomes.push(verdict.outcome);
    }
    for some in rows.chunks(CHUNK) {
        let some = operation::Entity::insert_many(some.to_vec());
        work.on().write_later(some).await?;
    }
    profiles.save(work).await?;
    noted.into_iter().for_each(|entry| work.note(entry));
    Ok(Some(outcomes))
}

/// Whether a change looks at what was said before of consents and allergies.
fn needs_details(body: &Profile) -> bool {
    !body.consents.is_empty() || !body.allergies_add.is_empty() || !body.allergies_remove.is_empty()
}

/// Whether any of these operations had its effect before.
async fn any_known<C: ConnectionTrait>(db: &C, ops: &[Operation]) -> Result<bool, ServiceError> {
    let ids: Vec<String> = ops.iter().map(|op| op.op_id.to_string()).collect();
    for some in ids.chunks(CHUNK) {
        let main: Option<String> = operation::Entity::find()
            .select_only()
            .column(operation::Column::OwnsId)
            .filter(operation::Column::OwnsId.is_in(some))
            .into_tuple()
            .one(db)
            .await?;
        let branch: Option<String> = quarantined::Entity::find()
            .select_only()
            .column(quarantined::Column::OwnsId)
            .filter(quarantined::Column::OwnsId.is_in(some))
            .into_tuple()
            .one(db)
            .await?;
        if main.is_some() || branch.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

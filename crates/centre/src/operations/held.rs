//! Trying again what had to wait: by itself, when what it waited for arrives.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use identity::MemberCode;
use protocol::operation::Operation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::case::Case;
use super::{apply, awaited, branch_rows, store};
use crate::Centre;
use crate::clerks::Proofs;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::BranchState;
use centre_store::tables::{device, held, member, operation, quarantined};

/// Tries what waited for a member who has just joined. How many operations that were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn retry_for_member(
    centre: &Centre,
    work: &mut UnitOfWork,
    member: &member::Model,
) -> Result<usize, ServiceError> {
    let mut done = 0;
    if let Some(phone) = &member.phone {
        done += retry(centre, work, awaited::PHONE, phone).await?;
    }
    // as it is kept now, and as builds before this one wrote it down
    let mut keys = vec![
        member.card_key.clone(),
        member.card_no.clone(),
        member.card_no.to_ascii_uppercase(),
        member.id.to_string(),
    ];
    if let Some((head, _)) = member.card_no.split_once(':') {
        // a code that may be this card's with a check may be another's without
        keys.extend(MemberCode::typed(head).map(|code| awaited::code_key(&code)));
    }
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        done += retry(centre, work, awaited::CODE, &key).await?;
    }
    Ok(done)
}

/// Tries all that waits for a member, after many have come at once. How many operations that were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn retry_for_members(
    centre: &Centre,
    work: &mut UnitOfWork,
) -> Result<usize, ServiceError> {
    let kinds = [awaited::PHONE, awaited::CODE];
    let mut waits: Vec<(String, String)> = held::Entity::find()
        .select_only()
        .columns([held::Column::WaitsKind, held::Column::WaitsFor])
        .filter(held::Column::WaitsKind.is_in(kinds))
        .into_tuple()
        .all(work.on())
        .await?;
    let in_branches: Vec<(String, String)> = quarantined::Entity::find()
        .select_only()
        .columns([
            quarantined::Column::WaitsKind,
            quarantined::Column::WaitsFor,
        ])
        .filter(quarantined::Column::WaitsKind.is_in(kinds))
        .filter(quarantined::Column::State.eq(BranchState::Held))
        .into_tuple()
        .all(work.on())
        .await?;
    waits.extend(in_branches);
    waits.sort_unstable();
    waits.dedup();
    let mut done = 0;
    for (kind, key) in waits {
        if let Some(kind) = awaited::known(&kind) {
            done += retry(centre, work, kind, &key).await?;
        }
    }
    Ok(done)
}

/// Tries what waits for something, in a unit of work of its own, where anything does.
///
/// # Errors
/// Where the database fails.
pub(super) async fn retry_alone(
    centre: &Centre,
    kind: &'static str,
    key: &str,
) -> Result<usize, ServiceError> {
    let waits = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(kind))
        .filter(held::Column::WaitsFor.eq(key))
        .one(centre.db().read())
        .await?;
    let branch_waits = quarantined::Entity::find()
        .filter(quarantined::Column::WaitsKind.eq(kind))
        .filter(quarantined::Column::WaitsFor.eq(key))
        .filter(quarantined::Column::State.eq(BranchState::Held))
        .one(centre.db().read())
        .await?;
    if waits.is_none() && branch_waits.is_none() {
        return Ok(0);
    }
    let mut work = centre.work().await?;
    let done = retry(centre, &mut work, kind, key).await?;
    work.commit().await?;
    Ok(done)
}

/// Tries what waited for what has arrived: a receipt, a redemption.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn retry_for_arrived(
    centre: &Centre,
    work: &mut UnitOfWork,
    (need, key): &(&'static str, String),
) -> Result<usize, ServiceError> {
    retry(centre, work, need, key).await
}

/// Oldest first, by the time at which they happened; what arrives by one of them is tried too.
async fn retry(
    centre: &Centre,
    work: &mut UnitOfWork,
    kind: &'static str,
    key: &str,
) -> Result<usize, ServiceError> {
    let mut arrived = vec![(kind, key.to_owned())];
    let mut done = 0;
    while let Some((kind, key)) = arrived.pop() {
        // whoever holds something for it at this moment has either seen it arrive or is seen here
        work.in_turn(kind, &key).await?;
        for waiting in waiting(work, kind, &key).await? {
            arrived.extend(try_again(centre, work, waiting).await?);
            done += 1;
        }
    }
    Ok(done)
}

/// An operation that waits.
struct Waiting {
    op: Operation,
    effective_at: DateTime<Utc>,
    arrived: DateTime<Utc>,
    /// Whether it is the one that has the effect, and not one that came later with the same id.
    owns: bool,
    row: Row,
}

/// Where it stands.
enum Row {
    Main(operation::Model),
    Branch(quarantined::Model),
}

/// Tries an operation again; what has arrived by it.
async fn try_again(
    centre: &Centre,
    work: &mut UnitOfWork,
    waiting: Waiting,
) -> Result<Option<(&'static str, String)>, ServiceError> {
    let id = match &waiting.row {
        Row::Main(row) => row.device_id,
        Row::Branch(row) => row.device_id,
    };
    let device = device::Entity::find_by_id(id)
        .one(work.on())
        .await?
        .ok_or_else(|| ServiceError::missing("device", id))?;
    let proofs = Proofs::of(work.on(), &device, std::slice::from_ref(&waiting.op)).await?;
    let case = Case::new(
        &waiting.op,
        &device,
        (waiting.effective_at, waiting.arrived),
        &proofs,
    );
    let verdict = if waiting.owns {
        apply::apply(centre, work, &case).await?
    } else {
        store::owner(work.on(), waiting.op.op_id)
            .await?
            .ok_or_else(|| {
                let id = waiting.op.op_id;
                ServiceError::corrupt("operation", id, "has its effect nowhere")
            })?
            .verdict()
    };
    match waiting.row {
        Row::Main(mut row) => {
            // its key may have become known since it came
            store::note_proof(&mut row, case.proven);
            store::keep_retried(work, &mut row, &verdict).await?;
        }
        Row::Branch(row) => {
            let came = *row.arrived_at;
            branch_rows::keep(work, &device, &waiting.op, row.owns_id, &verdict, came).await?;
        }
    }
    Ok(verdict.arrived)
}

/// What waits for something, oldest first; one that came later with the same id after the one that has the effect.
async fn waiting(work: &UnitOfWork, kind: &str, key: &str) -> Result<Vec<Waiting>, ServiceError> {
    let held = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(kind))
        .filter(held::Column::WaitsFor.eq(key))
        .all(work.on())
        .await?;
    let mut found = Vec::with_capacity(held.len());
    for h in held {
        let place = (h.device_id, h.epoch, h.seq);
        if let Some(row) = operation::Entity::find_by_id(place).one(work.on()).await? {
            found.push(Waiting {
                op: store::operation(&row)?,
                effective_at: *row.effective_at,
                arrived: *row.arrived_at,
                owns: row.owns_id.is_some(),
                row: Row::Main(row),
            });
        }
    }
    let in_branches = quarantined::Entity::find()
        .filter(quarantined::Column::WaitsKind.eq(kind))
        .filter(quarantined::Column::WaitsFor.eq(key))
        .filter(quarantined::Column::State.eq(BranchState::Held))
        .all(work.on())
        .await?;
    for row in in_branches {
        let op: Operation = serde_json::from_str(row.document.text())?;
        let came = *row.arrived_at;
        found.push(Waiting {
            effective_at: *store::row(&op, *row.device_id, came)?.effective_at,
            arrived: came,
            owns: row.owns_id.is_some(),
            op,
            row: Row::Branch(row),
        });
    }
    found.sort_by_key(|w| (!w.owns, w.effective_at, w.op.op_id));
    Ok(found)
}

//! State of devices: what a manager sees of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use loyalty::{Points, Program};
use protocol::manage::{DeviceState, KeptOperation, ManagedDevice};
use protocol::operation::Operation;
use protocol::{DeviceId, Epoch, Hash, MemberId, Seq, StoreId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::ending::holds_are_known;

use crate::error::ServiceError;
use centre_store::column::{BranchState, Col};
use centre_store::tables::{allowance, coupon, device, life_end, operation, quarantined};

/// Whether a device has not been heard of for longer than its lease.
///
/// # Errors
/// Where the row has no time.
pub(crate) fn is_silent(
    program: &Program,
    row: &device::Model,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let heard = *row.last_contact_at;
    Ok(loyalty::lease_end(program, heard).is_none_or(|end| end < now))
}

/// Whether whoever holds something will not give it back by itself: it is silent, it is a life that is
/// over, or nobody knows it.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn holder_is_silent<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    holder: DeviceId,
    epoch: Option<Epoch>,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let row = device::Entity::find_by_id(holder).one(db).await?;
    match row {
        Some(row) if Some(*row.epoch) == epoch => is_silent(program, &row, now),
        _ => Ok(true),
    }
}

/// How the devices of a store stand, or of all stores.
///
/// # Errors
/// Where the database fails.
pub async fn managed<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    store: Option<&StoreId>,
    now: DateTime<Utc>,
) -> Result<Vec<ManagedDevice>, ServiceError> {
    let mut query = device::Entity::find().order_by_asc(device::Column::Name);
    if let Some(store) = store {
        query = query.filter(device::Column::StoreId.eq(Col::from(store)));
    }
    let mut all = Vec::new();
    for row in query.all(db).await? {
        all.push(one(db, program, &row, now).await?);
    }
    Ok(all)
}

async fn one<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    row: &device::Model,
    now: DateTime<Utc>,
) -> Result<ManagedDevice, ServiceError> {
    let held = allowance::Entity::find()
        .filter(allowance::Column::DeviceId.eq(row.id))
        .filter(allowance::Column::Outstanding.gt(0))
        .all(db)
        .await?;
    let coupons = coupon::Entity::find()
        .filter(coupon::Column::HolderDevice.eq(row.id))
        .all(db)
        .await?;
    let last_contact = *row.last_contact_at;
    let silent = is_silent(program, row, now)?;
    let sum = |keep: &dyn Fn(&allowance::Model) -> bool| -> Points {
        held.iter()
            .filter(|a| keep(a))
            .map(|a| *a.outstanding)
            .sum()
    };
    let holds = sum(&|_| true);
    let in_doubt = sum(&|a| silent || a.epoch != row.epoch);
    let members: std::collections::HashSet<&MemberId> =
        held.iter().map(|a| &*a.member_id).collect();
    let state = if row.revoked_at.is_some() {
        DeviceState::Revoked
    } else if row.quarantined_at.is_some() {
        DeviceState::Quarantined
    } else if row.life.is_none() && written_off(db, row).await? {
        DeviceState::WrittenOff
    } else if in_doubt.is_positive() || silent {
        DeviceState::InDoubt
    } else {
        DeviceState::Good
    };
    Ok(ManagedDevice {
        device: *row.id,
        name: row.name.clone(),
        checkout: row.checkout,
        state,
        last_contact,
        holds,
        members: u32::try_from(members.len()).unwrap_or(u32::MAX),
        coupons: u32::try_from(coupons.len()).unwrap_or(u32::MAX),
        in_doubt,
        unreported: row.revoked_at.is_none() && !holds_are_known(db, row).await?,
        kept: kept(db, row).await?,
    })
}

async fn written_off<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
) -> Result<bool, ServiceError> {
    let before = life_end::Entity::find()
        .filter(life_end::Column::DeviceId.eq(row.id))
        .filter(life_end::Column::Epoch.eq(Col(Epoch(row.epoch.0.0.saturating_sub(1)))))
        .one(db)
        .await?;
    Ok(before.is_some())
}

/// Operations kept from a forked outbox, with what a manager needs to understand them.
async fn kept<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
) -> Result<Vec<KeptOperation>, ServiceError> {
    let rows = quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(row.id))
        .filter(quarantined::Column::State.eq(BranchState::Kept))
        .order_by_asc(quarantined::Column::Epoch)
        .order_by_asc(quarantined::Column::Seq)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let known: HashMap<(Col<Epoch>, Col<Seq>), Hash> = operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(row.id))
        .filter(operation::Column::Seq.is_in(rows.iter().map(|r| r.seq)))
        .all(db)
        .await?
        .into_iter()
        .map(|op| ((op.epoch, op.seq), *op.hash))
        .collect();
    let mut copies = Copies::of(row);
    rows.iter()
        .map(|row| {
            let op: Operation = serde_json::from_str(row.document.text())?;
            let (points, receipt) = figures(&op);
            let in_both = known.get(&(row.epoch, row.seq)) == Some(&*row.hash);
            let copy = copies.of_operation(row, &op, in_both);
            Ok(KeptOperation {
                seq: op.seq.0,
                hash: row.hash.to_string().chars().take(8).collect(),
                kind: op.kind,
                at: op.at,
                points,
                receipt,
                in_both,
                copy,
            })
        })
        .collect()
}

/// Which copy of a forked outbox brought what: operations of one copy name each other.
struct Copies {
    /// Where the centre stood when the fork was found.
    head: Hash,
    by_hash: HashMap<Hash, u32>,
    last: u32,
}

impl Copies {
    fn of(device: &device::Model) -> Self {
        Self {
            head: *device.head_hash,
            by_hash: HashMap::new(),
            last: 1,
        }
    }

    /// 0 = in both, 1 = goes on where the centre stood, others in the order of their first number.
    fn of_operation(&mut self, row: &quarantined::Model, op: &Operation, in_both: bool) -> u32 {
        let before = op.prev_hash;
        let copy = match self.by_hash.get(&before) {
            _ if in_both => 0,
            Some(copy) if *copy > 0 => *copy,
            _ if before == self.head => 1,
            _ => {
                self.last = self.last.saturating_add(1);
                self.last
            }
        };
        self.by_hash.insert(*row.hash, copy);
        copy
    }
}

fn figures(op: &Operation) -> (Points, Option<String>) {
    match op.body() {
        Ok(Some(body)) => (body.points(), body.receipt().map(str::to_owned)),
        Ok(None) | Err(_) => (Points::ZERO, None),
    }
}

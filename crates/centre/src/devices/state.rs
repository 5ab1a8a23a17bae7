//! State of devices: what a manager sees of them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use loyalty::{Points, Program};
use protocol::manage::{DeviceState, KeptOperation, ManagedDevice};
use protocol::operation::Operation;
use protocol::{DeviceId, Epoch, Generation, Hash, Seq, StoreId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement,
};

use crate::error::ServiceError;
use crate::generation;
use centre_store::column::{BranchState, Col};
use centre_store::tables::{allowance, device, operation, quarantined};

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
    let rows = query.all(db).await?;
    let known = Holdings::read(db).await?;
    let generation = generation::current(db).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push(one(db, program, row, &known, generation, now).await?);
    }
    Ok(all)
}

/// What is known of devices beside their rows, read for all of them together: a thousand are as many questions as one.
struct Holdings {
    /// Points by device and epoch.
    points: HashMap<DeviceId, Vec<(Epoch, Points)>>,
    members: HashMap<DeviceId, u32>,
    coupons: HashMap<DeviceId, u32>,
    /// Lives that ended of devices that have none now.
    ended: HashSet<(DeviceId, Epoch)>,
    /// Devices of whose forked outbox something is kept.
    forked: HashSet<DeviceId>,
}

#[derive(FromQueryResult)]
struct PointsOf {
    device_id: Col<DeviceId>,
    epoch: Col<Epoch>,
    points: Col<Points>,
    many: i64,
}

#[derive(FromQueryResult)]
struct CountOf {
    device_id: Col<DeviceId>,
    many: i64,
}

#[derive(FromQueryResult)]
struct LifeOf {
    device_id: Col<DeviceId>,
    epoch: Col<Epoch>,
}

impl Holdings {
    async fn read<C: ConnectionTrait>(db: &C) -> Result<Self, ServiceError> {
        let asked = |sql| Statement::from_string(db.get_database_backend(), sql);
        let points = PointsOf::find_by_statement(asked(
            "SELECT device_id, epoch, CAST(SUM(outstanding) AS BIGINT) AS points, \
             CAST(COUNT(DISTINCT member_id) AS BIGINT) AS many FROM allowance \
             WHERE outstanding > 0 GROUP BY device_id, epoch",
        ));
        let coupons = CountOf::find_by_statement(asked(
            "SELECT holder_device AS device_id, CAST(COUNT(*) AS BIGINT) AS many FROM coupon \
             WHERE holder_device IS NOT NULL GROUP BY holder_device",
        ));
        let ended = LifeOf::find_by_statement(asked(
            "SELECT e.device_id, e.epoch FROM life_end e JOIN device d ON d.id = e.device_id \
             WHERE d.life IS NULL",
        ));
        let mut by_device: HashMap<DeviceId, Vec<(Epoch, Points)>> = HashMap::new();
        let mut members: HashMap<DeviceId, u32> = HashMap::new();
        for row in points.all(db).await? {
            let held = by_device.entry(*row.device_id).or_default();
            held.push((*row.epoch, *row.points));
            members.insert(*row.device_id, count(row.many));
        }
        // whoever is held by two lives of a device is one member; such devices are few
        for (device, _) in by_device.iter().filter(|(_, held)| held.len() > 1) {
            let distinct = allowance::Entity::find()
                .select_only()
                .column(allowance::Column::MemberId)
                .filter(allowance::Column::DeviceId.eq(Col(*device)))
                .filter(allowance::Column::Outstanding.gt(0))
                .distinct()
                .count(db)
                .await?;
            members.insert(*device, u32::try_from(distinct).unwrap_or(u32::MAX));
        }
        let counted = |rows: Vec<CountOf>| {
            let many = |row: CountOf| (*row.device_id, count(row.many));
            rows.into_iter().map(many).collect()
        };
        let forked = quarantined::Entity::find()
            .select_only()
            .column(quarantined::Column::DeviceId)
            .filter(quarantined::Column::State.eq(BranchState::Kept))
            .distinct()
            .into_tuple::<Col<DeviceId>>();
        let ended = ended.all(db).await?.into_iter();
        Ok(Self {
            points: by_device,
            members,
            coupons: counted(coupons.all(db).await?),
            ended: ended.map(|row| (*row.device_id, *row.epoch)).collect(),
            forked: forked.all(db).await?.into_iter().map(|id| *id).collect(),
        })
    }
}

/// A count as the database gives it.
fn count(many: i64) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

async fn one<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    row: &device::Model,
    known: &Holdings,
    generation: Generation,
    now: DateTime<Utc>,
) -> Result<ManagedDevice, ServiceError> {
    let last_contact = *row.last_contact_at;
    let silent = is_silent(program, row, now)?;
    let sum = |keep: &dyn Fn(Epoch) -> bool| -> Points {
        let held = known.points.get(&*row.id).into_iter().flatten();
        held.filter(|(epoch, _)| keep(*epoch))
            .map(|(_, points)| *points)
            .sum()
    };
    let holds = sum(&|_| true);
    let in_doubt = sum(&|epoch| silent || epoch != *row.epoch);
    let state = if row.revoked_at.is_some() {
        DeviceState::Revoked
    } else if row.quarantined_at.is_some() {
        DeviceState::Quarantined
    } else if row.life.is_none() && known.ended.contains(&(*row.id, epoch_before(row))) {
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
        members: known.members.get(&*row.id).copied().unwrap_or_default(),
        coupons: known.coupons.get(&*row.id).copied().unwrap_or_default(),
        in_doubt,
        unreported: row.revoked_at.is_none() && *row.reported_generation < generation,
        kept: if known.forked.contains(&*row.id) {
            kept(db, row).await?
        } else {
            Vec::new()
        },
    })
}

/// The epoch before a device's current one: a device that was written off has ended it.
fn epoch_before(row: &device::Model) -> Epoch {
    Epoch(row.epoch.0.0.saturating_sub(1))
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

//! After the centre's database was put back from a backup: a new generation.
//!
//! Until every counter has reported what it holds, or is written off, nothing is granted: the books may
//! have forgotten allowances that are out. A report comes before the operations that are sent again, so
//! that each of them finds the allowance that it spends from.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::{GrantId, Points};
use protocol::ids::{Epoch, Generation, MemberId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::Centre;
use crate::devices::{self, Cause};
use crate::error::ServiceError;
use crate::generation;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{allowance, device};

/// Begins a new generation where nobody had told that the database was put back, and something proves it: what it says of
/// lives that ended meanwhile is then in doubt too. Otherwise as [`generation::begin`].
///
/// # Errors
/// Where the database fails.
pub async fn begin_late(
    work: &UnitOfWork,
    seen: Generation,
    told: Generation,
) -> Result<Generation, ServiceError> {
    let now = generation::begin(work, seen, told).await?;
    devices::doubt_all(work.on()).await?;
    Ok(now)
}

/// What `central restored` does: begins a new generation.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn restored(centre: &Centre) -> Result<Generation, ServiceError> {
    let mut work = centre.work().await?;
    let seen = generation::current(work.on()).await?;
    let now = generation::begin(&work, seen, seen).await?;
    work.note(Entry::of(Kind::Restored).what(format!("generation {now}")));
    work.commit().await?;
    centre.note_generation(now);
    Ok(now)
}

/// Counters that have still to report before anything is granted.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_for<C: ConnectionTrait>(
    db: &C,
    generation: Generation,
) -> Result<u64, ServiceError> {
    Ok(device::Entity::find()
        .filter(device::Column::RevokedAt.is_null())
        .filter(device::Column::ReportedGeneration.lt(Col(generation)))
        .count(db)
        .await?)
}

/// Whether nothing may be granted yet: this database was put back from a backup, and some counter has not
/// told what it holds.
///
/// # Errors
/// Where the database fails.
pub async fn is_on<C: ConnectionTrait>(
    db: &C,
    generation: Generation,
) -> Result<bool, ServiceError> {
    // the first generation is no restore
    Ok(generation > Generation(1) && waiting_for(db, generation).await? > 0)
}

/// The row of an allowance that was forgotten.
pub(crate) fn forgotten(
    device: &device::Model,
    member: &MemberId,
    id: GrantId,
    ahead: bool,
    request: Option<protocol::RequestId>,
    now: DateTime<Utc>,
) -> allowance::Model {
    allowance::Model {
        member_id: member.into(),
        id: id.into(),
        device_id: device.id,
        epoch: device.epoch,
        request_id: request.map(|r| r.to_string()).unwrap_or_default(),
        granted: Points::ZERO.into(),
        spent: Points::ZERO.into(),
        released: Points::ZERO.into(),
        outstanding: Points::ZERO.into(),
        granted_at: now.into(),
        lease_until: now.into(),
        written_off: Points::ZERO.into(),
        recalled_at: None,
        ahead,
        reinstated: Points::ZERO.into(),
    }
}

/// Whether an operation may spend from an allowance that is not here: it was made under an earlier
/// generation, and nobody has written its life off.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn may_be_forgotten<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    epoch: Epoch,
    made_under: Generation,
) -> Result<bool, ServiceError> {
    if made_under >= generation::current(db).await? || device.quarantined_at.is_some() {
        return Ok(false);
    }
    let over = [Cause::WriteOff, Cause::Fork, Cause::Revoked];
    Ok(!devices::ended_by(db, *device.id, epoch, &over).await?)
}

//! Lives of an outbox: which one is current, and which one may begin.
//!
//! A device has one key and, one after another, many lives (epochs) of its outbox. Allowances belong to
//! a life. An outbox that was restored from a backup or moved aside must not go on with the life that
//! the centre knows: it begins the next, with nothing to spend. What the life before held stays in
//! escrow until its operations arrive or a manager writes it off.

use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::ErrorCode;
use protocol::chain::Hash;
use protocol::hello::HelloRequest;
use protocol::ids::{DeviceId, Epoch, RequestId, Seq};
use protocol::token::Rotation;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ending::{Cause, Ending, end};
use super::sum::sum;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{device, grant_request, operation};

/// Epochs by which an outbox may be ahead of a database that was put back from a backup.
const MOST_EPOCHS: u32 = 1_000;

/// What an outbox that says hello is to the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// The one that the centre knows.
    Current,
    /// Not the one that the centre knows: it is to begin this epoch.
    Begins(Epoch),
    /// Another outbox of this device has taken its place.
    Superseded,
    /// It and the centre tell two stories of the same number: two copies of one disk.
    Forked(Seq),
}

/// Decides about an outbox that says hello, and lets it claim what it may. The device's row is locked
/// and `row` is written back by the caller.
///
/// All that it goes by is the device's own claim, which decides about nothing but its own lives.
///
/// # Errors
/// [`ErrorCode::Malformed`] for an epoch that nobody was told to begin; where the database fails.
pub(crate) async fn judge<C: ConnectionTrait>(
    db: &C,
    row: &mut device::Model,
    said: &HelloRequest,
    now: DateTime<Utc>,
) -> Result<Life, ServiceError> {
    let epoch = said.epoch;
    if epoch > *row.epoch {
        return claim(db, row, said, epoch, now).await;
    }
    if epoch < *row.epoch {
        return earlier(db, row, said, epoch).await;
    }
    if let Some(life) = said.life {
        match row.life {
            Some(known) if *known != life => return Ok(Life::Superseded),
            Some(_) => {}
            None => row.life = Some(life.into()),
        }
    }
    let head = *row.head_seq;
    if said.head_seq.0 > 0 && said.head_seq <= head {
        let known = hash_at(db, row, said.head_seq).await?;
        if known.is_some_and(|known| known != said.head_hash) {
            return Ok(Life::Forked(said.head_seq));
        }
    }
    if said.head_seq < head {
        return Ok(Life::Begins(next(said.epoch)));
    }
    if two_users(row) {
        // two use the key, or a folder was put back: whoever comes first goes on, in a life of its own
        return Ok(Life::Begins(next(said.epoch)));
    }
    if let Some(taken) = said.grants_taken
        && i64::from(taken) < given(db, row, &said.open_requests).await?
    {
        return Ok(Life::Begins(next(said.epoch)));
    }
    Ok(Life::Current)
}

/// Whether there are two users of the current life's key, and nobody has been told. Where a fork of it waits, its manager
/// knows, and decides.
#[must_use]
pub(crate) fn two_users(row: &device::Model) -> bool {
    row.rotation_copied && row.quarantined_at.is_none()
}

/// An outbox claims an epoch that has not begun here: it was told to.
async fn claim<C: ConnectionTrait>(
    db: &C,
    row: &mut device::Model,
    said: &HelloRequest,
    epoch: Epoch,
    now: DateTime<Utc>,
) -> Result<Life, ServiceError> {
    if said.life.is_none() || epoch.0 > row.epoch.0.0.saturating_add(MOST_EPOCHS) {
        return Err(ServiceError::refused(
            ErrorCode::Malformed,
            "an epoch that nobody was told to begin",
        ));
    }
    if row.quarantined_at.is_some() {
        // a manager says which of the copies goes on
        return Ok(Life::Superseded);
    }
    end(db, row, Cause::Restored, 1, "", now).await?;
    begin(row, epoch);
    row.life = said.life.map(Col);
    tracing::warn!(device = %row.id, %epoch, "an outbox began anew");
    Ok(Life::Current)
}

/// An outbox of a life that is over.
async fn earlier<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    said: &HelloRequest,
    epoch: Epoch,
) -> Result<Life, ServiceError> {
    let current = *row.epoch;
    if row.life.is_none() {
        return Ok(Life::Begins(current));
    }
    let next = next(current);
    if epoch == Epoch(0) {
        // its file was moved aside: it knows nothing but its key
        return Ok(Life::Begins(next));
    }
    let (known, _) = old_head(db, *row.id, epoch).await?;
    let behind = said.head_seq < known;
    if behind && hash_of(db, *row.id, epoch, said.head_seq).await? == Some(said.head_hash) {
        return Ok(Life::Begins(next));
    }
    Ok(Life::Superseded)
}

/// Makes an epoch of a device that was revoked, and those before it, lives that are over: it claims none
/// any more, and only delivers.
///
/// # Errors
/// [`ErrorCode::Malformed`] for an epoch further on than any that this device can have begun; where the
/// database fails.
pub(crate) async fn pass_over<C: ConnectionTrait>(
    db: &C,
    row: &mut device::Model,
    epoch: Epoch,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    if epoch.0 > row.epoch.0.0.saturating_add(MOST_EPOCHS) {
        return Err(ServiceError::refused(
            ErrorCode::Malformed,
            "an epoch that nobody was told to begin",
        ));
    }
    for over in (row.epoch.0.0..=epoch.0).map(Epoch) {
        let ended = Ending {
            device: *row.id,
            epoch: over,
            cause: Cause::Revoked,
            escrow: Points::ZERO,
            branches: 1,
            by_whom: "",
            // it was begun after the backup that this database comes from
            known: false,
        };
        ended.write(db, now).await?;
    }
    begin(row, next(epoch));
    Ok(())
}

/// Makes an epoch the current one, claimed by nobody.
pub(crate) fn begin(row: &mut device::Model, epoch: Epoch) {
    row.epoch = epoch.into();
    row.life = None;
    row.head_seq = Seq(0).into();
    row.head_hash = Hash::ZERO.into();
    row.given_chain = Hash::ZERO.into();
    row.rotation = Rotation::default().into();
    row.rotation_request = String::new();
    row.rotation_copied = false;
}

/// The epoch after one.
pub(super) fn next(epoch: Epoch) -> Epoch {
    Epoch(epoch.0.saturating_add(1))
}

/// How many allowances an epoch was given, by all requests.
async fn given_in<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    epoch: Epoch,
) -> Result<i64, ServiceError> {
    sum(
        db,
        "SELECT CAST(COALESCE(SUM(given), 0) AS BIGINT) AS value FROM grant_request \
         WHERE device_id = $1 AND epoch = $2",
        device,
        epoch,
    )
    .await
}

/// How many allowances this life was given by requests whose answer it has.
pub(crate) async fn given<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    open: &[RequestId],
) -> Result<i64, ServiceError> {
    let all = given_in(db, *row.id, *row.epoch).await?;
    if open.is_empty() {
        return Ok(all);
    }
    let open = open.iter().map(ToString::to_string);
    let open: i64 = grant_request::Entity::find()
        .filter(grant_request::Column::DeviceId.eq(row.id))
        .filter(grant_request::Column::Epoch.eq(row.epoch))
        .filter(grant_request::Column::RequestId.is_in(open))
        .all(db)
        .await?
        .iter()
        .map(|r| i64::from(*r.given))
        .sum();
    Ok(all - open)
}

async fn hash_at<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    seq: Seq,
) -> Result<Option<Hash>, ServiceError> {
    hash_of(db, *row.id, *row.epoch, seq).await
}

async fn hash_of<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    epoch: Epoch,
    seq: Seq,
) -> Result<Option<Hash>, ServiceError> {
    if seq == Seq(0) {
        return Ok(Some(Hash::ZERO));
    }
    let found = operation::Entity::find_by_id((device.into(), epoch.into(), seq.into()))
        .one(db)
        .await?;
    Ok(found.map(|op| *op.hash))
}

/// The last epoch of which a device's operations are here; 0 where there are none.
pub(crate) async fn last_epoch<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
) -> Result<Epoch, ServiceError> {
    let last: Option<Col<Epoch>> = operation::Entity::find()
        .select_only()
        .column(operation::Column::Epoch)
        .filter(operation::Column::DeviceId.eq(Col(device)))
        .order_by_desc(operation::Column::Epoch)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.map_or(Epoch(0), Col::into_inner))
}

/// The last operation of an epoch; 0 and zeros where it has none.
pub(crate) async fn old_head<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    epoch: Epoch,
) -> Result<(Seq, Hash), ServiceError> {
    let last = operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(Col(device)))
        .filter(operation::Column::Epoch.eq(Col(epoch)))
        .order_by_desc(operation::Column::Seq)
        .one(db)
        .await?;
    match last {
        None => Ok((Seq(0), Hash::ZERO)),
        Some(row) => Ok((*row.seq, *row.hash)),
    }
}

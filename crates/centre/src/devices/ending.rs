//! How a life of an outbox ended, and the most that it can cost.

use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::{DeviceId, Epoch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::sum::sum;
use crate::error::ServiceError;
use crate::generation;
use centre_store::column::Col;
use centre_store::tables::{device, life_end};

/// Why a life ended.
pub(crate) use centre_store::column::EndCause as Cause;

/// How a life ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending<'a> {
    /// Whose.
    pub device: DeviceId,
    /// Which.
    pub epoch: Epoch,
    /// By what.
    pub cause: Cause,
    /// Points that it held, as far as the centre knew: the most that may be lost by it, times its branches.
    pub escrow: Points,
    /// Copies of it that were used: 1, but for a fork.
    pub branches: u32,
    /// Who did it: a manager's id, or empty where it came about by itself.
    pub by_whom: &'a str,
    /// Whether the centre knew all that it held: see [`holds_are_known`].
    pub known: bool,
}

impl Ending<'_> {
    /// Writes it down; what was written first stays.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn write<C: ConnectionTrait>(
        self,
        db: &C,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let ended = life_end::ActiveModel {
            device_id: Set(self.device.into()),
            epoch: Set(self.epoch.into()),
            cause: Set(self.cause),
            at: Set(now.into()),
            escrow: Set(self.escrow.into()),
            branches: Set(self.branches.into()),
            by_whom: Set(self.by_whom.to_owned()),
            known: Set(self.known),
        };
        life_end::Entity::insert_many([ended])
            .on_conflict(
                OnConflict::columns([
                    life_end::Column::DeviceId,
                    life_end::Column::Epoch,
                    life_end::Column::Cause,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
        Ok(())
    }
}

/// Whether the centre knows all that a device holds: not after its database was put back from a backup, until the device
/// has reported.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn holds_are_known<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
) -> Result<bool, ServiceError> {
    Ok(*row.reported_generation >= generation::current(db).await?)
}

/// This database turns out to be older than it was taken for: what it says of lives that it ended is in doubt.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn doubt_all<C: ConnectionTrait>(db: &C) -> Result<(), ServiceError> {
    life_end::Entity::update_many()
        .set(life_end::ActiveModel {
            known: Set(false),
            ..Default::default()
        })
        .filter(life_end::Column::Known.eq(true))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes down how the current life of a device ended, and what it held then.
pub(crate) async fn end<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    cause: Cause,
    branches: u32,
    by_whom: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let held = outstanding(db, *row.id, *row.epoch).await?;
    Ending {
        device: *row.id,
        epoch: *row.epoch,
        cause,
        escrow: held,
        branches,
        by_whom,
        known: holds_are_known(db, row).await?,
    }
    .write(db, now)
    .await
}

/// Whether a life ended by one of these causes.
pub(crate) async fn ended_by<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    epoch: Epoch,
    causes: &[Cause],
) -> Result<bool, ServiceError> {
    let found = life_end::Entity::find()
        .filter(life_end::Column::DeviceId.eq(Col(device)))
        .filter(life_end::Column::Epoch.eq(Col(epoch)))
        .filter(life_end::Column::Cause.is_in(causes.iter().copied()))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Points that a life of a device holds, as far as the centre knows.
pub(crate) async fn outstanding<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    epoch: Epoch,
) -> Result<Points, ServiceError> {
    let held = sum(
        db,
        "SELECT CAST(COALESCE(SUM(outstanding), 0) AS BIGINT) AS value FROM allowance \
         WHERE device_id = $1 AND epoch = $2 AND outstanding > 0",
        device,
        epoch,
    )
    .await?;
    Ok(Points(held))
}

//! Checking a clerk's PIN. A try counts before the PIN is looked at, in the database, so that parallel tries of however
//! many processes are still no more than may be; and by device and clerk, so that no device locks a clerk out of another.

use argon2::password_hash::PasswordVerifier;
use argon2::{Argon2, PasswordHash};
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{clerk, pin_try};
use chrono::{DateTime, Utc};
use protocol::pin::{PIN_MOST, Tries};
use protocol::{ClerkId, DeviceId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};

use crate::Centre;
use crate::error::ServiceError;

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is the clerk's PIN.
    Right,
    /// It is not.
    Wrong {
        /// Tries that are left before the next wait.
        left: u32,
    },
    /// It was not looked at.
    Locked {
        /// None is before this.
        until: DateTime<Utc>,
    },
}

/// Checks the PIN of a clerk, as it was typed at a device.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn check(
    centre: &Centre,
    device: DeviceId,
    clerk: &clerk::Model,
    pin: &str,
) -> Result<Checked, ServiceError> {
    let tries = match centre.retrying(|| count(centre, device, &clerk.id)).await? {
        Ok(tries) => tries,
        Err(until) => return Ok(Checked::Locked { until }),
    };
    // a clerk without a PIN has none that is right
    let right = pin.len() <= PIN_MOST
        && PasswordHash::new(&clerk.pin_hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(pin.as_bytes(), &hash)
                .is_ok()
        });
    if right {
        centre
            .retrying(|| forget(centre, device, &clerk.id))
            .await?;
        return Ok(Checked::Right);
    }
    Ok(match tries.locked_until(centre.now()) {
        Some(until) => Checked::Locked { until },
        None => Checked::Wrong { left: tries.left() },
    })
}

/// Counts a try; or until when none is taken.
async fn count(
    centre: &Centre,
    device: DeviceId,
    clerk: &ClerkId,
) -> Result<Result<Tries, DateTime<Utc>>, ServiceError> {
    let now = centre.now();
    let work = centre.work().await?;
    work.in_turn("pin", &format!("{device}/{clerk}")).await?;
    let key = (Col(device), Col(clerk.clone()));
    let before = pin_try::Entity::find_by_id(key.clone())
        .one(work.on())
        .await?;
    let before = before.map_or_else(Tries::default, |row| Tries {
        failed: *row.failed,
        until: row.until_at.map(Col::into_inner),
        last: Some(*row.last_at),
    });
    if let Some(until) = before.locked_until(now) {
        work.rollback().await?;
        return Ok(Err(until));
    }
    let tries = before.with_one_more(now);
    let row = pin_try::Model {
        device_id: key.0,
        clerk_id: key.1,
        failed: tries.failed.into(),
        until_at: tries.until.map(Col),
        last_at: now.into(),
    };
    pin_try::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([pin_try::Column::DeviceId, pin_try::Column::ClerkId])
                .update_columns(pin_try::Column::iter())
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    work.commit().await?;
    Ok(Ok(tries))
}

/// A right PIN clears the count.
async fn forget(centre: &Centre, device: DeviceId, clerk: &ClerkId) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    pin_try::Entity::delete_by_id((Col(device), Col(clerk.clone())))
        .exec(work.on())
        .await?;
    work.commit().await?;
    Ok(())
}

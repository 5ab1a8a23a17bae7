//! How all devices are, in three questions to the database however many there are.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use protocol::check_in::{DeviceHealth, DeviceTrouble, silent};
use protocol::{DeviceId, StoreId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{device, device_health, device_log};

/// One device, as whoever looks after it sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeviceLine {
    /// Which.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its store.
    pub store: StoreId,
    /// When it was last heard.
    pub heard: DateTime<Utc>,
    /// When it last said how it is; none where its build says nothing of it.
    pub told: Option<DateTime<Utc>>,
    /// What it said.
    pub health: Option<DeviceHealth>,
    /// How far its wall clock was ahead of the centre's, in seconds.
    pub clock_off_s: i64,
    /// What is wrong with it.
    pub troubles: Vec<DeviceTrouble>,
    /// Whether its log is awaited.
    pub log_awaited: bool,
    /// Which device has taken its place.
    pub replaced_by: Option<DeviceId>,
}

/// How the devices of a store are, or of all stores, but for those that were revoked: by store and name.
///
/// # Errors
/// Where the database fails, or holds what cannot be read.
pub async fn health_of<C: ConnectionTrait>(
    db: &C,
    store: Option<&StoreId>,
    now: DateTime<Utc>,
) -> Result<Vec<DeviceLine>, ServiceError> {
    let mut devices = device::Entity::find()
        .filter(device::Column::RevokedAt.is_null())
        .order_by_asc(device::Column::StoreId)
        .order_by_asc(device::Column::Name);
    if let Some(store) = store {
        devices = devices.filter(device::Column::StoreId.eq(Col::from(store)));
    }
    let told = device_health::Entity::find().all(db).await?;
    let mut told: HashMap<DeviceId, device_health::Model> =
        told.into_iter().map(|row| (*row.device_id, row)).collect();
    let awaited = device_log::Entity::find()
        .filter(device_log::Column::ToldAt.is_null())
        .all(db)
        .await?;
    let awaited: std::collections::HashSet<DeviceId> =
        awaited.into_iter().map(|row| *row.device_id).collect();
    let rows = devices.all(db).await?;
    rows.into_iter()
        .map(|row| {
            let kept = told.remove(&*row.id);
            line(&row, kept, awaited.contains(&*row.id), now)
        })
        .collect()
}

fn line(
    row: &device::Model,
    kept: Option<device_health::Model>,
    log_awaited: bool,
    now: DateTime<Utc>,
) -> Result<DeviceLine, ServiceError> {
    let heard = *row.last_contact_at;
    let mut troubles: Vec<DeviceTrouble> = Vec::new();
    if row.replaced_by.is_none() {
        troubles.extend(silent(heard, now));
    }
    let (mut health, mut told, mut off) = (None, None, TimeDelta::zero());
    if let Some(kept) = kept {
        let read: DeviceHealth = serde_json::from_str(&kept.document)?;
        off = TimeDelta::try_milliseconds(kept.clock_off_ms).unwrap_or(TimeDelta::MAX);
        troubles.extend(read.troubles(off, now));
        told = Some(*kept.told_at);
        health = Some(read);
    }
    Ok(DeviceLine {
        device: *row.id,
        name: row.name.clone(),
        store: row.store_id.0.clone(),
        heard,
        told,
        health,
        clock_off_s: off.num_seconds(),
        troubles,
        log_awaited,
        replaced_by: row.replaced_by.map(|id| *id),
    })
}

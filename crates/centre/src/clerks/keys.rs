//! Keys of clerks on devices: which are known, and how they end. (How one becomes known is a step of the protocol.)

use std::collections::HashSet;

use centre_store::column::Col;
use centre_store::tables::{clerk, clerk_key};
use chrono::{DateTime, Utc};
use protocol::clerk::ClerkKey;
use protocol::pin::mark_of;
use protocol::{ClerkId, DeviceId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};

use crate::error::ServiceError;
use crate::log::{Entry, Kind, Who};
use crate::unit_of_work::UnitOfWork;

/// Writes a key of a clerk on a device down; another one that the clerk had there ends. Since when it is known.
///
/// # Errors
/// Where the database fails.
pub async fn keep(
    work: &mut UnitOfWork,
    device: DeviceId,
    clerk: &clerk::Model,
    public_key: &str,
) -> Result<DateTime<Utc>, ServiceError> {
    let now = work.now();
    let mut since = None;
    for row in of(work.on(), device, Some(&clerk.id)).await? {
        let own = row.public_key == public_key;
        if own {
            since = Some(*row.since);
        }
        if own == row.ended_at.is_none() {
            continue;
        }
        let mut row = row.into_active_model();
        row.ended_at = Set((!own).then_some(now.into()));
        row.update(work.on()).await?;
    }
    if since.is_none() {
        let row = clerk_key::Model {
            device_id: Col(device),
            clerk_id: clerk.id.clone(),
            public_key: public_key.to_owned(),
            pin_mark: mark_of(&clerk.pin_hash),
            since: now.into(),
            ended_at: None,
        };
        clerk_key::Entity::insert(row.into_active_model())
            .exec_without_returning(work.on())
            .await?;
        let who = Who::Clerk {
            clerk: clerk.id.0.clone(),
            device,
            store: clerk.store_id.0.clone(),
        };
        work.note(Entry::of(Kind::ClerkKeyMade).by(who));
    }
    Ok(since.unwrap_or(now))
}

/// Whether a key was known here and has ended.
///
/// # Errors
/// Where the database fails.
pub async fn has_ended<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    key: &ClerkKey,
) -> Result<bool, ServiceError> {
    let id = (Col(device), Col(key.clerk.clone()), key.public_key.clone());
    let row = clerk_key::Entity::find_by_id(id).one(db).await?;
    Ok(row.is_some_and(|row| row.ended_at.is_some()))
}

/// Keys of a device, those that ended too; of one clerk alone where one is named.
pub(super) async fn of<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    clerk: Option<&ClerkId>,
) -> Result<Vec<clerk_key::Model>, ServiceError> {
    let mut query = clerk_key::Entity::find().filter(clerk_key::Column::DeviceId.eq(Col(device)));
    if let Some(clerk) = clerk {
        query = query.filter(clerk_key::Column::ClerkId.eq(Col::from(clerk)));
    }
    Ok(query.all(db).await?)
}

/// Of keys that a device has, whose are not known here, or have ended.
///
/// # Errors
/// Where the database fails.
pub async fn unknown<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    told: &[ClerkKey],
) -> Result<Vec<ClerkId>, ServiceError> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let rows = of(db, device, None).await?;
    let here: HashSet<(&str, &str)> = rows
        .iter()
        .filter(|row| row.ended_at.is_none())
        .map(|row| (row.clerk_id.as_str(), row.public_key.as_str()))
        .collect();
    let unknown = told
        .iter()
        .filter(|key| !here.contains(&(key.clerk.as_str(), key.public_key.as_str())));
    Ok(unknown.map(|key| key.clerk.clone()).collect())
}

/// Ends all keys on a device: it is in another store from now on.
///
/// # Errors
/// Where the database fails.
pub async fn end_of_device(work: &UnitOfWork, device: DeviceId) -> Result<(), ServiceError> {
    clerk_key::Entity::update_many()
        .set(clerk_key::ActiveModel {
            ended_at: Set(Some(work.now().into())),
            ..Default::default()
        })
        .filter(clerk_key::Column::DeviceId.eq(Col(device)))
        .filter(clerk_key::Column::EndedAt.is_null())
        .exec(work.on())
        .await?;
    Ok(())
}

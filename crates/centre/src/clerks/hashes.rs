//! Who is told hashes of PINs: counters of builds that check a PIN themselves, until headquarters stops it. A counter that
//! signs what its clerks do is told none: in its feed a clerk has the mark of the PIN in its place.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{centre as centre_table, device, feed};
use chrono::{DateTime, Duration, Utc};
use protocol::entity::{Clerk, EntityKind};
use protocol::pull::{BRAND_SCOPE, DEVICE_SCOPE, digest_text, digest_value, entity_digest};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};

/// Since when no counter is told a hash, of whichever build.
///
/// # Errors
/// Where the database fails.
pub async fn stopped<C: ConnectionTrait>(db: &C) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let row = centre_table::Entity::find().one(db).await?;
    let row = row.ok_or_else(crate::generation::no_identity)?;
    Ok(row.hashes_stopped_at.map(|at| *at))
}

/// From now on no counter is told a hash, and what comes without signatures is proven by nothing: for when all counters
/// are of builds that sign. Since when that is so.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn stop(centre: &Centre) -> Result<DateTime<Utc>, ServiceError> {
    let mut work = centre.work().await?;
    if let Some(since) = stopped(work.on()).await? {
        work.rollback().await?;
        return Ok(since);
    }
    let now = centre.now();
    centre_table::Entity::update_many()
        .set(centre_table::ActiveModel {
            hashes_stopped_at: Set(Some(now.into())),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    work.note(Entry::of(Kind::HashesStopped));
    work.commit().await?;
    Ok(now)
}

/// Names of the counters that were heard of in the last 30 days and sign nothing.
///
/// # Errors
/// Where the database fails.
pub async fn older_counters(centre: &Centre) -> Result<Vec<String>, ServiceError> {
    let since = centre.now() - Duration::days(30);
    let rows = device::Entity::find()
        .filter(device::Column::SignsSince.is_null())
        .filter(device::Column::RevokedAt.is_null())
        .filter(device::Column::LastContactAt.gte(Col(since)))
        .order_by_asc(device::Column::Name)
        .all(centre.db().read())
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Whether a device is told hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// As the feed has them.
    Hashes,
    /// Marks in their place.
    Marks,
}

/// Whether a device is told hashes.
///
/// # Errors
/// Where the database fails.
pub async fn told<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
) -> Result<Told, ServiceError> {
    let signs = device.signs_since.is_some();
    Ok(if signs || stopped(db).await?.is_some() {
        Told::Marks
    } else {
        Told::Hashes
    })
}

impl Told {
    /// The content of an entity as it is told.
    ///
    /// # Errors
    /// Where a clerk of the feed cannot be read.
    pub fn body(self, entity: &str, body: String) -> Result<String, ServiceError> {
        if self == Self::Hashes || entity != EntityKind::Clerk.name() {
            return Ok(body);
        }
        let clerk: Clerk = serde_json::from_str(&body)?;
        Ok(serde_json::to_string(&clerk.without_hash())?)
    }

    /// The digest of a scope as it is told: the sum of what the device has of it.
    ///
    /// # Errors
    /// Where the database fails, or a clerk of the feed cannot be read.
    pub async fn digest<C: ConnectionTrait>(
        self,
        db: &C,
        scope: &str,
        digest: String,
    ) -> Result<String, ServiceError> {
        let (Self::Marks, Some(mut sum)) = (self, digest_value(&digest)) else {
            return Ok(digest);
        };
        if scope == BRAND_SCOPE || scope.starts_with(DEVICE_SCOPE) {
            // clerks are their stores'
            return Ok(digest);
        }
        let kind = EntityKind::Clerk.name();
        let clerks = feed::Entity::find()
            .filter(feed::Column::Scope.eq(scope))
            .filter(feed::Column::Entity.eq(kind))
            .filter(feed::Column::Body.is_not_null())
            .all(db)
            .await?;
        for row in clerks {
            let body = row.body.unwrap_or_default().0.into_text();
            let before = entity_digest(kind, &row.entity_key, &body);
            let told = entity_digest(kind, &row.entity_key, &self.body(kind, body)?);
            sum = sum.wrapping_sub(before).wrapping_add(told);
        }
        Ok(digest_text(sum))
    }
}

//! Which version a device is offered, and how it goes there.

use protocol::check_in::{DeviceHealth, ReleaseOffer, UpdateReport, UpdateStage};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};

use super::releases::{held, newest_first, stages};
use super::staging;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::Who;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{device, release, release_file, release_try};

/// The newest version that is for a device and newer than its own; not one that has failed on it.
pub(super) async fn offer<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    health: &DeviceHealth,
) -> Result<Option<ReleaseOffer>, ServiceError> {
    for row in newest_first(db).await? {
        let version = row.version.as_str();
        if !staging::is_newer(version, &health.version) {
            break;
        }
        if row.held_at.is_some()
            || !staging::is_for(
                *device.id,
                &device.store_id,
                version,
                &stages(db, version).await?,
            )
            || has_failed(db, version, device).await?
        {
            continue;
        }
        let file = release_file::Entity::find_by_id((version.to_owned(), health.target.clone()))
            .one(db)
            .await?;
        if let Some(file) = file {
            return Ok(Some(offered(file)));
        }
    }
    Ok(None)
}

fn offered(file: release_file::Model) -> ReleaseOffer {
    ReleaseOffer {
        path: format!("/updates/{}/{}", file.version, file.target),
        version: file.version,
        bytes: *file.bytes,
        sha256: file.sha256,
        signature: file.signature,
    }
}

async fn has_failed<C: ConnectionTrait>(
    db: &C,
    version: &str,
    device: &device::Model,
) -> Result<bool, ServiceError> {
    let tried = release_try::Entity::find_by_id((version.to_owned(), device.id))
        .one(db)
        .await?;
    Ok(tried.is_some_and(|tried| *tried.stage == UpdateStage::Failed))
}

/// The newest version that all devices of all stores are to have: for whoever asks without saying which device it is.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn offered_to_all(
    centre: &Centre,
    target: &str,
    has: &str,
) -> Result<Option<(ReleaseOffer, String)>, ServiceError> {
    let db = centre.db().read();
    for row in newest_first(db).await? {
        if !staging::is_newer(&row.version, has) {
            break;
        }
        let all = stages(db, &row.version).await?;
        let to_all = all.iter().any(|s| s.store.is_none()) && all.iter().all(|s| s.share == 100);
        if row.held_at.is_some() || !to_all {
            continue;
        }
        let key = (row.version.clone(), target.to_owned());
        if let Some(file) = release_file::Entity::find_by_id(key).one(db).await? {
            return Ok(Some((offered(file), row.notes)));
        }
    }
    Ok(None)
}

/// Notes how a version goes on a device. One that fails on too many is given out no more.
pub(super) async fn note_try(
    work: &mut UnitOfWork,
    device: &device::Model,
    update: &UpdateReport,
) -> Result<(), ServiceError> {
    let version = &update.version;
    let Some(row) = release::Entity::find_by_id(version).one(work.on()).await? else {
        return Ok(());
    };
    let tried = release_try::ActiveModel {
        version: Set(version.clone()),
        device_id: Set(device.id),
        stage: Set(update.stage.into()),
        reason: Set(update.reason.clone().unwrap_or_default()),
        at: Set(work.now().into()),
    };
    release_try::Entity::insert(tried)
        .on_conflict(
            OnConflict::columns([release_try::Column::Version, release_try::Column::DeviceId])
                .update_columns([
                    release_try::Column::Stage,
                    release_try::Column::Reason,
                    release_try::Column::At,
                ])
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    if update.stage != UpdateStage::Failed || row.held_at.is_some() {
        return Ok(());
    }
    let (good, failed) = (
        count(work, version, UpdateStage::Good).await?,
        count(work, version, UpdateStage::Failed).await?,
    );
    if staging::is_to_be_held(good, failed) {
        let why = format!("{failed} of {} counters went back", good + failed);
        tracing::error!(
            version,
            failed,
            good,
            "a version is held: counters went back"
        );
        held(work, version, &why, Some(Who::Centre)).await?;
    }
    Ok(())
}

async fn count(
    work: &UnitOfWork,
    version: &str,
    stage: UpdateStage,
) -> Result<usize, ServiceError> {
    let n = release_try::Entity::find()
        .filter(release_try::Column::Version.eq(version))
        .filter(release_try::Column::Stage.eq(Col(stage)))
        .count(work.on())
        .await?;
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

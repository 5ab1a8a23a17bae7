//! Versions of the counters' program: how many devices are to have them, and which are held.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use protocol::check_in::UpdateStage;
use protocol::limits::as_line;
use protocol::{ErrorCode, StoreId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use semver::Version;
use serde::Serialize;

use super::call_in;
use super::staging::Stage;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind, Who};
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{release, release_file, release_stage, release_try, store};

/// Characters of why a version is held.
const WHY_CHARS: usize = 120;

/// A version, as headquarters sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Release {
    /// Which.
    pub version: String,
    /// Since when it is here.
    pub added: DateTime<Utc>,
    /// What is new in it.
    pub notes: String,
    /// Since when nobody gets it any more, and why.
    pub held: Option<(DateTime<Utc>, String)>,
    /// Its packages.
    pub files: Vec<ReleaseFileLine>,
    /// Who is to have it.
    pub stages: Vec<Stage>,
    /// How many devices have come how far.
    pub devices: BTreeMap<UpdateStage, usize>,
}

/// A package of a version.
#[derive(Debug, Clone, Serialize)]
pub struct ReleaseFileLine {
    /// What it is built for.
    pub target: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

pub(super) fn malformed(why: impl Into<String>) -> ServiceError {
    ServiceError::refused(ErrorCode::Malformed, why.into())
}

fn unknown(version: &str) -> ServiceError {
    ServiceError::refused(ErrorCode::NotFound, format!("no version {version}"))
}

/// Says how many of the devices of a store, or of all stores that have no stage of their own, are to have a version, in
/// hundredths. One that was held is given out again, to those too on which it failed where `again` says so.
///
/// # Errors
/// [`ErrorCode::NotFound`] for a version or a store that is not there; [`ErrorCode::Malformed`] for a share above 100;
/// where the database fails.
#[boxed]
pub async fn stage(
    centre: &Centre,
    version: &str,
    store: Option<&StoreId>,
    share: u32,
    again: bool,
) -> Result<(), ServiceError> {
    if share > 100 {
        return Err(malformed("a share is 0 to 100 hundredths"));
    }
    let mut work = centre.work().await?;
    if release::Entity::find_by_id(version)
        .one(work.on())
        .await?
        .is_none()
    {
        return Err(unknown(version));
    }
    if let Some(store) = store
        && store::Entity::find_by_id(store)
            .one(work.on())
            .await?
            .is_none()
    {
        return Err(ServiceError::refused(
            ErrorCode::NotFound,
            format!("no store {store}"),
        ));
    }
    let free = release::ActiveModel {
        version: Set(version.to_owned()),
        held_at: Set(None),
        held_why: Set(String::new()),
        ..Default::default()
    };
    release::Entity::update(free).exec(work.on()).await?;
    let row = release_stage::ActiveModel {
        version: Set(version.to_owned()),
        store_id: Set(store.map_or_else(|| Col::from(""), Col::from)),
        share: Set(share.into()),
        staged_at: Set(work.now().into()),
    };
    release_stage::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([
                release_stage::Column::Version,
                release_stage::Column::StoreId,
            ])
            .update_columns([
                release_stage::Column::Share,
                release_stage::Column::StagedAt,
            ])
            .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    if again {
        release_try::Entity::delete_many()
            .filter(release_try::Column::Version.eq(version))
            .filter(release_try::Column::Stage.eq(Col(UpdateStage::Failed)))
            .exec(work.on())
            .await?;
    }
    call_in(&work, store).await?;
    let whom = store.map_or_else(|| "all stores".to_owned(), |s| format!("store {s}"));
    work.note(Entry::of(Kind::ReleaseStaged).what(format!("{version}: {share} % of {whom}")));
    work.commit().await?;
    Ok(())
}

/// Gives a version to nobody any more. Who has it keeps it.
///
/// # Errors
/// [`ErrorCode::NotFound`] for a version that is not there; where the database fails.
#[boxed]
pub async fn hold(centre: &Centre, version: &str, why: &str) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    if release::Entity::find_by_id(version)
        .one(work.on())
        .await?
        .is_none()
    {
        return Err(unknown(version));
    }
    held(&mut work, version, why, None).await?;
    work.commit().await?;
    Ok(())
}

pub(super) async fn held(
    work: &mut UnitOfWork,
    version: &str,
    why: &str,
    by: Option<Who>,
) -> Result<(), ServiceError> {
    let why = as_line(why, WHY_CHARS);
    let row = release::ActiveModel {
        version: Set(version.to_owned()),
        held_at: Set(Some(work.now().into())),
        held_why: Set(why.clone()),
        ..Default::default()
    };
    release::Entity::update(row).exec(work.on()).await?;
    let entry = Entry::of(Kind::ReleaseHeld).what(version).why(why);
    work.note(match by {
        Some(by) => entry.by(by),
        None => entry,
    });
    Ok(())
}

/// All versions, the newest first.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn releases(centre: &Centre) -> Result<Vec<Release>, ServiceError> {
    let db = centre.db().read();
    let mut all = Vec::new();
    for row in newest_first(db).await? {
        let version = row.version.clone();
        let files = release_file::Entity::find()
            .filter(release_file::Column::Version.eq(&version))
            .order_by_asc(release_file::Column::Target)
            .all(db)
            .await?;
        let mut devices = BTreeMap::new();
        for one in release_try::Entity::find()
            .filter(release_try::Column::Version.eq(&version))
            .all(db)
            .await?
        {
            *devices.entry(*one.stage).or_default() += 1;
        }
        all.push(Release {
            added: *row.added_at,
            notes: row.notes,
            held: row.held_at.map(|at| (*at, row.held_why)),
            files: files
                .into_iter()
                .map(|file| ReleaseFileLine {
                    target: file.target,
                    name: file.name,
                    bytes: *file.bytes,
                })
                .collect(),
            stages: stages(db, &version).await?,
            devices,
            version,
        });
    }
    Ok(all)
}

pub(super) async fn newest_first<C: ConnectionTrait>(
    db: &C,
) -> Result<Vec<release::Model>, ServiceError> {
    let mut rows = release::Entity::find().all(db).await?;
    rows.sort_by_cached_key(|row| std::cmp::Reverse(Version::parse(&row.version).ok()));
    Ok(rows)
}

pub(super) async fn stages<C: ConnectionTrait>(
    db: &C,
    version: &str,
) -> Result<Vec<Stage>, ServiceError> {
    let rows = release_stage::Entity::find()
        .filter(release_stage::Column::Version.eq(version))
        .order_by_asc(release_stage::Column::StoreId)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Stage {
            store: Some(row.store_id.into_inner()).filter(|s| !s.as_str().is_empty()),
            share: *row.share,
        })
        .collect())
}

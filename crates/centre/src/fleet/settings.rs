//! What headquarters sets for the counters of a store.

use protocol::store_settings::StoreSettings;
use protocol::{ErrorCode, StoreId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

use super::call_in;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{store, store_settings};

/// What is set for a store; none where nothing is.
pub(super) async fn of_store<C: ConnectionTrait>(
    db: &C,
    store: &StoreId,
) -> Result<Option<StoreSettings>, ServiceError> {
    let row = store_settings::Entity::find_by_id(Col::from(store))
        .one(db)
        .await?;
    Ok(row
        .map(|row| serde_json::from_str(&row.document))
        .transpose()?)
}

/// What is set for each store for which something is.
///
/// # Errors
/// Where the database fails, or holds what cannot be read.
#[boxed]
pub async fn settings_of(centre: &Centre) -> Result<Vec<(StoreId, StoreSettings)>, ServiceError> {
    let rows = store_settings::Entity::find()
        .order_by_asc(store_settings::Column::StoreId)
        .all(centre.db().read())
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.store_id.into_inner(),
                serde_json::from_str(&row.document)?,
            ))
        })
        .collect()
}

/// Changes what is set for a store, or for all: `change` is given what is set now. The devices are told at their next
/// contact. How many stores it is.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such store; [`ErrorCode::Malformed`] where a setting is none; where the
/// database fails.
#[boxed]
pub async fn set(
    centre: &Centre,
    store: Option<&StoreId>,
    change: &(dyn Fn(StoreSettings) -> StoreSettings + Sync),
) -> Result<usize, ServiceError> {
    let mut work = centre.work().await?;
    let stores = match store {
        Some(store) => vec![
            store::Entity::find_by_id(store)
                .one(work.on())
                .await?
                .ok_or_else(|| {
                    ServiceError::refused(ErrorCode::NotFound, format!("no store {store}"))
                })?,
        ],
        None => store::Entity::find().all(work.on()).await?,
    };
    let mut changed = 0;
    for one in stores {
        let before = of_store(work.on(), &one.id).await?.unwrap_or_default();
        let after = change(before.clone());
        after
            .check()
            .map_err(|e| ServiceError::refused(ErrorCode::Malformed, e.to_string()))?;
        if after == before {
            continue;
        }
        if after.is_empty() {
            store_settings::Entity::delete_by_id(one.id.clone())
                .exec(work.on())
                .await?;
        } else {
            let row = store_settings::ActiveModel {
                store_id: Set(one.id.clone()),
                document: Set(serde_json::to_string(&after)?),
                changed_at: Set(work.now().into()),
            };
            store_settings::Entity::insert(row)
                .on_conflict(
                    OnConflict::column(store_settings::Column::StoreId)
                        .update_columns([
                            store_settings::Column::Document,
                            store_settings::Column::ChangedAt,
                        ])
                        .to_owned(),
                )
                .exec_without_returning(work.on())
                .await?;
        }
        call_in(&work, Some(&one.id)).await?;
        work.note(Entry::of(Kind::StoreSettingsChanged).what(format!("store {}", one.id)));
        changed += 1;
    }
    work.commit().await?;
    Ok(changed)
}

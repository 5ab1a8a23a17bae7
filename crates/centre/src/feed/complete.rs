//! Digests of a feed that was written before there were any: worked out once.

use centre_store::boxed;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::number;
use crate::error::ServiceError;
use centre_store::db::Db;
use centre_store::tables::feed_head;

/// Works out the digests of all scopes that have none.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn complete_digests(db: &Db) -> Result<(), ServiceError> {
    let scopes: Vec<String> = feed_head::Entity::find()
        .select_only()
        .column(feed_head::Column::Scope)
        .filter(feed_head::Column::Digest.eq(""))
        .order_by_asc(feed_head::Column::Scope)
        .into_tuple()
        .all(db.read())
        .await?;
    for scope in scopes {
        let transaction = db.begin().await?;
        number::complete(&transaction, &scope).await?;
        transaction.commit().await?;
        tracing::info!("the digest of a scope was worked out");
    }
    Ok(())
}

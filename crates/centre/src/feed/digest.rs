//! Digests of a feed that was written before there were any: worked out once.

use protocol::pull::{digest_text, digest_value, entity_digest};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::number;
use crate::error::ServiceError;
use centre_store::db::Db;
use centre_store::tables::{feed, feed_head};

/// Rows read at once.
const PAGE: u64 = 1_000;

/// Works out the digests of all scopes that have none.
///
/// # Errors
/// Where the database fails.
pub async fn complete(db: &Db) -> Result<(), ServiceError> {
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
        number::complete(transaction.on(), &scope).await?;
        transaction.commit().await?;
        tracing::info!("the digest of a scope was worked out");
    }
    Ok(())
}

/// Sums the rows of a scope whose head is locked, giving a digest to each that has none.
pub(super) async fn work_out<C: ConnectionTrait>(
    db: &C,
    scope: &str,
) -> Result<u128, ServiceError> {
    let (mut sum, mut last) = (0u128, 0i64);
    loop {
        let rows = feed::Entity::find()
            .filter(feed::Column::Scope.eq(scope))
            .filter(feed::Column::N.gt(last))
            .filter(feed::Column::Body.is_not_null())
            .order_by_asc(feed::Column::N)
            .limit(PAGE)
            .all(db)
            .await?;
        let Some(end) = rows.last().map(|row| row.n) else {
            return Ok(sum);
        };
        last = end;
        for row in rows {
            let known = row.digest.as_deref().and_then(digest_value);
            let body = row.body.unwrap_or_default();
            let digest = entity_digest(&row.entity, &row.entity_key, &body);
            sum = sum.wrapping_add(digest);
            if known != Some(digest) {
                feed::ActiveModel {
                    scope: Set(row.scope),
                    entity: Set(row.entity),
                    entity_key: Set(row.entity_key),
                    digest: Set(Some(digest_text(digest))),
                    ..Default::default()
                }
                .update(db)
                .await?;
            }
        }
    }
}

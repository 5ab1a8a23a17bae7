//! Sums of digests of a feed that was written before there were any.

use protocol::pull::{digest_text, digest_value, entity_digest};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::feed;

/// Rows read at once.
const PAGE: u64 = 1_000;

/// Sums the rows of a scope whose head is locked, giving a digest to each that has none.
pub(super) async fn work_out<C: ConnectionTrait>(
    db: &C,
    scope: &str,
) -> Result<u128, ServiceError> {
    let (mut sum, mut last) = (0u128, Col(0));
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
            let digest = entity_digest(&row.entity, &row.entity_key, body.text());
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

//! Numbers of the feed.
//!
//! A number is taken by updating the scope's head in the transaction that writes the row: whoever
//! comes second waits for the first to end, so numbers become visible in their order. (A database
//! sequence does not wait; a cursor would then skip rows that commit late.)

use std::collections::BTreeMap;

use protocol::pull;
use protocol::push::ScopeCursor;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Statement};

use super::Row;
use crate::entities::feed;
use crate::error::ServiceError;

/// Rows in one statement: five values each stay below SQLite's limit by far.
const CHUNK: usize = 500;

const TAKE: &str = "INSERT INTO feed_head (scope, n) VALUES ($1, $2) \
    ON CONFLICT (scope) DO UPDATE SET n = feed_head.n + excluded.n RETURNING n";

#[derive(FromQueryResult)]
struct Head {
    n: i64,
}

/// Writes rows under the next numbers of their scopes, scopes in order so that two transactions
/// never wait for each other.
pub async fn write<C: ConnectionTrait>(
    db: &C,
    rows: Vec<Row>,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    let mut scopes: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        scopes.entry(row.scope.clone()).or_default().push(row);
    }
    let mut cursors = Vec::with_capacity(scopes.len());
    for (scope, rows) in scopes {
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let head = take(db, &scope, count).await?;
        let mut n = head - count;
        let models: Vec<feed::ActiveModel> =
            rows.into_iter()
                .map(|row| {
                    n += 1;
                    let digest = row.body.as_deref().map(|body| {
                        pull::digest_text(pull::entity_digest(row.entity, &row.key, body))
                    });
                    feed::ActiveModel {
                        scope: Set(row.scope),
                        entity: Set(row.entity.to_owned()),
                        entity_key: Set(row.key),
                        n: Set(n),
                        body: Set(row.body),
                        digest: Set(digest),
                    }
                })
                .collect();
        for chunk in models.chunks(CHUNK) {
            feed::Entity::insert_many(chunk.to_vec())
                .on_conflict(
                    OnConflict::columns([
                        feed::Column::Scope,
                        feed::Column::Entity,
                        feed::Column::EntityKey,
                    ])
                    .update_columns([feed::Column::N, feed::Column::Body, feed::Column::Digest])
                    .to_owned(),
                )
                .exec_without_returning(db)
                .await?;
        }
        cursors.push(ScopeCursor {
            scope,
            cursor: u64::try_from(head).unwrap_or(0),
        });
    }
    Ok(cursors)
}

async fn take<C: ConnectionTrait>(db: &C, scope: &str, count: i64) -> Result<i64, DbErr> {
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        TAKE,
        [scope.into(), count.into()],
    );
    Head::find_by_statement(statement)
        .one(db)
        .await?
        .map(|h| h.n)
        .ok_or_else(|| DbErr::RecordNotFound("feed_head".to_owned()))
}

//! Numbers and digests of the feed.
//!
//! A number is taken by updating the scope's head in the transaction that writes the row: whoever
//! comes second waits for the first to end, so numbers become visible in their order. (A database
//! sequence does not wait; a cursor would then skip rows that commit late.) The head's digest, the
//! sum of the rows' digests, is kept up in the same transaction.

use std::collections::{BTreeMap, HashMap};

use protocol::pull::{digest_text, digest_value, entity_digest};
use protocol::push::ScopeCursor;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QuerySelect, Statement,
};

use super::{Row, digest};
use crate::entities::{feed, feed_head};
use crate::error::ServiceError;

/// Rows in one statement: far below the engines' limits, and few different texts of statements.
const CHUNK: usize = 125;

/// Locks a scope's head and reads it; makes it where the scope is new.
const HEAD: &str = "INSERT INTO feed_head (scope, n, digest) VALUES ($1, 0, $2) \
    ON CONFLICT (scope) DO UPDATE SET n = feed_head.n RETURNING n, digest";

#[derive(FromQueryResult)]
struct Head {
    n: i64,
    digest: String,
}

/// Kind and key: what a row is within its scope.
type Key = (&'static str, String);

/// Writes rows under the next numbers of their scopes, scopes in order so that two transactions
/// never wait for each other. What is as it was keeps its number, and what never was there does
/// not leave.
pub async fn write<C: ConnectionTrait>(
    db: &C,
    rows: Vec<Row>,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    let mut scopes: BTreeMap<String, BTreeMap<Key, Option<String>>> = BTreeMap::new();
    for row in rows {
        // the last word counts: one statement cannot write a row twice
        let scope = scopes.entry(row.scope).or_default();
        scope.insert((row.entity, row.key), row.body);
    }
    let mut cursors = Vec::with_capacity(scopes.len());
    for (scope, rows) in scopes {
        let head = write_scope(db, &scope, rows).await?;
        cursors.push(ScopeCursor {
            scope,
            cursor: u64::try_from(head).unwrap_or(0),
        });
    }
    Ok(cursors)
}

async fn write_scope<C: ConnectionTrait>(
    db: &C,
    scope: &str,
    rows: BTreeMap<Key, Option<String>>,
) -> Result<i64, ServiceError> {
    let head = head(db, scope).await?;
    let mut sum = match digest_value(&head.digest) {
        Some(sum) => sum,
        None => digest::work_out(db, scope).await?,
    };
    let before = before(db, scope, &rows).await?;
    let mut n = head.n;
    let mut models = Vec::with_capacity(rows.len());
    for ((entity, key), body) in rows {
        let was = before
            .get(entity)
            .and_then(|keys: &HashMap<String, Option<u128>>| keys.get(&key).copied());
        let now = body
            .as_deref()
            .map(|body| entity_digest(entity, &key, body));
        if was.unwrap_or(None) == now {
            continue;
        }
        sum = sum
            .wrapping_sub(was.flatten().unwrap_or(0))
            .wrapping_add(now.unwrap_or(0));
        n += 1;
        models.push(feed::ActiveModel {
            scope: Set(scope.to_owned()),
            entity: Set(entity.to_owned()),
            entity_key: Set(key),
            n: Set(n),
            body: Set(body),
            digest: Set(now.map(digest_text)),
        });
    }
    if models.is_empty() {
        return Ok(n);
    }
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
    set_head(db, scope, n, sum).await?;
    Ok(n)
}

async fn head<C: ConnectionTrait>(db: &C, scope: &str) -> Result<Head, DbErr> {
    let empty = digest_text(0);
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        HEAD,
        [scope.into(), empty.into()],
    );
    Head::find_by_statement(statement)
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("feed_head".to_owned()))
}

/// Writes a head that is locked.
async fn set_head<C: ConnectionTrait>(db: &C, scope: &str, n: i64, sum: u128) -> Result<(), DbErr> {
    feed_head::Entity::update_many()
        .filter(feed_head::Column::Scope.eq(scope))
        .set(feed_head::ActiveModel {
            n: Set(n),
            digest: Set(digest_text(sum)),
            ..Default::default()
        })
        .exec(db)
        .await?;
    Ok(())
}

/// Writes down the digest of a scope that has none yet, from before there were any.
///
/// # Errors
/// Where the database fails.
pub(super) async fn complete<C: ConnectionTrait>(db: &C, scope: &str) -> Result<(), ServiceError> {
    let head = head(db, scope).await?;
    if digest_value(&head.digest).is_none() {
        let sum = digest::work_out(db, scope).await?;
        set_head(db, scope, head.n, sum).await?;
    }
    Ok(())
}

/// Digests of these rows as they stand; none inside where a row is gone.
async fn before<C: ConnectionTrait>(
    db: &C,
    scope: &str,
    rows: &BTreeMap<Key, Option<String>>,
) -> Result<HashMap<String, HashMap<String, Option<u128>>>, ServiceError> {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (entity, key) in rows.keys() {
        by_kind.entry(entity).or_default().push(key);
    }
    let mut found: HashMap<String, HashMap<String, Option<u128>>> = HashMap::new();
    for (entity, keys) in by_kind {
        let of_kind = found.entry(entity.to_owned()).or_default();
        for some in keys.chunks(CHUNK) {
            let rows: Vec<(String, Option<String>)> = feed::Entity::find()
                .select_only()
                .columns([feed::Column::EntityKey, feed::Column::Digest])
                .filter(feed::Column::Scope.eq(scope))
                .filter(feed::Column::Entity.eq(entity))
                .filter(feed::Column::EntityKey.is_in(some.iter().copied()))
                .into_tuple()
                .all(db)
                .await?;
            for (key, digest) in rows {
                let digest = digest.as_deref().and_then(digest_value);
                of_kind.insert(key, digest);
            }
        }
    }
    Ok(found)
}

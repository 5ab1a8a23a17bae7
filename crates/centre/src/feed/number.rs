//! Numbers and digests of the feed.
//!
//! A number is taken by updating the scope's head in the transaction that writes the row: whoever
//! comes second waits for the first to end, so numbers become visible in their order. (A database
//! sequence does not wait; a cursor would then skip rows that commit late.) The head's digest, the
//! sum of the rows' digests, is kept up in the same transaction.

use std::collections::{BTreeMap, HashMap};

use protocol::entity::EntityKind;
use protocol::pull::{digest_text, digest_value, entity_digest};
use protocol::push::ScopeCursor;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QuerySelect, QueryTrait, Statement,
};

use super::changed::Row;
use super::{CHUNK, digest, kinds};
use crate::error::ServiceError;
use centre_store::boxed;
use centre_store::column::{Col, Sealed};
use centre_store::db::{Later, read_together};
use centre_store::tables::{feed, feed_head};

#[derive(FromQueryResult)]
struct Head {
    n: Col<u64>,
    digest: String,
}

/// Kind and key: what a row is within its scope.
type Key = (EntityKind, String);

/// Writes rows under the next numbers of their scopes, scopes in order so that two transactions
/// never wait for each other. What is as it was keeps its number, and what never was there does
/// not leave.
#[boxed]
pub async fn write<C: Later>(db: &C, rows: Vec<Row>) -> Result<Vec<ScopeCursor>, ServiceError> {
    let mut scopes: BTreeMap<String, BTreeMap<Key, Option<String>>> = BTreeMap::new();
    for row in rows {
        // the last word counts: one statement cannot write a row twice
        let scope = scopes.entry(row.scope).or_default();
        scope.insert((row.kind, row.key), row.body);
    }
    let mut cursors = Vec::with_capacity(scopes.len());
    for (scope, rows) in scopes {
        let head = write_scope(db, &scope, rows).await?;
        cursors.push(ScopeCursor {
            scope,
            cursor: head,
        });
    }
    Ok(cursors)
}

async fn write_scope<C: Later>(
    db: &C,
    scope: &str,
    rows: BTreeMap<Key, Option<String>>,
) -> Result<u64, ServiceError> {
    let (head, mut before) = head_and_before(db, scope, &rows).await?;
    let mut sum = match digest_value(&head.digest) {
        Some(sum) => sum,
        None => {
            let sum = digest::work_out(db, scope).await?;
            // the rows have their digests only now
            before = head_and_before(db, scope, &rows).await?.1;
            sum
        }
    };
    let mut n = *head.n;
    let mut models = Vec::with_capacity(rows.len());
    for ((kind, key), body) in rows {
        let entity = kind.name();
        let was = before.get(entity).and_then(|keys| keys.get(&key).copied());
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
            n: Set(n.into()),
            body: Set(body.map(|body| column(kind, body))),
            digest: Set(now.map(digest_text)),
        });
    }
    if models.is_empty() {
        return Ok(n);
    }
    for chunk in models.chunks(CHUNK) {
        let replacing = OnConflict::columns([
            feed::Column::Scope,
            feed::Column::Entity,
            feed::Column::EntityKey,
        ])
        .update_columns([feed::Column::N, feed::Column::Body, feed::Column::Digest])
        .to_owned();
        let rows = feed::Entity::insert_many(chunk.to_vec()).on_conflict(replacing);
        db.write_later(rows).await?;
    }
    set_head(db, scope, n, sum).await?;
    Ok(n)
}

/// Content as a column.
fn column(kind: EntityKind, body: String) -> Col<Sealed> {
    match kinds::is_sensitive(kind) {
        true => Col::secret(body),
        false => Col::plain(body),
    }
}

/// Locks a scope's head; makes it where the scope is new.
fn lock_head(engine: DbBackend, scope: &str) -> Statement {
    let new = feed_head::ActiveModel {
        scope: Set(scope.to_owned()),
        n: Set(Col(0)),
        digest: Set(digest_text(0)),
    };
    // as it is: that takes the lock
    let same = Expr::col((feed_head::Entity, feed_head::Column::N));
    let mut insert = feed_head::Entity::insert(new).on_conflict(
        OnConflict::column(feed_head::Column::Scope)
            .value(feed_head::Column::N, same)
            .to_owned(),
    );
    QueryTrait::query(&mut insert)
        .returning(Query::returning().columns([feed_head::Column::N, feed_head::Column::Digest]));
    insert.build(engine)
}

async fn head<C: ConnectionTrait>(db: &C, scope: &str) -> Result<Head, DbErr> {
    Head::find_by_statement(lock_head(db.get_database_backend(), scope))
        .one(db)
        .await?
        .ok_or_else(no_head)
}

fn no_head() -> DbErr {
    DbErr::RecordNotFound("feed_head".to_owned())
}

/// Writes a head that is locked.
async fn set_head<C: Later>(db: &C, scope: &str, n: u64, sum: u128) -> Result<(), DbErr> {
    let head = feed_head::Entity::update_many()
        .filter(feed_head::Column::Scope.eq(scope))
        .set(feed_head::ActiveModel {
            n: Set(n.into()),
            digest: Set(digest_text(sum)),
            ..Default::default()
        });
    db.write_later(head).await
}

/// Writes down the digest of a scope that has none yet, from before there were any.
///
/// # Errors
/// Where the database fails.
pub(super) async fn complete<C: Later>(db: &C, scope: &str) -> Result<(), ServiceError> {
    let head = head(db, scope).await?;
    if digest_value(&head.digest).is_none() {
        let sum = digest::work_out(db, scope).await?;
        set_head(db, scope, *head.n, sum).await?;
    }
    Ok(())
}

/// By kind and key: the digest of a row; none inside where it is gone.
type Before = HashMap<String, HashMap<String, Option<u128>>>;

/// A scope's head, locked, and then the digests of these rows as they stand.
async fn head_and_before<C: ConnectionTrait>(
    db: &C,
    scope: &str,
    rows: &BTreeMap<Key, Option<String>>,
) -> Result<(Head, Before), ServiceError> {
    let engine = db.get_database_backend();
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, key) in rows.keys() {
        by_kind.entry(kind.name()).or_default().push(key);
    }
    let mut questions = vec![lock_head(engine, scope)];
    let mut kinds = Vec::new();
    for (entity, keys) in by_kind {
        for some in keys.chunks(CHUNK) {
            let stand = feed::Entity::find()
                .select_only()
                .columns([feed::Column::EntityKey, feed::Column::Digest])
                .filter(feed::Column::Scope.eq(scope))
                .filter(feed::Column::Entity.eq(entity))
                .filter(feed::Column::EntityKey.is_in(some.iter().copied()));
            questions.push(stand.build(engine));
            kinds.push(entity);
        }
    }
    let mut answers = read_together(db, questions).await?.into_iter();
    let head = answers.next().unwrap_or_default();
    let head = Head::from_query_result(head.first().ok_or_else(no_head)?, "")?;
    let mut before = Before::new();
    for (kind, rows) in kinds.into_iter().zip(answers) {
        let of_kind = before.entry(kind.to_owned()).or_default();
        for row in rows {
            let (key, digest): (String, Option<String>) = row.try_get_many_by_index()?;
            of_kind.insert(key, digest.as_deref().and_then(digest_value));
        }
    }
    Ok((head, before))
}

//! Reading a scope's changes after a cursor: a range of the feed, passed on as it is stored.

use centre_store::boxed;
use chrono::NaiveDate;
use protocol::ErrorCode;
use protocol::attestation::Statement;
use protocol::limits::PULL_CHANGES;
use protocol::pull::{PullRequest, digest_text};
use sea_orm::{
    AccessMode, ColumnTrait, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};

use crate::Centre;
use crate::clerks::{self, Told};
use crate::devices;
use crate::error::ServiceError;
use crate::generation;
use crate::pace::{self, Beyond};
use crate::recovery;
use centre_store::column::{Col, Sealed};
use centre_store::tables::{device, feed, feed_head};

/// Bytes of changes after which a reply ends, whatever was asked for.
const REPLY_BYTES: usize = 8 * 1024 * 1024;
/// Rows that are read at once.
const PAGE: u64 = 1_000;

/// The reply to a pull, as JSON of `protocol::pull::PullReply`: contents go through unread.
///
/// # Errors
/// [`ErrorCode::ScopeForbidden`], [`ErrorCode::GenerationChanged`], [`ErrorCode::Malformed`];
/// where the database fails.
#[boxed]
pub async fn pull(
    centre: &Centre,
    device: &device::Model,
    request: &PullRequest,
) -> Result<String, ServiceError> {
    if !devices::scopes(device).contains(&request.scope) {
        return Err(ServiceError::refused(
            ErrorCode::ScopeForbidden,
            "not this device's scope",
        ));
    }
    if request.generation != centre.generation() {
        centre.look_generation().await?;
    }
    if request.generation != centre.generation() {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    let cursor = request.cursor;
    if i64::try_from(cursor).is_err() {
        return Err(ServiceError::refused(ErrorCode::Malformed, "cursor"));
    }
    // head and rows from one state, or the digest would be another state's
    let snapshot = snapshot(centre).await?;
    let told = clerks::hashes_told(&snapshot, device).await?;
    let page = page(&snapshot, request, cursor, told).await?;
    snapshot.commit().await?;
    let Some(Page {
        changes,
        count,
        next,
        more,
        digest,
    }) = page
    else {
        return forgot(centre, device, request).await;
    };
    let today = centre.now().date_naive();
    if centre.reading().read(*device.id, today, count).is_some() {
        look_at_pace(centre, device, today).await;
    }
    let digest = match digest {
        Some(digest) if !more => format!(r#","digest":"{digest}""#),
        _ => String::new(),
    };
    let attestation = if more {
        String::new()
    } else {
        let signed = centre.attest(&Statement::Feed {
            scope: &request.scope,
            cursor: next,
            generation: request.generation,
        });
        format!(r#","attestation":"{signed}""#)
    };
    let server_time = serde_json::to_string(&centre.now())?;
    Ok(format!(
        r#"{{"changes":[{changes}],"next":{next},"more":{more}{digest}{attestation},"server_time":{server_time}}}"#
    ))
}

/// Changes of one reply.
struct Page {
    /// As JSON, with commas between them.
    changes: String,
    /// How many.
    count: u64,
    next: u64,
    more: bool,
    /// The head's; none where it was not worked out yet.
    digest: Option<String>,
}

/// A transaction that sees one state of the database.
async fn snapshot(centre: &Centre) -> Result<DatabaseTransaction, ServiceError> {
    // a reader of SQLite's log does so by itself
    let options = match centre.db().backend() {
        DbBackend::Sqlite => TransactionOptions::default(),
        _ => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        },
    };
    Ok(centre.db().read().begin_with_options(options).await?)
}

/// Looks whether a device reads again and again what it has read, and puts it on the manager's list then. It is told
/// all the same: a counter whose files are lost again and again needs it.
async fn look_at_pace(centre: &Centre, device: &device::Model, today: NaiveDate) {
    let looked = async {
        let there = feed::Entity::find()
            .filter(feed::Column::Scope.is_in(devices::scopes(device)))
            .filter(feed::Column::Body.is_not_null())
            .count(centre.db().read())
            .await?;
        if centre.reading().is_beyond(*device.id, there) {
            let work = centre.work().await?;
            pace::list(&work, &device.store_id, *device.id, Beyond::Feed, today).await?;
            work.commit().await?;
        }
        Ok::<(), ServiceError>(())
    };
    if let Err(error) = looked.await {
        tracing::warn!(%error, "how much a device reads could not be looked at");
    }
}

/// A feed only grows, so a counter to which this centre signed that there is more of it than is here was answered by a
/// database that was newer: this one was put back from a backup, and a new generation begins. What the counter is told.
///
/// Without the signature it is a claim, and changes nothing here: the counter is told the feed's digest, by which it
/// finds that it has something else and fetches the feed anew.
async fn forgot(
    centre: &Centre,
    device: &device::Model,
    request: &PullRequest,
) -> Result<String, ServiceError> {
    let statement = Statement::Feed {
        scope: &request.scope,
        cursor: request.cursor,
        generation: request.generation,
    };
    let signed = request
        .attestation
        .is_some_and(|signed| centre.attested(&statement, &signed));
    if !signed {
        tracing::warn!(
            device = %device.id, cursor = request.cursor,
            "a cursor beyond the feed, which this centre's signature does not show"
        );
        let head = feed_head::Entity::find_by_id(&request.scope)
            .one(centre.db().read())
            .await?;
        let digest = head.map_or_else(|| digest_text(0), |head| head.digest);
        let server_time = serde_json::to_string(&centre.now())?;
        return Ok(format!(
            r#"{{"changes":[],"next":{},"more":false,"digest":"{digest}","server_time":{server_time}}}"#,
            request.cursor
        ));
    }
    let work = centre.work().await?;
    let mut now = generation::current(work.on()).await?;
    if now == request.generation {
        now = recovery::begin_late(&work, now, now).await?;
        tracing::error!(
            device = %device.id, generation = %now,
            "a counter has more of a feed than is here: this database is older than it was; \
             nothing is granted until every counter has reported"
        );
    }
    work.commit().await?;
    centre.note_generation(now);
    Err(ServiceError::refused(
        ErrorCode::GenerationChanged,
        "say hello again",
    ))
}

/// Number, kind, key and content of an entry.
type Kept = (Col<u64>, String, String, Option<Col<Sealed>>);

/// The changes after a cursor; none where the cursor is ahead of the feed.
async fn page(
    db: &DatabaseTransaction,
    request: &PullRequest,
    cursor: u64,
    told: Told,
) -> Result<Option<Page>, ServiceError> {
    let head = feed_head::Entity::find_by_id(&request.scope)
        .one(db)
        .await?;
    let (head, digest) = head.map_or((0, Some(digest_text(0))), |h| {
        (*h.n, Some(h.digest).filter(|d| !d.is_empty()))
    });
    if cursor > head {
        return Ok(None);
    }
    let limit = u64::from(request.limit.clamp(1, PULL_CHANGES));
    let mut changes = String::new();
    let (mut next, mut count) = (cursor, 0);
    let mut more = cursor < head;
    while more && count < limit && changes.len() < REPLY_BYTES {
        let want = PAGE.min(limit - count);
        let mut query = feed::Entity::find()
            .select_only()
            .columns([
                feed::Column::N,
                feed::Column::Entity,
                feed::Column::EntityKey,
            ])
            .column(feed::Column::Body)
            .filter(feed::Column::Scope.eq(&request.scope))
            .filter(feed::Column::N.gt(Col(next)));
        if request.cursor == 0 {
            // whoever has nothing has nothing to lose: a snapshot tells only what is there
            query = query.filter(feed::Column::Body.is_not_null());
        }
        let rows: Vec<Kept> = query
            .order_by_asc(feed::Column::N)
            .limit(want)
            .into_tuple()
            .all(db)
            .await?;
        more = rows.len() as u64 == want;
        count += rows.len() as u64;
        for (n, entity, key, body) in rows {
            next = *n;
            if !changes.is_empty() {
                changes.push(',');
            }
            let body = body.map(|body| told.body(&entity, body.0.into_text()));
            let body = body.transpose()?;
            write_change(&mut changes, *n, &entity, &key, body.as_deref())?;
        }
    }
    if !more {
        // numbers of rows that have moved on since are empty: the cursor passes them
        next = next.max(head);
    }
    let digest = match digest {
        Some(digest) if !more => Some(told.digest(db, &request.scope, digest).await?),
        Some(_) | None => None,
    };
    Ok(Some(Page {
        changes,
        count,
        next,
        more,
        digest,
    }))
}

fn write_change(
    out: &mut String,
    n: u64,
    entity: &str,
    key: &str,
    body: Option<&str>,
) -> Result<(), ServiceError> {
    let (entity, key) = (serde_json::to_string(entity)?, serde_json::to_string(key)?);
    out.push_str(&format!(r#"{{"n":{n},"entity":{entity},"key":{key}"#));
    if let Some(body) = body {
        out.push_str(r#","body":"#);
        out.push_str(body);
    }
    out.push('}');
    Ok(())
}

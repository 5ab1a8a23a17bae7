//! PostgreSQL: connections that keep what was acknowledged, one migration at a time, and the
//! line by which processes tell each other of changes.

use std::time::Duration;

use async_recursion::async_recursion as boxed;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    FromQueryResult, Statement, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::migration::Migrator;

/// Units of work at once; further ones wait for their turn.
const WRITERS: u32 = 16;
/// Reads at once, outside transactions and within units of work.
const READERS: u32 = 12;
/// How long a request waits for a connection. Shorter than a counter waits for its answer: it is
/// told `unavailable` and tries again.
const ACQUIRE: Duration = Duration::from_secs(8);
/// A connection that has rested this long may have been cut meanwhile: it is tried before use.
const TRY_AFTER: Duration = Duration::from_secs(1);

/// What every connection is told when it begins.
const SETTINGS: [(&str, &str); 7] = [
    // "done" means on the disk, whatever the server's own default is
    ("synchronous_commit", "on"),
    // row locks are taken by name (`FOR UPDATE`); what follows them reads what is committed
    ("default_transaction_isolation", "read committed"),
    // a long import holds accounts: who waits for one of them must not keep a connection for long
    ("lock_timeout", "10s"),
    // a process that hangs must not keep its locks
    ("idle_in_transaction_session_timeout", "5min"),
    // nor one whose machine is gone
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// The lock that one process holds while it brings the schema up to date: "counterp" in ASCII.
const MIGRATION_LOCK: i64 = 0x636f_756e_7465_7270;
/// A migration of a large table takes its time; the next process waits for it.
const MIGRATION_PATIENCE: &str = "SET LOCAL lock_timeout = '15min'; \
    SET LOCAL idle_in_transaction_session_timeout = 0";

/// Connects: a pool for reading, and one for units of work.
///
/// # Errors
/// Where the address is not understood, the server does not answer, or it will not make commits
/// last.
#[boxed]
pub async fn connect(url: &str) -> Result<(DatabaseConnection, DatabaseConnection), DbErr> {
    let reading = pool(url, READERS).await?;
    check_durability(&reading).await?;
    Ok((reading, pool(url, WRITERS).await?))
}

async fn pool(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire_if_idle_for(TRY_AFTER);
    options.map_sqlx_postgres_opts(|o| o.application_name("counterpart").options(SETTINGS));
    Database::connect(options).await
}

#[derive(FromQueryResult)]
struct Durability {
    synchronous_commit: String,
    fsync: String,
    full_page_writes: String,
}

/// A commit that is acknowledged must be on the disk. What a connection can ask for must hold;
/// what only the server's owner can set is told where it is dangerous.
async fn check_durability(db: &DatabaseConnection) -> Result<(), DbErr> {
    let ask = Statement::from_string(
        DbBackend::Postgres,
        "SELECT current_setting('synchronous_commit') AS synchronous_commit, \
         current_setting('fsync') AS fsync, \
         current_setting('full_page_writes') AS full_page_writes",
    );
    let Some(set) = Durability::find_by_statement(ask).one(db).await? else {
        return Ok(());
    };
    if set.synchronous_commit != "on" {
        return Err(DbErr::Custom(format!(
            "PostgreSQL runs with synchronous_commit = {} in spite of this connection's settings; \
             a connection pooler in between must pass them on",
            set.synchronous_commit
        )));
    }
    for (name, value) in [
        ("fsync", set.fsync),
        ("full_page_writes", set.full_page_writes),
    ] {
        if value == "off" {
            tracing::warn!(
                setting = name,
                "PostgreSQL runs with this off: a power cut may lose what counters were told is kept"
            );
        }
    }
    Ok(())
}

/// Brings the schema up to date. Of processes that start at once, one does it and the others wait.
///
/// # Errors
/// Where a step fails, or another process does not end its own.
#[boxed]
pub async fn migrate(steps: &DatabaseConnection, lock: &DatabaseConnection) -> Result<(), DbErr> {
    let turn = lock.begin().await?;
    turn.execute_unprepared(MIGRATION_PATIENCE).await?;
    let take = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
    turn.execute_unprepared(&take).await?;
    Migrator::up(steps, None).await?;
    turn.commit().await
}

/// A connection of its own that hears what is told on a channel.
///
/// # Errors
/// Where the server does not answer.
#[boxed]
pub async fn listen(
    db: &DatabaseConnection,
    channel: &str,
) -> Result<PgListener, sea_orm::sqlx::Error> {
    let pool = db.get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    Ok(listener)
}

/// Tells all processes that listen on a channel, when this transaction commits.
///
/// # Errors
/// Where the database fails.
pub async fn notify<C: ConnectionTrait>(
    db: &C,
    channel: &str,
    payload: String,
) -> Result<(), DbErr> {
    let tell = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_notify($1, $2)",
        [channel.into(), payload.into()],
    );
    db.execute_raw(tell).await?;
    Ok(())
}

/// Waits until no other transaction holds this name, and holds it until the own one ends.
///
/// # Errors
/// Where the database fails.
pub async fn hold_name<C: ConnectionTrait>(db: &C, name: &str) -> Result<(), DbErr> {
    let take = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        [name.into()],
    );
    db.execute_raw(take).await?;
    Ok(())
}

//! One moment of the database, to be read at leisure.

use async_recursion::async_recursion as boxed;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::Db;

/// Bytes of a SQLite file that are read as memory.
const MAPPED: u64 = 8 << 30;

/// Begins one. Nobody waits for it, and it waits for nobody: SQLite's WAL and PostgreSQL's row versions
/// both let readers keep an older moment.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn begin(db: &Db) -> Result<DatabaseTransaction, DbErr> {
    let options = match db.backend() {
        // a deferred transaction that only reads is a snapshot from its first statement on
        DbBackend::Sqlite => TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            ..Default::default()
        },
        _ => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..Default::default()
        },
    };
    let transaction = db.read().begin_with_options(options).await?;
    map(&transaction, MAPPED).await?;
    Ok(transaction)
}

/// Ends one; nothing was written.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn end(transaction: DatabaseTransaction) -> Result<(), DbErr> {
    map(&transaction, 0).await?;
    transaction.rollback().await
}

/// Lets SQLite read so many bytes of its file as memory: an audit reads all of it, and much of it twice.
async fn map(transaction: &DatabaseTransaction, bytes: u64) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Sqlite {
        let pragma = format!("PRAGMA mmap_size = {bytes}");
        transaction.execute_unprepared(&pragma).await?;
    }
    Ok(())
}

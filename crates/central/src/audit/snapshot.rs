//! One moment of the database: a read transaction, and the report as it grows.

use std::collections::HashMap;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};

use super::report::{CheckReport, Report};
use crate::db::Db;
use crate::error::ServiceError;

/// Bytes of a SQLite file that are read as memory.
const MAPPED: u64 = 8 << 30;

/// A moment of the database and what was found in it so far.
pub(super) struct Snapshot<'a> {
    transaction: &'a DatabaseTransaction,
    /// Rows of tables that were counted before.
    counted: HashMap<&'static str, u64>,
    checks: Vec<CheckReport>,
}

/// Begins one. Nobody waits for it, and it waits for nobody: SQLite's WAL and PostgreSQL's row versions
/// both let readers keep an older moment.
pub(crate) async fn begin(db: &Db) -> Result<DatabaseTransaction, ServiceError> {
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
pub(crate) async fn end(transaction: DatabaseTransaction) -> Result<(), ServiceError> {
    map(&transaction, 0).await?;
    Ok(transaction.rollback().await?)
}

/// Lets SQLite read so many bytes of its file as memory: an audit reads all of it, and much of it twice.
async fn map(transaction: &DatabaseTransaction, bytes: u64) -> Result<(), ServiceError> {
    if transaction.get_database_backend() == DbBackend::Sqlite {
        let pragma = format!("PRAGMA mmap_size = {bytes}");
        transaction.execute_unprepared(&pragma).await?;
    }
    Ok(())
}

impl<'a> Snapshot<'a> {
    /// What this transaction sees.
    pub(super) fn of(transaction: &'a DatabaseTransaction) -> Self {
        Self {
            transaction,
            counted: HashMap::new(),
            checks: Vec::new(),
        }
    }

    /// The transaction, to read in.
    pub(super) fn on(&self) -> &'a DatabaseTransaction {
        self.transaction
    }

    /// Keeps a check that is done.
    pub(super) fn done(&mut self, check: CheckReport) {
        self.checks.push(check);
    }

    /// Rows of a table.
    pub(super) async fn rows(&mut self, table: &'static str) -> Result<u64, ServiceError> {
        #[derive(FromQueryResult)]
        struct Count {
            n: i64,
        }
        if let Some(n) = self.counted.get(table) {
            return Ok(*n);
        }
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let found: Vec<Count> = self.ask(&sql, Vec::new()).await?;
        let n = found.first().map_or(0, |c| c.n);
        let n = u64::try_from(n).unwrap_or(0);
        self.counted.insert(table, n);
        Ok(n)
    }

    /// Rows of a statement.
    pub(super) async fn ask<T: FromQueryResult>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<T>, ServiceError> {
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(T::find_by_statement(statement)
            .all(self.transaction)
            .await?)
    }

    /// What was found in it.
    pub(super) fn report(self) -> Report {
        Report::of(self.checks)
    }
}

//! One moment of the database: a read transaction, and the report as it grows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement, Value};

use super::report::{CheckReport, Report};
use crate::error::ServiceError;
use centre_store::column::Col;

/// A moment of the database and what was found in it so far.
pub(super) struct Snapshot<'a> {
    transaction: &'a DatabaseTransaction,
    now: DateTime<Utc>,
    /// Rows of tables that were counted before.
    counted: HashMap<&'static str, u64>,
    checks: Vec<CheckReport>,
}

impl<'a> Snapshot<'a> {
    /// What this transaction sees.
    pub(super) fn of(transaction: &'a DatabaseTransaction, now: DateTime<Utc>) -> Self {
        Self {
            transaction,
            now,
            counted: HashMap::new(),
            checks: Vec::new(),
        }
    }

    /// The transaction, to read in.
    pub(super) fn on(&self) -> &'a DatabaseTransaction {
        self.transaction
    }

    /// When it is audited.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Keeps a check that is done.
    pub(super) fn done(&mut self, check: CheckReport) {
        self.checks.push(check);
    }

    /// Rows of a table.
    pub(super) async fn rows(&mut self, table: &'static str) -> Result<u64, ServiceError> {
        #[derive(FromQueryResult)]
        struct Count {
            n: Col<u64>,
        }
        if let Some(n) = self.counted.get(table) {
            return Ok(*n);
        }
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let found: Vec<Count> = self.ask(&sql, Vec::new()).await?;
        let n = found.first().map_or(0, |c| *c.n);
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

//! A transaction that may write, and hands statements to the database together where it can.
//!
//! SQLite works on a thread of its own: each statement that is waited for wakes that thread and is
//! woken by it, which takes longer than most statements. So a write whose answer nobody looks at is
//! put off until something is read, waited for or committed, and goes there with it, in order.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_recursion::async_recursion as boxed;
use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, QueryTrait, Statement,
};
use tokio::sync::OwnedMutexGuard;

use crate::column::seal_values;
use crate::seal::SealingKey;

/// Bytes of statements that go together. Longer texts go one by one: each is kept ready by the
/// connection, and in every combination there would be too many of them.
const TOGETHER: usize = 12 * 1_024;

/// Where writes may be put off.
#[async_trait]
pub trait Later: ConnectionTrait {
    /// Executes a statement that gives no rows, at the latest before anything else is asked or the
    /// transaction commits; how many rows it changed is not told. A failure may be told by whatever
    /// is asked next.
    ///
    /// # Errors
    /// Where the database fails.
    async fn later(&self, statement: Statement) -> Result<(), DbErr> {
        self.execute_raw(statement).await.map(drop)
    }

    /// [`Later::later`] of a text without values.
    ///
    /// # Errors
    /// As [`Later::later`].
    async fn later_sql(&self, sql: &str) -> Result<(), DbErr> {
        let engine = self.get_database_backend();
        self.later(Statement::from_string(engine, sql)).await
    }

    /// [`Later::later`] of a query.
    ///
    /// # Errors
    /// As [`Later::later`].
    async fn write_later<Q: QueryTrait + Send>(&self, query: Q) -> Result<(), DbErr> {
        let statement = query.build(self.get_database_backend());
        drop(query);
        self.later(statement).await
    }
}

impl Later for DatabaseConnection {}
impl Later for DatabaseTransaction {}

/// A transaction that may write; it rolls back where it is dropped.
#[derive(Debug)]
pub struct WriteTransaction {
    transaction: DatabaseTransaction,
    /// What was put off, in order.
    put_off: Mutex<Vec<Statement>>,
    /// Seals what is sensitive; none where the database was opened without a key.
    key: Option<SealingKey>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl WriteTransaction {
    pub(super) fn new(
        transaction: DatabaseTransaction,
        turn: Option<OwnedMutexGuard<()>>,
        key: Option<SealingKey>,
    ) -> Self {
        Self {
            transaction,
            put_off: Mutex::default(),
            key,
            _turn: turn,
        }
    }

    /// The transaction itself, to read by: without what was put off, and what is written by it is not sealed.
    pub fn on(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Makes its changes last.
    ///
    /// # Errors
    /// Where the engine reports one; then nothing has changed, unless the connection was lost at
    /// this very moment: see [`fault::Fault::Lost`](super::fault::Fault::Lost).
    #[boxed]
    pub async fn commit(self) -> Result<(), DbErr> {
        self.catch_up().await?;
        self.transaction.commit().await
    }

    /// Gives its changes up.
    ///
    /// # Errors
    /// Where the engine reports one.
    #[boxed]
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.transaction.rollback().await
    }

    fn put_off(&self) -> MutexGuard<'_, Vec<Statement>> {
        // statements are pushed and taken whole
        self.put_off.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A statement, with what is sensitive in it sealed.
    fn sealed(&self, mut statement: Statement) -> Result<Statement, DbErr> {
        if let Some(values) = &mut statement.values {
            seal_values(values, self.key.as_ref())?;
        }
        Ok(statement)
    }

    /// Executes what was put off.
    async fn catch_up(&self) -> Result<(), DbErr> {
        let statements = std::mem::take(&mut *self.put_off());
        for some in together(statements) {
            self.transaction.execute_raw(some).await?;
        }
        Ok(())
    }

    /// A question, after what was put off; both in one where that can be.
    async fn after_all(&self, question: Statement) -> Result<Statement, DbErr> {
        let mut statements = std::mem::take(&mut *self.put_off());
        if statements.is_empty() {
            return Ok(question);
        }
        statements.push(question);
        let mut all = together(statements);
        let last = all.pop();
        for some in all {
            self.transaction.execute_raw(some).await?;
        }
        last.ok_or_else(|| DbErr::Custom("a question that got lost".to_owned()))
    }
}

#[async_trait]
impl Later for WriteTransaction {
    async fn later(&self, statement: Statement) -> Result<(), DbErr> {
        let statement = self.sealed(statement)?;
        self.put_off().push(statement);
        Ok(())
    }
}

#[async_trait]
impl ConnectionTrait for WriteTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        // by itself: it tells how many rows it changed
        self.catch_up().await?;
        self.transaction.execute_raw(self.sealed(statement)?).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.catch_up().await?;
        self.transaction.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let statement = self.after_all(self.sealed(statement)?).await?;
        self.transaction.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.after_all(self.sealed(statement)?).await?;
        self.transaction.query_all_raw(statement).await
    }
}

/// Puts neighbours together, in order, as far as the engine takes several statements at once.
fn together(statements: Vec<Statement>) -> Vec<Statement> {
    let mut all: Vec<Statement> = Vec::with_capacity(statements.len());
    for statement in statements {
        match all.last_mut() {
            Some(last) if may_join(last, &statement) => join(last, statement),
            _ => all.push(statement),
        }
    }
    all
}

fn may_join(a: &Statement, b: &Statement) -> bool {
    // a numbered placeholder would count from the first statement's values on
    let plain = |s: &Statement| s.db_backend == DbBackend::Sqlite && !s.sql.contains('$');
    plain(a) && plain(b) && a.sql.len() + b.sql.len() <= TOGETHER
}

fn join(to: &mut Statement, next: Statement) {
    to.sql.push_str(";\n");
    to.sql.push_str(&next.sql);
    if let Some(values) = next.values {
        to.values
            .get_or_insert_with(|| sea_orm::Values(Vec::new()))
            .0
            .extend(values.0);
    }
}

/// Stands between the rows of two questions that were asked together.
const NEXT: &str = "next_question";

/// Asks several questions at once: the rows of each, in the order of the questions.
///
/// # Errors
/// Where the database fails.
pub async fn read_together<C: ConnectionTrait>(
    db: &C,
    questions: Vec<Statement>,
) -> Result<Vec<Vec<QueryResult>>, DbErr> {
    let fits = questions.windows(2).all(|w| may_join(&w[0], &w[1]))
        && questions.iter().map(|q| q.sql.len()).sum::<usize>() <= TOGETHER;
    let mut answers = Vec::with_capacity(questions.len());
    if !fits {
        for question in questions {
            answers.push(db.query_all_raw(question).await?);
        }
        return Ok(answers);
    }
    let count = questions.len();
    let mut questions = questions.into_iter();
    let Some(mut all) = questions.next() else {
        return Ok(answers);
    };
    for question in questions {
        all.sql.push_str(";\nSELECT 1 AS ");
        all.sql.push_str(NEXT);
        join(&mut all, question);
    }
    answers.push(Vec::new());
    for row in db.query_all_raw(all).await? {
        if is_next(&row) {
            answers.push(Vec::new());
        } else if let Some(last) = answers.last_mut() {
            last.push(row);
        }
    }
    if answers.len() != count {
        return Err(DbErr::Custom(
            "answers that do not fit the questions".to_owned(),
        ));
    }
    Ok(answers)
}

fn is_next(row: &QueryResult) -> bool {
    use sea_orm::sqlx::{Column, Row};
    row.try_as_sqlite_row()
        .and_then(|row| row.columns().first())
        .is_some_and(|column| column.name() == NEXT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use sea_orm::Values;

    fn sqlite(sql: &str, values: Vec<i64>) -> Statement {
        let values = values.into_iter().map(Into::into);
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    }

    async fn numbers(db: &WriteTransaction) -> Vec<i64> {
        let asked = sqlite("SELECT a FROM t ORDER BY a", vec![]);
        let rows = db.query_all_raw(asked).await.unwrap();
        rows.iter().map(|r| r.try_get("", "a").unwrap()).collect()
    }

    async fn opened() -> (tempfile::TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&crate::db::sqlite_in(dir.path()).unwrap())
            .await
            .unwrap();
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("CREATE TABLE t (a INTEGER PRIMARY KEY)")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        (dir, db)
    }

    #[tokio::test]
    async fn what_was_put_off_is_there_for_whatever_is_asked_next() {
        let (_dir, db) = opened().await;
        let insert = || sqlite("INSERT INTO t VALUES (?), (?)", vec![1, 2]);
        let tx = db.begin().await.unwrap();
        tx.later(insert()).await.unwrap();
        tx.later(sqlite("UPDATE t SET a = ? WHERE a = ?", vec![7, 2]))
            .await
            .unwrap();
        assert_eq!(numbers(&tx).await, [1, 7]);
        tx.later(sqlite("DELETE FROM t WHERE a = ?", vec![1]))
            .await
            .unwrap();
        let counted = tx
            .execute_raw(sqlite("UPDATE t SET a = ? WHERE a > ?", vec![9, 0]))
            .await
            .unwrap();
        assert_eq!(counted.rows_affected(), 1, "its own rows alone");
        tx.later(sqlite("INSERT INTO t VALUES (?)", vec![10]))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let tx = db.begin().await.unwrap();
        assert_eq!(numbers(&tx).await, [9, 10]);
        tx.later(sqlite("DELETE FROM t", vec![])).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(numbers(&db.begin().await.unwrap()).await, [9, 10]);
    }

    #[tokio::test]
    async fn a_write_that_fails_late_fails_the_transaction() {
        let (_dir, db) = opened().await;
        let twice = || sqlite("INSERT INTO t VALUES (?)", vec![1]);
        let tx = db.begin().await.unwrap();
        tx.later(twice()).await.unwrap();
        tx.later(twice()).await.unwrap();
        assert!(tx.commit().await.is_err());
        let tx = db.begin().await.unwrap();
        assert_eq!(numbers(&tx).await, Vec::<i64>::new());
        tx.later(twice()).await.unwrap();
        tx.later(twice()).await.unwrap();
        let asked = sqlite("SELECT a FROM t", vec![]);
        assert!(tx.query_one_raw(asked).await.is_err());
    }

    #[tokio::test]
    async fn questions_asked_together_have_their_own_answers() {
        let (_dir, db) = opened().await;
        let tx = db.begin().await.unwrap();
        for n in 1..=3 {
            tx.later(sqlite("INSERT INTO t VALUES (?)", vec![n]))
                .await
                .unwrap();
        }
        let above = |n| sqlite("SELECT a FROM t WHERE a > ?", vec![n]);
        let answers = read_together(&tx, vec![above(1), above(9), above(0)])
            .await
            .unwrap();
        let counts: Vec<usize> = answers.iter().map(Vec::len).collect();
        assert_eq!(counts, [2, 0, 3]);
        assert!(read_together(&tx, vec![]).await.unwrap().is_empty());
        // numbered placeholders and long texts are asked one by one
        let numbered = sqlite("SELECT a FROM t WHERE a = $1", vec![2]);
        let long = sqlite(
            &format!("SELECT a FROM t WHERE a = ? {}", " ".repeat(TOGETHER)),
            vec![3],
        );
        let answers = read_together(&tx, vec![above(0), numbered, long])
            .await
            .unwrap();
        let counts: Vec<usize> = answers.iter().map(Vec::len).collect();
        assert_eq!(counts, [3, 1, 1]);
    }

    #[test]
    fn only_what_the_engine_takes_at_once_goes_together() {
        let long = format!("SELECT '{}'", "x".repeat(TOGETHER));
        let texts = ["A ?", "B ?", "C $1", "D", &long, "E ?"];
        let all = together(texts.iter().map(|t| sqlite(t, vec![1])).collect());
        let joined: Vec<&str> = all.iter().map(|s| &s.sql[..1]).collect();
        assert_eq!(joined, ["A", "C", "D", "S", "E"]);
        assert_eq!(all[0].sql, "A ?;\nB ?");
        assert_eq!(all[0].values, Some(Values(vec![1i64.into(), 1i64.into()])));
        let pg = Statement::from_string(DbBackend::Postgres, "A");
        assert_eq!(together(vec![pg.clone(), pg]).len(), 2);
    }
}

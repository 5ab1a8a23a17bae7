//! The database: SQLite in a file, or PostgreSQL; one code for both.

pub mod fault;
mod file;
pub mod postgres;
mod rows;
pub mod snapshot;
pub mod threads;
mod write;

use std::sync::Arc;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::Mutex;

use crate::migration::Migrator;
use crate::seal::SealingKey;

pub use file::{Made, file_of, sqlite_at, sqlite_in};
pub use rows::difference;
pub use write::{Later, WriteTransaction, read_together};

/// How long a writer waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(30);
/// Connections that read the embedded database at once.
const READERS: u32 = 8;
/// Statements that each connection keeps ready.
const READY: usize = 500;

/// An open database with its schema in place.
#[derive(Clone, Debug)]
pub struct Db {
    reading: DatabaseConnection,
    /// A unit of work reads by the other pool too. Were it the same one, units that have taken
    /// all its connections would wait for each other. On SQLite it has one connection, whose page
    /// cache stays good: a change by another one empties it.
    writing: DatabaseConnection,
    /// SQLite has one writer at a time: within this process they queue here, in order.
    writer: Arc<Mutex<()>>,
    /// Seals what is sensitive.
    key: Option<SealingKey>,
}

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// Where the address is not understood, the database cannot be reached, or a migration fails.
    #[boxed]
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        let (reading, writing) = if url.starts_with("sqlite:") {
            file::shut(url);
            (sqlite(url, READERS).await?, sqlite(url, 1).await?)
        } else {
            postgres::connect(url).await?
        };
        let db = Self {
            reading,
            writing,
            writer: Arc::default(),
            key: None,
        };
        match db.backend() {
            DbBackend::Postgres => postgres::migrate(&db.reading, &db.writing).await?,
            _ => db.migrate().await?,
        }
        Ok(db)
    }

    /// Two processes may start at once: whoever loses the race finds the schema made.
    async fn migrate(&self) -> Result<(), DbErr> {
        let mut tries = 0;
        loop {
            match Migrator::up(&self.reading, None).await {
                Ok(()) => return Ok(()),
                Err(error) if tries >= 20 => return Err(error),
                Err(_) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    if Migrator::get_pending_migrations(&self.reading)
                        .await
                        .is_ok_and(|pending| pending.is_empty())
                    {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The same database, with the key by which it seals what is sensitive.
    #[must_use]
    pub fn sealing_with(self, key: SealingKey) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// For reading outside a transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reading
    }

    /// Which engine it is.
    pub fn backend(&self) -> DbBackend {
        self.reading.get_database_backend()
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// Where another process keeps the database longer than the time-out, or it cannot be
    /// reached.
    #[boxed]
    pub async fn begin(&self) -> Result<WriteTransaction, DbErr> {
        let turn = match self.backend() {
            DbBackend::Sqlite => Some(Arc::clone(&self.writer).lock_owned().await),
            _ => None,
        };
        let transaction = self
            .writing
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            })
            .await?;
        Ok(WriteTransaction::new(transaction, turn, self.key.clone()))
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// Where the engine reports one.
    #[boxed]
    pub async fn close(self) -> Result<(), DbErr> {
        let writing = self.writing.close().await;
        self.reading.close().await?;
        writing
    }
}

async fn sqlite(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .max_connections(connections)
        .min_connections(1)
        // a file does not go away as a server does
        .test_before_acquire(false)
        .acquire_timeout(BUSY);
    options.map_sqlx_sqlite_opts(|o| {
        o.create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // rows wait here rather than stop the thread that reads them
            .row_buffer_size(1_024)
            .statement_cache_capacity(READY)
            .pragma("cache_size", "-65536")
            // what is erased is written over where it stood
            .pragma("secure_delete", "ON")
    });
    Database::connect(options).await
}

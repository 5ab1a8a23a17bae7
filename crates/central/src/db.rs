//! The database: SQLite in a file, or PostgreSQL; one code for both.

pub mod fault;
pub mod postgres;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::migration::Migrator;

/// How long a writer waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(30);

/// An open database with its schema in place.
#[derive(Clone, Debug)]
pub struct Db {
    reading: DatabaseConnection,
    /// A unit of work reads by the other pool too. Were it the same one, units that have taken
    /// all its connections would wait for each other.
    writing: DatabaseConnection,
    /// SQLite has one writer at a time: within this process they queue here, in order.
    writer: Arc<Mutex<()>>,
}

/// A transaction that may write; it rolls back where it is dropped.
#[derive(Debug)]
pub struct WriteTransaction {
    transaction: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// Where the address is not understood, the database cannot be reached, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        let (reading, writing) = if url.starts_with("sqlite:") {
            let one = sqlite(url).await?;
            (one.clone(), one)
        } else {
            postgres::connect(url).await?
        };
        let db = Self {
            reading,
            writing,
            writer: Arc::default(),
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
            match Migrator::up(&self.writing, None).await {
                Ok(()) => return Ok(()),
                Err(error) if tries >= 20 => return Err(error),
                Err(_) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    if Migrator::get_pending_migrations(&self.writing)
                        .await
                        .is_ok_and(|pending| pending.is_empty())
                    {
                        return Ok(());
                    }
                }
            }
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
        Ok(WriteTransaction {
            transaction,
            _turn: turn,
        })
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// Where the engine reports one.
    pub async fn close(self) -> Result<(), DbErr> {
        if self.backend() == DbBackend::Postgres {
            self.writing.close().await?;
        }
        self.reading.close().await
    }
}

async fn sqlite(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .max_connections(8)
        .min_connections(1)
        .acquire_timeout(BUSY);
    options.map_sqlx_sqlite_opts(|o| {
        o.create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // rows wait here rather than stop the thread that reads them
            .row_buffer_size(1_024)
            .pragma("cache_size", "-65536")
    });
    Database::connect(options).await
}

impl WriteTransaction {
    /// The transaction, to run statements on.
    pub fn on(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Makes its changes last.
    ///
    /// # Errors
    /// Where the engine reports one; then nothing has changed, unless the connection was lost at
    /// this very moment: see [`fault::Fault::Lost`].
    pub async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await
    }

    /// Gives its changes up.
    ///
    /// # Errors
    /// Where the engine reports one.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.transaction.rollback().await
    }
}

/// The address of the SQLite database in a folder; the folder is made where it is not there.
///
/// # Errors
/// Where the folder cannot be made.
pub fn sqlite_in(folder: &Path) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    Ok(format!("sqlite://{}", folder.join("central.db").display()))
}

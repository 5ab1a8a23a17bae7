//! Members' keys, by which backups are sealed: in a file of their own beside the database, in no backup. Forgetting a
//! member's key takes her out of every backup there is.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use centre_store::boxed;
use centre_store::files;
use centre_store::seal::SealingKey;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    FromQueryResult, Statement, TransactionTrait,
};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A backup was put back, and the file with its members' keys is not there.
    #[error(
        "{} is missing: this database is a backup, and its members are sealed with the keys in it. Put it back from where it \
         was kept",
        .0.display()
    )]
    Missing(PathBuf),
    /// The file has not the keys of all who are in the backup: it is an older one.
    #[error(
        "{} does not know {members} of the members in this backup: it is older than the backup. Put the newest back",
        file.display()
    )]
    Older {
        /// Which file.
        file: PathBuf,
        /// How many members it does not know.
        members: u64,
    },
    /// The file cannot be read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no database, or fails as one.
    #[error("{}: {source}", file.display())]
    Database {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: DbErr,
    },
    /// It holds a key that is none.
    #[error("{} holds a key that is none", .0.display())]
    Invalid(PathBuf),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// An open file of keys.
#[derive(Debug)]
pub struct MemberKeys {
    db: DatabaseConnection,
    file: PathBuf,
}

/// A member's key, or that it was forgotten.
#[derive(FromQueryResult)]
struct Kept {
    member_id: String,
    /// 64 hex digits; empty once forgotten.
    secret: String,
}

/// Members in one statement.
const CHUNK: usize = 500;

impl MemberKeys {
    /// Opens the file; it is made where it is missing.
    ///
    /// # Errors
    /// Where it cannot be made, or is no such file.
    #[boxed]
    pub async fn make(file: &Path) -> Result<Self, KeysError> {
        match files::create(file) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => files::shut(file),
            Err(source) => {
                return Err(KeysError::File {
                    file: file.to_owned(),
                    source,
                });
            }
        }
        Self::open(file).await
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`KeysError::Missing`]; where it is no such file.
    #[boxed]
    pub async fn open(file: &Path) -> Result<Self, KeysError> {
        if !file.exists() {
            return Err(KeysError::Missing(file.to_owned()));
        }
        let failed = |source: DbErr| KeysError::Database {
            file: file.to_owned(),
            source,
        };
        let mut options = ConnectOptions::new("sqlite:");
        options.sqlx_logging(false).max_connections(1);
        let name = file.to_owned();
        options.map_sqlx_sqlite_opts(move |o| {
            o.filename(&name)
                .journal_mode(SqliteJournalMode::Delete)
                .synchronous(SqliteSynchronous::Extra)
                // what is forgotten is written over
                .pragma("secure_delete", "ON")
        });
        let db = Database::connect(options).await.map_err(failed)?;
        db.execute_unprepared(
            "CREATE TABLE IF NOT EXISTS member_key (member_id TEXT NOT NULL PRIMARY KEY, secret TEXT NOT NULL)",
        )
        .await
        .map_err(failed)?;
        Ok(Self {
            db,
            file: file.to_owned(),
        })
    }

    fn failed(&self) -> impl Fn(DbErr) -> KeysError {
        let file = self.file.clone();
        move |source| KeysError::Database {
            file: file.clone(),
            source,
        }
    }

    async fn kept(&self, members: &[&str]) -> Result<Vec<Kept>, KeysError> {
        let mut all = Vec::with_capacity(members.len());
        for some in members.chunks(CHUNK) {
            let sql = "SELECT member_id, secret FROM member_key WHERE member_id IN (SELECT value FROM json_each($1))";
            let asked = statement(sql, serde_json::json!(some));
            let found = Kept::find_by_statement(asked).all(&self.db).await;
            all.extend(found.map_err(self.failed())?);
        }
        Ok(all)
    }

    /// The keys of members; whose was forgotten has none, and who is not known has none either.
    ///
    /// # Errors
    /// Where the file cannot be read.
    #[boxed]
    pub async fn of(&self, members: &[&str]) -> Result<HashMap<String, SealingKey>, KeysError> {
        let kept = self.kept(members).await?;
        let kept = kept.into_iter().filter(|k| !k.secret.is_empty());
        kept.map(|k| {
            let mut secret = [0u8; 32];
            hex::decode_to_slice(&k.secret, &mut secret)
                .map_err(|_| KeysError::Invalid(self.file.clone()))?;
            Ok((k.member_id, SealingKey::apart(&secret)))
        })
        .collect()
    }

    /// The keys of members, new ones for those who have none yet.
    ///
    /// # Errors
    /// Where the file cannot be written.
    #[boxed]
    pub async fn ensure(&self, members: &[&str]) -> Result<HashMap<String, SealingKey>, KeysError> {
        let known = self.kept(members).await?;
        let known: HashSet<&str> = known.iter().map(|k| k.member_id.as_str()).collect();
        let mut fresh = Vec::new();
        for member in members.iter().filter(|m| !known.contains(*m)) {
            let mut secret = [0u8; 32];
            getrandom::fill(&mut secret)?;
            fresh.push((*member, hex::encode(secret)));
        }
        if !fresh.is_empty() {
            let sql = "INSERT INTO member_key (member_id, secret) \
                 SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each($1) \
                 WHERE true ON CONFLICT (member_id) DO NOTHING";
            let all = statement(sql, serde_json::json!(fresh));
            self.db.execute_raw(all).await.map_err(self.failed())?;
        }
        self.of(members).await
    }

    /// How many of these members the file does not know: neither a key of theirs, nor that it was forgotten.
    ///
    /// # Errors
    /// Where the file cannot be read.
    #[boxed]
    pub async fn unknown(&self, members: &[&str]) -> Result<u64, KeysError> {
        let known = self.kept(members).await?.len();
        Ok(members.len().saturating_sub(known) as u64)
    }

    /// Forgets the keys of members, for good. How many were known until now.
    ///
    /// # Errors
    /// Where the file cannot be written.
    #[boxed]
    pub async fn forget(&self, members: &[&str]) -> Result<u64, KeysError> {
        let mut gone = 0;
        let work = self.db.begin().await.map_err(self.failed())?;
        for some in members.chunks(CHUNK) {
            let sql = "UPDATE member_key SET secret = '' WHERE secret <> '' \
                 AND member_id IN (SELECT value FROM json_each($1))";
            let done = work.execute_raw(statement(sql, serde_json::json!(some)));
            gone += done.await.map_err(self.failed())?.rows_affected();
        }
        work.commit().await.map_err(self.failed())?;
        Ok(gone)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Closes the file.
    ///
    /// # Errors
    /// Where the engine reports one.
    pub async fn close(self) -> Result<(), KeysError> {
        let file = self.file;
        let closed = self.db.close().await;
        closed.map_err(|source| KeysError::Database { file, source })
    }
}

fn statement(sql: &str, values: serde_json::Value) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, [values.to_string().into()])
}

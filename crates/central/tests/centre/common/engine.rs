//! One story, two engines.

use std::path::{Path, PathBuf};

use centre::error::ServiceError;
use centre::key::KeyPlace;
use centre::{Centre, Clock};

use super::postgres::Database;

/// Where a centre keeps what it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An empty place for a centre; on PostgreSQL it goes with this.
#[derive(Debug)]
pub struct Store {
    pub url: String,
    pub database: Option<Database>,
    /// The file of the centre's key.
    pub key: PathBuf,
}

impl Store {
    /// Opens the centre that is kept here.
    pub async fn open(&self) -> Result<Centre, ServiceError> {
        self.open_by(Clock::default()).await
    }

    /// The same, going by another clock.
    pub async fn open_by(&self, clock: Clock) -> Result<Centre, ServiceError> {
        Centre::open_at(&self.url, &KeyPlace::File(self.key.clone()), clock).await
    }
}

impl Engine {
    /// An empty place; a file is put into `folder`.
    pub fn store(self, folder: &Path) -> Store {
        match self {
            Self::Sqlite => Store {
                url: centre_store::db::sqlite_in(folder).unwrap(),
                database: None,
                key: folder.join("central.key"),
            },
            Self::Postgres => {
                let database = Database::fresh();
                Store {
                    url: database.address(),
                    key: database.key(),
                    database: Some(database),
                }
            }
        }
    }
}

/// Makes a test of each story on each engine. A story is an `async fn` that is given the engine;
/// the file that tells it knows `Engine`.
macro_rules! on_both_engines {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::$story(super::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $story() {
                super::$story(super::Engine::Postgres).await;
            })+
        }
    };
}

//! The engine's threads; in a file of its own, as it looks at all threads of its process.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used)]

use centre_store::db::{Db, sqlite_in, threads};

#[tokio::test]
async fn the_threads_of_a_database_are_seen_and_gone_when_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&sqlite_in(folder.path()).unwrap()).await.unwrap();
    #[cfg(target_os = "linux")]
    assert!(threads::any());
    db.close().await.unwrap();
    threads::ended().await;
    assert!(!threads::any());
}

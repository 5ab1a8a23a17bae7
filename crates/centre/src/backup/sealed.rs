//! Sealing the members of a copy, each with her own key.

use std::collections::BTreeSet;
use std::path::Path;

use centre_store::boxed;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, TransactionTrait,
};

use super::{parts, rows};
use crate::error::ServiceError;
use crate::member_keys::MemberKeys;

/// Opens a copy in the making. It is thrown away where it is not finished, so that it needs no journal, and what is
/// written over leaves nothing of what it was.
pub(super) async fn opened(copy: &Path) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite:");
    options.sqlx_logging(false).max_connections(1);
    let copy = copy.to_owned();
    options.map_sqlx_sqlite_opts(move |o| {
        o.filename(&copy)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-65536")
    });
    Database::connect(options).await
}

/// Seals all that says who members are. How many rows.
#[boxed]
pub(super) async fn seal(
    copy: &DatabaseConnection,
    keys: &MemberKeys,
) -> Result<u64, ServiceError> {
    let mut sealed = 0;
    for table in parts::LEFT_OUT {
        copy.execute_unprepared(&format!("DELETE FROM {table}"))
            .await?;
    }
    for part in parts::ALL {
        let mut after = i64::MIN;
        loop {
            let mut page = rows::page(copy, part, after).await?;
            let Some(last) = page.last() else { break };
            after = last.place;
            let whose: BTreeSet<String> = page.iter().map(|row| row.whose.clone()).collect();
            let whose: Vec<&str> = whose.iter().map(String::as_str).collect();
            let of = keys.ensure(&whose).await?;
            let mut changed = Vec::with_capacity(page.len());
            for row in &mut page {
                // whose key is forgotten was erased: there is nothing left to seal
                if let Some(key) = of.get(&row.whose)
                    && rows::seal(part, row, key)?
                {
                    changed.push(row.to_json());
                }
            }
            sealed += changed.len() as u64;
            let work = copy.begin().await?;
            rows::write(&work, part, changed).await?;
            work.commit().await?;
        }
    }
    Ok(sealed)
}

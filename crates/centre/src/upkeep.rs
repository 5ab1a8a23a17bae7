//! What whoever runs the service asks of its database: which engine it is, whether its pages can be read, whether its clock and
//! what was written agree with this machine's, and when it was last copied.

use centre_store::boxed;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::Kind;
use centre_store::tables::log_entry;

/// The engine's name and version, as it says them itself.
///
/// # Errors
/// Where the database does not answer.
#[boxed]
pub async fn engine(centre: &Centre) -> Result<String, ServiceError> {
    let (name, ask) = match centre.db().backend() {
        DbBackend::Postgres => ("PostgreSQL", "SHOW server_version"),
        _ => ("SQLite", "SELECT sqlite_version()"),
    };
    let version: Option<String> = first(centre, ask).await?;
    Ok(format!("{name} {}", version.unwrap_or_default()))
}

/// What is wrong with the pages of the embedded database; none where all can be read, or on a server, which looks after its
/// own.
///
/// # Errors
/// Where the database does not answer.
#[boxed]
pub async fn broken_pages(centre: &Centre) -> Result<Option<String>, ServiceError> {
    if centre.db().backend() == DbBackend::Postgres {
        return Ok(None);
    }
    let said: Option<String> = first(centre, "PRAGMA quick_check(1)").await?;
    Ok(Some(said.unwrap_or_default()).filter(|said| said != "ok"))
}

/// How far the database server's clock is ahead of this machine's; nothing for an embedded database.
///
/// # Errors
/// Where the database does not answer.
#[boxed]
pub async fn server_ahead(centre: &Centre) -> Result<TimeDelta, ServiceError> {
    if centre.db().backend() != DbBackend::Postgres {
        return Ok(TimeDelta::zero());
    }
    let ask = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    let theirs: Option<i64> = first(centre, ask).await?;
    let theirs = theirs.and_then(DateTime::from_timestamp_millis);
    Ok(theirs.map_or(TimeDelta::zero(), |theirs| theirs - Utc::now()))
}

/// How far what was written last lies ahead of this machine's clock; below zero where it does not.
///
/// # Errors
/// Where the database does not answer.
#[boxed]
pub async fn written_ahead(centre: &Centre) -> Result<TimeDelta, ServiceError> {
    let newest = log_entry::Entity::find()
        .order_by_desc(log_entry::Column::N)
        .limit(1)
        .one(centre.db().read())
        .await?;
    Ok(newest.map_or(TimeDelta::zero(), |row| *row.at - Utc::now()))
}

/// When the embedded database was last copied; none where it never was.
///
/// # Errors
/// Where the database does not answer.
#[boxed]
pub async fn last_backup(centre: &Centre) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let last = log_entry::Entity::find()
        .filter(log_entry::Column::Kind.eq(Kind::BackupMade.word()))
        .order_by_desc(log_entry::Column::N)
        .limit(1)
        .one(centre.db().read())
        .await?;
    Ok(last.map(|row| *row.at))
}

/// The first value of the first row.
async fn first<T: sea_orm::TryGetable>(
    centre: &Centre,
    ask: &'static str,
) -> Result<Option<T>, ServiceError> {
    let asked = Statement::from_string(centre.db().backend(), ask);
    let row = centre.db().read().query_one_raw(asked).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

//! A value that is not what its column holds.

use std::sync::Arc;

use sea_orm::sqlx::{Column, Row};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError};

/// A stored value that cannot be read as what its column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Which table; none where the engine does not tell.
    pub table: Option<String>,
    /// Which column.
    pub column: String,
    /// What it should be.
    pub what: &'static str,
    /// What of the value may be told.
    pub shown: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(table) = &self.table {
            write!(f, "{table}.")?;
        }
        let Self {
            column,
            what,
            shown,
            ..
        } = self;
        write!(f, "{column} is invalid as {what}: {shown}")
    }
}

impl std::error::Error for Unreadable {}

impl Unreadable {
    /// The value of a row's column.
    pub(super) fn at<I: ColIdx>(
        row: &QueryResult,
        index: I,
        what: &'static str,
        shown: String,
    ) -> Self {
        let place = match (index.as_str(), index.as_usize()) {
            (Some(name), _) => row.column_names().iter().position(|n| n == name),
            (None, place) => place.copied(),
        };
        let origin = place.and_then(|place| origin(row, place));
        let (table, column) = match origin {
            Some((table, column)) => (Some(table), column),
            None => (None, named(row, index)),
        };
        Self {
            table,
            column,
            what,
            shown,
        }
    }

    /// What of a database's error it is; none where the error is another.
    pub fn of(error: &DbErr) -> Option<&Self> {
        match error {
            DbErr::TryIntoErr { source, .. } => source.downcast_ref(),
            _ => None,
        }
    }
}

impl From<Unreadable> for TryGetError {
    fn from(unreadable: Unreadable) -> Self {
        Self::DbErr(DbErr::TryIntoErr {
            from: "a stored value",
            into: unreadable.what,
            source: Arc::new(unreadable),
        })
    }
}

/// What the query calls the column.
fn named<I: ColIdx>(row: &QueryResult, index: I) -> String {
    let names = row.column_names();
    let by_place = index.as_usize().and_then(|place| names.get(*place));
    let name = index.as_str().or(by_place.map(String::as_str));
    name.unwrap_or("a column").to_owned()
}

/// Table and column that a column of an answer comes from, where the engine tells.
fn origin(row: &QueryResult, place: usize) -> Option<(String, String)> {
    let origin = if let Some(row) = row.try_as_sqlite_row() {
        row.columns().get(place)?.origin()
    } else {
        row.try_as_pg_row()?.columns().get(place)?.origin()
    };
    let of = origin.table_column()?;
    Some((of.table.to_string(), of.name.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::OpState;
    use crate::db::{Db, sqlite_in};
    use crate::tables::reaction;
    use sea_orm::{ActiveEnum, ConnectionTrait, EntityTrait};

    const ROW: &str = "INSERT INTO reaction (op_id, store_id, receipt_no, at, learned_on, serious, report_by, goods) \
                       VALUES ('O', 'S1', 'T1', 7, '2026-02-28', FALSE, '2026-03-30', '[]')";

    #[tokio::test]
    async fn it_names_the_table_the_column_and_the_number() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&sqlite_in(folder.path()).unwrap()).await.unwrap();
        let on = db.read();
        on.execute_unprepared(ROW).await.unwrap();
        let row = reaction::Entity::find().one(on).await.unwrap().unwrap();
        assert_eq!(row.at.timestamp_millis(), 7);
        assert_eq!(row.learned_on.to_string(), "2026-02-28");
        for (broken, says) in [
            (
                "at = 9223372036854775807",
                "reaction.at is invalid as a moment: 9223372036854775807",
            ),
            (
                "at = 7, learned_on = '2026-02-30'",
                "reaction.learned_on is invalid as a date: a text of 10 bytes",
            ),
        ] {
            let sql = format!("UPDATE reaction SET {broken}");
            on.execute_unprepared(&sql).await.unwrap();
            let error = reaction::Entity::find().one(on).await.unwrap_err();
            assert_eq!(Unreadable::of(&error).unwrap().to_string(), says);
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_no_other() {
        let known = OpState::try_from_value(&"set_aside".to_owned());
        assert_eq!(known, Ok(OpState::SetAside));
        let unknown = OpState::try_from_value(&"lost".to_owned());
        assert!(matches!(unknown, Err(DbErr::Type(_))));
    }
}

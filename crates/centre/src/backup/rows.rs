//! Rows of a part of a table, sealed or opened a page at a time.

use std::collections::HashMap;

use centre_store::seal::{SealingKey, opened};
use protocol::operation::Operation;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::parts::{Gone, Part};
use crate::error::ServiceError;
use crate::{operations, rights};

/// Rows in one statement.
pub const PAGE: usize = 500;
/// Stands between what was sealed and what erasing leaves of it.
const AND: char = '\n';

/// A row as it stands.
#[derive(Debug)]
pub struct Row {
    pub place: i64,
    pub whose: String,
    pub kind: String,
    pub values: Vec<Option<String>>,
}

impl Row {
    fn of(part: &Part, row: &QueryResult) -> Result<Self, DbErr> {
        let values = part.columns.iter();
        Ok(Self {
            place: row.try_get("", "place")?,
            whose: row.try_get("", "whose")?,
            kind: row.try_get("", "kind")?,
            values: values
                .map(|(name, _)| row.try_get("", name))
                .collect::<Result<_, _>>()?,
        })
    }

    /// As [`Part::update`] takes it.
    pub fn to_json(&self) -> Json {
        let mut all = vec![Json::from(self.place)];
        all.extend(self.values.iter().map(|v| Json::from(v.clone())));
        Json::Array(all)
    }
}

/// Rows after a place.
pub async fn page<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    after: i64,
) -> Result<Vec<Row>, ServiceError> {
    let values: [Value; 2] = [after.into(), (PAGE as i64).into()];
    read(db, part, &part.select(), values.to_vec()).await
}

/// Rows of one member.
pub async fn hers<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    member: &str,
) -> Result<Vec<Row>, ServiceError> {
    read(db, part, &part.select_hers(), vec![member.into()]).await
}

async fn read<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<Row>, ServiceError> {
    let asked = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
    let rows = db.query_all_raw(asked).await?;
    Ok(rows
        .iter()
        .map(|row| Row::of(part, row))
        .collect::<Result<_, _>>()?)
}

/// Writes rows.
pub async fn write<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    rows: Vec<Json>,
) -> Result<(), ServiceError> {
    if rows.is_empty() {
        return Ok(());
    }
    let values = [Json::Array(rows).to_string().into()];
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Sqlite,
        part.update(),
        values,
    ))
    .await?;
    Ok(())
}

/// Seals what a row says with its member's key. Whether there was anything.
pub fn seal(part: &Part, row: &mut Row, key: &SealingKey) -> Result<bool, ServiceError> {
    if part.table == "quarantined" {
        note_hash(row)?;
    }
    let mut sealed = false;
    for ((_, gone), value) in part.columns.iter().zip(&mut row.values) {
        let Some(text) = value.as_mut().filter(|t| !matches!(t.as_str(), "" | "[]")) else {
            continue;
        };
        let left = match gone {
            Gone::Left => match left(part, &row.kind, text)? {
                // nothing of hers is in it
                None => continue,
                left => left,
            },
            Gone::Hash => continue,
            Gone::Null | Gone::Text(_) | Gone::Number | Gone::Stays => None,
        };
        let mut done = key.seal(text)?;
        if let Some(left) = left {
            done.push(AND);
            done.push_str(&left);
        }
        *text = done;
        sealed = true;
    }
    Ok(sealed)
}

/// Notes beside a document what it says, for when it says less.
fn note_hash(row: &mut Row) -> Result<(), ServiceError> {
    let [Some(document), hash @ None] = row.values.as_mut_slice() else {
        return Ok(());
    };
    let op: Operation = serde_json::from_str(&opened(document.clone())?)?;
    *hash = Some(operations::content_hash(&op).to_string());
    Ok(())
}

/// What erasing would leave of a text; none where it is as it is.
fn left(part: &Part, kind: &str, text: &str) -> Result<Option<String>, ServiceError> {
    let text = opened(text.to_owned())?;
    if part.table == "operation" {
        return rights::less(kind, &text);
    }
    let mut op: Operation = serde_json::from_str(&text)?;
    rights::wiped(&mut op.personal);
    // what is kept for a manager must be whole until it is decided, but for the values beside it
    if kind != "kept"
        && let Some(body) = rights::less(&op.kind, op.body.get())?
    {
        op.body = RawValue::from_string(body)?;
    }
    Ok(Some(serde_json::to_string(&op)?))
}

/// Opens what a row says with its member's key. Whether anything was sealed with it.
pub fn open(row: &mut Row, keys: &HashMap<String, SealingKey>) -> bool {
    let Some(key) = keys.get(&row.whose) else {
        return false;
    };
    let mut done = false;
    for text in row.values.iter_mut().flatten() {
        let sealed = text.split_once(AND).map_or(text.as_str(), |(s, _)| s);
        if let Some(open) = key.open(sealed) {
            *text = open;
            done = true;
        }
    }
    done
}

/// What stands in a row whose member's key is forgotten.
pub fn without(part: &Part, row: &mut Row) {
    for ((_, gone), value) in part.columns.iter().zip(&mut row.values) {
        let sealed = value.as_deref().is_some_and(is_sealed);
        if !sealed {
            continue;
        }
        *value = match gone {
            Gone::Null => None,
            Gone::Text(text) => Some((*text).to_owned()),
            Gone::Number => Some(format!("{ERASED}{}", row.whose)),
            Gone::Stays | Gone::Hash => continue,
            Gone::Left => match value.as_deref().and_then(|text| text.split_once(AND)) {
                Some((_, left)) => Some(left.to_owned()),
                // nothing of hers was in it
                None => continue,
            },
        };
    }
}

/// What the number of a member's card begins with once she is gone.
pub const ERASED: &str = "erased:";

/// Whether a text is sealed, whoever's key it was.
pub fn is_sealed(text: &str) -> bool {
    let sealed = text.split_once(AND).map_or(text, |(s, _)| s);
    centre_store::seal::mark_of(sealed).is_some()
}

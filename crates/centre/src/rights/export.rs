//! All that is held on a member, table by table as [`holdings`](super::holdings) names them.

use chrono::{DateTime, Utc};
use protocol::{ErrorCode, MemberId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Statement};
use serde::Serialize;
use serde_json::Value;

use super::holdings;
use crate::Centre;
use crate::beside;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use crate::members;
use centre_store::boxed;
use centre_store::db::snapshot;
use centre_store::seal::opened;
use centre_store::tables::{brand, member};

/// Everything that is held on a member.
#[derive(Debug, Clone, Serialize)]
pub struct Export {
    /// The brand.
    pub brand: String,
    /// Who, by id.
    pub member: MemberId,
    /// When it was read; all of it at one moment.
    pub at: DateTime<Utc>,
    /// Table by table; those without a row too, so that nothing is silent.
    pub sections: Vec<Section>,
}

/// The rows of one table.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// The table.
    pub table: &'static str,
    /// What people call it, in Chinese.
    pub zh: &'static str,
    /// What people call it, in English.
    pub en: &'static str,
    /// Its rows, as objects of columns.
    pub rows: Vec<Value>,
}

/// Reads everything that is held on a member. That it was is noted.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such member; where the database fails.
#[boxed]
pub async fn export(centre: &Centre, id: &MemberId) -> Result<Export, ServiceError> {
    let at = centre.now();
    let transaction = snapshot::begin(centre.db()).await?;
    let read = read(&transaction, id, at).await;
    snapshot::end(transaction).await?;
    let export = read?;
    let mut work = centre.work().await?;
    let rows: usize = export.sections.iter().map(|s| s.rows.len()).sum();
    let what = format!("{rows} rows of {} tables", export.sections.len());
    work.note(Entry::of(Kind::MemberExported).about(id).what(what));
    work.commit().await?;
    Ok(export)
}

async fn read<C: ConnectionTrait>(
    db: &C,
    id: &MemberId,
    at: DateTime<Utc>,
) -> Result<Export, ServiceError> {
    let none = || ServiceError::refused(ErrorCode::NotFound, "no such member");
    member::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(none)?;
    // her own, and the accounts that were merged into it
    let went = members::who_went(db, id).await?;
    let all: Vec<MemberId> = std::iter::once(id.clone()).chain(went).collect();
    let brand = brand::Entity::find().one(db).await?;
    let mut sections = Vec::new();
    for (table, hers) in holdings::of_members() {
        let sql = format!("SELECT * FROM {table} WHERE {}", hers.condition(table));
        let backend = db.get_database_backend();
        let mut rows = Vec::new();
        for one in &all {
            let values = [one.as_str().into()];
            let statement = Statement::from_sql_and_values(backend, sql.clone(), values);
            for row in Value::find_by_statement(statement).all(db).await? {
                // what is about two of her accounts is found by both
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
        for row in &mut rows {
            if let Some(columns) = row.as_object_mut() {
                for value in columns.values_mut() {
                    if let Value::String(text) = value {
                        *text = opened(std::mem::take(text))?;
                    }
                }
                beside_operation(columns)?;
                columns.retain(|name, _| !hers.secret.contains(&name.as_str()));
            }
        }
        sections.push(Section {
            table,
            zh: hers.name.0,
            en: hers.name.1,
            rows,
        });
    }
    Ok(Export {
        brand: brand.map(|b| b.name).unwrap_or_default(),
        member: id.clone(),
        at,
        sections,
    })
}

/// Values beside an operation stand in two columns: here as one, with what they say.
fn beside_operation(columns: &mut serde_json::Map<String, Value>) -> Result<(), ServiceError> {
    let Some(Value::String(openings)) = columns.remove("openings") else {
        return Ok(());
    };
    if let Some(Value::String(personal)) = columns.get_mut("personal") {
        *personal = serde_json::to_string(&beside::fields(personal, &openings)?)?;
    }
    Ok(())
}

//! `m0013_receipts`: receipts under their own ids, with the keys by which their numbers are looked for. Folding a
//! number is no work for SQL.

use std::collections::BTreeMap;

use identity::receipt::ReceiptNumber;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, FromQueryResult, Statement};

/// Numbers that are read at once.
const PAGE: u64 = 5_000;

/// The step.
pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0013_receipts"
    }
}

#[derive(FromQueryResult)]
struct Number {
    receipt_no: String,
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(include_str!("receipts.sql")).await?;
        let engine = db.get_database_backend();
        let mut after = String::new();
        loop {
            let page = Statement::from_sql_and_values(
                engine,
                "SELECT DISTINCT receipt_no FROM receipt WHERE receipt_no > $1 ORDER BY receipt_no LIMIT $2",
                [after.clone().into(), PAGE.into()],
            );
            let numbers = Number::find_by_statement(page).all(db).await?;
            let Some(last) = numbers.last() else {
                db.execute_unprepared("DROP INDEX receipt_by_written")
                    .await?;
                return Ok(());
            };
            after.clone_from(&last.receipt_no);
            for (written, key) in keyed(&numbers) {
                let update = Statement::from_sql_and_values(
                    engine,
                    "UPDATE receipt SET number_key = $1 WHERE receipt_no = $2",
                    [key.into(), written.into()],
                );
                db.execute_raw(update).await?;
            }
        }
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Numbers whose key is not the number itself, with their keys.
fn keyed(numbers: &[Number]) -> BTreeMap<String, String> {
    let keys = numbers.iter().map(|n| {
        let key = ReceiptNumber::stored(&n.receipt_no).loose();
        (n.receipt_no.clone(), key)
    });
    keys.filter(|(written, key)| written != key).collect()
}

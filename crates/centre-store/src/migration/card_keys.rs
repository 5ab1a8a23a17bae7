//! Cards are looked for by their folded key. What that is, only the program can say, so this step is no SQL alone.

use identity::text;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, FromQueryResult, Statement};

/// Members whose keys are written in one turn.
const TURN: i64 = 5_000;

/// Adds `member.card_key` and fills it.
pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0011_card_keys"
    }
}

#[derive(FromQueryResult)]
struct Card {
    id: String,
    card_no: String,
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(
            "ALTER TABLE member ADD COLUMN card_key TEXT NOT NULL DEFAULT '';
             CREATE INDEX member_by_card_key ON member (card_key);",
        )
        .await?;
        let engine = db.get_database_backend();
        let mut last = String::new();
        loop {
            let some = Card::find_by_statement(Statement::from_sql_and_values(
                engine,
                "SELECT id, card_no FROM member WHERE id > $1 ORDER BY id LIMIT $2",
                [last.into(), TURN.into()],
            ))
            .all(db)
            .await?;
            for card in &some {
                let key = text::fold(&card.card_no);
                db.execute_raw(Statement::from_sql_and_values(
                    engine,
                    "UPDATE member SET card_key = $1 WHERE id = $2",
                    [key.into(), card.id.as_str().into()],
                ))
                .await?;
            }
            match some.into_iter().next_back() {
                Some(card) => last = card.id,
                None => return Ok(()),
            }
        }
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

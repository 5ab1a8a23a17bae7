//! The schema, step by step. A step that was released is never edited: a change is a new step.

mod m0011_card_keys;
mod receipts;

use sea_orm_migration::prelude::*;

/// All steps in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let steps = [
            ("m0001_first", include_str!("m0001_first.sql")),
            ("m0002_lives", include_str!("m0002_lives.sql")),
            ("m0003_profile", include_str!("m0003_profile.sql")),
            ("m0004_backup", include_str!("m0004_backup.sql")),
            ("m0005_acts", include_str!("m0005_acts.sql")),
            ("m0006_stock", include_str!("m0006_stock.sql")),
            ("m0007_to_tell", include_str!("m0007_to_tell.sql")),
            ("m0008_credit", include_str!("m0008_credit.sql")),
            ("m0009_movements", include_str!("m0009_movements.sql")),
            ("m0010_profile", include_str!("m0010_profile.sql")),
            ("m0011_centre_key", include_str!("m0011_centre_key.sql")),
            ("m0012_sms_code", include_str!("m0012_sms_code.sql")),
        ];
        let mut all: Vec<Box<dyn MigrationTrait>> = steps
            .into_iter()
            .map(|(name, sql)| Box::new(SqlStep { name, sql }) as Box<dyn MigrationTrait>)
            .collect();
        all.push(Box::new(m0011_card_keys::Step));
        all.push(Box::new(receipts::Step));
        all.push(Box::new(SqlStep {
            name: "m0013_import_edge",
            sql: include_str!("m0013_import_edge.sql"),
        }));
        all.push(Box::new(SqlStep {
            name: "m0014_reaction",
            sql: include_str!("m0014_reaction.sql"),
        }));
        all.push(Box::new(SqlStep {
            name: "m0015_invited",
            sql: include_str!("m0015_invited.sql"),
        }));
        all.push(Box::new(SqlStep {
            name: "m0016_grants_forgotten",
            sql: include_str!("m0016_grants_forgotten.sql"),
        }));
        all.push(Box::new(SqlStep {
            name: "m0017_life_end_known",
            sql: include_str!("m0017_life_end_known.sql"),
        }));
        all.push(Box::new(SqlStep {
            name: "m0018_job",
            sql: include_str!("m0018_job.sql"),
        }));
        all.push(Box::new(SqlStep {
            name: "m0019_sample",
            sql: include_str!("m0019_sample.sql"),
        }));
        all
    }
}

/// A step written in SQL that both engines read.
struct SqlStep {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for SqlStep {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlStep {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(self.sql)
            .await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! The schema, step by step. A step is a file of `steps/`, in SQL that both engines read, and they go in the order of
//! their names. A step that was released is never edited, renamed or moved: a change is a new step.

mod card_keys;
mod receipts;

use std::path::Path;

use include_dir::{Dir, File, include_dir};
use sea_orm_migration::prelude::*;

static STEPS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/migration/steps");

/// The two steps that SQL alone cannot say come before this one.
const AFTER_THE_WRITTEN: &str = "m0013";

/// All steps in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut steps: Vec<SqlStep> = STEPS.files().filter_map(SqlStep::of).collect();
        steps.sort_by_key(|step| step.name);
        let at = steps.partition_point(|step| step.name < AFTER_THE_WRITTEN);
        let later = steps.split_off(at);
        let boxed = |step| Box::new(step) as Box<dyn MigrationTrait>;
        let mut all: Vec<Box<dyn MigrationTrait>> = steps.into_iter().map(boxed).collect();
        all.push(Box::new(card_keys::Step));
        all.push(Box::new(receipts::Step));
        all.extend(later.into_iter().map(boxed));
        all
    }
}

/// A step written in SQL that both engines read.
struct SqlStep {
    name: &'static str,
    sql: &'static str,
}

impl SqlStep {
    fn of(file: &'static File<'static>) -> Option<Self> {
        Some(Self {
            name: file
                .path()
                .file_stem()
                .map(Path::new)
                .and_then(Path::to_str)?,
            sql: file.contents_utf8()?,
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What databases in the field have noted, in the order in which they did it.
    const RELEASED: &[&str] = &[
        "m0001_first",
        "m0002_lives",
        "m0003_profile",
        "m0004_backup",
        "m0005_acts",
        "m0006_stock",
        "m0007_to_tell",
        "m0008_credit",
        "m0009_movements",
        "m0010_profile",
        "m0011_centre_key",
        "m0012_sms_code",
        "m0011_card_keys",
        "m0013_receipts",
        "m0013_import_edge",
        "m0014_reaction",
        "m0015_invited",
        "m0016_grants_forgotten",
        "m0017_life_end_known",
        "m0018_job",
        "m0019_sample",
        "m0020_attested",
        "m0021_pace",
        "m0022_clerk_key",
        "m0023_awards",
        "m0024_log",
        "m0025_rights",
        "m0026_token",
        "m0027_new_phone",
        "m0028_sealed",
        "m0029_fleet",
        "m0030_joining",
        "m0031_own_page",
        "m0032_sign_up",
        "m0033_merge",
        "m0034_friends",
        "m0035_open_id",
    ];

    #[test]
    fn steps_that_were_released_keep_their_names_and_their_order() {
        let steps = Migrator::migrations();
        let names: Vec<&str> = steps.iter().map(|step| step.name()).collect();
        // a new step is added to the list with its release
        assert_eq!(names, RELEASED);
    }

    #[test]
    fn every_file_of_the_folder_is_a_step() {
        let files = STEPS.files().count();
        assert_eq!(STEPS.files().filter_map(SqlStep::of).count(), files);
        assert_eq!(Migrator::migrations().len(), files + 2);
    }
}

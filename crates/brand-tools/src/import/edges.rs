//! Which receipts stood at the beginning or end of the file that they came from. A file may have been cut there, by a
//! limit of rows or of days; what another file has of such a receipt may be the rest of it.

use std::collections::HashSet;

use loyalty::OpId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::ImportError;
use centre::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::db::Later;
use centre_store::tables::import_edge::{Column, Entity, Model};

/// Ids in one statement.
const AT_ONCE: usize = 500;

/// What an import learns of edges.
#[derive(Debug, Default)]
pub struct Edges {
    /// Receipts that stand at an edge of this file, and have not stood at one before.
    pub at: Vec<OpId>,
    /// Receipts that stand within this file with all that is recorded of them: they are whole.
    pub whole: Vec<OpId>,
}

/// Those of some receipts that stood at an edge.
///
/// # Errors
/// Where the database fails.
pub async fn among(work: &UnitOfWork, ids: &[OpId]) -> Result<HashSet<OpId>, ImportError> {
    let rows = Entity::find()
        .filter(Column::OpId.is_in(ids.iter().map(Col::from)))
        .all(work.on())
        .await?;
    Ok(rows.into_iter().map(|row| row.op_id.into_inner()).collect())
}

impl Edges {
    /// Writes them down.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn save(self, work: &UnitOfWork) -> Result<(), ImportError> {
        for some in self.at.chunks(AT_ONCE) {
            let rows = some.iter().map(|op_id| {
                Model {
                    op_id: op_id.into(),
                }
                .into_active_model()
            });
            let there = OnConflict::column(Column::OpId).do_nothing().to_owned();
            let rows = Entity::insert_many(rows).on_conflict(there);
            work.on().write_later(rows).await?;
        }
        for some in self.whole.chunks(AT_ONCE) {
            let gone = Entity::delete_many().filter(Column::OpId.is_in(some.iter().map(Col::from)));
            work.on().write_later(gone).await?;
        }
        Ok(())
    }
}

//! Receipts that came from a file and stood at its beginning or end: the file may have been cut there.

use loyalty::OpId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A receipt that stood at the beginning or end of its file: the file may have been cut there, so that another one
/// has more of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_edge")]
pub struct Model {
    /// By what the sale is known.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

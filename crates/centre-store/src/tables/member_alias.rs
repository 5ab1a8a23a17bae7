//! Another name under which late operations find a member: a merged id, an old card number.

use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Another name under which late operations find a member: a merged id, an old card number.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_alias")]
pub struct Model {
    /// The name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub alias: String,
    /// Who it is.
    pub member_id: Col<MemberId>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

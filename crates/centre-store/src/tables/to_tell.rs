//! What the feed is to be told anew once, because it tells more of it than an older build did.

use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// What the feed is to be told anew once, because it tells more of it than an older build did.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "to_tell")]
pub struct Model {
    /// `redemption`, `behaved`, or `joined`: a joining that is to become a behaviour first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity: String,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Which: an operation, or a kind of behaviour.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity_key: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

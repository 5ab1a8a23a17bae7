//! What counters pull: each entity once, whole, at the number of its last change.

use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// What counters pull: each entity once, whole, at the number of its last change.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    /// Which scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// Kind of thing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity: String,
    /// Its id within the kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity_key: String,
    /// Number of the last change.
    pub n: Col<u64>,
    /// Content as JSON; none = gone from this scope.
    pub body: Option<Col<Sealed>>,
    /// `protocol::pull::entity_digest` of it, 32 hex digits; none where there is no content.
    pub digest: Option<String>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

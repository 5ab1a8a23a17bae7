//! At which revision of a profile something was said that a change made without seeing it must not
//! undo.

use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// At which revision of a profile something was said that a change made without seeing it must not
/// undo.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "profile_mark")]
pub struct Model {
    /// Whose profile.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// `allergy:<word>` as it was added last, `withdrawn:<purpose>` as it was withdrawn last.
    #[sea_orm(primary_key, auto_increment = false)]
    pub what: Col<Sealed>,
    /// The revision that said so.
    pub revision: Col<u32>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What was given by a code that gives once.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// What was given by a code that gives once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_gift")]
pub struct Model {
    /// Id of the code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// To whom.
    pub member_id: Col<MemberId>,
    /// When.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

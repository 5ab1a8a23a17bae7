//! Something valued that a member did: recorded by a clerk, or joining by her own phone.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{OpId, Points};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Something valued that a member did: recorded by a clerk, or joining by her own phone.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "behaviour")]
pub struct Model {
    /// Who did it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// What recorded it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// Which: a name of the program's behaviours.
    pub kind: String,
    /// The business date on which it counts, `YYYY-MM-DD`.
    pub on_date: Col<NaiveDate>,
    /// When, for tiers by growth value.
    pub at: Col<DateTime<Utc>>,
    /// Points that it brought, also those that the store bears.
    pub points: Col<Points>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The brand as the screens show it: one row.

use sea_orm::entity::prelude::*;

/// The brand as the screens show it: one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "brand")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_row: i32,
    /// Its name.
    pub name: String,
    /// True for made-up data; the screens say so.
    pub demo: bool,
    /// What a new member is given, in the clerk's words; empty = nothing.
    pub welcome_gift: String,
    /// Where members' phones reach the centre.
    pub phone_base: String,
    /// [`protocol::sign_up::SignUpTerms`] as JSON; none = what every brand has.
    pub sign_up: Option<String>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

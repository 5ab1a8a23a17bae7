//! A clerk of a store.

use protocol::entity::Role;
use protocol::{ClerkId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A clerk of a store.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clerk")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<ClerkId>,
    /// Store.
    pub store_id: Col<StoreId>,
    /// Name.
    pub name: String,
    /// `advisor`, `cashier`, `manager`.
    pub role: Col<Role>,
    /// Argon2id of the PIN, PHC string.
    pub pin_hash: String,
    /// False once the clerk has left.
    pub active: bool,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

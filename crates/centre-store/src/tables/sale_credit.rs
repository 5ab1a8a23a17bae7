//! Who gets the credit of a sale, or what came back of it.

use chrono::{DateTime, Utc};
use loyalty::{Money, OpId, ReceiptNo};
use protocol::{ClerkId, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Who gets the credit of a sale, or what came back of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sale_credit")]
pub struct Model {
    /// The sale or the return.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// The sale: the same, or what came back of.
    pub sale_op: Col<OpId>,
    /// Whose purchase.
    pub member_id: Col<MemberId>,
    /// Which store sold.
    pub store_id: Col<StoreId>,
    /// The till's number of the sale.
    pub receipt_no: Col<ReceiptNo>,
    /// When it was sold, or came back.
    pub at: Col<DateTime<Utc>>,
    /// Money paid; below zero for what came back.
    pub amount_fen: Col<Money>,
    /// Who has it; none = nobody.
    pub seller: Option<Col<ClerkId>>,
    /// Who assisted.
    pub second: Option<Col<ClerkId>>,
    /// Who recorded the sale.
    pub signer: Col<ClerkId>,
    /// Why it is not as the shop's rule has it: a word of [`protocol::credit::REASONS`]; empty where it is.
    pub reason: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

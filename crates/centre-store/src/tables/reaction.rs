//! What a member told of a reaction to goods that she brought back.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{OpId, ReceiptNo};
use protocol::{MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// What a member told of a reaction to goods that she brought back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reaction")]
pub struct Model {
    /// The return.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// The store that took the goods back.
    pub store_id: Col<StoreId>,
    /// Whose; none where nobody has the sale, and once erased.
    pub member_id: Option<Col<MemberId>>,
    /// The till's number of the sale.
    pub receipt_no: Col<ReceiptNo>,
    /// When the counter learned of it.
    pub at: Col<DateTime<Utc>>,
    /// The business date of that.
    pub learned_on: Col<NaiveDate>,
    /// Whether it is serious by what was said.
    pub serious: bool,
    /// Last day on which it is reported in time.
    pub report_by: Col<NaiveDate>,
    /// JSON array of what came back.
    pub goods: String,
    /// JSON of [`loyalty::Reaction`]; none once erased.
    pub told: Option<Col<Sealed>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

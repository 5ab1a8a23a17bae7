//! What somebody told who was signed up without the network, under a number that is a member's: it waits until she proves it.

use chrono::{DateTime, Utc};
use loyalty::OpId;
use protocol::{ClerkId, MemberId};
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// What somebody told who was signed up without the network, under a number that is a member's: it waits until she proves it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_waits")]
pub struct Model {
    /// The operation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// Whose number it is.
    pub member_id: Col<MemberId>,
    /// Who wrote it down.
    pub clerk_id: Col<ClerkId>,
    /// Where: `counter:<device>`, with how she agreed.
    pub source: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// [`protocol::operation::Told`] as JSON.
    pub told: Col<Sealed>,
    /// JSON array of `protocol::join::Consent`.
    pub consents: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

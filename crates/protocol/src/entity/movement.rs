//! What else came and went of a member's points: all that her receipts and redemptions do not tell.

use super::{Entity, EntityKind};
use crate::ids::{MemberId, StoreId};
use chrono::{DateTime, Utc};
use loyalty::{OpId, Points};
use serde::{Deserialize, Serialize};

/// The newest movements of a member's points that are neither a sale nor a redemption, at most
/// [`crate::limits::MOVEMENTS`]; keyed by her id. A member without any has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movements {
    /// Whose.
    pub member: MemberId,
    /// Newest first.
    pub movements: Vec<Movement>,
}

impl Entity for Movements {
    const KIND: EntityKind = EntityKind::Movements;

    fn key(&self) -> String {
        self.member.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
}

/// Points that came to her or went from her by one thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// What it happened by.
    pub op: OpId,
    /// When; points expire when their last day ends.
    pub at: DateTime<Utc>,
    /// Points for her; below zero where they went.
    pub points: Points,
    /// What kind of thing.
    pub kind: MovementKind,
    /// Where, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreId>,
    /// The till's number of the sale that goods came back of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The behaviour, by the program's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<String>,
    /// The redemption that was undone, by its operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<OpId>,
}

/// What moved points, besides sales and redemptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Goods came back: earned points were taken back, spent ones given back.
    Return,
    /// A redemption was undone.
    Reversal,
    /// Something that the brand values.
    Behaviour,
    /// She joined.
    Joined,
    /// Points passed their last day.
    Expired,
    /// Points that had expired came back, as a freeze or an extension had only arrived late.
    Revived,
    /// Set by hand, or taken over from another system.
    Adjusted,
    /// Two members were merged, and her account took in what the other's had; or that was undone.
    Merged,
    /// Something that this build does not know.
    #[serde(other)]
    Other,
}

//! Samples that members were given.

use chrono::{DateTime, Utc};
use loyalty::OpId;
use serde::{Deserialize, Serialize};

use super::{Entity, EntityKind, Meeting, Met};
use crate::ids::{ClerkId, MemberId, StoreId};

/// A sample or a welcome gift that a member was given; keyed by its operation's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Its operation.
    pub id: OpId,
    /// To whom.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// Who gave it.
    pub clerk: ClerkId,
    /// When.
    pub at: DateTime<Utc>,
    /// The product that it is a sample of, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Its name on that day.
    pub name: String,
    /// Pieces.
    pub qty: u32,
    /// Why: one of [`SAMPLE_REASONS`](crate::operation::SAMPLE_REASONS).
    pub reason: String,
}

impl Entity for Sample {
    const KIND: EntityKind = EntityKind::Sample;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
}

impl Met for Sample {
    fn meetings(self) -> Vec<Meeting> {
        vec![Meeting {
            at: self.at,
            clerk: Some(self.clerk),
        }]
    }
}

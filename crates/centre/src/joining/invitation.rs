//! What a sign-up code leads to: who invites, where, for which campaign. A code that was checked is an [`Invitation`].

use centre_store::tables::{device, member};
use chrono::{DateTime, Utc};
use protocol::sign_up::Channel;
use protocol::{CampaignId, ClerkId, ErrorCode, StoreId};

use crate::error::ServiceError;

/// A code that was checked.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// By what it is known: of a counter's code its nonce, of a poster its own id, in hex.
    pub id: String,
    /// Who invites.
    pub by: InvitedBy,
    /// The store that it counts for.
    pub store: StoreId,
    /// By what it reached whoever joins.
    pub channel: Channel,
    /// For which campaign.
    pub campaign: Option<CampaignId>,
    /// The last moment at which it may be used; none of a poster, which holds until it is taken down.
    pub until: Option<DateTime<Utc>>,
}

/// Who invites.
#[derive(Debug, Clone)]
pub enum InvitedBy {
    /// A clerk at a counter.
    Counter {
        /// The counter that made the code.
        device: Box<device::Model>,
        /// Whose it is.
        clerk: ClerkId,
    },
    /// A poster of the store: nobody.
    Poster {
        /// How many may join by it on a day.
        joins_a_day: u64,
        /// How many messages may be sent by it on a day.
        messages_a_day: u64,
    },
    /// A member: a friend of whoever joins.
    Friend {
        /// Who.
        inviter: Box<member::Model>,
    },
}

/// How many may join by one member's code on a day.
pub(super) const FRIENDS_A_DAY: u64 = 20;
/// Messages that go out for each of them at most, on average.
const MESSAGES_A_FRIEND: u64 = 4;

impl Invitation {
    /// The counter that made the code.
    #[must_use]
    pub fn device(&self) -> Option<&device::Model> {
        match &self.by {
            InvitedBy::Counter { device, .. } => Some(device),
            InvitedBy::Poster { .. } | InvitedBy::Friend { .. } => None,
        }
    }

    /// The clerk whose code it is.
    #[must_use]
    pub fn clerk(&self) -> Option<&ClerkId> {
        match &self.by {
            InvitedBy::Counter { clerk, .. } => Some(clerk),
            InvitedBy::Poster { .. } | InvitedBy::Friend { .. } => None,
        }
    }

    /// By what its messages are counted in the place of a counter.
    pub(super) fn counted_as(&self) -> String {
        match &self.by {
            InvitedBy::Counter { device, .. } => device.id.to_string(),
            InvitedBy::Poster { .. } => format!("poster:{}", self.id),
            InvitedBy::Friend { .. } => format!("friend:{}", self.id),
        }
    }

    /// How many may join by it on a day, and how many messages may be sent; none where a counter invites.
    pub(super) fn a_day(&self) -> Option<(u64, u64)> {
        match &self.by {
            InvitedBy::Counter { .. } => None,
            InvitedBy::Poster {
                joins_a_day,
                messages_a_day,
            } => Some((*joins_a_day, *messages_a_day)),
            InvitedBy::Friend { .. } => Some((FRIENDS_A_DAY, FRIENDS_A_DAY * MESSAGES_A_FRIEND)),
        }
    }
}

pub(super) fn invalid(why: &str) -> ServiceError {
    ServiceError::refused(ErrorCode::SignUpCodeInvalid, why)
}

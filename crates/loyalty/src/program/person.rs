//! What a program says about the members themselves: how it is known that it is she, and how long what is personal is kept.

use serde::{Deserialize, Serialize};

use crate::points::Points;

/// From how many points on more is asked than a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct PresenceTerms {
    /// Up to so many points nothing is asked, zero or more; beyond them the last four digits of her phone number.
    pub floor: Points,
    /// Beyond so many a manager approves, no less than the floor.
    pub ceiling: Points,
}

impl Default for PresenceTerms {
    fn default() -> Self {
        Self {
            floor: Points(500),
            ceiling: Points(5_000),
        }
    }
}

/// How long what is personal is kept, beside what the law and the product themselves say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days for which a sale keeps the phone number of somebody who has not joined, 30 to 3650.
    pub held_days: u32,
    /// Days for which the log is kept, 180 to 3650.
    pub log_days: u32,
    /// Months without activity after which a member is erased, 12 to 240; none = never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactive_months: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            held_days: 180,
            log_days: 730,
            inactive_months: None,
        }
    }
}

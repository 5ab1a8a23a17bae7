//! Points spent from allowances.

use loyalty::deed::Source;
use loyalty::{GrantId as AllowanceId, Points};
use serde::{Deserialize, Serialize};

use crate::ids::GrantId;

/// Points spent from one allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Which.
    pub grant: GrantId,
    /// How many.
    pub points: Points,
}

/// Whether spends are what they claim: each some points, together `total`.
#[must_use]
pub fn add_up(parts: &[Spend], total: Points) -> bool {
    let sum: Points = parts.iter().map(|s| s.points).sum();
    let some = |s: &Spend| s.points.is_amount() && s.points.is_positive();
    total.is_amount() && sum == total && parts.iter().all(some)
}

/// Where an operation's points come from: a counter spends from its allowances alone.
pub(super) fn source(spends: &[Spend]) -> Source {
    let part = |spend: &Spend| -> (AllowanceId, Points) {
        (AllowanceId::from(spend.grant.to_string()), spend.points)
    };
    Source::Allowances(spends.iter().map(part).collect())
}

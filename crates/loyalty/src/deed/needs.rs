//! What has to be in a book before a deed is done.

use super::{Deed, Source};
use crate::ids::{BehaviourKind, CouponId, GrantId, OpId, RecorderId};

/// What a deed looks at beside the account's lots with points, its tier, and the money paid in the program's window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// This sale, and the lots that points of it go back into ([`Receipt::lots`](crate::Receipt::lots)).
    pub receipt: Option<OpId>,
    /// This redemption, and the lots that it was paid from ([`Redemption::lots`](crate::Redemption::lots)).
    pub redemption: Option<OpId>,
    /// These coupons.
    pub coupons: Vec<CouponId>,
    /// These allowances, empty or not.
    pub grants: Vec<GrantId>,
    /// How often this behaviour counted on the deed's business date.
    pub behaviour: Option<BehaviourKind>,
    /// How much of receipts of the deed's business date that no till has confirmed counts: the member's, and those that
    /// this one recorded.
    pub counted: Option<RecorderId>,
    /// Every lot, empty or not.
    pub every_lot: bool,
    /// What expired only because the deed arrived late, and the lots that it was of.
    pub lapsed: bool,
}

impl Needs {
    /// Whether the deed is about something beside the account: what is read of it may be changed by another deed.
    #[must_use]
    pub fn is_about_more_than_the_account(&self) -> bool {
        self.receipt.is_some()
            || self.redemption.is_some()
            || self.behaviour.is_some()
            || self.counted.is_some()
            || self.lapsed
    }
}

impl Deed {
    /// What it needs.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        match self {
            Self::Purchase(purchase) => {
                needs.coupons.clone_from(&purchase.coupons);
                needs.grants = purchase.from.grants();
                needs.counted.clone_from(&purchase.recorded_by);
            }
            Self::Return { of, .. } | Self::Confirm { of, .. } | Self::Drop { of } => {
                needs.receipt = Some(of.clone());
            }
            Self::Redeem { from, .. } => needs.grants = from.grants(),
            Self::Reverse { of } => needs.redemption = Some(of.clone()),
            Self::Behave { kind } => needs.behaviour = Some(kind.clone()),
            Self::Extend { .. } | Self::Freeze => needs.lapsed = true,
            Self::Unfreeze => needs.every_lot = true,
            Self::Release { grant, .. } => needs.grants.push(grant.clone()),
            Self::GiveCoupon(coupon) => needs.coupons.push(coupon.id.clone()),
            Self::Adjust { .. } | Self::SetTier { .. } | Self::BirthMonth { .. } => {}
        }
        needs
    }
}

impl Source {
    /// The allowances that it names.
    fn grants(&self) -> Vec<GrantId> {
        match self {
            Self::Available => Vec::new(),
            Self::Allowances(parts) => parts.iter().map(|(grant, _)| grant.clone()).collect(),
        }
    }
}

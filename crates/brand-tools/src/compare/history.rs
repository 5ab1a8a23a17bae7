//! What a member did, as far as the rules look at it.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::deed::Deed;
use loyalty::{Coupon, TierId};
use protocol::ids::MemberId;

/// One member's history.
#[derive(Debug, Clone)]
pub struct History {
    /// Her id.
    pub member: MemberId,
    /// The number on her card.
    pub no: String,
    /// Her birthday.
    pub birthday: Option<NaiveDate>,
    /// A tier by hand; when it was set is not on record, so it holds all along.
    pub floor: Option<TierId>,
    /// Her coupons, unused.
    pub coupons: Vec<Coupon>,
    /// What happened, in order of time.
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What. A sale and a redemption are named by their operations' ids.
    pub deed: Deed,
}

/// Of what happened at one instant: sales before what refers to them.
pub fn order(deed: &Deed) -> u8 {
    match deed {
        Deed::Purchase(_) => 0,
        Deed::Behave { .. } | Deed::Adjust { .. } | Deed::Redeem { .. } => 1,
        Deed::Return { .. }
        | Deed::Confirm { .. }
        | Deed::Drop { .. }
        | Deed::Reverse { .. }
        | Deed::Extend { .. }
        | Deed::Freeze
        | Deed::Unfreeze
        | Deed::SetTier { .. }
        | Deed::GiveCoupon(_)
        | Deed::Release { .. }
        | Deed::BirthMonth { .. } => 2,
    }
}

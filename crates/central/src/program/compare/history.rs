//! What a member did, as far as the rules look at it.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{BehaviourKind, Coupon, LastDay, Points, ReturnOf, Sale, TierId};

/// One member's history.
#[derive(Debug, Clone)]
pub struct History {
    /// Her id.
    pub member: String,
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
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// A purchase; its receipt is named by the sale's id.
    Purchase(Sale),
    /// Goods came back.
    Return {
        /// The receipt's name in this history.
        receipt: String,
        /// What came back.
        what: ReturnOf,
    },
    /// Points were redeemed outside a sale.
    Redeem {
        /// The operation's id.
        id: String,
        /// How many.
        points: Points,
    },
    /// That was undone.
    Reverse {
        /// The redemption's id.
        of: String,
    },
    /// A valued behaviour.
    Behave(BehaviourKind),
    /// Points by hand.
    Adjust(Points, LastDay),
    /// Every lot that expires earlier expires on this day.
    Extend(NaiveDate),
    /// Frozen from now on.
    Freeze,
    /// No longer.
    Unfreeze,
}

impl What {
    /// Of what happened at one instant: sales before what refers to them.
    pub fn order(&self) -> u8 {
        match self {
            Self::Purchase(_) => 0,
            Self::Behave(_) | Self::Adjust(..) | Self::Redeem { .. } => 1,
            _ => 2,
        }
    }
}

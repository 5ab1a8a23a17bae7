//! What can be done to a member's account: each deed has one meaning, and [`apply`] is where it stands.
//!
//! A counter that does its own operations over again, the centre that books them, a comparison of two programs and a
//! scenario all hand a [`Deed`] to [`apply`], on a [`Book`] that has what the deed is about. [`Deed::needs`] says what has
//! to be in the book first, so that it can be loaded for one deed or for many at once.

mod apply;
mod book;
mod gather;
mod needs;

use chrono::NaiveDate;

use crate::adjust::LastDay;
use crate::coupon::Coupon;
use crate::ids::{BehaviourKind, CouponId, GrantId, OpId, ReceiptNo, RecorderId, TierId};
use crate::money::Money;
use crate::points::Points;
use crate::purchase::SaleLine;
use crate::returns::ReturnOf;

pub use apply::{Done, GATHERED, apply};
pub use book::Book;
pub use needs::Needs;

/// Something that is done to a member's account.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A sale.
    Purchase(Purchase),
    /// Goods of a sale come back.
    Return {
        /// Of which sale: as [`Purchase::id`].
        of: OpId,
        /// Which goods.
        what: ReturnOf,
    },
    /// The till's record of a sale is there, or somebody answers for it: what waits of it can be spent.
    Confirm {
        /// Which sale: as [`Purchase::id`].
        of: OpId,
        /// What it brought in by the till; none where the till did not say.
        till: Option<Money>,
    },
    /// What waits of a sale that nobody confirmed is dropped.
    Drop {
        /// Which sale: as [`Purchase::id`].
        of: OpId,
    },
    /// Points for a reward.
    Redeem {
        /// The redemption's identity.
        id: OpId,
        /// How many, zero or more.
        points: Points,
        /// Where they come from.
        from: Source,
    },
    /// A redemption is given back.
    Reverse {
        /// Which.
        of: OpId,
    },
    /// A behaviour is rewarded.
    Behave {
        /// Which kind.
        kind: BehaviourKind,
    },
    /// Points by hand.
    Adjust {
        /// How many, up or down.
        points: Points,
        /// Their last day.
        last_day: LastDay,
    },
    /// Points that expire earlier last until this day.
    Extend {
        /// The day.
        to: NaiveDate,
    },
    /// Nothing expires and nothing is spent from now on.
    Freeze,
    /// No longer.
    Unfreeze,
    /// The tier is no lower than this from now on; none lifts the floor.
    SetTier {
        /// The floor.
        floor: Option<TierId>,
    },
    /// A coupon is given.
    GiveCoupon(Coupon),
    /// A counter gives points of its allowance back: as many of these as are left in it.
    Release {
        /// Which allowance.
        grant: GrantId,
        /// How many.
        points: Points,
    },
    /// The month of the member's birthday becomes known, or another.
    BirthMonth {
        /// 1 to 12.
        month: u32,
    },
}

/// A sale as a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Its identity in the book; a number may come again, this does not.
    pub id: OpId,
    /// The number on its receipt.
    pub receipt: ReceiptNo,
    /// What is bought.
    pub lines: Vec<SaleLine>,
    /// Points that pay; zero for none.
    pub pay_points: Points,
    /// Where those points come from.
    pub from: Source,
    /// Coupons, in the order in which they were given.
    pub coupons: Vec<CouponId>,
    /// Who recorded it at a counter; none where the till itself did.
    pub recorded_by: Option<RecorderId>,
    /// Nothing of it counts until it is confirmed, whatever the ceilings: the counter was revoked before it came.
    pub all_waits: bool,
}

/// Where points that are spent come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The member's free points.
    #[default]
    Available,
    /// Allowances of a counter, and how many of each. What none of them has is the store's loss.
    Allowances(Vec<(GrantId, Points)>),
}

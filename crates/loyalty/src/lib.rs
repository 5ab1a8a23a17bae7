//! The rules of a membership program: points, lots, tiers, coupons, allowances.
//!
//! Pure: no I/O, no clock, no globals. Time, ids and the program come in as arguments, so that a counter
//! offline and the centre reckon the same numbers from the same functions.
//!
//! # How it is used
//! Load an [`Account`] from its rows, bring it to a moment with [`advance`], apply one operation, and write
//! down the rows that changed together with the movements of its [`Outcome`]:
//!
//! ```
//! use loyalty::*;
//!
//! let program = Program::from_json("{}")?;
//! let mut account = Account::from_rows(AccountRows::default())?;
//!
//! let Passed { now, outcome: time } = advance(&program, &mut account, "2026-01-10T04:00:00Z".parse()?);
//! let sale = Sale {
//!     receipt: "R1".into(),
//!     lines: vec![SaleLine { sku: "A".into(), category: None, qty: 1, amount: "70.00".parse()? }],
//!     pay_points: Points::ZERO,
//!     from: PointsFrom::Available,
//!     coupons: vec![],
//! };
//! let Sold { receipt, outcome } = purchase(&program, &mut account, &now, sale, Standing::Proposed)?;
//! assert_eq!(receipt.pay.to_string(), "70.00");
//! assert_eq!(outcome.earned, Points(70));
//! // in one transaction: the changed rows, the receipt, and both outcomes' movements
//! assert_eq!(account.rows().lots.len(), 1);
//! assert_eq!(time.movements.len() + outcome.movements.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What time brought holds even where the operation is refused then; nothing else does. A counter asks
//! [`quote_purchase`], [`quote_return`], [`check_redemption`] and [`most_redeemable`] before a clerk confirms.
//! What a counter has completed is applied as [`Standing::Happened`] and is never refused for a rule.
//!
//! [`deed`] has all that can be done to an account as one kind of thing, and the one function that does it: what a
//! counter, the centre, a comparison and a scenario share.
//!
//! # Where the rules are silent
//! Tiers, returns, allowances and scenario files say their own choices in their own files. Besides:
//!
//! - No points (`pay_points` of zero) is not a payment by points: minimum and freeze do not matter to it. A
//!   redemption of zero points is one, and passes where the minimum is zero and nothing is frozen.
//! - A receipt's lines together are at most 10⁹ yuan, and one operation moves at most 10¹² points.
//! - Rates go from 0 to 10⁶ with at most nine decimals, percentages to 100.
//! - A coupon with categories and products needs a line that matches both; an empty list is no filter.
//! - A factor with nothing to match always counts. A birth month is the month alone, so that one born on
//!   29 February has all of February; where a *day* is wanted, [`birthday_in`] keeps it on the 28th.
//! - The order of the tiers in the document does not matter; the lowest is everybody's, whatever its `from`.
//! - A per-day limit left out is one a day.
//! - Months added to an instant keep its local time in the business timezone.
//! - Of lots with the same date, the older is the one earned on the earlier day, then the one made first.
//! - Thawing moves empty lots too (points may come back to them); extending does not.
//! - An operation that arrives after later ones earns by its own day, while lots and tier stay at the
//!   latest moment that the account has seen; a freeze or an extension that comes late brings back what
//!   expired for its lateness alone ([`revive`]).
//! - A behaviour beyond its limit that a counter completed gives the member her points, at the store's loss.
#![allow(clippy::module_name_repetitions)]

mod account;
mod adjust;
mod awards;
mod behave;
mod calendar;
mod close;
mod complete;
mod coupon;
mod credit;
pub mod deed;
mod discount;
mod escrow;
mod freeze;
mod ids;
mod invite;
mod lots;
mod merge;
mod money;
mod movement;
mod occasion;
mod offline;
mod points;
mod presence;
pub mod program;
mod propose;
mod purchase;
mod rate;
mod reaction;
mod receipt;
mod redeem;
mod refusal;
mod returns;
pub mod scenario;
mod shape;
mod spend;
mod tier;
mod time;
mod warning;
pub mod watch;

pub use account::{Account, AccountRows, Behaved, Grant, Held, Lot, NetPaid, TierState};
pub use adjust::{LastDay, adjust};
pub use awards::{Awarded, Counted, Vouching, confirm, drop_waiting, is_same};
pub use behave::behave;
pub use calendar::birthday_in;
pub use close::close;
pub use complete::complete;
pub use coupon::{Benefit, Coupon, give_coupon};
pub use credit::{Credit, HELP_DAYS, Helped, Serving, credit_by_rule};
pub use escrow::{
    DeviceHolds, Drawn, Granted, GrantedPortion, ahead_of_time_share, grant, grant_limit,
    lease_end, reinstate, release, spend_granted,
};
pub use freeze::{Lapsed, extend, freeze, revive, unfreeze};
pub use ids::{
    BehaviourKind, Category, CouponId, GrantId, LotId, OpId, ReceiptNo, RecorderId, Sku, TierId,
};
pub use invite::{INVITED, Invited, REFERRAL, Spent, Verdict, judge_invited, was_known};
pub use merge::{Handed, HandedOver, hand_back, hand_over};
pub use money::{Money, MoneyError};
pub use movement::{AccountKind, Movement, Outcome, Standing, TierCause, TierChange};
pub use occasion::{
    AFTER_USE_UP_DAYS, BEFORE_USE_UP_DAYS, Bought, DORMANT_DAYS, NEAR_TIER, Replenishment,
    dormant_days, is_birthday_month, is_near_tier, replenishment,
};
pub use offline::{Silence, UNLOCK_HOURS, Unlocks, closed_since, unlocks};
pub use points::Points;
pub use presence::{
    PresenceAsked, PresenceShown, are_last_four, presence_asked, presence_suffices,
};
pub use program::{Program, ProgramDoc, ProgramError};
pub use propose::{
    Combination, CouponEffect, CouponOption, PROPOSED_AMONG, Proposal, WhyNot, effects, propose,
};
pub use purchase::{Sale, SaleLine, Sold, purchase, purchase_vouched, quote_purchase};
pub use rate::{Rate, Rounding};
pub use reaction::{
    Course, Doctor, GENERAL_DAYS, Onset, Place, REACTION_NOTE_CHARS, Reaction, SERIOUS_DAYS,
    Severity, Sign,
};
pub use receipt::{Portion, Receipt, ReceiptLine, Redemption, UsedCoupon};
pub use redeem::{RedeemRequest, Redeemed, redeem, reverse};
pub use refusal::{Error, Identity, Malformed, Refusal};
pub use returns::{
    ReturnLine, ReturnOf, Returned, lines_meant, pieces_back, quote_return, return_goods,
};
pub use spend::{Beside, PointsFrom, check_redemption, most_redeemable, redeemable_beside};
pub use tier::{NextTier, next_tier, paid_since, qualifying, set_tier, shown_tier};
pub use time::{Moment, Passed, advance};
pub use warning::{ExpiryWarning, expiry_warning};

//! The rules of a membership program: points, lots, tiers, coupons, allowances.
//!
//! Pure: no I/O, no clock, no globals. Time, ids and the program come in as arguments, so that a counter
//! offline and the centre reckon the same numbers from the same functions.
#![allow(clippy::module_name_repetitions)]

mod account;
mod calendar;
mod care;
mod changes;
mod coupon;
mod discount;
mod escrow;
mod ids;
mod lots;
mod money;
mod movement;
mod points;
pub mod program;
mod purchase;
mod rate;
mod receipt;
mod redeem;
mod refusal;
mod returns;
pub mod scenario;
mod spend;
mod tier;
mod time;

pub use account::{Account, AccountRows, Grant, Held, Lot, NetPaid, TierState};
pub use calendar::birthday_in;
pub use care::{LastDay, adjust, behave, extend, freeze, unfreeze};
pub use changes::Changes;
pub use coupon::{Benefit, Coupon, give_coupon};
pub use escrow::{
    DeviceHolds, Drawn, Granted, GrantedPortion, ahead_of_time_share, grant, grant_limit, release,
    spend_granted,
};
pub use ids::{BehaviourKind, Category, CouponId, GrantId, LotId, OpId, ReceiptNo, Sku, TierId};
pub use money::{Money, MoneyError};
pub use movement::{AccountKind, Movement, Outcome, Standing, TierCause, TierChange};
pub use points::Points;
pub use program::{Program, ProgramDoc, ProgramError};
pub use purchase::{Sale, SaleLine, Sold, purchase, quote_purchase};
pub use rate::{Rate, Rounding};
pub use receipt::{Portion, Receipt, ReceiptLine, Redemption, UsedCoupon};
pub use redeem::{RedeemRequest, Redeemed, redeem, reverse};
pub use refusal::{Error, Identity, Malformed, Refusal};
pub use returns::{ReturnLine, ReturnOf, Returned, quote_return, return_goods};
pub use spend::{PointsFrom, check_redemption, most_redeemable};
pub use tier::{paid_since, qualifying, reassess, set_tier, shown_tier};
pub use time::{Moment, Passed, advance};

//! What the rules say no to, and what they cannot even read.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rules say no to an operation; it leaves no effect and its id unused.
///
/// The codes are stable: scenario files, counters and screens know a refusal by its code.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Error,
)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Fewer points than the program's minimum.
    #[error("fewer points than the least that may be redeemed")]
    BelowMinimum,
    /// Not a whole number of the program's steps.
    #[error("not a whole number of steps")]
    NotAStep,
    /// The points' worth is above the share of the bill that may be paid with points.
    #[error("more than the share of the bill that points may pay")]
    OverShare,
    /// More than is there.
    #[error("not enough points")]
    NotEnoughPoints,
    /// The account is frozen: nothing can be spent.
    #[error("the account is frozen")]
    Frozen,
    /// The id is known with other content.
    #[error("this id belongs to another operation")]
    Conflict,
    /// No such sale.
    #[error("no such receipt")]
    UnknownReceipt,
    /// More than is left of the receipt, or nothing at all.
    #[error("more than is left of the receipt")]
    OverReturned,
    /// No such redemption.
    #[error("no such redemption")]
    UnknownRedemption,
    /// The redemption was given back before.
    #[error("the redemption was reversed before")]
    AlreadyReversed,
    /// The behaviour has counted as often as it may that day.
    #[error("this counts no more today")]
    LimitReached,
    /// The member has no such coupon.
    #[error("no such coupon")]
    CouponUnknown,
    /// The coupon was used before, or is listed twice.
    #[error("the coupon was used")]
    CouponUsed,
    /// The coupon's last day has passed.
    #[error("the coupon has expired")]
    CouponExpired,
    /// No line matches, or the matching lines do not reach the threshold.
    #[error("the coupon does not apply to this receipt")]
    CouponNotApplicable,
    /// More than one coupon, and not all of them stack.
    #[error("these coupons do not go together")]
    CouponsDoNotStack,
}

impl Refusal {
    /// The stable code, as in scenario files: `below_minimum`, `over_share`…
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BelowMinimum => "below_minimum",
            Self::NotAStep => "not_a_step",
            Self::OverShare => "over_share",
            Self::NotEnoughPoints => "not_enough_points",
            Self::Frozen => "frozen",
            Self::Conflict => "conflict",
            Self::UnknownReceipt => "unknown_receipt",
            Self::OverReturned => "over_returned",
            Self::UnknownRedemption => "unknown_redemption",
            Self::AlreadyReversed => "already_reversed",
            Self::LimitReached => "limit_reached",
            Self::CouponUnknown => "coupon_unknown",
            Self::CouponUsed => "coupon_used",
            Self::CouponExpired => "coupon_expired",
            Self::CouponNotApplicable => "coupon_not_applicable",
            Self::CouponsDoNotStack => "coupons_do_not_stack",
        }
    }
}

/// What was asked is no operation at all (a quantity of zero, a tier that the program has not), or the
/// account was loaded without what the operation needs. Never the member's or the clerk's doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Malformed {
    /// Where: a path of fields, such as `lines[1].qty`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

impl Malformed {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for Malformed {}

/// Why an operation had no effect.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It cannot be understood.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl Error {
    /// The refusal, where it is one.
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            Self::Malformed(_) => None,
        }
    }
}

/// What an operation's id says about it (rule: same id and same content is the same operation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Not seen before: apply it.
    New,
    /// The same again: answer as before, no effect.
    Exists,
}

impl Identity {
    /// Judges an operation against what is stored under its id, by content (all but its time).
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where other content is stored.
    pub fn of<T: PartialEq>(stored: Option<&T>, now: &T) -> Result<Self, Refusal> {
        match stored {
            None => Ok(Self::New),
            Some(before) if before == now => Ok(Self::Exists),
            Some(_) => Err(Refusal::Conflict),
        }
    }
}

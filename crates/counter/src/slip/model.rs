//! What a receipt says: facts, no words and no widths.

use crate::view::SlipKind;
use chrono::{NaiveDate, NaiveDateTime};
use loyalty::{Money, Points};

/// The customer's receipt of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) kind: SlipKind,
    pub(crate) brand: String,
    /// The brand's data is made up.
    pub(crate) demo: bool,
    pub(crate) store: String,
    /// The till's receipt number; of a redemption and its reversal the redemption's own.
    pub(crate) number: String,
    /// When, in the business timezone.
    pub(crate) at: NaiveDateTime,
    /// When this was composed, in the business timezone.
    pub(crate) now: NaiveDateTime,
    pub(crate) clerk: String,
    /// Masked name and phone number, or one of them; empty where neither is known.
    pub(crate) member: Vec<String>,
    pub(crate) lines: Vec<SlipLine>,
    /// Sum of the lines, where something comes off it.
    pub(crate) total: Option<Money>,
    pub(crate) coupons: u32,
    pub(crate) coupons_off: Money,
    pub(crate) points_paid: Points,
    pub(crate) points_worth: Money,
    /// Paid.
    pub(crate) pay: Option<Money>,
    /// Money back: of a return what it gave back, of a sale what returns have given back since.
    pub(crate) refund: Option<Money>,
    /// Points turned into money off: the bill and what they were worth.
    pub(crate) off_bill: Option<(Money, Money)>,
    pub(crate) earned: Points,
    pub(crate) spent: Points,
    pub(crate) given_back: Points,
    pub(crate) taken_back: Points,
    pub(crate) state: SlipState,
    /// Where her points stand; none where she is not held here.
    pub(crate) balance: Option<SlipBalance>,
    pub(crate) copy: Copy,
}

/// A line of goods or rewards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlipLine {
    /// Empty for what is left of a receipt, as nobody said what it is.
    pub(crate) name: String,
    /// In English; empty where it is not known.
    pub(crate) name_en: String,
    pub(crate) size: String,
    pub(crate) qty: u32,
    /// Brought back since.
    pub(crate) returned: u32,
    /// None where the line has no amount of its own.
    pub(crate) amount: Option<Money>,
}

/// Whether the points of it are on the centre's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlipState {
    /// 已到账
    Confirmed,
    /// 待确认: on this counter's disk.
    Pending,
    /// Whose they are is found at the centre.
    Credited,
    /// Kept for a manager: nothing has moved.
    SetAside,
}

/// Where her points stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlipBalance {
    pub(crate) confirmed: Points,
    /// When the centre worked that out, in the business timezone.
    pub(crate) as_of: NaiveDateTime,
    /// What this counter did that is not in it: net.
    pub(crate) pending: Points,
    /// What expires next, and its last day.
    pub(crate) expiring: Option<(Points, NaiveDate)>,
}

/// Which copy of it this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copy {
    /// As it is shown or first printed.
    Original,
    /// Printed before; the first of these is 1.
    Reprint(u32),
    /// A file: it may be printed any number of times, and nobody counts.
    Electronic,
}

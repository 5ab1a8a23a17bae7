//! The ledger of a member's points: what goes when, what came and what went.

use super::{Millis, StoreCard};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// The ledger of a member's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PointsLedger {
    /// 已到账: what the centre has on record.
    pub confirmed: Points,
    /// When the centre worked that out.
    pub as_of: Millis,
    /// What this counter did since comes to, above or below zero.
    pub pending: Points,
    /// What she owes; the next points settle it.
    pub debt: Points,
    /// 待收银核对: points of sales that no till has confirmed, not in what is confirmed.
    pub waiting: Points,
    /// True while nothing expires.
    pub frozen: bool,
    /// Her points by their last day, soonest first.
    pub lots: Vec<LotEntry>,
    /// What came and what went, newest first.
    pub movements: Vec<MovementEntry>,
    /// What the movements do not explain of what is confirmed: it came or went before what is told here.
    pub untold: Points,
}

/// Points with one last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LotEntry {
    /// Their last day, `YYYY-MM-DD`; none = never.
    pub expires: Option<String>,
    /// Days to it from today.
    pub days: Option<i32>,
    /// How many the centre has on record.
    pub points: Points,
    /// How many came by what this counter did since.
    pub pending: Points,
    /// Whether the program says to speak of them now.
    pub soon: bool,
}

/// Points that came or went at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MovementEntry {
    /// What it happened by; unique in the ledger.
    pub id: String,
    /// When.
    pub at: Millis,
    /// What happened.
    pub what: MovementWhat,
    /// Points for her; below zero where they went.
    pub points: Points,
    /// Where; none where that is not known or does not matter.
    pub store: Option<StoreCard>,
    /// Whether that is this store.
    pub here: bool,
    /// The till's number of the receipt.
    pub receipt: Option<String>,
    /// Whether this counter did it and the centre does not show it yet.
    pub pending: bool,
}

/// What moved points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MovementWhat {
    /// She bought.
    Purchase {
        /// Pieces.
        pieces: u32,
        /// The channel: `store`, `mini_program`, …
        channel: String,
        /// Points that paid part of it; they are taken off already.
        paid: Points,
    },
    /// She redeemed.
    Redemption {
        /// Name of the reward; empty for money off.
        name: String,
        /// Its name in English; empty where there is none.
        name_en: String,
        /// Pieces of the reward; 0 for money off.
        pieces: u32,
        /// What the points were worth, for money off.
        worth: Option<Money>,
        /// Whether it was undone since.
        undone: bool,
    },
    /// A redemption was undone.
    Reversal {
        /// Name of the reward; empty for money off, and where it is not known here.
        name: String,
        /// Its name in English; empty where there is none.
        name_en: String,
    },
    /// Goods came back.
    Return,
    /// Something that the brand values.
    Behaviour {
        /// The program's name of it.
        behaviour: String,
    },
    /// She joined.
    Joined,
    /// Points passed their last day.
    Expired,
    /// Expired points came back.
    Revived,
    /// Set by hand, or taken over from another system.
    Adjusted,
    /// What another account of hers had, since the two were merged; or that was undone.
    Merged,
    /// Something that this build does not know.
    Other,
}

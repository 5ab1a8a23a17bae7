//! What is said after the commit.

use super::Millis;
use crate::search::mask;
use loyalty::{Money, Points};
use protocol::entity::Member;
use serde::{Deserialize, Serialize};

/// A sale is on this counter's disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SaleDone {
    /// Id of the operation; empty where the receipt came from elsewhere.
    pub op_id: String,
    /// The till's receipt number.
    pub receipt: String,
    /// Money paid.
    pub pay: Money,
    /// Points earned; confirmed by the centre.
    pub earned: Points,
    /// Of these, points that wait for the till.
    pub waiting: Points,
    /// Points spent.
    pub spent: Points,
    /// True where the same sale was recorded before, and stands: nothing was done again.
    pub exists: bool,
    /// True where the member is not held here: credited at sync.
    pub credited_later: bool,
}

/// A redemption is on this counter's disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RedeemDone {
    /// Id of the operation.
    pub op_id: String,
    /// Points spent.
    pub points: Points,
    /// What they were worth, for money off.
    pub worth: Option<Money>,
    /// What is left of the confirmed points, this and other pending spends taken off.
    pub balance_after: Points,
    /// What this counter may still redeem for her with no network.
    pub offline_usable: Points,
}

/// A return is on this counter's disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReturnDone {
    /// Id of the operation.
    pub op_id: String,
    /// Receipt number of the sale.
    pub receipt: String,
    /// Money back.
    pub refund: Money,
    /// Points given back.
    pub given_back: Points,
    /// Points taken back.
    pub taken_back: Points,
    /// True where this counter does not know the receipt: the centre works its points out.
    pub unknown_receipt: bool,
    /// True where the same was recorded before and waits: nothing was done again.
    pub exists: bool,
}

/// A sign-up code to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JoinCode {
    /// The code's own id, to ask who has joined by it.
    pub id: String,
    /// The code itself.
    pub code: String,
    /// The address that the QR code carries.
    pub url: String,
    /// The QR code as SVG.
    pub svg: String,
    /// When it was made.
    pub issued: Millis,
    /// Last moment at which it may be used.
    pub valid_until: Millis,
    /// What a new member is given.
    pub welcome_gift: String,
    /// The same with the names of products and rewards in English; empty where none is known.
    pub welcome_gift_en: String,
}

/// Somebody joined by a code of this counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Joined {
    /// Member id.
    pub member_id: String,
    /// Masked name; empty where she gave none.
    pub masked_name: String,
    /// Masked phone number.
    pub masked_phone: String,
}

impl Joined {
    /// A member, masked.
    pub(crate) fn of(member: &Member) -> Self {
        Self {
            member_id: member.id.to_string(),
            masked_name: mask::name(&member.name),
            masked_phone: mask::phone(&member.phone),
        }
    }
}

/// Full personal values, to be shown for ten seconds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Revealed {
    /// Full name.
    pub name: String,
    /// Full phone number.
    pub phone: String,
    /// Birthday, `YYYY-MM-DD`, or `MM-DD` where she did not tell the year.
    pub birthday: Option<String>,
    /// For how many seconds to show them.
    pub seconds: u32,
}

impl std::fmt::Debug for Revealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Revealed(…)")
    }
}

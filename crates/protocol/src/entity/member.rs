//! Members: who they are, what they have, and what they did that is valued.

use super::left_out::{is_false, is_no_lot, is_zero, no_points};
use super::{Entity, EntityKind, Meeting, Met};
use crate::ids::{ClerkId, MemberId, StoreId};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// A member as a counter of the home store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// The number on the card.
    pub no: String,
    /// Numbers of cards that lead to her too: of accounts that were merged into hers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_cards: Vec<String>,
    /// Full name; may be empty (sign-up asks for phone and skin type only).
    #[serde(default)]
    pub name: String,
    /// What she likes to be called; empty where she did not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub called: String,
    /// Mobile number, 11 digits.
    pub phone: String,
    /// The last four digits of a new number that is not proven yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_waits: Option<String>,
    /// Birthday, where it was given.
    #[serde(default)]
    pub birthday: Option<NaiveDate>,
    /// The month of her birthday, 1 to 12, where the day is not told: all of it that the rules look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_month: Option<u32>,
    /// Home store.
    pub home_store: StoreId,
    /// The member's own advisor.
    #[serde(default)]
    pub advisor: Option<ClerkId>,
    /// Date of joining.
    pub joined: NaiveDate,
    /// Nonce of the sign-up code that she joined by, in hex; none where she joined otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_by_code: Option<String>,
    /// Tier shown, by the program's id.
    pub tier: String,
    /// Net spend in the program's window, up to `as_of`.
    pub qualifying: Money,
    /// Day of the next tier review.
    #[serde(default)]
    pub tier_review: Option<NaiveDate>,
    /// Skin, where she consented to its being kept.
    #[serde(default)]
    pub skin: Option<Skin>,
    /// Allergies and avoided ingredients.
    #[serde(default)]
    pub allergies: Vec<String>,
    /// Tags, concerns and notes that the screens show.
    #[serde(default)]
    pub concerns: Vec<String>,
    /// Consent to keeping skin condition and allergies.
    #[serde(default)]
    pub consent_skin: bool,
    /// Consent to marketing.
    #[serde(default)]
    pub consent_marketing: bool,
    /// Her guardian's consent, where she is a child, to keeping skin condition and allergies.
    #[serde(default, skip_serializing_if = "is_false")]
    pub consent_guardian: bool,
    /// What she agreed to or withdrew last, by purpose; none from a centre that does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Agreed>,
    /// Who changed her profile last; none where nobody has, or a centre does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<ClerkId>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<DateTime<Utc>>,
    /// How often her profile was changed; a change says which revision it had in sight.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: u32,
    /// What clerks noted last, newest first, at most [`crate::limits::NOTES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Points: all that are hers, allowances of all counters included, less debt.
    pub balance: Points,
    /// Of these, not held by any counter.
    pub available: Points,
    /// Taken back and not there: settled by the next points.
    #[serde(default)]
    pub debt: Points,
    /// Points of sales that no till has confirmed: not in the balance.
    #[serde(default, skip_serializing_if = "no_points")]
    pub waiting: Points,
    /// Lots with points, in spending order, parts in allowances included.
    #[serde(default)]
    pub lots: Vec<LotView>,
    /// What the rules keep of her besides; none from a centre that does not tell. Together with `lots` and
    /// her receipts it is her whole account, so that a counter reckons as the centre does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountState>,
    /// Points are frozen.
    #[serde(default)]
    pub frozen: bool,
    /// Last purchase.
    #[serde(default)]
    pub last_purchase: Option<DateTime<Utc>>,
    /// Number of receipts in all.
    #[serde(default)]
    pub receipts: u32,
    /// When the centre worked this out.
    pub as_of: DateTime<Utc>,
}

impl Member {
    /// What a counter of another store is told of her while she visits: who she is, what she has and can use, as a
    /// counter reckons with it, and what she must not get. Her allergies are among it although they are the most
    /// private of all: whoever advises her warns of them with no network.
    ///
    /// Of her birthday it is the month, which rules look at. Her skin, concerns and notes, whose customer she is, and
    /// how and when she agreed to what are her own store's.
    #[must_use]
    pub fn for_visit(self) -> Self {
        // every field is named, so that a new one is decided upon
        let Self {
            id,
            no,
            earlier_cards,
            name,
            called,
            phone,
            phone_waits,
            birthday,
            birth_month,
            home_store,
            advisor: _,
            joined,
            joined_by_code: _,
            tier,
            qualifying,
            tier_review,
            skin: _,
            allergies,
            concerns: _,
            consent_skin,
            consent_marketing: _,
            consent_guardian,
            agreed: _,
            changed_by: _,
            changed_at: _,
            revision,
            notes: _,
            balance,
            available,
            waiting,
            debt,
            lots,
            account,
            frozen,
            last_purchase,
            receipts,
            as_of,
        } = self;
        Self {
            id,
            no,
            earlier_cards,
            name,
            called,
            // she is found by it again today, and known by its last digits, with no network
            phone,
            // she may prove it wherever she is
            phone_waits,
            birthday: None,
            birth_month: birthday.map(|day| day.month()).or(birth_month),
            home_store,
            advisor: None,
            joined,
            joined_by_code: None,
            tier,
            qualifying,
            tier_review,
            skin: None,
            allergies,
            concerns: Vec::new(),
            // whether what she tells now may be kept
            consent_skin,
            consent_marketing: false,
            consent_guardian,
            agreed: Vec::new(),
            changed_by: None,
            changed_at: None,
            revision,
            notes: Vec::new(),
            balance,
            available,
            waiting,
            debt,
            lots,
            account,
            frozen,
            last_purchase,
            receipts,
            as_of,
        }
    }
}

impl Entity for Member {
    const KIND: EntityKind = EntityKind::Member;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.id)
    }
}

/// A consent given or withdrawn: the last of its purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Given or withdrawn.
    pub given: bool,
    /// Version of the wording that she saw; may be empty where she withdrew.
    pub version: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Where: `phone`, `counter:<device>`, `import`.
    pub source: String,
}

/// What a clerk noted of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who.
    pub clerk: ClerkId,
    /// When.
    pub at: DateTime<Utc>,
    /// The words.
    pub text: String,
}

/// What the rules keep of a member's account besides lots and receipts, as of her `as_of`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountState {
    /// The tier that she reached herself; none = the lowest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// When she last reached it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<DateTime<Utc>>,
    /// When it is reviewed next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<DateTime<Utc>>,
    /// Not below this tier, by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    /// Business date since which her points are frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_since: Option<NaiveDate>,
    /// Version of the program that she was last reckoned under; 0 where a centre does not tell.
    #[serde(skip_serializing_if = "is_zero")]
    pub program: u32,
}

/// Points with one expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotView {
    /// How many, free and held.
    pub points: Points,
    /// Last day; none = never.
    pub expires: Option<NaiveDate>,
    /// Its number in her account; 0 from a centre that does not tell.
    #[serde(default, skip_serializing_if = "is_no_lot")]
    pub n: u64,
    /// The business date on which it came; none from a centre that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<NaiveDate>,
    /// Of the points, held by counters as allowances.
    #[serde(default, skip_serializing_if = "no_points")]
    pub held: Points,
}

/// Skin by four axes, each from the brand's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Skin {
    /// `dry`, `combination`, `oily`, or empty where not known.
    pub moisture: String,
    /// `sensitive`, `resistant`.
    pub sensitivity: String,
    /// `pigmented`, `non_pigmented`.
    pub pigmentation: String,
    /// `wrinkled`, `tight`.
    pub ageing: String,
}

/// What one behaviour of a member came to: how often on the last day that it counted, and when before;
/// keyed by `member/behaviour`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaved {
    /// Whose.
    pub member: MemberId,
    /// Which: a name of the program's `behaviours`.
    pub behaviour: String,
    /// The business date.
    pub on: NaiveDate,
    /// How often on that date, at all counters.
    pub times: u32,
    /// Each time from `since` on, oldest first: they count towards tiers by growth value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<DateTime<Utc>>,
    /// Since when `moments` are whole; none from a centre that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
}

impl Entity for Behaved {
    const KIND: EntityKind = EntityKind::Behaved;

    fn key(&self) -> String {
        behaved_key(self.member.as_str(), &self.behaviour)
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
}

impl Met for Behaved {
    fn meetings(self) -> Vec<Meeting> {
        let at = |at| Meeting { at, clerk: None };
        self.moments.into_iter().map(at).collect()
    }
}

/// Key of what a behaviour of a member came to.
#[must_use]
pub fn behaved_key(member: &str, behaviour: &str) -> String {
    format!("{member}/{behaviour}")
}

//! One thing that a clerk did: immutable, numbered, chained.

use crate::acts::Approval;
pub use crate::acts::{Behaviour, Extension, Freeze, Reversal, Unfreeze};
use crate::chain::{Hash, Transcript};
use crate::credit::Credit;
use crate::ids::{ClerkId, DeviceId, Epoch, Generation, GrantId, MemberId, OpId, Seq, StoreId};
use crate::personal::PersonalField;
pub use crate::profile::Profile;
pub use crate::sold::SoldAs;
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An operation as it lies in the outbox and goes over the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Operation {
    /// Its place in the outbox.
    pub seq: Seq,
    /// Its id.
    pub op_id: OpId,
    /// Which counter did it.
    pub device: DeviceId,
    /// Life of that counter's outbox.
    pub epoch: Epoch,
    /// Generation of the centre that the counter knew.
    pub generation: Generation,
    /// Who did it.
    pub clerk: ClerkId,
    /// Version of the brand's rules that it was made under.
    pub program: u32,
    /// When, by the counter's estimate of the centre's time; whole milliseconds.
    pub at: DateTime<Utc>,
    /// Last time of the centre that the counter had seen; the centre clamps `at` between this
    /// and the arrival.
    pub contact: DateTime<Utc>,
    /// Which kind of body.
    pub kind: String,
    /// The body exactly as it was hashed, with fields that this build may not know.
    pub body: Box<RawValue>,
    /// Personal values, by commitment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<PersonalField>,
    /// Hash of the operation before it; [`Hash::ZERO`] for the first of an epoch.
    pub prev_hash: Hash,
    /// Hash of this one.
    pub hash: Hash,
}

impl Operation {
    /// The hash that the operation should have.
    pub fn expected_hash(&self) -> Hash {
        let mut t = Transcript::new("counterpart.operation.1")
            .part(self.prev_hash.as_bytes())
            .number(self.seq.0)
            .part(self.op_id.as_bytes())
            .part(self.device.as_bytes())
            .number(u64::from(self.epoch.0))
            .number(u64::from(self.generation.0))
            .part(self.clerk.as_str().as_bytes())
            .number(u64::from(self.program))
            .part(&self.at.timestamp_millis().to_be_bytes())
            .part(&self.contact.timestamp_millis().to_be_bytes())
            .part(self.kind.as_bytes())
            .part(self.body.get().as_bytes())
            .number(self.personal.len() as u64);
        for field in &self.personal {
            t = t
                .part(field.name.as_bytes())
                .part(field.commitment.as_bytes());
        }
        t.finish()
    }

    /// Whether hash and personal values are what they claim to be.
    pub fn is_intact(&self) -> bool {
        self.hash == self.expected_hash() && self.personal.iter().all(PersonalField::holds)
    }

    /// A personal value by name, where it has not been erased.
    pub fn personal_value(&self, name: &str) -> Option<&str> {
        self.personal
            .iter()
            .find(|f| f.name == name)
            .and_then(PersonalField::value)
    }

    /// What the operation says.
    ///
    /// # Errors
    /// `None` inside where the kind is not known; the parser's error where the body is not what
    /// its kind says.
    pub fn body(&self) -> Result<Option<Body>, serde_json::Error> {
        Body::parse(&self.kind, self.body.get())
    }
}

/// All kinds that this build knows.
pub const KINDS: [&str; 11] = [
    "sale",
    "redemption",
    "return",
    "release",
    "reveal",
    "profile",
    "reversal",
    "behaviour",
    "freeze",
    "unfreeze",
    "extension",
];

/// Bodies by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// `sale`
    Sale(Sale),
    /// `redemption`
    Redemption(Redemption),
    /// `return`
    Return(Return),
    /// `release`
    Release(Release),
    /// `reveal`
    Reveal(Reveal),
    /// `profile`
    Profile(Profile),
    /// `reversal`
    Reversal(Reversal),
    /// `behaviour`
    Behaviour(Behaviour),
    /// `freeze`
    Freeze(Freeze),
    /// `unfreeze`
    Unfreeze(Unfreeze),
    /// `extension`
    Extension(Extension),
}

impl Body {
    /// The kind on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sale(_) => "sale",
            Self::Redemption(_) => "redemption",
            Self::Return(_) => "return",
            Self::Release(_) => "release",
            Self::Reveal(_) => "reveal",
            Self::Profile(_) => "profile",
            Self::Reversal(_) => "reversal",
            Self::Behaviour(_) => "behaviour",
            Self::Freeze(_) => "freeze",
            Self::Unfreeze(_) => "unfreeze",
            Self::Extension(_) => "extension",
        }
    }

    /// The body as JSON text, in one canonical form: fields in declared order, no spaces.
    ///
    /// # Errors
    /// Never for the bodies above; kept so that nothing is unwrapped.
    pub fn to_json(&self) -> Result<Box<RawValue>, serde_json::Error> {
        match self {
            Self::Sale(b) => serde_json::value::to_raw_value(b),
            Self::Redemption(b) => serde_json::value::to_raw_value(b),
            Self::Return(b) => serde_json::value::to_raw_value(b),
            Self::Release(b) => serde_json::value::to_raw_value(b),
            Self::Reveal(b) => serde_json::value::to_raw_value(b),
            Self::Profile(b) => serde_json::value::to_raw_value(b),
            Self::Reversal(b) => serde_json::value::to_raw_value(b),
            Self::Behaviour(b) => serde_json::value::to_raw_value(b),
            Self::Freeze(b) | Self::Unfreeze(b) => serde_json::value::to_raw_value(b),
            Self::Extension(b) => serde_json::value::to_raw_value(b),
        }
    }

    /// Reads a body; `None` for a kind that is not known.
    ///
    /// # Errors
    /// Where the text is not a body of the kind.
    pub fn parse(kind: &str, json: &str) -> Result<Option<Self>, serde_json::Error> {
        Ok(Some(match kind {
            "sale" => Self::Sale(serde_json::from_str(json)?),
            "redemption" => Self::Redemption(serde_json::from_str(json)?),
            "return" => Self::Return(serde_json::from_str(json)?),
            "release" => Self::Release(serde_json::from_str(json)?),
            "reveal" => Self::Reveal(serde_json::from_str(json)?),
            "profile" => Self::Profile(serde_json::from_str(json)?),
            "reversal" => Self::Reversal(serde_json::from_str(json)?),
            "behaviour" => Self::Behaviour(serde_json::from_str(json)?),
            "freeze" => Self::Freeze(serde_json::from_str(json)?),
            "unfreeze" => Self::Unfreeze(serde_json::from_str(json)?),
            "extension" => Self::Extension(serde_json::from_str(json)?),
            _ => return Ok(None),
        }))
    }
}

/// Whose operation it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum MemberRef {
    /// A member that the counter holds.
    Id {
        /// The member.
        member: MemberId,
    },
    /// A phone number that was not found offline; the number itself is the personal value
    /// [`PHONE`].
    Phone,
    /// A member number or member code that was not found offline.
    Code {
        /// What was scanned or typed.
        code: String,
    },
}

/// Name of the personal value that holds a phone number: `+86` numbers as 11 digits.
pub const PHONE: &str = "member.phone";

/// Name of the personal value that holds what she told of a reaction to goods that come back: the JSON text of
/// [`loyalty::Reaction`]. It is for the brand alone: no feed tells it.
pub const REACTION: &str = "member.reaction";

/// A till's sale, recorded under the till's receipt number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The till's receipt number. Recording the same sale again changes nothing.
    pub receipt: String,
    /// The store that sold.
    pub store: StoreId,
    /// Whose purchase.
    pub member: MemberRef,
    /// What was sold.
    pub lines: Vec<SaleLine>,
    /// Points that paid part of it; 0 = none.
    #[serde(default)]
    pub pay_points: Points,
    /// Allowances that those points were spent from; their sum is `pay_points`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spends: Vec<Spend>,
    /// Coupons used, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<String>,
    /// What the counter showed as paid; the centre's own figure is kept beside it.
    pub shown_pay: Money,
    /// Points that the counter showed as earned.
    pub shown_earned: Points,
    /// Whose sale it is; none = the clerk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    /// The clerk said that it is another sale than one that the counter has under this number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_sale: bool,
    /// A manager's approval, where a sale of the same day stands under this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// A line of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// The product's number.
    pub sku: String,
    /// Its name on that day.
    pub name: String,
    /// Its category, for the program's factors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Pieces, at least 1.
    pub qty: u32,
    /// The line's total before coupons.
    pub amount: Money,
}

/// Points spent from one allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Which.
    pub grant: GrantId,
    /// How many.
    pub points: Points,
}

/// Points given for something at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// How many points in all.
    pub points: Points,
    /// Allowances that they were spent from; their sum is `points`.
    pub spends: Vec<Spend>,
    /// What for.
    pub what: Redeemed,
}

/// What points were given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum Redeemed {
    /// Pieces of a reward.
    Reward {
        /// Which reward.
        reward: String,
        /// Its name on that day.
        name: String,
        /// Pieces, at least 1.
        qty: u32,
    },
    /// Money off a bill at the till.
    Cash {
        /// The bill before it.
        bill: Money,
        /// What the points were worth.
        worth: Money,
    },
}

/// Goods brought back. What she told of a reaction to them is the personal value [`REACTION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The sale's receipt number.
    pub receipt: String,
    /// Which sale of that number; none from a counter that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<SoldAs>,
    /// The store that takes them back.
    pub store: StoreId,
    /// What and how many; empty = all that is left.
    pub lines: Vec<ReturnLine>,
    /// Why, by the clerk's choice.
    pub reason: String,
    /// What the counter showed as refunded; for a receipt that it did not know, what the clerk typed.
    pub shown_refund: Money,
    /// A manager's approval, where the counter did not know the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// A line of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// The product's number.
    pub sku: String,
    /// Pieces, at least 1.
    pub qty: u32,
    /// Which line of the receipt, counted from 1; none = whichever has the product, the earlier ones first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// An allowance, or part of it, given back by its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Which.
    pub grant: GrantId,
    /// Whose points.
    pub member: MemberId,
    /// How many; above zero, but for a coupon.
    pub points: Points,
    /// The coupon that is given back; then there are no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
}

/// The clerk of an operation that the counter did by itself.
pub const BY_ITSELF: &str = "counter";

/// A clerk looked at a member's full name and phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// Whose.
    pub member: MemberId,
    /// The business date, for the member's own record.
    pub date: NaiveDate,
}

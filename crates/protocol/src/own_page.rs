//! `…/phone/v1/me`: a member's own page: what she has, what she bought, what she agreed to, her code for the counter.
//!
//! She proves her number by a code once; from then on the page has a session, which she can end everywhere. Strangers are
//! answered as members are, up to the code.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Benefit, Money, Points};
use serde::{Deserialize, Serialize};

/// The address below which the page's requests lie.
pub const PATH: &str = "/phone/v1/me";
/// Purchases that the page shows.
pub const PURCHASES: usize = 50;
/// Months of messages that the page shows.
pub const MESSAGE_MONTHS: u32 = 12;
/// Days without a visit after which a session ends.
pub const SESSION_DAYS: i64 = 180;

/// `GET …`: whose page it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The brand's name, where it has been told.
    pub brand: Option<String>,
    /// True for made-up data; the page says so.
    pub demo: bool,
    /// Providers that may tell who she is: `wechat`, `alipay`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
}

/// `POST …/open`: proves her number and begins a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Her number, as it was typed.
    pub phone: String,
    /// The code from the message.
    pub verification: String,
    /// What this page is known by, as at [`Verify`](crate::join::Verify).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// The answer to [`Open`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What she agreed to.
    #[serde(flatten)]
    pub held: Agreements,
    /// The session: sent with each request from now on, as `authorization: Bearer …`.
    pub session: String,
}

/// `POST …/withdraw`: withdraws one consent. With a session it needs no code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdraw {
    /// Who she is, where there is no session.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Open>,
    /// Which: `skin`, `marketing` or `guardian`.
    pub purpose: String,
}

/// `POST …/leave`: she leaves: all that says who she is is erased. Her number is proven once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// The code from the message.
    pub verification: String,
    /// What this page is known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// `POST …/end`: ends this session, or all of hers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// On every phone.
    pub everywhere: bool,
}

/// The answer to [`Open`] and [`Withdraw`]: what holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreements {
    /// Business date on which she joined.
    pub joined: NaiveDate,
    /// Her last word on each purpose that she was asked, in the order in which they are asked.
    pub consents: Vec<Agreement>,
}

/// Her last word on one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Whether it is given now.
    pub given: bool,
    /// The version of the words that she saw; may be empty where it came with an import.
    pub version: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// `GET …/page`: what she has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnView {
    /// What she is called: how she likes it, else her name; may be empty.
    pub called: String,
    /// Her number, masked.
    pub phone: String,
    /// The number on her card.
    pub member_no: String,
    /// Her tier's id.
    pub tier: String,
    /// The tier as people read it, in Chinese.
    pub tier_name: String,
    /// Her points.
    pub points: Points,
    /// Points of sales that no till has confirmed.
    pub waiting: Points,
    /// Whether her points are frozen.
    pub frozen: bool,
    /// Her points by the day until which they hold, the first to go first.
    pub lots: Vec<OwnLot>,
    /// Coupons that she can use.
    pub coupons: Vec<OwnCoupon>,
    /// What she bought last, at most [`PURCHASES`], the newest first.
    pub purchases: Vec<OwnPurchase>,
    /// What was sent to her in the last [`MESSAGE_MONTHS`] months, the newest first.
    pub messages: Vec<OwnMessage>,
    /// What she agreed to.
    pub held: Agreements,
    /// Whether something is kept of her skin or allergies.
    pub skin_kept: bool,
    /// When the centre put this together.
    pub as_of: DateTime<Utc>,
}

/// Points that hold until one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLot {
    /// How many.
    pub points: Points,
    /// Their last day; none = they stay.
    pub expires: Option<NaiveDate>,
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnCoupon {
    /// What it does.
    #[serde(flatten)]
    pub benefit: Benefit,
    /// Its last day; none = it stays.
    pub expires: Option<NaiveDate>,
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPurchase {
    /// When.
    pub at: DateTime<Utc>,
    /// The store's name; its number where it has none.
    pub store: String,
    /// The till's number.
    pub receipt: String,
    /// What was paid, less what was given back.
    pub paid: Money,
    /// Points that it earned, less what was taken back.
    pub points: Points,
    /// What, with pieces that were kept.
    pub lines: Vec<OwnLine>,
}

/// A line of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLine {
    /// Its name on that day.
    pub name: String,
    /// Pieces bought.
    pub qty: u32,
    /// Of them, brought back.
    pub returned: u32,
}

/// A message that was sent to her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnMessage {
    /// When.
    pub at: DateTime<Utc>,
    /// Which kind: `joining_code`, `welcome`, …
    pub kind: String,
}

/// `POST …/code`: her code for the counter, for a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCode {
    /// As a picture.
    pub svg: String,
    /// For a counter without a scanner.
    pub number: String,
    /// The number on her card.
    pub member_no: String,
    /// Another one after so many seconds.
    pub renew_after_seconds: i64,
    /// When it was made.
    pub issued: DateTime<Utc>,
}

/// `POST …/invite`: her code for friends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// What her browser is known by: a random text that it keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
}

/// The answer to [`Invite`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnInvite {
    /// Where the code leads, below the page's own address.
    pub path: String,
    /// As a picture, for a friend who stands beside her.
    pub svg: String,
    /// Points for her.
    pub points: Points,
    /// Points for her friend.
    pub friend_points: Points,
    /// What the friend's purchase comes to at least.
    pub from: Money,
    /// Days until that purchase can no longer come back.
    pub after_days: u32,
    /// Days after joining within which the friend buys.
    pub within_days: u32,
    /// Friends who have joined.
    pub joined: u32,
    /// Friends for whom both wait.
    pub waiting: u32,
    /// Friends for whom she was rewarded.
    pub rewarded: u32,
}

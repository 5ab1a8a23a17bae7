//! What a feed carries: one struct per kind of entity, whole, as a counter keeps it.
//!
//! Unknown fields are ignored, missing ones have defaults: one version older and newer both work.

use crate::ids::{ClerkId, MemberId, StoreId};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// Kind name of [`Member`].
pub const MEMBER: &str = "member";
/// Kind name of [`Receipt`].
pub const RECEIPT: &str = "receipt";
/// Kind name of [`Clerk`].
pub const CLERK: &str = "clerk";
/// Kind name of [`Product`].
pub const PRODUCT: &str = "product";
/// Kind name of [`Reward`].
pub const REWARD: &str = "reward";
/// Kind name of [`Store`].
pub const STORE: &str = "store";
/// Kind name of the program document: the JSON of `loyalty::Program`, keyed by its version.
pub const PROGRAM: &str = "program";
/// Kind name of [`ProgramSchedule`].
pub const PROGRAM_SCHEDULE: &str = "program_schedule";
/// Kind name of [`Recall`].
pub const RECALL: &str = "recall";
/// Kind name of [`DeviceStatus`].
pub const DEVICE: &str = "device";
/// Kind name of [`Coupon`].
pub const COUPON: &str = "coupon";
/// Kind name of [`Redemption`].
pub const REDEMPTION: &str = "redemption";
/// Kind name of [`Behaved`].
pub const BEHAVED: &str = "behaved";
/// Kind name of [`Brand`].
pub const BRAND: &str = "brand";
/// Kind name of [`Stock`].
pub const STOCK: &str = "stock";

/// How many pieces of a reward a store has; keyed by the reward's id, in the store's scope. A reward
/// without one is not counted there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// Which reward.
    pub reward: String,
    /// Pieces left.
    pub left: u32,
}

/// From when a version of the program holds; keyed by the version. A version without one holds at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramSchedule {
    /// Which version.
    pub version: u32,
    /// New operations are made under it from this moment on.
    pub from: DateTime<Utc>,
}

/// An allowance that the centre asks back; keyed by its id. It is answered by a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// Which.
    pub grant: crate::ids::GrantId,
    /// Whose points.
    pub member: MemberId,
}

/// How a device stands at the centre; keyed by `device`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// Whether it checks customers out.
    pub checkout: bool,
    /// Whether its outbox forked and waits for a manager.
    pub quarantined: bool,
    /// Life of its outbox that is current at the centre.
    pub epoch: crate::ids::Epoch,
}

/// A coupon of a member, used once; keyed by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Whose.
    pub member: MemberId,
    /// What it does, as `loyalty::Coupon` reads it.
    pub coupon: loyalty::Coupon,
    /// The counter that alone may use it now, where one holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<crate::ids::DeviceId>,
}

/// A redemption of a member, at any counter; keyed by its operation's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Its operation: a counter's id, or the name of one from history.
    pub id: loyalty::OpId,
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// The counter that did it; none where it came before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<crate::ids::DeviceId>,
    /// When.
    pub at: DateTime<Utc>,
    /// How many points in all.
    pub points: Points,
    /// Of these, hers: what undoing it gives back to her. The rest the store bore.
    pub hers: Points,
    /// What for.
    pub what: crate::operation::Redeemed,
    /// When it was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed: Option<DateTime<Utc>>,
    /// Where the points came from, in the order in which they were spent; none from a centre that does not
    /// tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portions: Vec<PaidPortion>,
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

/// The brand as the screens show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// Its name.
    pub name: String,
    /// True for made-up data; the screens say so.
    pub demo: bool,
    /// What a new member is given, in the clerk's words; empty = nothing.
    pub welcome_gift: String,
    /// Where members' phones reach the centre: the beginning of a sign-up address.
    pub phone_base: String,
}

/// A store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// What people call it.
    pub name: String,
    /// Its city.
    #[serde(default)]
    pub city: String,
}

/// A clerk of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clerk {
    /// Its id.
    pub id: ClerkId,
    /// Name.
    pub name: String,
    /// What the clerk may do.
    pub role: Role,
    /// Store.
    pub store: StoreId,
    /// Argon2id hash of the PIN (PHC string), so that signing in needs no network.
    pub pin_hash: String,
    /// False once the clerk has left.
    pub active: bool,
}

/// What a clerk may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Beauty advisor 美容顾问.
    Advisor,
    /// Cashier 收银.
    Cashier,
    /// Store manager 店长.
    Manager,
}

/// A member as a counter of the home store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// The number on the card.
    pub no: String,
    /// Full name; may be empty (sign-up asks for phone and skin type only).
    #[serde(default)]
    pub name: String,
    /// Mobile number, 11 digits.
    pub phone: String,
    /// Birthday, where it was given.
    #[serde(default)]
    pub birthday: Option<NaiveDate>,
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

/// A receipt of a member, in any store or channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The till's number.
    pub no: String,
    /// Whose.
    pub member: MemberId,
    /// Which store sold; a member buys in any.
    pub store: StoreId,
    /// When.
    pub at: DateTime<Utc>,
    /// `store`, `mini_program`, …
    #[serde(default)]
    pub channel: String,
    /// What.
    pub lines: Vec<ReceiptLine>,
    /// Money paid.
    pub pay: Money,
    /// Money given back so far.
    #[serde(default)]
    pub refunded: Money,
    /// Points earned.
    pub earned: Points,
    /// Points that paid part of it.
    #[serde(default)]
    pub points_paid: Points,
    /// Points taken back by returns so far.
    #[serde(default)]
    pub taken_back: Points,
    /// Points given back by returns so far.
    #[serde(default)]
    pub given_back: Points,
    /// Where the points came from that paid part of it, in the order in which they were spent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portions: Vec<PaidPortion>,
    /// Number of the lot that it earned; 0 = none, or a centre that does not tell.
    #[serde(default, skip_serializing_if = "is_no_lot")]
    pub own_lot: u64,
    /// Coupons used, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<CouponUse>,
}

/// Points that paid a redemption or part of a receipt, of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidPortion {
    /// The lot's number; 0 = points that the store bore.
    #[serde(default, skip_serializing_if = "is_no_lot")]
    pub lot: u64,
    /// How many.
    pub points: Points,
    /// Given back by returns so far.
    #[serde(default, skip_serializing_if = "no_points")]
    pub given_back: Points,
    /// The lot's last day; none = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// When the lot came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<NaiveDate>,
}

/// A coupon that a receipt used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponUse {
    /// What it took off.
    #[serde(default, skip_serializing_if = "no_money")]
    pub off: Money,
    /// Why the rules would have refused it; such a one may be another receipt's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<loyalty::Refusal>,
    /// What it is; who used it is not told here.
    pub coupon: loyalty::Coupon,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// Product number.
    pub sku: String,
    /// Its name on that day.
    pub name: String,
    /// Pieces; 0 is taken from imports and cannot be returned.
    pub qty: u32,
    /// Pieces brought back.
    #[serde(default)]
    pub returned: u32,
    /// After coupons.
    pub amount: Money,
    /// What coupons took off.
    #[serde(default, skip_serializing_if = "no_money")]
    pub off: Money,
    /// Of the amount, paid by points.
    #[serde(default, skip_serializing_if = "no_money")]
    pub by_points: Money,
}

/// A product of the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its number.
    pub sku: String,
    /// Bar code (EAN-13), where there is one.
    #[serde(default)]
    pub barcode: Option<String>,
    /// Name in Chinese.
    pub name: String,
    /// Name in English, where there is one.
    #[serde(default)]
    pub name_en: String,
    /// Size or shade, as it is printed.
    #[serde(default)]
    pub size: String,
    /// Category by the brand's id, for factors and coupons.
    #[serde(default)]
    pub category: String,
    /// Price; none where the till alone knows it.
    #[serde(default)]
    pub price: Option<Money>,
    /// Texture picture by kind, for example `serum`.
    #[serde(default)]
    pub swatch: String,
    /// Ingredients that members may be allergic to.
    #[serde(default)]
    pub allergens: Vec<String>,
    /// What it is for: concerns and skin kinds, for suggestions.
    #[serde(default)]
    pub suits: Vec<String>,
    /// Days one piece usually lasts; 0 = not known.
    #[serde(default)]
    pub lasts_days: u32,
    /// False once it is no longer sold.
    #[serde(default = "yes")]
    pub active: bool,
}

/// Something that points are given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Its id.
    pub id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: String,
    /// Size or shade.
    #[serde(default)]
    pub size: String,
    /// Low → samples, middle → products, high → care services.
    pub kind: RewardKind,
    /// Points for one piece; above zero.
    pub points: Points,
    /// Lowest tier that may have it, by the program's id; none = all.
    #[serde(default)]
    pub min_tier: Option<String>,
    /// Texture picture by kind.
    #[serde(default)]
    pub swatch: String,
    /// Ingredients that members may be allergic to.
    #[serde(default)]
    pub allergens: Vec<String>,
    /// False once it is no longer given.
    #[serde(default = "yes")]
    pub active: bool,
}

/// Steps of rewards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardKind {
    /// 小样
    Sample,
    /// 正装
    Product,
    /// 护理
    Service,
}

fn yes() -> bool {
    true
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn no_points(points: &Points) -> bool {
    points.is_zero()
}

fn no_money(money: &Money) -> bool {
    money.is_zero()
}

fn is_no_lot(n: &u64) -> bool {
    *n == 0
}

//! A store's devices and what the store bears, for its manager.

use super::{Millis, StoreCard};
use loyalty::watch::Suspicion;
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// What a manager wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum ManageWhat {
    /// Only look.
    Look,
    /// Count what both copies of a device recorded, and let it begin anew.
    Resolve {
        /// Its id.
        device: String,
    },
    /// Free what a silent device holds.
    WriteOff {
        /// Its id.
        device: String,
    },
    /// Write off and never let in again.
    Revoke {
        /// Its id.
        device: String,
    },
    /// Give a code that opens a device that was silent for too long.
    Unlock {
        /// Its id.
        device: String,
    },
    /// These sales were made, though no till has confirmed them.
    Confirm {
        /// Their ids.
        sales: Vec<String>,
    },
    /// Sign-ups of a clerk on a day count, or do not.
    SignUps {
        /// The clerk's id.
        clerk: String,
        /// The business day, `YYYY-MM-DD`.
        day: String,
        /// Whether they count.
        count: bool,
    },
    /// Two members are one person: who goes becomes who stays.
    Merge {
        /// Id of who goes.
        went: String,
        /// Id of who stays.
        stays: String,
        /// What they have in common, by its stable word.
        why: String,
    },
    /// A merge was wrong.
    Part {
        /// Its id.
        merge: String,
    },
    /// Two members who were proposed as one are two people.
    NotSame {
        /// Id of one.
        one: String,
        /// Id of the other.
        other: String,
    },
    /// These exceptions have been seen to.
    Seen {
        /// Their ids.
        entries: Vec<String>,
    },
}

/// How a store's devices stand, and what the store bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StoreDevices {
    /// Which store.
    pub store: StoreCard,
    /// Its devices, by name.
    pub devices: Vec<DeviceCard>,
    /// What the rules would have refused and the store bears, newest first.
    pub exceptions: Vec<ExceptionView>,
    /// The centre was restored from a backup and grants nothing until devices have reported.
    pub recovering: bool,
    /// The code that was asked for.
    pub unlock_code: Option<String>,
    /// Sales with points that wait for the till, the newest first.
    pub waiting: Vec<WaitingView>,
    /// Sign-ups beyond what counts by itself, the newest first.
    pub sign_ups: Vec<SignUpsView>,
    /// What stands out (异常), the newest first.
    pub suspicious: Vec<SuspiciousView>,
    /// How far those came whom the store's clerks invited in the last 30 days.
    pub joins: Vec<JoinsView>,
    /// Members who may be one person, those with the most in common first.
    pub duplicates: Vec<DuplicateView>,
    /// Members who were merged in the last months, the latest first.
    pub merges: Vec<MergeView>,
}

/// How far those came whom one clerk invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JoinsView {
    /// Name, or id where the name is not known here; empty = nobody's: posters, friends.
    pub clerk: String,
    /// Codes shown, pages opened, phones proven, joined, bought, bought again within 90 days.
    pub steps: Vec<u32>,
}

/// Two members who may be one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DuplicateView {
    /// Who would stay.
    pub stays: MemberSideView,
    /// Who would go.
    pub goes: MemberSideView,
    /// What they have in common, by stable words; the screens have the words.
    pub why: Vec<String>,
}

/// Two members who were merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MergeView {
    /// The merge.
    pub merge: String,
    /// When.
    pub at: Millis,
    /// Who said so: name, or id where the name is not known here.
    pub by: String,
    /// Who stayed.
    pub stayed: MemberSideView,
    /// Who went.
    pub went: MemberSideView,
}

/// One of two members, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemberSideView {
    /// Id.
    pub id: String,
    /// The number on the card.
    pub no: String,
    /// Masked name, else the masked number.
    pub name: String,
    /// Masked number; empty where there is none.
    pub phone: String,
    /// Home store, by its name.
    pub store: String,
    /// When she joined.
    pub joined: Millis,
    /// When she bought last.
    pub last_purchase: Option<Millis>,
    /// How often she bought.
    pub receipts: u32,
    /// Points that are hers.
    pub points: Points,
}

/// A sale with points that wait for the till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WaitingView {
    /// By what it is known.
    pub sale: String,
    /// The till's number.
    pub receipt: String,
    /// Whose: name, else the number on the card; empty where this counter does not know.
    pub member: String,
    /// Who recorded it: name, or id where the name is not known here.
    pub clerk: String,
    /// Whether whoever asks recorded it: then somebody else answers for it.
    pub own: bool,
    /// When.
    pub at: Millis,
    /// What it came to after coupons.
    pub net: Money,
    /// What of it counts already.
    pub counted: Money,
    /// Points that wait.
    pub waiting: Points,
}

/// Sign-ups of a clerk on a day that are beyond what counts by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SignUpsView {
    /// The clerk's id.
    pub clerk_id: String,
    /// Name, or id where the name is not known here.
    pub clerk: String,
    /// Whether they are those of whoever asks: then somebody else decides.
    pub own: bool,
    /// The business day, `YYYY-MM-DD`.
    pub day: String,
    /// How many.
    pub sign_ups: u32,
}

/// Something that stands out in what counters recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SuspiciousView {
    /// Why; the screens have the words.
    pub rule: Suspicion,
    /// Who: name, or id where the name is not known here.
    pub clerk: String,
    /// The business day, `YYYY-MM-DD`; the last one where it is about several.
    pub day: String,
    /// Whose: name, else the number on the card; empty where it is about no member, or one not known here.
    pub member: String,
    /// How many.
    pub count: u32,
    /// From how many on it stands out; zero where each does.
    pub limit: u32,
    /// What they came to together.
    pub amount: Money,
    /// What stands against it: the catalogue's price, the till's amount.
    pub against: Option<Money>,
    /// The product's name or number, or the store that was named; empty where it is about none.
    pub what: String,
    /// Numbers of the receipts, the first of them.
    pub receipts: Vec<String>,
}

/// A device of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeviceCard {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is the one that asks.
    pub this: bool,
    /// Whether it checks customers out.
    pub checkout: bool,
    /// `good`, `in_doubt`, `quarantined`, `written_off`, `revoked`, `unknown`.
    pub standing: String,
    /// When it was last heard.
    pub last_contact: Millis,
    /// Points that it holds.
    pub holds: Points,
    /// Of these, in doubt.
    pub in_doubt: Points,
    /// Whether it may hold more than is known: headquarters put a backup back, and it has not reported since.
    pub unreported: bool,
    /// Members whose points it holds.
    pub members: u32,
    /// Coupons that it holds.
    pub coupons: u32,
    /// Operations kept from a forked outbox.
    pub kept: Vec<KeptView>,
}

/// An operation kept from a forked outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeptView {
    /// Beginning of its hash: one of its kind in a list.
    pub hash: String,
    /// Which kind.
    pub kind: String,
    /// When.
    pub at: Millis,
    /// Points that it spends.
    pub points: Points,
    /// Receipt, where it names one.
    pub receipt: Option<String>,
    /// Which copy brought it; 0 = both have it.
    pub copy: u32,
}

/// Something that the rules would have refused, applied as it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExceptionView {
    /// Its id.
    pub id: String,
    /// Stable code of the reason; the screens have the words.
    pub reason: String,
    /// Points that the store bears.
    pub points: Points,
    /// Money that the store bears, where it bears some.
    pub money: Option<Money>,
    /// Who did it: name, or id where the name is not known here; empty where nobody knows.
    pub clerk: String,
    /// At which device.
    pub device: String,
    /// When it came to light.
    pub at: Millis,
}

//! `POST /v1/manage`: what a store's manager does about the devices of her store, from one of them.
//!
//! The centre checks her PIN itself: a device alone may do none of this.

use crate::entity::Role;
use crate::ids::{ClerkId, DeviceId, MemberId, StoreId};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::watch::Finding;
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManageRequest {
    /// The manager.
    pub clerk: ClerkId,
    /// Her PIN; it travels encrypted and is kept nowhere.
    pub pin: String,
    /// What to do.
    pub action: ManageAction,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum ManageAction {
    /// Only look.
    Look,
    /// Apply what a forked outbox brought and let the device begin anew.
    Resolve {
        /// Which.
        device: DeviceId,
    },
    /// Free what a silent device holds; what it spent of it and brings later is the store's loss.
    WriteOff {
        /// Which.
        device: DeviceId,
    },
    /// Write off and never let in again.
    Revoke {
        /// Which.
        device: DeviceId,
    },
    /// Give a code that opens a counter that was silent for too long ([`crate::unlock`]); a centre of an older build
    /// calls it malformed.
    Unlock {
        /// Which.
        device: DeviceId,
    },
    /// These sales were made, though no till has confirmed them: their points can be spent.
    Confirm {
        /// Which, by their operations' ids.
        sales: Vec<String>,
    },
    /// Sign-ups of a clerk on a day, beyond what counts by itself, count or do not; a centre of an older build calls it
    /// malformed.
    SignUps {
        /// Whose.
        clerk: ClerkId,
        /// Of which business day.
        day: NaiveDate,
        /// Whether they count.
        count: bool,
    },
    /// Two members are one person: who goes becomes who stays. A centre of an older build calls it malformed.
    Merge {
        /// Who goes.
        went: MemberId,
        /// Who stays.
        stays: MemberId,
        /// The stable word of what they have in common.
        why: String,
    },
    /// A merge was wrong: they are two people. A centre of an older build calls it malformed.
    Part {
        /// Which merge.
        merge: String,
    },
    /// Two members who were proposed as one are two people; a centre of an older build calls it malformed.
    NotSame {
        /// One.
        one: MemberId,
        /// The other.
        other: MemberId,
    },
    /// These entries of the list have been seen to.
    Seen {
        /// Which.
        entries: Vec<String>,
    },
    /// Take a clerk on in this store.
    ClerkAdd {
        /// Who.
        clerk: NewClerk,
    },
    /// Change a clerk of this store.
    ClerkChange {
        /// Who, and what.
        change: ClerkChange,
    },
}

/// A clerk who is taken on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewClerk {
    /// The id.
    pub id: ClerkId,
    /// The name.
    pub name: String,
    /// What the clerk may do.
    pub role: Role,
    /// The first PIN.
    pub pin: String,
}

/// What changes of a clerk; what is not said stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClerkChange {
    /// Who.
    pub id: ClerkId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the clerk may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A new PIN: the keys under the old one end on every device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// False for one who has left: the clerk's keys end, and each device stops the clerk at its next contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// A clerk as a manager sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedClerk {
    /// Who.
    pub id: ClerkId,
    /// The name.
    pub name: String,
    /// What the clerk may do.
    pub role: Role,
    /// False for one who has left.
    pub active: bool,
    /// On how many devices the clerk has a key.
    pub devices: u32,
}

/// The centre's half: how the store stands after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManageReply {
    /// Which store.
    pub store: StoreId,
    /// Its devices.
    pub devices: Vec<ManagedDevice>,
    /// What the rules would have refused and the store bears, newest first, not yet seen to.
    pub list: Vec<ListEntry>,
    /// The centre was restored and waits for devices to report: nothing is granted meanwhile.
    #[serde(default)]
    pub recovering: bool,
    /// The code that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlock_code: Option<String>,
    /// Sales with points that wait for the till, the newest first; none from a centre that does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<WaitingSale>,
    /// What stands out in the last weeks, the newest first; none from a centre that does not look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicious: Vec<Finding>,
    /// Sign-ups that wait for a manager's word, the newest first; none from a centre that does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_ups: Vec<WaitingSignUps>,
    /// Who works in the store, or did; empty from a centre that does not tell it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clerks: Vec<ManagedClerk>,
    /// How far those came whom the store's clerks invited in the last [`JOINS_DAYS`] days, in the clerks' order; none from a
    /// centre that does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<JoinsOfClerk>,
    /// Members who may be one person, those with the most in common first; none from a centre that does not look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<DuplicateMembers>,
    /// Merges of the last months that stand, the latest first; none from a centre that does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merges: Vec<MergedMembers>,
}

/// Days of sign-ups that a manager sees.
pub const JOINS_DAYS: u64 = 30;

/// How far those came whom one clerk invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinsOfClerk {
    /// Whose codes; empty = nobody's: posters, friends.
    pub clerk: ClerkId,
    /// Codes that were shown.
    pub shown: u64,
    /// Pages that were opened.
    pub opened: u64,
    /// Phones that were proven.
    pub proven: u64,
    /// Members who joined.
    pub joined: u64,
    /// Of them, those who bought.
    pub first_purchase: u64,
    /// Of them, those who bought again within 90 days.
    pub second_purchase: u64,
}

/// Two members who may be one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateMembers {
    /// Who would stay.
    pub stays: MemberSide,
    /// Who would go.
    pub goes: MemberSide,
    /// What they have in common, by stable words: `former_phone`, `new_phone`, `card`, `name_and_birthday`.
    pub why: Vec<String>,
}

/// Two members who were merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedMembers {
    /// The merge.
    pub merge: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who said so.
    pub by: String,
    /// Who stayed.
    pub stayed: MemberSide,
    /// Who went.
    pub went: MemberSide,
}

/// One of two members, as far as it takes to tell whether they are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSide {
    /// Who.
    pub id: MemberId,
    /// The number on the card.
    pub no: String,
    /// Full name; may be empty.
    pub name: String,
    /// Mobile number; empty where there is none any more.
    pub phone: String,
    /// Home store.
    pub store: StoreId,
    /// When she joined.
    pub joined: DateTime<Utc>,
    /// When she bought last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_purchase: Option<DateTime<Utc>>,
    /// How often she bought.
    pub receipts: u32,
    /// Points that are hers.
    pub points: Points,
}

/// Sign-ups of one clerk on one day that are beyond what counts by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingSignUps {
    /// Whose.
    pub clerk: ClerkId,
    /// Of which business day.
    pub day: NaiveDate,
    /// How many.
    pub sign_ups: u32,
}

/// A sale that a counter recorded and nobody has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingSale {
    /// By what it is known.
    pub sale: String,
    /// Which store sold.
    pub store: StoreId,
    /// The till's number.
    pub receipt: String,
    /// Whose.
    pub member: MemberId,
    /// Who recorded it.
    pub clerk: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The lines after coupons.
    pub net: Money,
    /// What of it counts before it is confirmed.
    pub counted: Money,
    /// Points that wait.
    pub waiting: Points,
}

/// A device as a manager sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedDevice {
    /// Which.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Whether it checks customers out.
    pub checkout: bool,
    /// Its state.
    #[serde(rename = "standing")]
    pub state: DeviceState,
    /// When it was last heard.
    pub last_contact: DateTime<Utc>,
    /// Points that it holds.
    pub holds: Points,
    /// Members whose points it holds.
    pub members: u32,
    /// Coupons that it holds.
    #[serde(default)]
    pub coupons: u32,
    /// Of `holds`, what is in doubt: its lease is over, or the life of the outbox that held it.
    pub in_doubt: Points,
    /// Whether it may hold more than is known: the centre was put back from a backup, and this device has not reported
    /// since.
    #[serde(default)]
    pub unreported: bool,
    /// Operations kept from a forked outbox.
    #[serde(default)]
    pub kept: Vec<KeptOperation>,
}

/// State of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// As it should.
    Good,
    /// Not heard of for longer than its lease.
    InDoubt,
    /// Its outbox forked: two copies of one disk have been used.
    Quarantined,
    /// Written off, and not heard of since.
    WrittenOff,
    /// Not let in any more.
    Revoked,
    /// A state that this build does not know.
    #[serde(other)]
    Unknown,
}

/// An operation kept from a forked outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOperation {
    /// Its number.
    pub seq: u64,
    /// Beginning of its hash: the same number with another hash is the other copy's.
    pub hash: String,
    /// Which kind.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Points that it spends.
    pub points: Points,
    /// Receipt, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Whether it is in both copies.
    pub in_both: bool,
    /// Which copy brought it: 1 goes on where the centre stood, others part from it earlier; 0 = in
    /// both, or from a centre that does not tell them apart.
    #[serde(default)]
    pub copy: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn no_money(money: &Money) -> bool {
    money.is_zero()
}

/// Something that the rules would have refused, applied as it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// Its id.
    pub id: String,
    /// The stable code of the reason.
    pub reason: String,
    /// The operation.
    pub op_id: String,
    /// Points that the store bears.
    pub points: Points,
    /// Money that the store bears: refunded beyond what the receipt gives.
    #[serde(default, skip_serializing_if = "no_money")]
    pub money: Money,
    /// Who did it.
    #[serde(default)]
    pub clerk: String,
    /// At which device.
    #[serde(default)]
    pub device: String,
    /// When it came to light.
    pub at: DateTime<Utc>,
}

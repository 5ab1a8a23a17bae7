//! Who and where: device, clerk, sync.

use super::Millis;
use loyalty::{Money, Points};
use protocol::entity::{Clerk, Role};
use protocol::ticket::Ticket;
use serde::{Deserialize, Serialize};

/// What the first screen needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeviceStatus {
    /// False until a one-time code was used.
    pub enrolled: bool,
    /// The brand's name.
    pub brand: String,
    /// True where the data is made up.
    pub demo: bool,
    /// The store, where known.
    pub store: Option<StoreCard>,
    /// What people call this counter.
    pub device_name: String,
    /// Whether it checks customers out.
    pub checkout: bool,
    /// Members held here.
    pub members: u32,
    /// How sync stands.
    pub sync: SyncState,
    /// Since when no members are shown, because the centre has been silent for too long.
    pub locked_since: Option<Millis>,
    /// Where the keys of its files are kept.
    pub key_place: KeyPlace,
}

/// Where the keys of a counter's files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the system's keychain.
    Keychain,
    /// Behind a manager's passphrase.
    Passphrase,
    /// In a plain file, as was asked for: whoever copies the folder can read everything in it.
    File,
}

/// A store by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StoreCard {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// How sync stands, in one of the four wordings of the pill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SyncState {
    /// Which wording.
    pub kind: SyncKind,
    /// Operations that the centre has not confirmed.
    pub pending: u32,
    /// Operations that need a person.
    pub attention: u32,
    /// Since when the centre has not been reached.
    pub offline_since: Option<Millis>,
    /// Last answer of the centre.
    pub last_contact: Option<Millis>,
    /// Stable code of what is in the way, where something is.
    pub problem: Option<String>,
    /// How this device itself stands with the centre, where not as it should.
    pub standing: Option<Restriction>,
    /// Name of the file or folder that is in the way, where one is: nothing can be written then.
    pub file: Option<String>,
}

impl SyncState {
    /// Whether the centre is away: what needs a person is said first, but the network may be away all the same.
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        matches!(self.kind, SyncKind::Offline | SyncKind::NotEnrolled)
            || self.offline_since.is_some()
    }
}

/// Why a device may not do all that it was made for: points wait, and selling goes on. On the screens its `standing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "Standing", rename_all = "snake_case")]
pub enum Restriction {
    /// Two copies of its disk have been used; a manager looks at it.
    Quarantined,
    /// Another copy has taken its place; it is to be enrolled anew.
    Superseded,
    /// The centre lets it in no more; what it recorded is still taken.
    Revoked,
    /// The centre was restored from a backup and grants nothing for a while.
    Recovering,
}

impl Restriction {
    /// Whether a manager has to do something about it.
    pub fn needs_manager(self) -> bool {
        self != Self::Recovering
    }

    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Quarantined => "quarantined",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Recovering => "recovering",
        }
    }
}

/// The pill's wordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    /// 已和总部对上
    InStep,
    /// 正在送 n 笔
    Sending,
    /// 断网·n 笔待送
    Offline,
    /// 有 n 笔要您看一下
    Attention,
    /// Not enrolled yet.
    NotEnrolled,
}

/// A clerk who may sign in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ClerkCard {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `advisor`, `cashier` or `manager`.
    pub role: String,
    /// Whether signing in here needs no network: the clerk has done so on this counter before.
    pub here: bool,
}

impl ClerkCard {
    pub(crate) fn of(clerk: &Clerk) -> Self {
        Self {
            id: clerk.id.to_string(),
            name: clerk.name.clone(),
            role: Self::role_word(clerk.role).to_owned(),
            here: false,
        }
    }

    /// The word for a role, stable on the wire and for the screens.
    pub fn role_word(role: Role) -> &'static str {
        match role {
            Role::Advisor => "advisor",
            Role::Cashier => "cashier",
            Role::Manager => "manager",
        }
    }
}

/// A clerk who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Session {
    /// Who.
    pub clerk: ClerkCard,
    /// Since when.
    pub since: Millis,
}

/// The sync page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SyncPage {
    /// How sync stands.
    pub state: SyncState,
    /// What needs a person, oldest first.
    pub attention: Vec<OpView>,
    /// What waits to be sent, newest first.
    pub waiting: Vec<OpView>,
    /// What was confirmed today (business date), newest first, at most 100.
    pub confirmed: Vec<OpView>,
    /// How many were confirmed today in all.
    pub confirmed_total: u32,
    /// What goes on now, and what waits for the network.
    pub abilities: Abilities,
}

/// What is possible now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Abilities {
    /// Possible.
    pub can: Vec<Ability>,
    /// Not possible until the centre is reached.
    pub cannot: Vec<Ability>,
}

/// Something a clerk may want to do; the screens have the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// Find members of the store and read their pages.
    FindMembers,
    /// Record sales and returns.
    SellAndReturn,
    /// Redeem within this counter's allowances.
    RedeemWithinAllowance,
    /// Redeem anything the member has.
    RedeemAll,
    /// Show sign-up codes.
    SignUpCodes,
    /// See who has just joined.
    SeeJoined,
    /// Spend points earned today.
    SpendPending,
}

/// One operation in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OpView {
    /// Id of the operation.
    pub op_id: String,
    /// When.
    pub at: Millis,
    /// What was done: one of `protocol::operation::KINDS`.
    pub kind: String,
    /// Masked name or phone of the member, where there is one.
    pub who: String,
    /// Member id, to open her page.
    pub member_id: Option<String>,
    /// Receipt number, where there is one.
    pub receipt: Option<String>,
    /// Pieces sold, returned or given.
    pub pieces: u32,
    /// Name of the reward, where one was given or undone; of a behaviour; the date of an extension.
    pub what: String,
    /// Money paid or refunded.
    pub money: Option<Money>,
    /// Points: above zero for her, below for what was spent or taken back.
    pub points: Points,
    /// How it stands.
    pub state: OpState,
    /// Stable code of why it is held, set aside or borne by the store.
    pub problem: Option<String>,
}

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum OpState {
    /// On this counter's disk, not sent.
    Waiting,
    /// At the centre, waiting for something else (the member to join, the sale to arrive).
    Held,
    /// Applied by the centre.
    Confirmed,
    /// At the centre, kept for a manager.
    SetAside,
}

/// What came of taking a counter off a machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Something waits that the centre does not have: then nothing is erased.
    pub waits: bool,
    /// All that the counter kept here is gone.
    pub erased: bool,
}

/// What an enrolment sheet's code says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TicketView {
    /// Address of the centre.
    pub centre: String,
    /// The one-time code.
    pub code: String,
    /// What the counter will be called; empty where that is left to whoever enrols it.
    pub name: String,
}

impl TicketView {
    /// What was scanned or pasted; none where it is no such code.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let Ticket { centre, code, name } = Ticket::read(text)?;
        Some(Self { centre, code, name })
    }
}

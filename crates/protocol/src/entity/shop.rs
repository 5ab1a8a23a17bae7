//! The brand, its stores, who works there, and from when its rules hold.

use super::{Entity, EntityKind};
use crate::ids::{ClerkId, MemberId, StoreId};
use crate::sign_up::SignUpTerms;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
    /// What is set for sign-up codes; none from a centre of an earlier build, which reads codes of the first format alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<SignUpTerms>,
}

impl Entity for Brand {
    const KIND: EntityKind = EntityKind::Brand;

    fn key(&self) -> String {
        EntityKind::Brand.name().to_owned()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
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

impl Entity for Store {
    const KIND: EntityKind = EntityKind::Store;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
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
    /// Argon2id hash of the PIN (PHC string), for counters of builds that check it themselves; empty for all others.
    #[serde(default)]
    pub pin_hash: String,
    /// False once the clerk has left.
    pub active: bool,
    /// Mark of the PIN, where the hash is not told ([`crate::pin::mark_of`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_mark: Option<String>,
}

impl Clerk {
    /// What tells the clerk's PIN from the next one; empty where there is none.
    pub fn mark(&self) -> String {
        match &self.pin_mark {
            Some(mark) => mark.clone(),
            None if self.pin_hash.is_empty() => String::new(),
            None => crate::pin::mark_of(&self.pin_hash),
        }
    }

    /// As a counter is told that needs no hash.
    #[must_use]
    pub fn without_hash(self) -> Self {
        let mark = Some(self.mark()).filter(|mark| !mark.is_empty());
        Self {
            pin_hash: String::new(),
            pin_mark: mark,
            ..self
        }
    }
}

impl Entity for Clerk {
    const KIND: EntityKind = EntityKind::Clerk;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
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

/// From when a version of the program holds; keyed by the version. A version without one holds at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramSchedule {
    /// Which version.
    pub version: u32,
    /// New operations are made under it from this moment on.
    pub from: DateTime<Utc>,
}

impl Entity for ProgramSchedule {
    const KIND: EntityKind = EntityKind::ProgramSchedule;

    fn key(&self) -> String {
        self.version.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
}

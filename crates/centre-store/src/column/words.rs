//! Closed sets of words.

use protocol::check_in::UpdateStage;
use protocol::entity::{RewardKind, Role};
use protocol::sign_up::{Channel, SignUpCredit};
use sea_orm::entity::prelude::*;

use super::Stored;

/// Words of values that go over the wire too.
macro_rules! words {
    ($name:ident: $what:literal { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl Stored for $name {
            type Raw = String;
            const WHAT: &'static str = $what;

            fn to_raw(&self) -> String {
                match self {
                    $(Self::$variant => $word,)+
                }
                .to_owned()
            }

            fn from_raw(raw: String) -> Option<Self> {
                match raw.as_str() {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words!(Role: "a role" { Advisor = "advisor", Cashier = "cashier", Manager = "manager" });
words!(Channel: "a channel" {
    Screen = "screen", Paper = "paper", Form = "form", Poster = "poster", Friend = "friend",
});
words!(SignUpCredit: "whether a sign-up counts" { Counts = "counts", Waits = "waits", Refused = "refused" });
words!(UpdateStage: "how far a version came" {
    Fetching = "fetching", Fetched = "fetched", Trying = "trying", Good = "good", Failed = "failed", Unknown = "unknown",
});
words!(RewardKind: "a kind of reward" { Sample = "sample", Product = "product", Service = "service" });

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum OpState {
    /// It had its effect.
    #[sea_orm(string_value = "applied")]
    Applied,
    /// It waits.
    #[sea_orm(string_value = "held")]
    Held,
    /// It is kept for a manager.
    #[sea_orm(string_value = "set_aside")]
    SetAside,
}

/// What became of an operation that came from a counter whose outbox forked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum BranchState {
    /// It is kept until a manager resolves the fork.
    #[sea_orm(string_value = "kept")]
    Kept,
    /// It had its effect.
    #[sea_orm(string_value = "applied")]
    Applied,
    /// It waits.
    #[sea_orm(string_value = "held")]
    Held,
    /// It is kept for a manager, beyond the fork.
    #[sea_orm(string_value = "set_aside")]
    SetAside,
    /// It stands in the operations themselves.
    #[sea_orm(string_value = "main")]
    Main,
}

impl From<OpState> for BranchState {
    fn from(state: OpState) -> Self {
        match state {
            OpState::Applied => Self::Applied,
            OpState::Held => Self::Held,
            OpState::SetAside => Self::SetAside,
        }
    }
}

/// Why a life of a counter's outbox ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum EndCause {
    /// A later one took its place: restored from a backup, or its file was moved aside.
    #[sea_orm(string_value = "restored")]
    Restored,
    /// A manager wrote it off.
    #[sea_orm(string_value = "write_off")]
    WriteOff,
    /// A fork of it was resolved.
    #[sea_orm(string_value = "fork")]
    Fork,
    /// The device was revoked.
    #[sea_orm(string_value = "revoked")]
    Revoked,
}

impl EndCause {
    /// The word that is stored.
    pub fn word(self) -> String {
        self.to_value()
    }
}

/// Whether who did something was proven when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Proof {
    /// Nothing was to be proven: of a build that signs nothing.
    #[sea_orm(string_value = "older")]
    Older,
    /// Nobody did it: the counter by itself; or nobody approved it.
    #[sea_orm(string_value = "nobody")]
    Nobody,
    /// By a signature.
    #[sea_orm(string_value = "proven")]
    Proven,
    /// It was not: the signature is missing or another's, or the key is not known or had ended.
    #[sea_orm(string_value = "unproven")]
    Unproven,
}

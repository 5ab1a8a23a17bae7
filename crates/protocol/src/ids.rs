//! Names of things, each of its own type so that one cannot stand for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as it is; ids are compared byte by byte.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }
    };
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by the time of its making (UUID version 7).
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
            /// The id of this UUID.
            pub fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }
            /// The 16 bytes of the id.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
            /// The UUID itself.
            pub fn uuid(&self) -> Uuid {
                self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

text_id!(
    /// A store of the brand, by the brand's own number.
    StoreId
);
text_id!(
    /// A clerk: beauty advisor, cashier or manager.
    ClerkId
);
text_id!(
    /// A member. Never reused; a merged member's id stays as an alias.
    MemberId
);
text_id!(
    /// A campaign by which people join, by the brand's own short name: see [`crate::sign_up::is_campaign`].
    CampaignId
);
uuid_id!(
    /// One installation of the counter.
    DeviceId
);
uuid_id!(
    /// One operation, made by the counter that did it.
    OpId
);
uuid_id!(
    /// One allowance of points for one member on one counter.
    GrantId
);
uuid_id!(
    /// One request for allowances; the same id is answered with the same grants.
    RequestId
);
uuid_id!(
    /// One life of a counter's outbox: made anew, on disk, when it begins an epoch. Two outboxes that
    /// claim the same epoch differ in it.
    LifeId
);
uuid_id!(
    /// One centre, so that a signed request cannot be replayed to another.
    CentreId
);
number_id!(
    /// Place of an operation in its counter's outbox, from 1, without gaps within an epoch.
    Seq(u64)
);
number_id!(
    /// Life of a counter's outbox: one more after a restore or when the outbox was moved aside.
    Epoch(u32)
);
number_id!(
    /// Life of the centre's database: one more after it was restored from a backup.
    Generation(u32)
);

impl Seq {
    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

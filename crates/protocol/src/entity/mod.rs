//! What a feed carries: one struct per kind of entity, whole, as a counter keeps it.
//!
//! Unknown fields are ignored, missing ones have defaults: one version older and newer both work.
//!
//! Every kind is declared once here: whoever must know of it (what the centre renders, moves, takes away and audits; where a
//! counter keeps it) does not compile without it.

mod device;
mod erased;
mod goods;
mod left_out;
mod member;
mod movement;
mod receipt;
mod sample;
mod shop;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::{ClerkId, MemberId};

pub use device::{DeviceStatus, Recall};
pub use erased::Erased;
pub use goods::{Product, Reward, RewardKind, Stock};
pub use member::{AccountState, Agreed, Behaved, LotView, Member, Note, Skin, behaved_key};
pub use movement::{Movement, MovementKind, Movements};
pub use receipt::{Coupon, CouponUse, PaidPortion, Receipt, ReceiptLine, Redemption};
pub use sample::Sample;
pub use shop::{Brand, Clerk, ProgramSchedule, Role, Store};

/// Declares the kinds: all that is the same for each follows from its line here, which says its name on the wire and in
/// databases, and who is told of it.
macro_rules! kinds {
    ($($(#[$doc:meta])* $Kind:ident = $name:literal for $audience:ident,)*) => {
        /// A kind of thing that the centre tells counters.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EntityKind {
            $($(#[$doc])* $Kind,)*
        }

        impl EntityKind {
            /// All kinds.
            pub const ALL: [Self; [$($name,)*].len()] = [$(Self::$Kind,)*];

            /// Its name on the wire and in databases.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Kind => $name,)* }
            }

            /// Who is told of it.
            #[must_use]
            pub const fn audience(self) -> Audience {
                match self { $(Self::$Kind => Audience::$audience,)* }
            }
        }
    };
}

kinds! {
    /// [`Brand`]
    Brand = "brand" for Brand,
    /// The program document: the JSON of `loyalty::Program`, keyed by its version.
    Program = "program" for Brand,
    /// [`ProgramSchedule`]
    ProgramSchedule = "program_schedule" for Brand,
    /// [`Store`]
    Store = "store" for Brand,
    /// [`Product`]
    Product = "product" for Brand,
    /// [`Reward`]
    Reward = "reward" for Brand,
    /// [`Clerk`]
    Clerk = "clerk" for Store,
    /// [`Stock`]
    Stock = "stock" for Store,
    /// [`Member`]
    Member = "member" for Member,
    /// [`Receipt`]
    Receipt = "receipt" for Member,
    /// [`Redemption`]
    Redemption = "redemption" for Member,
    /// [`Behaved`]
    Behaved = "behaved" for Member,
    /// [`Movements`]
    Movements = "movements" for Member,
    /// [`Coupon`]
    Coupon = "coupon" for Member,
    /// [`DeviceStatus`]
    Device = "device" for Device,
    /// [`Recall`]
    Recall = "recall" for Device,
    /// [`Sample`]
    Sample = "sample" for Member,
    /// [`Erased`]
    Erased = "erased" for Brand,
}

/// Who is told of the things of a kind, and so in which scopes they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Every counter of the brand.
    Brand,
    /// The counters of one store.
    Store,
    /// Whoever is told of the member that it belongs to: her home store, and counters that she visits. It moves and
    /// leaves with her.
    Member,
    /// One counter.
    Device,
}

/// A thing that the centre tells counters: whole, as they keep it.
pub trait Entity: Serialize + DeserializeOwned + PartialEq {
    /// Which kind.
    const KIND: EntityKind;

    /// Its key within its kind, as a centre of this build gives it. A counter goes by the key that came with it: an
    /// older centre may have given it another one.
    fn key(&self) -> String;

    /// Whose it is, where it belongs to a member; a member belongs to herself.
    fn member(&self) -> Option<&MemberId>;
}

/// A moment at which a member was in a shop, as something that belongs to her tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// When.
    pub at: DateTime<Utc>,
    /// Who helped her; none where that is not told.
    pub clerk: Option<ClerkId>,
}

/// A thing that tells when the member whom it belongs to was in a shop.
pub trait Met: Entity {
    /// The moments.
    fn meetings(self) -> Vec<Meeting>;
}

/// Reads a thing's JSON text for its meetings.
pub type ReadMeetings = fn(&str) -> serde_json::Result<Vec<Meeting>>;

fn met<T: Met>(json: &str) -> serde_json::Result<Vec<Meeting>> {
    serde_json::from_str(json).map(T::meetings)
}

impl EntityKind {
    /// How things of this kind tell when their member was in a shop; none for kinds that do not. Receipts tell more, and
    /// are asked themselves.
    #[must_use]
    pub const fn meetings(self) -> Option<ReadMeetings> {
        match self {
            Self::Redemption => Some(met::<Redemption>),
            Self::Behaved => Some(met::<Behaved>),
            Self::Sample => Some(met::<Sample>),
            Self::Brand
            | Self::Program
            | Self::ProgramSchedule
            | Self::Store
            | Self::Product
            | Self::Reward
            | Self::Clerk
            | Self::Stock
            | Self::Member
            | Self::Receipt
            | Self::Movements
            | Self::Coupon
            | Self::Device
            | Self::Recall
            | Self::Erased => None,
        }
    }

    /// The kind of this name; none for one of a later build.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whose a thing of this kind is, read of its key and JSON text without the rest of it: what else it says may be of
    /// a later build. None where it belongs to nobody, or does not say to whom.
    #[must_use]
    pub fn member_of(self, key: &str, json: &str) -> Option<MemberId> {
        #[derive(serde::Deserialize)]
        struct Whose {
            member: MemberId,
        }
        match self {
            Self::Member => Some(MemberId::new(key)),
            _ if self.audience() == Audience::Member || self == Self::Recall => {
                serde_json::from_str::<Whose>(json).ok().map(|w| w.member)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_stands_once_under_a_name_of_its_own() {
        let names: BTreeSet<&str> = EntityKind::ALL.into_iter().map(EntityKind::name).collect();
        assert_eq!(names.len(), EntityKind::ALL.len());
        for kind in EntityKind::ALL {
            assert_eq!(EntityKind::named(kind.name()), Some(kind));
            // whoever is in a shop is somebody
            assert!(kind.meetings().is_none() || kind.audience() == Audience::Member);
        }
        assert_eq!(EntityKind::named("of a later build"), None);
    }

    #[test]
    fn whose_it_is_stands_in_it_under_one_name() {
        let of = |kind: EntityKind, key, json| kind.member_of(key, json).map(|m| m.to_string());
        assert_eq!(of(EntityKind::Member, "M1", "{}").as_deref(), Some("M1"));
        let coupon = r#"{"member":"M1","coupon":{"later":[1]}}"#;
        for kind in EntityKind::ALL {
            let whose = of(kind, "M1", coupon);
            let hers = kind.audience() == Audience::Member || kind == EntityKind::Recall;
            assert_eq!(whose.is_some(), hers, "{kind:?}");
        }
        assert_eq!(of(EntityKind::Coupon, "C1", r#"{"coupon":{}}"#), None);
    }
}

//! What the centre knows of each kind of thing that it tells counters.

use std::collections::{BTreeMap, BTreeSet};

use protocol::entity::EntityKind;
use protocol::ids::{DeviceId, MemberId, StoreId};
use sea_orm::ConnectionTrait;
use serde::de::DeserializeOwned;

use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;

/// Ids of things by whose they are.
pub type Which = BTreeMap<Owner, BTreeSet<String>>;

/// How much of what belongs to a member is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    All,
    /// What a counter gets that she visits: the newest, and what she can still use.
    Visit,
}

/// Receipts and redemptions that a counter gets of a visitor.
pub const VISIT_NEWEST: u64 = 100;

/// A kind of thing that counters are told, as the centre's tables have it.
pub trait Told {
    /// Which kind.
    const KIND: EntityKind;
    /// Whether its content has what is sensitive, skin or allergies, and is sealed where it is kept.
    const SENSITIVE: bool;
    /// What its content is read as.
    type Wire: DeserializeOwned + PartialEq;
    /// Fields that older builds did not write, and that this one does not leave out for what they hold.
    const LATER: &'static [&'static str] = &[];
    /// What of it a snapshot must show.
    const EXPECTED: Expected;

    /// Of which thing a row of the feed is; none where the row does not say.
    fn source(scope: &str, key: &str, body: &str) -> Option<Thing>;

    /// Rows of these things as the tables have them now: of each in every scope that it belongs to, gone where it is not
    /// there any more.
    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        people: &People,
    ) -> Result<Vec<Row>, ServiceError>;

    /// Ids of what belongs to a member: [`belongs_to_no_member`] where nothing does.
    async fn ids_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
        reach: Reach,
    ) -> Result<Vec<String>, ServiceError>;

    /// Keys under which all of that stands in a feed.
    async fn keys_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
    ) -> Result<Vec<String>, ServiceError> {
        Self::ids_of(db, member, Reach::All).await
    }

    /// Whether time alone has taken it away on this business date, and the service has only to notice.
    fn has_passed(_body: &str, _today: &str) -> bool {
        false
    }
}

/// Says of a kind that nothing of it belongs to a member: nothing moves with her, and nobody whom she visits gets it.
macro_rules! belongs_to_no_member {
    () => {
        async fn ids_of<C: sea_orm::ConnectionTrait>(
            _db: &C,
            _member: &protocol::ids::MemberId,
            _reach: super::told::Reach,
        ) -> Result<Vec<String>, crate::error::ServiceError> {
            Ok(Vec::new())
        }
    };
}
pub(super) use belongs_to_no_member;

/// Whether two contents of a kind say the same. Another order of fields, or a field that the build which wrote one of them
/// did not have, makes no difference.
pub fn same<T: Told>(one: &str, other: &str) -> bool {
    let read = |text| serde_json::from_str::<T::Wire>(text);
    match (read(one), read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Rows of tables whose entity must be in the feed: the audit looks for those that are not. All are parts of SQL.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// The table, `x`, with what is joined to it.
    pub from: &'static str,
    /// What a row is called where it is named to people.
    pub place: &'static str,
    /// The scope that it must be in.
    pub scope: &'static str,
    /// Its key there.
    pub key: &'static str,
    /// Which rows must be there; `{today}` is the business date, in quotes.
    pub only: &'static str,
    /// How one that waits to be told for the first time is named in `to_tell`: whose, and which. None where a kind never
    /// waits.
    pub waits: Option<(&'static str, &'static str)>,
}

/// The brand's scope.
pub const BRAND: &str = "'brand'";
/// Of whatever `m.home_store` is the home.
pub const HOME: &str = "'store:' || m.home_store";
/// Joins each row `x` of a member's to the member as whose it is shown: where two were merged, the one who stayed.
macro_rules! shown_of {
    ($table:literal) => {
        concat!(
            $table,
            " x JOIN member w ON w.id = x.member_id JOIN member m ON m.id = COALESCE(w.merged_into, w.id)"
        )
    };
}
pub(super) use shown_of;

/// Every row.
pub const ALL: &str = "1 = 1";

/// Ids of things that belong to nobody but the brand.
pub fn of_brand(which: &Which) -> impl Iterator<Item = &str> {
    which.values().flatten().map(String::as_str)
}

/// Things of members.
pub fn of_members(which: &Which) -> impl Iterator<Item = (&MemberId, &BTreeSet<String>)> {
    which.iter().filter_map(|(owner, ids)| match owner {
        Owner::Member(member) => Some((member, ids)),
        Owner::Brand | Owner::Store(_) | Owner::Device(_) => None,
    })
}

/// Things of stores.
pub fn of_stores(which: &Which) -> impl Iterator<Item = (&StoreId, &BTreeSet<String>)> {
    which.iter().filter_map(|(owner, ids)| match owner {
        Owner::Store(store) => Some((store, ids)),
        Owner::Brand | Owner::Member(_) | Owner::Device(_) => None,
    })
}

/// Things of devices.
pub fn of_devices(which: &Which) -> impl Iterator<Item = (DeviceId, &BTreeSet<String>)> {
    which.iter().filter_map(|(owner, ids)| match owner {
        Owner::Device(device) => Some((*device, ids)),
        Owner::Brand | Owner::Member(_) | Owner::Store(_) => None,
    })
}

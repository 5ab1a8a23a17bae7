//! What of the feed is out of date, and a row of it.

use protocol::entity::EntityKind;
use protocol::ids::{DeviceId, MemberId, StoreId};

use centre_store::column::Col;

/// Something whose entity in the feed is out of date: it is rendered when the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// One thing. Whether it is there, or gone, is read from the tables.
    Thing(Thing),
    /// A member's home store is another. With everything that belongs to her she leaves the scope of the one before and
    /// appears in the new one.
    Moved {
        /// Who.
        member: MemberId,
        /// Her home store until now.
        from: StoreId,
    },
    /// No longer in a scope.
    Gone {
        /// Which scope.
        scope: String,
        /// Kind of thing.
        kind: EntityKind,
        /// Its key in the feed.
        key: String,
    },
}

/// Whose a thing is, by its kind's audience.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The brand's; or a clerk's store's, which the tables say.
    Brand,
    /// A member's.
    Member(MemberId),
    /// A store's.
    Store(StoreId),
    /// A device's.
    Device(DeviceId),
}

impl From<MemberId> for Owner {
    fn from(member: MemberId) -> Self {
        Self::Member(member)
    }
}

impl From<StoreId> for Owner {
    fn from(store: StoreId) -> Self {
        Self::Store(store)
    }
}

impl From<DeviceId> for Owner {
    fn from(device: DeviceId) -> Self {
        Self::Device(device)
    }
}

impl<T: Clone + Into<Self>> From<&T> for Owner {
    fn from(whose: &T) -> Self {
        whose.clone().into()
    }
}

impl<T: Into<Self>> From<Col<T>> for Owner {
    fn from(whose: Col<T>) -> Self {
        whose.0.into()
    }
}

/// A thing that counters are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// Which kind.
    pub kind: EntityKind,
    /// Whose it is.
    pub owner: Owner,
    /// Its id in the tables, as its kind has it: see the file of each in `feed::kinds`.
    pub id: String,
}

impl Thing {
    /// A thing of this owner.
    pub fn new(kind: EntityKind, owner: impl Into<Owner>, id: impl Into<String>) -> Self {
        Self {
            kind,
            owner: owner.into(),
            id: id.into(),
        }
    }
}

impl Changed {
    /// A thing of the brand's.
    pub fn of_brand(kind: EntityKind, id: impl Into<String>) -> Self {
        Self::of(kind, Owner::Brand, id)
    }

    /// A thing of a member's, a store's or a device's.
    pub fn of(kind: EntityKind, owner: impl Into<Owner>, id: impl Into<String>) -> Self {
        Self::Thing(Thing::new(kind, owner, id))
    }

    /// A member's profile or figures.
    pub fn member(id: &MemberId) -> Self {
        Self::of(EntityKind::Member, id, id.as_str())
    }

    /// What else came and went of a member's points.
    pub fn movements(member: &MemberId) -> Self {
        Self::of(EntityKind::Movements, member, member.as_str())
    }

    /// The state of a device.
    pub fn device(id: DeviceId) -> Self {
        Self::of(EntityKind::Device, id, "")
    }

    /// An allowance or coupon of a member that a device is asked to give back, or no longer is.
    pub fn recall(device: DeviceId, grant: &str, member: &MemberId) -> Self {
        Self::of(EntityKind::Recall, device, recall_id(grant, member))
    }
}

/// Id of what is asked back of a device: the grant and whose it is. No grant's id has the sign between them.
pub(super) fn recall_id(grant: &str, member: &MemberId) -> String {
    format!("{grant}/{member}")
}

/// One row of the feed before it has its number.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which scope.
    pub scope: String,
    /// Kind of thing.
    pub kind: EntityKind,
    /// Its key within the kind.
    pub key: String,
    /// Content; none = gone.
    pub body: Option<String>,
}

impl Row {
    /// A thing as it is.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub(super) fn with<T: protocol::entity::Entity>(
        scope: String,
        key: String,
        thing: &T,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            scope,
            kind: T::KIND,
            key,
            body: Some(serde_json::to_string(thing)?),
        })
    }

    /// A thing that is not there any more.
    pub(super) fn gone(scope: String, kind: EntityKind, key: String) -> Self {
        Self {
            scope,
            kind,
            key,
            body: None,
        }
    }

    /// The same in each scope.
    pub(super) fn in_each<'a>(
        scopes: &'a [String],
        kind: EntityKind,
        key: &'a str,
        body: Option<&'a str>,
    ) -> impl Iterator<Item = Self> + 'a {
        scopes.iter().map(move |scope| Self {
            scope: scope.clone(),
            kind,
            key: key.to_owned(),
            body: body.map(str::to_owned),
        })
    }
}

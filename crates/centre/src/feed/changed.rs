//! What of the feed is out of date, and a row of it.

use protocol::entity::EntityKind;

/// Something whose entity in the feed is out of date: it is rendered when the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// One thing. Whether it is there, or gone, is read from the tables.
    Thing(Thing),
    /// A member's home store is another. With everything that belongs to her she leaves the scope of the one before and
    /// appears in the new one.
    Moved {
        /// Who.
        member: String,
        /// Her home store until now.
        from: String,
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

/// A thing that counters are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// Which kind.
    pub kind: EntityKind,
    /// Whose it is: the member's, store's or device's id, by the kind's audience; empty where it is the brand's.
    pub owner: String,
    /// Its id in the tables, as its kind has it: see the file of each in `feed::kinds`.
    pub id: String,
}

impl Thing {
    /// A thing of this owner.
    pub fn new(kind: EntityKind, owner: impl Into<String>, id: impl Into<String>) -> Self {
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
        Self::of(kind, "", id)
    }

    /// A thing of a member's, a store's or a device's.
    pub fn of(kind: EntityKind, owner: impl Into<String>, id: impl Into<String>) -> Self {
        Self::Thing(Thing::new(kind, owner, id))
    }

    /// A member's profile or figures.
    pub fn member(id: impl Into<String>) -> Self {
        let id = id.into();
        Self::of(EntityKind::Member, id.clone(), id)
    }

    /// What else came and went of a member's points.
    pub fn movements(member: impl Into<String>) -> Self {
        let member = member.into();
        Self::of(EntityKind::Movements, member.clone(), member)
    }

    /// How a device stands.
    pub fn device(id: impl Into<String>) -> Self {
        Self::of(EntityKind::Device, id, "")
    }

    /// An allowance or coupon of a member that a device is asked to give back, or no longer is.
    pub fn recall(device: impl Into<String>, grant: &str, member: &str) -> Self {
        Self::of(EntityKind::Recall, device, recall_id(grant, member))
    }
}

/// Id of what is asked back of a device: the grant and whose it is. No grant's id has the sign between them.
pub(super) fn recall_id(grant: &str, member: &str) -> String {
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

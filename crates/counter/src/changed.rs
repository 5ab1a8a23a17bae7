//! What changed on a counter, for whoever shows it: what is shown of something else need not be read again.

use protocol::entity::{Audience, EntityKind};
use protocol::pull::Change;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// So many members at once are told of as all of them.
const MANY: usize = 100;

/// Something that the screens show may have changed: what is named here is to be read again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Changed {
    /// Members whose account, receipts or profile changed.
    pub members: ChangedMembers,
    /// What is sold and given for points, the rules, the stores, and who works here.
    pub catalogue: bool,
    /// Operations of this counter, and how they stand.
    pub operations: bool,
    /// How this counter stands with the centre.
    pub sync: bool,
    /// Baskets that stand aside.
    pub parked: bool,
    /// What people chose for this device.
    pub settings: bool,
}

/// Which members changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "which", content = "ids")]
pub enum ChangedMembers {
    /// None of them.
    #[default]
    None,
    /// These, by id.
    These(BTreeSet<String>),
    /// Perhaps any of them.
    All,
}

impl Changed {
    /// Anything may have.
    #[must_use]
    pub const fn everything() -> Self {
        Self {
            members: ChangedMembers::All,
            catalogue: true,
            operations: true,
            sync: true,
            parked: true,
            settings: true,
        }
    }

    /// How this counter stands with the centre.
    pub(crate) fn sync() -> Self {
        Self {
            sync: true,
            ..Self::default()
        }
    }

    /// Baskets that stand aside.
    pub(crate) fn parked() -> Self {
        Self {
            parked: true,
            ..Self::default()
        }
    }

    /// What people chose for this device.
    pub(crate) fn settings() -> Self {
        Self {
            settings: true,
            ..Self::default()
        }
    }

    /// These members.
    pub(crate) fn members<I: Into<String>>(ids: impl IntoIterator<Item = I>) -> Self {
        Self {
            members: ChangedMembers::of(ids),
            ..Self::default()
        }
    }

    /// Operations of these members, as far as they are any member's here, and how many of them wait.
    pub(crate) fn operations<I: Into<String>>(members: impl IntoIterator<Item = I>) -> Self {
        Self {
            members: ChangedMembers::of(members),
            operations: true,
            sync: true,
            ..Self::default()
        }
    }

    /// A whole scope came anew: what is not in it any more is gone.
    pub(crate) fn snapshot() -> Self {
        Self {
            members: ChangedMembers::All,
            catalogue: true,
            sync: true,
            ..Self::default()
        }
    }

    /// What a page of a feed brought.
    pub(crate) fn pulled(changes: &[Change]) -> Self {
        let mut all = Self::default();
        if changes.len() > MANY {
            // a snapshot, or hours of a busy brand
            all.members = ChangedMembers::All;
        }
        for change in changes {
            // a kind of a later build is shown by nothing
            if let Some(kind) = EntityKind::named(&change.entity) {
                all.told(kind, change);
            }
        }
        all
    }

    fn told(&mut self, kind: EntityKind, change: &Change) {
        match kind.audience() {
            Audience::Brand | Audience::Store => self.catalogue = true,
            Audience::Member => self.told_of_member(kind, change),
            // what is asked back is of her points
            Audience::Device if kind == EntityKind::Recall => self.told_of_member(kind, change),
            Audience::Device => self.sync = true,
        }
    }

    fn told_of_member(&mut self, kind: EntityKind, change: &Change) {
        if self.members == ChangedMembers::All {
            return;
        }
        let json = change.body.as_ref().map_or("", |body| body.get());
        match kind.member_of(&change.key, json) {
            Some(member) => self.members.add(member.to_string()),
            // gone, and it is not said whose it was
            None => self.members = ChangedMembers::All,
        }
    }

    /// What is named in either.
    pub(crate) fn and(&mut self, other: Self) {
        match other.members {
            ChangedMembers::None => {}
            ChangedMembers::These(ids) => ids.into_iter().for_each(|id| self.members.add(id)),
            ChangedMembers::All => self.members = ChangedMembers::All,
        }
        self.catalogue |= other.catalogue;
        self.operations |= other.operations;
        self.sync |= other.sync;
        self.parked |= other.parked;
        self.settings |= other.settings;
    }

    /// Whether nothing is named.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl ChangedMembers {
    fn of<I: Into<String>>(ids: impl IntoIterator<Item = I>) -> Self {
        let mut all = Self::None;
        for id in ids {
            all.add(id.into());
        }
        all
    }

    fn add(&mut self, id: String) {
        match self {
            Self::None => *self = Self::These(BTreeSet::from([id])),
            Self::These(ids) => {
                ids.insert(id);
                if ids.len() > MANY {
                    *self = Self::All;
                }
            }
            Self::All => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(entity: &str, key: &str, body: Option<&str>) -> Change {
        serde_json::from_value(json!({
            "n": 1, "entity": entity, "key": key,
            "body": body.map(|b| serde_json::from_str::<serde_json::Value>(b).unwrap()),
        }))
        .unwrap()
    }

    #[test]
    fn a_page_names_whose_it_is_and_no_more() {
        let of = Changed::pulled;
        assert!(of(&[]).is_nothing());
        let hers = [
            change("member", "M1", Some("{}")),
            change("receipt", "T1", Some(r#"{"member": "M2"}"#)),
            change("member", "M3", None),
        ];
        assert_eq!(of(&hers), Changed::members(["M1", "M2", "M3"]));
        let goods = [change("product", "P1", Some("{}"))];
        let told = of(&goods);
        assert!(told.catalogue && told.members == ChangedMembers::None && !told.sync);
        assert!(of(&[change("of_a_later_year", "X", Some("{}"))]).is_nothing());
    }

    #[test]
    fn who_is_not_known_or_too_many_may_be_anybody() {
        let gone = [change("receipt", "T1", None)];
        assert_eq!(Changed::pulled(&gone).members, ChangedMembers::All);
        let many: Vec<_> = (0..=MANY)
            .map(|n| change("member", &n.to_string(), Some("{}")))
            .collect();
        assert_eq!(Changed::pulled(&many).members, ChangedMembers::All);
        assert!(matches!(
            Changed::pulled(&many[..MANY]).members,
            ChangedMembers::These(_)
        ));
    }
}

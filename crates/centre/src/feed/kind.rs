//! Every kind of entity that the feed tells. A new one is a variant here, and whoever must know of it (the
//! renderer, the audit's replay, the audit's search for what is missing) does not compile without it.

use protocol::entity as wire;

/// A kind of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The brand.
    Brand,
    /// A version of the rules.
    Program,
    /// From when a version of the rules holds.
    ProgramSchedule,
    /// A store.
    Store,
    /// A product.
    Product,
    /// A reward.
    Reward,
    /// A clerk.
    Clerk,
    /// Pieces of a reward in a store.
    Stock,
    /// A member.
    Member,
    /// A receipt.
    Receipt,
    /// A redemption.
    Redemption,
    /// How often a member showed a behaviour.
    Behaved,
    /// What came and went of a member's points besides receipts and redemptions.
    Movements,
    /// A coupon.
    Coupon,
    /// How a device stands.
    Device,
    /// What is asked back of a device.
    Recall,
}

impl Kind {
    /// All kinds; the compiler counts them with [`Kind::name`].
    pub const ALL: [Self; 16] = [
        Self::Brand,
        Self::Program,
        Self::ProgramSchedule,
        Self::Store,
        Self::Product,
        Self::Reward,
        Self::Clerk,
        Self::Stock,
        Self::Member,
        Self::Receipt,
        Self::Redemption,
        Self::Behaved,
        Self::Movements,
        Self::Coupon,
        Self::Device,
        Self::Recall,
    ];

    /// Its name on the wire and in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brand => wire::BRAND,
            Self::Program => wire::PROGRAM,
            Self::ProgramSchedule => wire::PROGRAM_SCHEDULE,
            Self::Store => wire::STORE,
            Self::Product => wire::PRODUCT,
            Self::Reward => wire::REWARD,
            Self::Clerk => wire::CLERK,
            Self::Stock => wire::STOCK,
            Self::Member => wire::MEMBER,
            Self::Receipt => wire::RECEIPT,
            Self::Redemption => wire::REDEMPTION,
            Self::Behaved => wire::BEHAVED,
            Self::Movements => wire::MOVEMENTS,
            Self::Coupon => wire::COUPON,
            Self::Device => wire::DEVICE,
            Self::Recall => wire::RECALL,
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_stands_once_under_a_name_of_its_own() {
        let kinds: BTreeSet<Kind> = Kind::ALL.into_iter().collect();
        let names: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
        assert_eq!(
            (kinds.len(), names.len()),
            (Kind::ALL.len(), Kind::ALL.len())
        );
        // the last variant has the highest number: none is left out of the list
        assert_eq!(Kind::Recall as usize + 1, Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("of a later build"), None);
    }
}

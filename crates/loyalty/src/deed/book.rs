//! An account together with what deeds are about.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::account::Account;
use crate::awards::Counted;
use crate::freeze::Lapsed;
use crate::ids::{BehaviourKind, OpId, RecorderId};
use crate::money::Money;
use crate::receipt::{Receipt, Redemption};

/// A member's account, and beside it the sales, redemptions and counts that deeds refer to.
///
/// Not everything need be there: [`Deed::needs`](super::Deed::needs) says what is.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The account.
    pub account: Account,
    /// Sales, by their identity.
    pub receipts: HashMap<OpId, Receipt>,
    /// Redemptions, by theirs.
    pub redemptions: HashMap<OpId, Redemption>,
    /// How often a behaviour counted on a business date so far.
    pub behaved: HashMap<(BehaviourKind, NaiveDate), u32>,
    /// What counts of receipts of a business date that no till has confirmed, of the member's (none) and of those that
    /// somebody recorded.
    pub counted: HashMap<(Option<RecorderId>, NaiveDate), Money>,
    /// Who recorded those of the sales that a counter did.
    pub recorded: HashMap<OpId, RecorderId>,
    /// Points that time took before a freeze or an extension arrived that would have kept them.
    pub lapsed: Vec<Lapsed>,
}

impl Book {
    /// A book of an account, with nothing beside it.
    #[must_use]
    pub fn of(account: Account) -> Self {
        Self {
            account,
            ..Self::default()
        }
    }

    /// What counts already on a day that a sale is recorded on.
    pub(super) fn counted_on(&self, by: &RecorderId, day: NaiveDate) -> Counted {
        let of = |who| self.counted.get(&(who, day)).copied().unwrap_or_default();
        Counted {
            member_day: of(None),
            clerk_day: of(Some(by.clone())),
        }
    }

    /// So much more, or less, counts on a day.
    pub(super) fn count_on(&mut self, by: &RecorderId, day: NaiveDate, more: Money) {
        for who in [None, Some(by.clone())] {
            let counted = self.counted.entry((who, day)).or_default();
            *counted = (*counted + more).max(Money::ZERO);
        }
    }
}

//! An account together with what deeds are about.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::account::Account;
use crate::freeze::Lapsed;
use crate::ids::{BehaviourKind, OpId};
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
}

//! A member's points: her account is loaded, the rules in `loyalty` change it, and what moved is
//! written back. This is the only way by which points move.
//!
//! [`Ledger::load`] reads and locks; the functions of `rules` work on memory alone and can be
//! called many times, in order of time; [`Ledger::save`] writes lots, transfers, balances and
//! receipts in the transaction of the unit of work.

mod advance;
mod allowances;
mod behave;
mod complete;
mod counted;
mod deeds;
mod enter;
mod entered;
mod lapsed;
mod load;
mod lock;
mod merged;
mod receipts;
mod redemptions;
mod save;
mod told;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use loyalty::{
    Account, AccountRows, BehaviourKind, Counted, GrantId, Lapsed, LotId, Movement, OpId, Outcome,
    RecorderId,
};
use protocol::ids::{DeviceId, StoreId};

use centre_store::tables::{account, allowance, allowance_lot, member, redemption};

pub use crate::ledger_accounts::Holder;
pub use behave::behave_by_itself;
pub use deeds::By;
pub use entered::{Credited, Purchase, PurchaseLine, Recorded, Redeeming};
pub use load::Need;
pub use lock::lock_accounts;
pub use merged::{handed, moved_by, standing_merge};
pub use receipts::{
    Confirmed, StoredLine, StoredReceipt, by_id as receipt_by_id, content_hash,
    like as receipts_like, standing as receipts_standing,
};
pub use redemptions::{StoredRedemption, find as find_redemption};

/// A member's account, loaded to be changed.
#[derive(Debug)]
pub struct Ledger {
    /// Her profile.
    pub member: member::Model,
    /// Her account as the rules see it.
    pub account: Account,
    row: account::Model,
    row_before: account::Model,
    before: AccountRows,
    /// Who holds each allowance.
    holders: HashMap<GrantId, Holder>,
    allowances: Vec<allowance::Model>,
    parts: Vec<allowance_lot::Model>,
    moved: Vec<Moved>,
    /// Which operation brought each new lot.
    brought: HashMap<LotId, OpId>,
    receipts: Vec<StoredReceipt>,
    redemptions: Vec<(redemption::Model, Vec<loyalty::Portion>)>,
    /// Redemptions that were here before and were given back.
    reversed: Vec<StoredRedemption>,
    /// Points of allowances that were freed without their holder.
    freed: HashMap<GrantId, loyalty::Points>,
    /// Allowances that are asked back from now on.
    recalled: HashSet<GrantId>,
    /// What the deed is about that it was loaded for.
    beside: Beside,
    /// Whether she is merged with another by this very unit of work.
    just_merged: bool,
}

/// What a deed is about, beside the account.
#[derive(Debug, Default)]
struct Beside {
    receipt: Option<StoredReceipt>,
    redemption: Option<StoredRedemption>,
    /// How often the behaviour counted on the operation's business date so far.
    behaved: Option<(BehaviourKind, u32)>,
    /// Who recorded the sale, and what counts already on its day.
    counted: Option<(RecorderId, Counted)>,
    /// What expired only because the deed arrived late.
    lapsed: Vec<Lapsed>,
}

/// A movement and what it belongs to.
#[derive(Debug)]
struct Moved {
    movement: Movement,
    op_id: OpId,
    /// None where nothing of it is a loss.
    store: Option<StoreId>,
    at: DateTime<Utc>,
}

impl Ledger {
    /// Notes what an operation moved. `store` bears a loss.
    fn note(
        &mut self,
        op_id: &OpId,
        store: Option<&StoreId>,
        at: DateTime<Utc>,
        outcome: &Outcome,
    ) {
        self.note_between(op_id, store, store, at, outcome);
    }

    /// As [`note`](Self::note), where a loss that is given back was another store's: `bore` it.
    fn note_between(
        &mut self,
        op_id: &OpId,
        store: Option<&StoreId>,
        bore: Option<&StoreId>,
        at: DateTime<Utc>,
        outcome: &Outcome,
    ) {
        for movement in &outcome.movements {
            if let Some(lot) = movement.lot {
                self.brought.entry(lot).or_insert_with(|| op_id.clone());
            }
            self.moved.push(Moved {
                movement: movement.clone(),
                op_id: op_id.clone(),
                store: if movement.to == loyalty::AccountKind::Loss {
                    bore.cloned()
                } else {
                    store.cloned()
                },
                at,
            });
        }
    }

    /// A store bears points that nothing sound allowed: the member keeps them, the brand does not pay for them.
    pub fn bear(
        &mut self,
        op_id: &OpId,
        store: &StoreId,
        at: DateTime<Utc>,
        points: loyalty::Points,
    ) {
        if !points.is_positive() {
            return;
        }
        self.moved.push(Moved {
            movement: Movement {
                from: loyalty::AccountKind::Loss,
                to: loyalty::AccountKind::Adjusted,
                lot: None,
                points,
            },
            op_id: op_id.clone(),
            store: Some(store.clone()),
            at,
        });
    }

    /// The allowances that were loaded: all with points left, and those that were named.
    pub fn allowances(&self) -> &[allowance::Model] {
        &self.allowances
    }

    /// Whether an allowance is here, with points left or not.
    pub fn knows(&self, grant: &GrantId) -> bool {
        self.holders.contains_key(grant)
    }

    /// Points of her that a device holds.
    pub fn held_by(&self, device: DeviceId) -> loyalty::Points {
        self.account
            .rows()
            .grants
            .iter()
            .filter(|g| self.holders.get(&g.id).is_some_and(|h| h.device == device))
            .map(loyalty::Grant::left)
            .sum()
    }
}

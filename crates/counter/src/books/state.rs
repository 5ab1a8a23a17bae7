//! A member's books as they stand, and what is read from them.

use super::op::{Op, Pending};
use super::receipt;
use super::sales::{Known, Sales};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::outbox::{self, OwnGrant};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Account, Lot, LotId, Money, OpId, Points, Program, Receipt, RecorderId, TierId};
use protocol::entity::{self, Member};
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// As [`loyalty::deed::Book::counted`].
pub(super) type CountedOn = HashMap<(Option<RecorderId>, NaiveDate), Money>;

/// A member's books, or those of nobody in particular.
pub(crate) struct Books {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) now: DateTime<Utc>,
    /// As the centre has it, brought to now.
    pub(super) confirmed: Account,
    /// With what this counter did since.
    pub(super) account: Account,
    /// The first lot that this counter's operations opened.
    pub(super) first_new: LotId,
    /// Receipts that the operations made or changed, and the one that was asked for, by the sales' ids.
    pub(super) receipts: HashMap<OpId, Receipt>,
    /// Sales that the operations are about.
    pub(super) sales: Sales,
    /// What this counter did that the cache does not show yet, in order.
    pub(super) ops: Vec<Op>,
    /// Whether all that counts towards her tier is known here.
    pub(super) knows_tier: bool,
    /// Allowances of this counter that may be spent now, in the order of spending.
    pub(super) grants: Vec<OwnGrant>,
    pub(crate) pending: Pending,
    /// What each operation that the cache does not show yet came to for her, by its id.
    pub(super) nets: Vec<(String, Points)>,
    /// What counts on a business day of sales that no till has confirmed.
    pub(super) counted: CountedOn,
    /// Points of hers that expired since the centre worked her account out.
    pub(super) expired: Vec<(NaiveDate, Points)>,
}

/// Points of a lot, those that counters hold included.
fn with_held(account: &Account, lot: &Lot) -> Points {
    let held = account.rows().grants.iter().flat_map(|g| &g.held);
    let held = held.filter(|h| h.lot == lot.id).map(|h| h.points);
    lot.points + held.sum::<Points>()
}

impl Books {
    /// The rules now.
    pub(crate) fn program(&self) -> &Program {
        self.catalogue.program(self.now)
    }

    /// The version of the rules under which an operation is recorded now.
    ///
    /// # Errors
    /// As [`Catalogue::version`].
    pub(crate) fn version(&self) -> Result<u32> {
        self.catalogue.version(self.now)
    }

    /// When these books are.
    pub(crate) const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Her account as the centre has it, brought to now.
    pub(crate) const fn confirmed(&self) -> &Account {
        &self.confirmed
    }

    /// Her account with what this counter did since.
    pub(crate) const fn account(&self) -> &Account {
        &self.account
    }

    /// What she will have once everything is confirmed.
    pub(crate) fn balance(&self) -> Points {
        self.account.balance()
    }

    /// The tier that is shown.
    pub(crate) fn tier(&self) -> &TierId {
        loyalty::shown_tier(self.program(), &self.account)
    }

    /// What counts towards her tier now: yuan, or growth value. Where not all of it is known here, the
    /// centre's figure and what this counter did since.
    pub(crate) fn qualifying(&self, member: &Member) -> Money {
        let of = |account| loyalty::qualifying(self.program(), account, self.now);
        let here = of(&self.account);
        if self.knows_tier {
            here
        } else {
            member.qualifying + here - of(&self.confirmed)
        }
    }

    /// Points of one of her lots, those that counters hold included.
    pub(crate) fn points_of(&self, lot: &Lot) -> Points {
        with_held(&self.account, lot)
    }

    /// Her lots with points, in the order of spending: how many the centre has on record, how many came by
    /// what this counter did since, and their last day.
    pub(crate) fn lots(&self) -> Vec<(Points, Points, Option<NaiveDate>)> {
        let confirmed = self.confirmed.lots().iter();
        let confirmed = confirmed.map(|l| (with_held(&self.confirmed, l), Points::ZERO, l.expires));
        let new = self
            .account
            .lots()
            .iter()
            .filter(|l| l.id >= self.first_new);
        let new = new.map(|l| (Points::ZERO, self.points_of(l), l.expires));
        confirmed
            .chain(new)
            .filter(|(there, coming, _)| there.is_positive() || coming.is_positive())
            .collect()
    }

    /// What an operation that the cache does not show yet came to for her; none where it has no effect, or
    /// the cache shows its receipt already.
    pub(crate) fn net_of(&self, op_id: &str) -> Option<Points> {
        let found = self.nets.iter().find(|(id, _)| id == op_id);
        found.map(|(_, net)| *net)
    }

    /// Points that expired since the centre worked her account out, by their last day.
    pub(crate) fn expired_since(&self) -> &[(NaiveDate, Points)] {
        &self.expired
    }

    /// Points by their last day, those that counters hold included, in the order of spending.
    pub(crate) fn dated(&self) -> Vec<(Points, Option<NaiveDate>)> {
        let lots = self.account.lots().iter();
        lots.map(|l| (self.points_of(l), l.expires))
            .filter(|(points, _)| points.is_positive())
            .collect()
    }

    /// Whether this counter has done nothing more on these books since they were made.
    ///
    /// # Errors
    /// Where the outbox cannot be read.
    pub(crate) fn still(&self, outbox: &Connection, member: &Member) -> Result<bool> {
        let now = outbox::overlay_of(outbox, member.id.as_str())?;
        Ok(now
            .iter()
            .map(|row| &row.op_id)
            .eq(self.ops.iter().map(|op| &op.row.op_id)))
    }

    /// What this counter did that the cache does not show yet, in order.
    pub(crate) fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Whether her points are frozen, by this counter too.
    pub(crate) fn frozen(&self) -> bool {
        self.account.rows().frozen_since.is_some()
    }

    /// Points that came by operations that are not confirmed, as far as they are there: not to be spent.
    pub(crate) fn unconfirmed(&self) -> Points {
        let new = self
            .account
            .lots()
            .iter()
            .filter(|l| l.id >= self.first_new);
        new.map(|l| l.points).sum()
    }

    /// The receipt of a sale as it is now.
    pub(crate) fn receipt(&self, id: &str) -> Option<&Receipt> {
        self.receipts.get(&OpId::from(id))
    }

    /// The sale that an operation on these books recorded.
    pub(crate) fn sale_of(&self, op_id: &str) -> Option<&Known> {
        self.sales.by_id(op_id)
    }

    /// A cached receipt with the figures that it has now.
    pub(crate) fn shown(&self, mut r: entity::Receipt) -> entity::Receipt {
        if let Some(now) = self.receipts.get(&OpId::from(r.id.as_str())) {
            receipt::in_figures(&mut r, now);
        }
        r
    }
}

//! A member's books on this counter: her account as the centre has it, what this counter did since, and both
//! brought to now, by the rules with which the centre does the same.
//!
//! The cache has her lots, tier, receipts and coupons; the outbox has the allowances of this counter and the
//! operations that the cache does not show yet. The operations are done over again on the account, in order,
//! as things that have happened. What a screen shows is therefore what the centre will say, as long as
//! nobody else did something meanwhile.

mod account;
mod quote;
mod receipt;
mod replay;
mod sales;
mod spend;

pub(crate) use quote::{Quoted, refused, worth};
pub(crate) use sales::{Known, Sales, days_between, receipt_number};

use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::Result;
use crate::outbox::{OwnGrant, Row};
use crate::{cache, outbox};
use account::Sources;
use chrono::{DateTime, NaiveDate, Utc};
use identity::receipt::ReceiptNumber;
use loyalty::deed::Book;
use loyalty::{Account, AccountKind, Lot, LotId, Money, OpId, Points, Program, Receipt, TierId};
use protocol::entity::{self, Member};
use protocol::operation::Body;
use replay::Replay;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// What this counter did that the cached state does not show yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Earned and given back.
    pub(crate) up: Points,
    /// Spent and taken back.
    pub(crate) down: Points,
    /// Spent alone.
    pub(crate) spent: Points,
}

/// A member's books, or those of nobody in particular.
pub(crate) struct Books {
    catalogue: Arc<Catalogue>,
    now: DateTime<Utc>,
    /// As the centre has it, brought to now.
    confirmed: Account,
    /// With what this counter did since.
    account: Account,
    /// The first lot that this counter's operations opened.
    first_new: LotId,
    /// Receipts that the operations made or changed, and the one that was asked for, by the sales' ids.
    receipts: HashMap<OpId, Receipt>,
    /// Sales that the operations are about.
    sales: Sales,
    /// What this counter did that the cache does not show yet, in order.
    ops: Vec<Op>,
    /// Whether all that counts towards her tier is known here.
    knows_tier: bool,
    /// Allowances of this counter that may be spent now, in the order of spending.
    grants: Vec<OwnGrant>,
    pub(crate) pending: Pending,
    /// What each operation that the cache does not show yet came to for her, by its id.
    nets: Vec<(String, Points)>,
    /// Points of hers that expired since the centre worked her account out.
    expired: Vec<(NaiveDate, Points)>,
}

impl Engine {
    /// Books for what is to be recorded, or is shown to be decided on.
    ///
    /// # Errors
    /// [`Error::RulesNotHere`](crate::Error::RulesNotHere) before the first pull; where the files cannot be read.
    pub(crate) fn books_by_the_rules(
        &self,
        member: Option<&Member>,
        asked: Option<&Known>,
    ) -> Result<Books> {
        let books = self.books(member, asked)?;
        books.version()?;
        Ok(books)
    }

    /// A member's books now, with a sale that a return is about.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub(crate) fn books(&self, member: Option<&Member>, asked: Option<&Known>) -> Result<Books> {
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let id = member.map_or("", |m| m.id.as_str());
        let asked_number = asked.map(|known| known.number.loose());
        let (mut ops, taken, grants) = self.shared.outbox().read(|c| {
            let mut rows = match &asked_number {
                Some(key) => outbox::overlay_with(c, id, key)?,
                None if id.is_empty() => Vec::new(),
                None => outbox::overlay_of(c, id)?,
            };
            // what came back of a sale that the cache does not have shows nowhere else
            if let Some(key) = asked_number.filter(|_| asked.is_some_and(|known| !known.cached)) {
                let back = outbox::returns_like(c, &key)?.into_iter();
                rows.splice(0..0, back.filter(|row| !row.overlay));
            }
            let ops = rows.into_iter().map(Op::read).collect::<Result<Vec<_>>>()?;
            let taken = taken(ops.iter().filter(|op| op.is_of(id)));
            let grants = match id {
                "" => Vec::new(),
                _ => outbox::own_grants(c, id, taken.keys(), now)?,
            };
            Ok((ops, taken, grants))
        })?;
        let sales = self.sales_like(numbers(&ops, asked).iter())?;
        ops.retain(|op| {
            let about = op.about(&sales);
            let of_asked = asked.is_some_and(|known| about.is_some_and(|sale| known.is(&sale.id)));
            of_asked || op.is_of(id)
        });
        // begun within: where the cache is damaged, it is read once more
        let (sources, cached, redeemed) = self.cache(|c| {
            let mut sources = Sources::of(member);
            let mut cached: HashMap<String, entity::Receipt> = HashMap::new();
            let mut redeemed = HashMap::new();
            let about = ops.iter().filter_map(|op| op.about(&sales)).chain(asked);
            for known in about {
                // lots and coupons of another member are not hers
                let hers = id.is_empty() || known.receipt.member.as_str() == id;
                // a sale of this counter that was confirmed, of a member who is no longer kept here
                let again = ops
                    .iter()
                    .any(|op| op.row.overlay && known.is(&op.row.op_id));
                if (known.cached || !again) && hers && !cached.contains_key(&known.id) {
                    sources.receipt(&known.receipt);
                    cached.insert(known.id.clone(), known.receipt.clone());
                }
            }
            for id in undone(&ops) {
                if let Some(r) = cache::one::<entity::Redemption>(c, id)? {
                    sources.redemption(&r);
                    redeemed.insert(OpId::from(id), receipt::redeemed(&r));
                }
            }
            if let Some(m) = member {
                sources.behaved = cache::of_member::<entity::Behaved>(c, m.id.as_str())?;
                sources.again = behaved(&ops);
                sources.paid = cache::paid_of(c, m.id.as_str())?;
                let open = cache::coupons_of(c, m.id.as_str())?;
                sources.coupons.extend(open.into_iter().map(|c| c.coupon));
            }
            Ok((sources, cached, redeemed))
        })?;
        let knows_tier = sources.knows_tier(catalogue.program(now), now);
        let mut confirmed = sources.account(catalogue.program(now), &grants, &taken, now)?;
        let first_new = LotId(confirmed.rows().next_lot);
        let mut book = Book {
            receipts: cached
                .iter()
                .map(|(id, r)| (OpId::from(id.as_str()), receipt::as_ruled(r)))
                .collect(),
            redemptions: redeemed,
            ..Book::of(confirmed.clone())
        };
        let mut replay = Replay {
            catalogue: &catalogue,
            time: now,
            book: &mut book,
            sales: &sales,
        };
        let (pending, nets) = replay.all(&ops);
        let Book {
            mut account,
            receipts,
            ..
        } = book;
        let passed = loyalty::advance(catalogue.program(now), &mut confirmed, now);
        let expired = expired(&passed.outcome, &confirmed);
        loyalty::advance(catalogue.program(now), &mut account, now);
        Ok(Books {
            catalogue,
            now,
            confirmed,
            account,
            first_new,
            receipts,
            sales,
            ops,
            knows_tier,
            grants,
            pending,
            nets,
            expired,
        })
    }
}

/// What expired, by the last day.
fn expired(outcome: &loyalty::Outcome, account: &Account) -> Vec<(NaiveDate, Points)> {
    let gone = outcome
        .movements
        .iter()
        .filter(|m| m.to == AccountKind::Expired);
    gone.filter_map(|m| {
        let last = m.lot.and_then(|id| account.lot(id))?.expires?;
        Some((last, m.points))
    })
    .collect()
}

/// An operation that the cache does not show yet.
pub(crate) struct Op {
    pub(crate) row: Row,
    pub(crate) body: Body,
}

impl Op {
    pub(crate) fn read(row: Row) -> Result<Self> {
        let body = row.body()?;
        Ok(Self { row, body })
    }

    /// Whether it is a member's, and the cache does not show it.
    fn is_of(&self, member: &str) -> bool {
        let hers = self.row.summary.member.as_deref() == Some(member);
        self.row.overlay && hers && !member.is_empty()
    }

    /// The sale that it is, or that it is about.
    fn about<'a>(&self, sales: &'a Sales) -> Option<&'a Known> {
        match &self.body {
            Body::Sale(_) => sales.by_id(&self.row.op_id),
            Body::Return(back) => sales.meant(back, self.row.at),
            _ => None,
        }
    }
}

/// Points of a lot, those that counters hold included.
fn with_held(account: &Account, lot: &Lot) -> Points {
    let held = account.rows().grants.iter().flat_map(|g| &g.held);
    let held = held.filter(|h| h.lot == lot.id).map(|h| h.points);
    lot.points + held.sum::<Points>()
}

/// What operations took out of allowances, by grant.
type Taken = HashMap<String, Points>;

fn taken<'a>(ops: impl Iterator<Item = &'a Op>) -> Taken {
    let mut all = Taken::new();
    for op in ops {
        let spends = match &op.body {
            Body::Sale(sale) => &sale.spends[..],
            Body::Redemption(r) => &r.spends[..],
            Body::Release(r) => {
                *all.entry(r.grant.to_string()).or_default() += r.points;
                continue;
            }
            _ => continue,
        };
        for spend in spends {
            *all.entry(spend.grant.to_string()).or_default() += spend.points;
        }
    }
    all
}

/// Numbers of sales that operations or a return are about.
fn numbers(ops: &[Op], asked: Option<&Known>) -> Vec<ReceiptNumber> {
    ops.iter()
        .filter_map(|op| op.row.summary.receipt.as_deref())
        .map(ReceiptNumber::stored)
        .chain(asked.map(|known| known.number.clone()))
        .collect()
}

/// Behaviours among operations.
fn behaved(ops: &[Op]) -> Vec<loyalty::Behaved> {
    let all = ops.iter().filter_map(|op| match &op.body {
        Body::Behaviour(behaviour) => Some(loyalty::Behaved {
            at: op.row.at,
            kind: behaviour.behaviour.as_str().into(),
        }),
        _ => None,
    });
    all.collect()
}

/// Redemptions that operations undo.
fn undone(ops: &[Op]) -> impl Iterator<Item = &str> {
    ops.iter().filter_map(|op| match &op.body {
        Body::Reversal(reversal) => Some(reversal.of.as_str()),
        _ => None,
    })
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

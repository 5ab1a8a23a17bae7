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
mod spend;

pub(crate) use quote::{Quoted, refused, worth};
pub(crate) use receipt::named_lines;
pub(crate) use replay::what;

use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::Result;
use crate::ops::returns::from_sale;
use crate::outbox::{OwnGrant, Row};
use crate::{cache, outbox};
use account::Sources;
use chrono::{DateTime, Utc};
use loyalty::{Account, LotId, Money, Points, Program, Receipt, TierId};
use protocol::entity::{self, Member};
use protocol::operation::Body;
use std::collections::{BTreeSet, HashMap};
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
    /// Receipts that the operations made or changed, and the one that was asked for.
    receipts: HashMap<String, Receipt>,
    /// Allowances of this counter that may be spent now, in the order of spending.
    grants: Vec<OwnGrant>,
    pub(crate) pending: Pending,
}

impl Engine {
    /// A member's books now, with a receipt that a return is about.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub(crate) fn books(&self, member: Option<&Member>, receipt: Option<&str>) -> Result<Books> {
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let id = member.map_or("", |m| m.id.as_str());
        let (ops, taken, grants, own) = self.shared.outbox().read(|c| {
            let rows = match receipt {
                Some(no) => outbox::overlay_with(c, id, no)?,
                None if id.is_empty() => Vec::new(),
                None => outbox::overlay_of(c, id)?,
            };
            let ops = rows.into_iter().map(Op::read).collect::<Result<Vec<_>>>()?;
            let taken = taken(&ops);
            let grants = match id {
                "" => Vec::new(),
                _ => outbox::own_grants(c, id, taken.keys(), now)?,
            };
            let own = receipt.map_or(Ok(None), |no| outbox::sale_of(c, no))?;
            Ok((ops, taken, grants, own))
        })?;
        let mut sources = Sources::of(member);
        let mut cached = HashMap::new();
        self.cache(|c| {
            for no in named_receipts(&ops, receipt) {
                if let Some(r) = cache::receipt(c, no)? {
                    sources.receipt(&r);
                    cached.insert(no.to_owned(), r);
                }
            }
            if let Some(m) = member {
                sources.paid = cache::paid_of(c, m.id.as_str())?;
                let open = cache::coupons_of(c, m.id.as_str())?;
                sources.coupons.extend(open.into_iter().map(|c| c.coupon));
            }
            Ok(())
        })?;
        // a sale of this counter that was confirmed, of a member who is no longer kept here
        if let (Some(no), Some(row)) = (receipt, own)
            && !cached.contains_key(no)
            && ops.iter().all(|op| op.row.op_id != row.op_id)
        {
            let r = from_sale(&row)?;
            sources.receipt(&r);
            cached.insert(no.to_owned(), r);
        }
        let mut confirmed = sources.account(catalogue.program(now), &grants, &taken, now)?;
        let mut account = confirmed.clone();
        let first_new = LotId(account.rows().next_lot);
        let mut receipts: HashMap<String, Receipt> = cached
            .iter()
            .map(|(no, r)| (no.clone(), receipt::as_ruled(r)))
            .collect();
        let pending = replay::all(&catalogue, now, &mut account, &mut receipts, &ops)?;
        loyalty::advance(catalogue.program(now), &mut confirmed, now);
        loyalty::advance(catalogue.program(now), &mut account, now);
        Ok(Books {
            catalogue,
            now,
            confirmed,
            account,
            first_new,
            receipts,
            grants,
            pending,
        })
    }
}

/// An operation that the cache does not show yet.
struct Op {
    row: Row,
    body: Body,
}

impl Op {
    fn read(row: Row) -> Result<Self> {
        let body = row.body()?;
        Ok(Self { row, body })
    }
}

/// What operations took out of allowances, by grant.
type Taken = HashMap<String, Points>;

fn taken(ops: &[Op]) -> Taken {
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

/// Receipts that operations or a return are about.
fn named_receipts<'a>(ops: &'a [Op], receipt: Option<&'a str>) -> BTreeSet<&'a str> {
    ops.iter()
        .filter_map(|op| op.row.summary.receipt.as_deref())
        .chain(receipt)
        .collect()
}

impl Books {
    /// The rules now.
    pub(crate) fn program(&self) -> &Program {
        self.catalogue.program(self.now)
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

    /// Net spend that counts towards the tier.
    pub(crate) fn qualifying(&self) -> Money {
        loyalty::qualifying(self.program(), &self.account, self.now)
    }

    /// What this counter added to it since the centre's figure.
    pub(crate) fn qualifying_since(&self) -> Money {
        let program = self.program();
        self.qualifying() - loyalty::qualifying(program, &self.confirmed, self.now)
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

    /// A receipt as it is now.
    pub(crate) fn receipt(&self, no: &str) -> Option<&Receipt> {
        self.receipts.get(no)
    }

    /// A cached receipt with the figures that it has now.
    pub(crate) fn shown(&self, mut r: entity::Receipt) -> entity::Receipt {
        if let Some(now) = self.receipts.get(&r.no) {
            receipt::in_figures(&mut r, now);
        }
        r
    }
}

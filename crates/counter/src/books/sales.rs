//! Sales by which they are known here: what the centre has of them, and what this counter recorded.

use super::receipt::named_lines;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::Row;
use crate::{cache, outbox};
use chrono::{DateTime, Utc};
use identity::receipt::{Common, Likeness, ReceiptNumber, Relation, judge};
use loyalty::{Money, Points, Program};
use protocol::entity::Receipt;
use protocol::operation::{Body, MemberRef, Return, Sale, SoldAs};
use protocol::push::Outcome;
use protocol::{MemberId, StoreId};

/// A sale that this counter knows.
#[derive(Clone)]
pub(crate) struct Known {
    /// By what it is known: the operation that recorded it.
    pub(crate) id: String,
    /// The till's number.
    pub(crate) number: ReceiptNumber,
    /// As the centre has it, or as it was recorded here.
    pub(crate) receipt: Receipt,
    /// The centre's state has it.
    pub(crate) cached: bool,
    /// The operation, where this counter recorded it.
    pub(crate) own: Option<Own>,
}

/// A sale of this counter.
#[derive(Clone)]
pub(crate) struct Own {
    pub(crate) op_id: String,
    pub(crate) clerk: String,
    pub(crate) state: String,
    pub(crate) sale: Sale,
}

impl Known {
    /// How an operation names it.
    pub(crate) fn sold_as(&self) -> SoldAs {
        SoldAs {
            store: self.receipt.store.clone(),
            id: Some(self.id.clone()),
            at: Some(self.receipt.at),
        }
    }

    /// Whether an id is its own: that of this counter's operation too, where another one recorded it first.
    pub(crate) fn is(&self, id: &str) -> bool {
        self.id == id || self.own.as_ref().is_some_and(|own| own.op_id == id)
    }

    /// The centre will not have it: it was set aside.
    pub(crate) fn is_aside(&self) -> bool {
        !self.cached
            && self
                .own
                .as_ref()
                .is_some_and(|own| own.state == "set_aside")
    }
}

/// Sales of like numbers, the newest first.
#[derive(Clone, Default)]
pub(crate) struct Sales(Vec<Known>);

impl Sales {
    /// Puts together what was recorded here and what the centre has.
    fn of(own: Vec<Row>, cached: Vec<Receipt>, program: &Program) -> Result<Self> {
        let mut all: Vec<Known> = cached
            .into_iter()
            .map(|receipt| Known {
                id: receipt.id.clone(),
                number: ReceiptNumber::stored(&receipt.no),
                receipt,
                cached: true,
                own: None,
            })
            .collect();
        for row in own {
            let Body::Sale(sale) = row.body()? else {
                continue;
            };
            let receipt = from_sale(&row, &sale);
            let shown = all
                .iter_mut()
                .filter(|known| known.cached && known.own.is_none())
                .find(|known| is_recording(&row, &sale, &receipt, known, program));
            let own = Own {
                op_id: row.op_id.clone(),
                clerk: row.clerk,
                state: row.state,
                sale,
            };
            match shown {
                Some(known) => known.own = Some(own),
                None => all.push(Known {
                    id: row.op_id,
                    number: ReceiptNumber::stored(&receipt.no),
                    receipt,
                    cached: false,
                    own: Some(own),
                }),
            }
        }
        all.sort_by_key(|known| std::cmp::Reverse(known.receipt.at));
        Ok(Self(all))
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Known] {
        &self.0
    }

    /// A sale by its id.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Known> {
        self.0.iter().find(|known| known.is(id))
    }

    /// The sale that a return of this counter is about. One from an older build says only the number: it is the newest
    /// of it that is no later than the return, of the store before others.
    pub(crate) fn meant(&self, back: &Return, at: DateTime<Utc>) -> Option<&Known> {
        let number = ReceiptNumber::stored(&back.receipt);
        let of = back.of.as_ref();
        if let Some(known) = of
            .and_then(|of| of.id.as_deref())
            .and_then(|id| self.by_id(id))
        {
            return Some(known);
        }
        let store = of.map_or(&back.store, |of| &of.store);
        let like = self
            .0
            .iter()
            .filter(|known| known.number.likeness(&number) == Likeness::Same);
        match of.and_then(|of| of.at) {
            Some(sold) => like
                .filter(|known| known.receipt.store == *store)
                .find(|known| known.receipt.at == sold),
            None if of.is_some() => None,
            None => like
                .filter(|known| known.receipt.at <= at)
                .min_by_key(|known| {
                    (
                        known.receipt.store != *store,
                        std::cmp::Reverse(known.receipt.at),
                    )
                }),
        }
    }
}

impl Engine {
    /// Sales whose numbers may be one of these, of all stores.
    pub(crate) fn sales_like<'a>(
        &self,
        numbers: impl Iterator<Item = &'a ReceiptNumber>,
    ) -> Result<Sales> {
        let mut keys: Vec<String> = numbers.map(ReceiptNumber::loose).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            return Ok(Sales::default());
        }
        let own = self.shared.outbox().read(|c| {
            let mut own = Vec::new();
            for key in &keys {
                own.extend(outbox::sales_like(c, key)?);
            }
            Ok(own)
        })?;
        // begun within: where the cache is damaged, it is read once more
        let cached = self.cache(|c| {
            let mut cached = Vec::new();
            for key in &keys {
                cached.extend(cache::receipts_like(c, key)?);
            }
            Ok(cached)
        })?;
        let catalogue = self.catalogue()?;
        Sales::of(own, cached, catalogue.program(self.shared.now()?))
    }
}

/// Whether a receipt of the centre is what this counter recorded.
fn is_recording(row: &Row, sale: &Sale, own: &Receipt, known: &Known, program: &Program) -> bool {
    if known.id == row.op_id {
        return true;
    }
    if let Some(Outcome::Exists(effect) | Outcome::Applied(effect)) = &row.outcome
        && let Some(id) = &effect.sale
    {
        return *id == known.id;
    }
    // an older centre tells no ids: there a number was one sale of its store
    let untold = known.receipt.id == format!("{}/{}", known.receipt.store, known.receipt.no);
    let confirmed = row.state == "confirmed";
    if known.receipt.store != own.store || sale.new_sale {
        return false;
    }
    let common = Common {
        likeness: ReceiptNumber::stored(&own.no).likeness(&known.number),
        days: days_between(program, own.at, known.receipt.at),
        member: own.member == known.receipt.member || own.member.as_str().is_empty() && confirmed,
        content: same_goods(own, &known.receipt),
    };
    match judge(&common) {
        Relation::OneSale => true,
        Relation::Taken => untold && confirmed,
        Relation::Shared => untold && confirmed,
        Relation::Perhaps | Relation::TwoSales => false,
    }
}

/// Business days between two moments.
pub(crate) fn days_between(program: &Program, a: DateTime<Utc>, b: DateTime<Utc>) -> u64 {
    let days = program.business_date(a) - program.business_date(b);
    days.num_days().unsigned_abs()
}

/// Whether two receipts say the same: goods, money before coupons, points.
fn same_goods(a: &Receipt, b: &Receipt) -> bool {
    let line = |l: &protocol::entity::ReceiptLine| (l.sku.clone(), l.qty, l.amount + l.off);
    a.points_paid == b.points_paid && a.lines.iter().map(line).eq(b.lines.iter().map(line))
}

/// A sale of this counter as a receipt, before the centre has it. Nobody's where she was not found here.
pub(crate) fn from_sale(row: &Row, sale: &Sale) -> Receipt {
    let member = match &sale.member {
        MemberRef::Id { member } => member.clone(),
        MemberRef::Phone | MemberRef::Code { .. } => MemberId::new(""),
    };
    let (seller, second) = match &sale.credit {
        Some(credit) => (credit.seller.clone(), credit.second.clone()),
        None => (Some(row.clerk.as_str().into()), None),
    };
    Receipt {
        id: row.op_id.clone(),
        no: sale.receipt.clone(),
        member,
        store: StoreId::new(sale.store.as_str()),
        at: row.at,
        channel: "store".to_owned(),
        lines: named_lines(sale, &row.summary.nets),
        pay: row.summary.money.unwrap_or_default(),
        refunded: Money::ZERO,
        earned: row.summary.earned,
        points_paid: sale.pay_points,
        taken_back: Points::ZERO,
        given_back: Points::ZERO,
        portions: Vec::new(),
        own_lot: 0,
        coupons: Vec::new(),
        seller,
        second,
        unconfirmed: true,
        counted: Money::ZERO,
        waiting: Points::ZERO,
        of_other_account: false,
        waiting_pay: Money::ZERO,
    }
}

/// The number of a receipt as it was typed or scanned: of printable characters, none of them blank.
///
/// # Errors
/// [`Error::ReceiptInvalid`].
pub(crate) fn receipt_number(text: &str) -> Result<ReceiptNumber> {
    ReceiptNumber::read(text)
        .filter(|number| !number.written().chars().any(char::is_whitespace))
        .ok_or(Error::ReceiptInvalid)
}

//! Calling the rules on a loaded account. Nothing here decides: it hands over and notes.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::deed::{self, Book, Deed, Done, GATHERED, Source};
use loyalty::{
    AccountKind, CouponId, Error, Grant, GrantId, Granted, LastDay, Malformed, Moment, Money, OpId,
    Outcome, Points, Program, ReceiptNo, ReturnOf, SaleLine, Standing,
};

use super::receipts::{Credited, StoredLine, StoredReceipt};
use super::{Holder, Ledger};
use crate::error::ServiceError;
use centre_store::tables::{allowance, allowance_lot, redemption};

/// A sale to be entered, by a counter or from history.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The operation's id, by which the sale is known; `import:<store>/<number>@<date>` for history.
    pub op_id: String,
    /// Which store sold.
    pub store: String,
    /// The till's number.
    pub receipt_no: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `store`, `import`, …
    pub channel: String,
    /// What was sold.
    pub lines: Vec<PurchaseLine>,
    /// Points that paid part of it.
    pub pay_points: Points,
    /// From which allowances, by id; empty = from what is available.
    pub spends: Vec<(String, Points)>,
    /// Whose allowances they are.
    pub holder: Option<Holder>,
    /// Coupons in order.
    pub coupons: Vec<String>,
    /// What the counter showed as paid; none = what the rules say.
    pub shown_pay: Option<Money>,
    /// Whose credit it is.
    pub credited: Credited,
}

/// A line of a sale to be entered.
#[derive(Debug, Clone)]
pub struct PurchaseLine {
    /// Product.
    pub sku: String,
    /// Its name on that day.
    pub name: String,
    /// Its category on that day.
    pub category: Option<String>,
    /// Pieces; 0 only from history, and then it cannot be returned.
    pub qty: u32,
    /// Before coupons.
    pub amount: Money,
}

/// A redemption to be entered.
#[derive(Debug, Clone)]
pub struct Redeeming {
    /// The operation's id.
    pub op_id: String,
    /// Where.
    pub store: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How many points.
    pub points: Points,
    /// From which allowances.
    pub spends: Vec<(String, Points)>,
    /// Whose allowances they are; none = from what is available.
    pub holder: Option<Holder>,
    /// JSON of `protocol::operation::Redeemed`.
    pub what: String,
}

impl Ledger {
    /// Brings the account to a moment: what has passed expires, reviews happen.
    pub fn advance(&mut self, program: &Program, at: DateTime<Utc>) -> (Moment, Outcome) {
        let since = self.account.rows().as_of;
        let passed = loyalty::advance(program, &mut self.account, at);
        let op_id = format!("advance:{}", passed.now.today());
        let clock = passed.now.clock();
        let first = self.moved.len();
        self.note(&op_id, "", clock, &passed.outcome);
        self.date_expiries(program, first, since, clock);
        (passed.now, passed.outcome)
    }

    /// Points expire when their last day ends, however late that is noticed: dates what was noted so from
    /// `first` on, not before `since` and not after `clock`.
    fn date_expiries(
        &mut self,
        program: &Program,
        first: usize,
        since: Option<DateTime<Utc>>,
        clock: DateTime<Utc>,
    ) {
        for moved in self.moved.iter_mut().skip(first) {
            let lot = moved.movement.lot.and_then(|id| self.account.lot(id));
            let ended = lot.and_then(|lot| lot.expires).and_then(|d| d.succ_opt());
            if let (AccountKind::Expired, Some(ended)) = (&moved.movement.to, ended) {
                let ended = program.day_begins(ended);
                moved.at = ended.max(since.unwrap_or(ended)).min(clock);
            }
        }
    }

    /// The moment of an operation at this time, with the account left as it is.
    pub fn moment(&self, program: &Program, at: DateTime<Utc>) -> Moment {
        loyalty::advance(program, &mut self.account.clone(), at).now
    }

    /// Enters a sale; [`save`](Self::save) writes it.
    ///
    /// # Errors
    /// As [`loyalty::purchase`]; the account is unchanged then.
    pub fn purchase(
        &mut self,
        program: &Program,
        now: &Moment,
        p: Purchase,
        standing: Standing,
    ) -> Result<Outcome, Error> {
        let id = OpId::from(p.op_id.as_str());
        let sale = Deed::Purchase(deed::Purchase {
            id: id.clone(),
            receipt: ReceiptNo::from(p.receipt_no.as_str()),
            lines: p
                .lines
                .iter()
                .map(|l| SaleLine {
                    sku: l.sku.as_str().into(),
                    category: l.category.as_deref().map(Into::into),
                    // the rules know no line without a piece; it gets its 0 back below
                    qty: l.qty.max(1),
                    amount: l.amount,
                })
                .collect(),
            pay_points: p.pay_points,
            from: self.source(p.holder.as_ref(), &p.spends),
            coupons: p
                .coupons
                .iter()
                .map(|c| CouponId::from(c.as_str()))
                .collect(),
        });
        let (done, mut book) = self.apply(program, now, &sale, standing, Book::default())?;
        let outcome = done.outcome;
        let receipt = book.receipts.remove(&id);
        let mut receipt = receipt.ok_or_else(|| not_in_the_book("receipt"))?;
        self.note(&p.op_id, &p.store, p.at, &outcome);
        for (line, given) in receipt.lines.iter_mut().zip(&p.lines) {
            line.qty = given.qty;
        }
        self.row.receipts = self.row.receipts.saturating_add(1);
        let last = self.row.last_purchase_at.get_or_insert(i64::MIN);
        *last = (*last).max(p.at.timestamp_millis());
        let shown_pay = p.shown_pay.unwrap_or(receipt.pay);
        self.receipts.push(StoredReceipt {
            content_hash: super::content_hash(&p.lines, p.pay_points, &p.coupons),
            feed_key: p.op_id.clone(),
            op_id: p.op_id,
            store: p.store,
            program: program.version(),
            channel: p.channel,
            shown_pay,
            credited: p.credited,
            lines: p
                .lines
                .into_iter()
                .map(|l| StoredLine { name: l.name })
                .collect(),
            receipt,
            fresh: true,
            further: 0,
        });
        Ok(outcome)
    }

    /// Money paid, by the rules, on the sales that were entered.
    pub fn paid(&self) -> Money {
        let fresh = self.receipts.iter().filter(|stored| stored.fresh);
        fresh.map(|stored| stored.receipt.pay).sum()
    }

    /// Enters a redemption; [`save`](Self::save) writes it.
    ///
    /// # Errors
    /// As [`loyalty::redeem`]; the account is unchanged then.
    pub fn redeem(
        &mut self,
        program: &Program,
        now: &Moment,
        r: Redeeming,
        standing: Standing,
    ) -> Result<Outcome, Error> {
        let id = OpId::from(r.op_id.as_str());
        let redemption = Deed::Redeem {
            id: id.clone(),
            points: r.points,
            from: self.source(r.holder.as_ref(), &r.spends),
        };
        let (done, mut book) = self.apply(program, now, &redemption, standing, Book::default())?;
        let outcome = done.outcome;
        let made = book.redemptions.remove(&id);
        let made = made.ok_or_else(|| not_in_the_book("redemption"))?;
        self.note(&r.op_id, &r.store, r.at, &outcome);
        let row = redemption::Model {
            member_id: self.member.id.clone(),
            op_id: r.op_id,
            store_id: r.store,
            points: r.points.get(),
            what: r.what,
            at: r.at.timestamp_millis(),
            reversed_at: None,
            device_id: r.holder.map(|h| h.device),
        };
        self.redemptions.push((row, made.portions));
        Ok(outcome)
    }

    /// Takes goods back; [`save`](Self::save) writes it. `store` bears what the rules would not.
    ///
    /// # Errors
    /// As [`loyalty::return_goods`]; nothing is changed then.
    #[allow(clippy::too_many_arguments)] // each is another thing, and all are needed
    pub fn return_goods(
        &mut self,
        program: &Program,
        now: &Moment,
        mut stored: StoredReceipt,
        what: &ReturnOf,
        op_id: &str,
        store: &str,
        standing: Standing,
    ) -> Result<Done, Error> {
        let of = OpId::from(stored.op_id.as_str());
        let mut beside = Book::default();
        beside.receipts.insert(of.clone(), stored.receipt);
        let back = Deed::Return {
            of: of.clone(),
            what: what.clone(),
        };
        let (done, mut book) = self.apply(program, now, &back, standing, beside)?;
        let receipt = book.receipts.remove(&of);
        stored.receipt = receipt.ok_or_else(|| not_in_the_book("receipt"))?;
        self.note_between(op_id, store, &stored.store, now.at(), &done.outcome);
        self.receipts.push(stored);
        Ok(done)
    }

    /// Moves points into an allowance of a device: the rules say how many there are.
    ///
    /// # Errors
    /// As [`loyalty::grant`].
    pub fn grant(
        &mut self,
        now: &Moment,
        mut allowance: allowance::Model,
        want: Points,
    ) -> Result<Granted, Error> {
        let id = GrantId::from(allowance.id.as_str());
        let granted = loyalty::grant(&mut self.account, now, &id, want)?;
        if granted.points.is_positive() {
            allowance.granted = granted.points.get();
            let holder = Holder {
                device: allowance.device_id.clone(),
                epoch: allowance.epoch,
            };
            self.holders.insert(id, holder);
            for (n, portion) in granted.portions.iter().enumerate() {
                self.parts.push(allowance_lot::Model {
                    member_id: self.member.id.clone(),
                    allowance_id: allowance.id.clone(),
                    n: i32::try_from(n).unwrap_or(i32::MAX),
                    lot: i64::try_from(portion.lot.0).unwrap_or(i64::MAX),
                    granted: portion.points.get(),
                    // written by `save`, as for all parts
                    outstanding: 0,
                });
            }
            self.note(&allowance.id.clone(), "", now.clock(), &granted.outcome);
            self.allowances.push(allowance);
        }
        Ok(granted)
    }

    /// Gives points of an allowance back.
    ///
    /// # Errors
    /// As [`loyalty::release`].
    pub fn release(
        &mut self,
        program: &Program,
        now: &Moment,
        grant: &str,
        points: Points,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let grant = GrantId::from(grant);
        let release = Deed::Release { grant, points };
        let (done, _) = self.apply(program, now, &release, Standing::Happened, Book::default())?;
        let outcome = done.outcome;
        let first = self.moved.len();
        self.note(op_id, "", now.at(), &outcome);
        self.date_expiries(program, first, Some(now.at()), now.clock());
        Ok(outcome)
    }

    /// Frees what is left in an allowance, without its holder: a write-off. How many points that is.
    ///
    /// # Errors
    /// As [`loyalty::release`].
    pub fn write_off(
        &mut self,
        now: &Moment,
        grant: &str,
        op_id: &str,
    ) -> Result<Points, ServiceError> {
        let id = GrantId::from(grant);
        let left = self.account.grant(&id).map_or(Points::ZERO, Grant::left);
        let outcome = loyalty::release(&mut self.account, now, &id, left)
            .map_err(|e| ServiceError::broken(format!("write-off: {e}")))?;
        self.note(op_id, "", now.clock(), &outcome);
        *self.freed.entry(id).or_default() += left;
        Ok(left)
    }

    /// Sets an allowance up again that the books have forgotten: its points, each part with its last
    /// day.
    ///
    /// # Errors
    /// As [`loyalty::reinstate`].
    pub fn reinstate(
        &mut self,
        now: &Moment,
        mut allowance: allowance::Model,
        parts: &[(Points, Option<NaiveDate>)],
    ) -> Result<(), ServiceError> {
        let id = GrantId::from(allowance.id.as_str());
        let (owed, outcome) = loyalty::reinstate(&mut self.account, now, &id, parts)
            .map_err(|e| ServiceError::broken(format!("reinstate: {e}")))?;
        let held = self.account.grant(&id).map(|g| g.held.clone());
        allowance.granted = parts.iter().map(|(points, _)| points.get()).sum();
        allowance.reinstated = owed.get();
        let holder = Holder {
            device: allowance.device_id.clone(),
            epoch: allowance.epoch,
        };
        self.holders.insert(id, holder);
        for (n, held) in held.unwrap_or_default().iter().enumerate() {
            self.parts.push(allowance_lot::Model {
                member_id: self.member.id.clone(),
                allowance_id: allowance.id.clone(),
                n: i32::try_from(n).unwrap_or(i32::MAX),
                lot: i64::try_from(held.lot.0).unwrap_or(i64::MAX),
                granted: held.points.get(),
                // written by `save`, as for all parts
                outstanding: 0,
            });
        }
        self.note(&allowance.id.clone(), "", now.clock(), &outcome);
        self.allowances.push(allowance);
        Ok(())
    }

    /// Points left in an allowance of this holder; none where it holds no such.
    pub fn left(&self, holder: &Holder, grant: &str) -> Points {
        let id = GrantId::from(grant);
        if self.holders.get(&id) != Some(holder) {
            return Points::ZERO;
        }
        self.account.grant(&id).map_or(Points::ZERO, Grant::left)
    }

    /// Adds or takes points by hand, under an operation's id.
    ///
    /// # Errors
    /// As [`loyalty::adjust`].
    pub fn adjust(
        &mut self,
        program: &Program,
        now: &Moment,
        points: Points,
        last_day: LastDay,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let by_hand = Deed::Adjust { points, last_day };
        let (done, _) = self.apply(program, now, &by_hand, Standing::Proposed, Book::default())?;
        let outcome = done.outcome;
        self.note(op_id, "", now.at(), &outcome);
        Ok(outcome)
    }

    /// Where the points of an operation come from: of the allowances that it names, those that its counter holds; what
    /// none of them can give is missing then, and the rules book it as the store's loss.
    fn source(&mut self, holder: Option<&Holder>, spends: &[(String, Points)]) -> Source {
        let Some(holder) = holder else {
            return Source::Available;
        };
        let own = spends
            .iter()
            .map(|(grant, points)| (GrantId::from(grant.as_str()), *points))
            .filter(|(grant, _)| self.holders.get(grant) == Some(holder))
            .collect();
        // movements out of what is gathered are this holder's
        self.holders.insert(GrantId::from(GATHERED), holder.clone());
        Source::Allowances(own)
    }

    /// Does a deed on the account and what stands beside it: what the deed did, and what the book has then beside the
    /// account. Where it fails the account is unchanged.
    pub(super) fn apply(
        &mut self,
        program: &Program,
        now: &Moment,
        deed: &Deed,
        standing: Standing,
        beside: Book,
    ) -> Result<(Done, Book), Error> {
        let mut book = Book {
            account: std::mem::take(&mut self.account),
            ..beside
        };
        let done = deed::apply(program, &mut book, now, deed, standing);
        self.account = std::mem::take(&mut book.account);
        Ok((done?, book))
    }
}

/// A deed leaves what it made or changed in its book; were it not there, nothing may be saved.
pub(super) fn not_in_the_book(what: &str) -> Error {
    let reason = "is not in the book after the deed".to_owned();
    Error::Malformed(Malformed {
        place: what.to_owned(),
        reason,
    })
}

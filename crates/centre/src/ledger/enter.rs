//! Entering a sale or a redemption: the rules decide, and what stands beside what they keep is noted with it.

use loyalty::deed::{self, Book, Deed};
use loyalty::{CouponId, Error, Moment, Money, Outcome, Program, SaleLine, Standing};

use super::Ledger;
use super::deeds::not_in_the_book;
use super::entered::{Purchase, Redeeming};
use super::receipts::{StoredLine, StoredReceipt, content_hash};
use centre_store::tables::redemption;

impl Ledger {
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
        let id = p.op_id.clone();
        let sale = Deed::Purchase(deed::Purchase {
            id: id.clone(),
            receipt: p.receipt_no.clone(),
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
            recorded_by: p.recorded.as_ref().map(|recorded| recorded.by.clone()),
            all_waits: p
                .recorded
                .as_ref()
                .is_some_and(|recorded| recorded.all_waits),
        });
        let mut beside = std::mem::take(&mut self.beside);
        let (done, mut book) = self.apply(program, now, &sale, standing, beside.book(now))?;
        let outcome = done.outcome;
        let receipt = book.receipts.remove(&id);
        let mut receipt = receipt.ok_or_else(|| not_in_the_book("receipt"))?;
        self.note(&p.op_id, Some(&p.store), p.at, &outcome);
        for (line, given) in receipt.lines.iter_mut().zip(&p.lines) {
            line.qty = given.qty;
        }
        self.row.receipts.0 = self.row.receipts.saturating_add(1);
        let last = self.row.last_purchase_at.get_or_insert(p.at.into());
        *last = (*last).max(p.at.into());
        let shown_pay = p.shown_pay.unwrap_or(receipt.pay);
        self.receipts.push(StoredReceipt {
            content_hash: content_hash(&p.lines, p.pay_points, &p.coupons),
            feed_key: p.op_id.to_string(),
            op_id: p.op_id,
            store: p.store,
            program: program.version(),
            channel: p.channel,
            shown_pay,
            credited: p.credited,
            recorded: p.recorded,
            confirmed: None,
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
        let id = r.op_id.clone();
        let redemption = Deed::Redeem {
            id: id.clone(),
            points: r.points,
            from: self.source(r.holder.as_ref(), &r.spends),
        };
        let (done, mut book) = self.apply(program, now, &redemption, standing, Book::default())?;
        let outcome = done.outcome;
        let made = book.redemptions.remove(&id);
        let made = made.ok_or_else(|| not_in_the_book("redemption"))?;
        self.note(&r.op_id, Some(&r.store), r.at, &outcome);
        let row = redemption::Model {
            member_id: self.member.id.clone(),
            op_id: r.op_id.into(),
            store_id: r.store.into(),
            points: r.points.into(),
            what: r.what,
            at: r.at.into(),
            reversed_at: None,
            device_id: r.holder.map(|h| h.device.into()),
        };
        self.redemptions.push((row, made.portions));
        Ok(outcome)
    }
}

//! Recording a till's sale.

use super::coupons::Choices;
use super::find::hit;
use super::sale_check::Checked;
use super::sale_number::Under;
use super::signin::SignedIn;
use super::tiers;
use crate::books::{Books, receipt_number};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft};
use crate::shelf::check;
use crate::view::{LineQuote, SaleDone, SaleQuote, SaleRequest};
use ingredients::{Allergies, List};
use loyalty::{Money, Points, Receipt};
use protocol::OpId;
use protocol::entity::{Member, Product};
use protocol::operation::{Body, PHONE, Sale, SaleLine};
use protocol::personal::PersonalField;

impl Engine {
    /// What a sale would come to. Records nothing.
    ///
    /// # Errors
    /// What is wrong with the sale, but for its points: those are said in
    /// [`SaleQuote::points_refused`].
    pub fn quote_sale(&self, request: &SaleRequest) -> Result<SaleQuote> {
        let sale = self.check_sale(request)?;
        let member = sale.member.as_ref();
        let books = self.books_by_the_rules(member, None)?;
        let choices = match member {
            Some(m) => self.choices(m, &books, &sale.lines)?,
            None => Choices::default(),
        };
        let chosen = if request.propose {
            choices.best.clone()
        } else {
            choices.applying(&request.coupons)
        };
        let quote = |points| books.quote_sale(&sale.lines, points, &chosen);
        let (quoted, points_refused) = match quote(request.pay_points) {
            Ok(quoted) => (quoted, None),
            Err(Error::Rules { refusal, .. }) => {
                (quote(Points::ZERO)?, Some(refusal.code().to_owned()))
            }
            Err(e) => return Err(e),
        };
        let effects = books.effects(&sale.lines, &chosen)?;
        let receipt = &quoted.done.receipt;
        let (online, offline) = (books.usable_online(), books.usable_here());
        let terms = &books.program().doc().redeem;
        let before = tiers::of(books.program(), books.account());
        let after = tiers::of(books.program(), &quoted.after);
        let before_coupons: Money = sale.lines.iter().map(|l| l.amount).sum();
        Ok(SaleQuote {
            lines: self.line_quotes(&sale, receipt)?,
            pieces: sale.lines.iter().map(|l| l.qty).sum(),
            total: receipt.net,
            before_coupons,
            coupons_off: before_coupons - receipt.net,
            points_worth: receipt.net - receipt.pay,
            pay: receipt.pay,
            earned: receipt.earned,
            max_points: books.most(receipt.net, online),
            max_points_offline: books.most(receipt.net, offline.min(online)),
            step: terms.step,
            minimum: terms.minimum,
            balance_after: member.map(|_| quoted.after.balance()),
            points_refused,
            best: chosen == choices.best,
            coupons: choices.chosen(&chosen, &effects),
            chosen,
            tier_up: (member.is_some() && after.rank > before.rank).then_some(after),
        })
    }

    /// Records a sale. Once this returns it is on the disk and nothing can lose it.
    ///
    /// Recording the same sale again changes nothing and says so. A number may come again: what it is then to the
    /// sale that stands under it says [`identity::receipt::judge`].
    ///
    /// # Errors
    /// What is wrong with the sale; [`Error::ReceiptConflict`] where another sale of the day stands under its
    /// number, [`Error::ReceiptSeen`] where it is perhaps one that was recorded before: the request says which, and a
    /// manager approves where it is the same day or the earlier one was wrong; [`Error::OfflineLimit`] where its
    /// points are more than this counter may spend now. Nothing is recorded then.
    pub fn record_sale(&self, clerk: &SignedIn, request: &SaleRequest) -> Result<SaleDone> {
        self.record_sale_of(clerk, request, None)
    }

    /// Records a sale whose basket was parked before: it is parked no more from the same moment on.
    ///
    /// # Errors
    /// As [`Engine::record_sale`]; the basket stays then.
    pub fn record_sale_of(
        &self,
        clerk: &SignedIn,
        request: &SaleRequest,
        parked: Option<&str>,
    ) -> Result<SaleDone> {
        let number = receipt_number(&request.receipt)?;
        let no = number.written().to_owned();
        let sale = self.check_sale(request)?;
        let under = match self.under_number(clerk, &number, &sale, request)? {
            Under::Recorded(done) => return Ok(*done),
            Under::Record(under) => *under,
        };
        let quoted =
            |books: &Books| books.quote_sale(&sale.lines, request.pay_points, &request.coupons);
        let mut books = self.books_by_the_rules(sale.member.as_ref(), None)?;
        // what the rules refuse is refused before anything is asked for
        let mut sold = quoted(&books)?.done;
        if let Some(m) = &sale.member
            && self.obtain(m, request.pay_points, &request.coupons)?
        {
            books = self.books(Some(m), None)?;
            sold = quoted(&books)?.done;
        }
        let now = books.now();
        let credit = self.credit(clerk, sale.member.as_ref(), request.credit.as_ref(), now)?;
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let op_id = OpId::fresh();
        let personal = match &sale.phone {
            Some(phone) => vec![PersonalField::commit(PHONE, phone)?],
            None => Vec::new(),
        };
        let summary = sale.summary(&no, &sold);
        let done = SaleDone {
            op_id: op_id.to_string(),
            receipt: no.clone(),
            pay: sold.receipt.pay,
            earned: sold.receipt.earned,
            spent: request.pay_points,
            exists: false,
            credited_later: sale.member.is_none(),
        };
        self.shared.outbox().write(|tx| {
            // another process of this device may have recorded it since
            if outbox::sales_like(tx, &number.loose())?.len() != under.recorded {
                return Err(Error::ReceiptConflict { earlier: None });
            }
            if let Some(back) = &under.back {
                outbox::append(tx, back)?;
            }
            let spends = match &sale.member {
                Some(m) if request.pay_points.is_positive() => {
                    self.spend(tx, m.id.as_str(), request.pay_points, now)?
                }
                _ => Vec::new(),
            };
            if let Some(m) = &sale.member {
                self.use_coupons(tx, m.id.as_str(), &request.coupons, now)?;
            }
            let body = Body::Sale(Sale {
                receipt: no.clone(),
                store: identity.store.clone(),
                member: sale.target.clone(),
                lines: sale.lines.clone(),
                pay_points: request.pay_points,
                spends,
                coupons: request.coupons.clone(),
                shown_pay: sold.receipt.pay,
                shown_earned: sold.receipt.earned,
                credit: Some(credit),
                new_sale: under.new_sale,
                approval: under.approval.clone(),
            });
            if let Some(id) = parked {
                outbox::remove_parked(tx, id)?;
            }
            outbox::append(
                tx,
                &Draft {
                    op_id,
                    clerk: clerk.clerk().clone(),
                    program: books.version()?,
                    at: now,
                    body,
                    personal,
                    summary,
                },
            )
        })?;
        self.appended();
        Ok(done)
    }

    fn line_quotes(&self, sale: &Checked, receipt: &Receipt) -> Result<Vec<LineQuote>> {
        let (allergies, hers) = match &sale.member {
            Some(member) => (self.allergies_of(member)?, skin_words(member)),
            None => (Allergies::default(), Vec::new()),
        };
        let shelf = self.shelf()?;
        let quote = |l: &SaleLine, p: &Product, ruled: &loyalty::ReceiptLine| {
            let found = check(&allergies, &List::of(&p.allergens));
            let swap = match found.alerts.as_slice() {
                [] => None,
                _ => shelf.swap(p, &allergies, &hers),
            };
            LineQuote {
                sku: p.sku.clone(),
                name: p.name.clone(),
                size: p.size.clone(),
                swatch: p.swatch.clone(),
                qty: l.qty,
                price: p.price,
                amount: l.amount,
                off: ruled.discount(),
                allergens: found.names(),
                allergy: found,
                swap: swap.map(|p| hit(p.clone(), &allergies)),
            }
        };
        Ok(sale
            .lines
            .iter()
            .zip(&sale.products)
            .zip(&receipt.lines)
            .map(|((l, p), ruled)| quote(l, p, ruled))
            .collect())
    }
}

/// What her skin is and what she wants to improve, in the brand's words.
fn skin_words(member: &Member) -> Vec<&str> {
    let skin = member.skin.as_ref().map_or([""; 4], |s| {
        [&s.moisture, &s.sensitivity, &s.pigmentation, &s.ageing].map(String::as_str)
    });
    skin.into_iter()
        .chain(member.concerns.iter().map(String::as_str))
        .filter(|word| !word.is_empty())
        .collect()
}

//! Recording a till's sale.

use super::presence::Present;
use super::sale_number::Under;
use super::signin::SignedIn;
use crate::books::{Books, receipt_number};
use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft};
use crate::view::{SaleDone, SaleRequest};
use protocol::OpId;
use protocol::operation::{Body, PHONE, Sale};
use protocol::personal::PersonalField;

impl Engine {
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
        let present = match &sale.member {
            Some(m) => self.present(
                books.program(),
                m,
                request.pay_points,
                request.presence.as_ref(),
            )?,
            None => Present::default(),
        };
        // one approval answers both questions
        let approved = under.approved.as_ref().or(present.approved.as_ref());
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
            waiting: sold.receipt.awarded.waiting,
            spent: request.pay_points,
            exists: false,
            credited_later: sale.member.is_none(),
        };
        let wrong = self.shared.outbox().write(|tx| {
            // another process of this device may have recorded it since
            if outbox::sales_like(tx, &number.loose())?.len() != under.recorded {
                return Err(Error::ReceiptConflict { earlier: None });
            }
            if let Some(wrong) = present.settle(tx, now)? {
                return Ok(Some(wrong));
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
                presence: present.shown,
                approval: approved.map(|by| by.approval.clone()),
            });
            if let Some(id) = parked {
                outbox::remove_parked(tx, id)?;
            }
            outbox::append(
                tx,
                &Draft {
                    op_id,
                    hands: clerk
                        .hands()
                        .approved_by(approved.map(|by| by.hand.clone())),
                    program: books.version()?,
                    at: now,
                    body,
                    personal,
                    summary,
                },
            )?;
            Ok(None)
        })?;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        self.appended(sale.member.as_ref().map(|m| &m.id));
        if parked.is_some() {
            self.shared.changed(Changed::parked());
        }
        Ok(done)
    }
}

//! Baskets that stand aside while the clerk serves somebody else.

use super::find::hit;
use super::line_amount::till_amount;
use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::parked::{self, Basket, BasketLine, KEPT, MOST, Parked, is_closed, word};
use crate::search::mask;
use crate::view::{
    LineRequest, MemberTarget, ParkRequest, ParkedList, ParkedView, TakenLine, TakenUp,
};
use crate::{cache, outbox};
use ingredients::Allergies;
use protocol::OpId;
use protocol::entity::{Member, Product};
use protocol::limits;

impl Engine {
    /// Baskets that stand aside here. What was parked too long ago is let go first.
    ///
    /// A basket that was taken up is not among them until it is parked again; where this process ends before it
    /// is recorded, it stands aside as before.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn parked(&self) -> Result<ParkedList> {
        let midnight = self.start_of_business_day()?;
        let all = self.shared.outbox().read(outbox::parked)?;
        let (mut today, mut before) = (Vec::new(), Vec::new());
        for one in all {
            if self.shared.is_taken_up(&one.id) || one.at < midnight - KEPT {
                continue;
            }
            let closed = is_closed(one.at, midnight);
            let view = self.parked_view(one)?;
            if closed { &mut before } else { &mut today }.push(view);
        }
        Ok(ParkedList {
            today,
            before,
            most: u32::try_from(MOST).unwrap_or(u32::MAX),
        })
    }

    /// Puts a basket aside. Nothing is recorded, sent or held; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::ParkedFull`] where as many stand aside today as may; [`Error::NoLines`], and what is wrong with a
    /// line. The basket stays where it was then.
    pub fn park(&self, request: &ParkRequest) -> Result<ParkedList> {
        if request.lines.is_empty() {
            return Err(Error::NoLines);
        }
        if request.lines.len() > limits::LINES {
            return Err(Error::TooManyLines {
                max: u32::try_from(limits::LINES).unwrap_or(u32::MAX),
            });
        }
        let lines = request
            .lines
            .iter()
            .map(|l| self.basket_line(l))
            .collect::<Result<Vec<_>>>()?;
        let midnight = self.start_of_business_day()?;
        let id = request.id.clone().filter(|id| self.shared.is_taken_up(id));
        let one = Parked {
            id: id.unwrap_or_else(|| OpId::fresh().to_string()),
            at: self.shared.now()?,
            basket: Basket {
                member: request.member.clone(),
                description: word(&request.description),
                why: word(&request.why),
                lines,
                receipt: request.receipt.clone(),
                pay_points: request.pay_points,
                coupons: request.coupons.clone(),
                propose: request.propose,
                credit: request.credit.clone(),
            },
        };
        self.shared.outbox().write(|tx| {
            let others = outbox::parked(tx)?;
            let live = others
                .iter()
                .filter(|o| !is_closed(o.at, midnight) && o.id != one.id)
                .filter(|o| request.instead.as_ref() != Some(&o.id))
                .filter(|o| !self.shared.is_taken_up(&o.id))
                .count();
            if live >= MOST {
                return Err(Error::ParkedFull {
                    max: u32::try_from(MOST).unwrap_or(u32::MAX),
                });
            }
            let old = outbox::remove_parked_before(tx, midnight - KEPT)?;
            if old > 0 {
                tracing::info!(old, "parked baskets of days ago were let go");
            }
            outbox::put_parked(tx, &one)
        })?;
        self.shared.put_back(&one.id);
        self.shared.changed(Changed::parked());
        self.parked()
    }

    /// Takes a basket up again: at today's prices, with what changed meanwhile. It is kept on the disk until it is
    /// parked again, let go or recorded.
    ///
    /// # Errors
    /// [`Error::ParkedUnknown`] where it is not there any more or taken up already.
    pub fn take_up(&self, id: &str) -> Result<TakenUp> {
        if self.shared.is_taken_up(id) {
            return Err(Error::ParkedUnknown);
        }
        let found = self.shared.outbox().read(|c| outbox::parked_one(c, id))?;
        let Parked { id, basket, .. } = found.ok_or(Error::ParkedUnknown)?;
        let (lines, changes) = basket.repriced(|sku| self.sold(sku))?;
        self.shared.take_up(&id);
        self.shared.changed(Changed::parked());
        Ok(TakenUp {
            id,
            member: basket.member,
            description: basket.description,
            lines: lines
                .into_iter()
                .map(|l| TakenLine {
                    // her allergies are checked with the quote
                    product: hit(l.product, &Allergies::default()),
                    qty: l.qty,
                    amount: l.amount,
                })
                .collect(),
            receipt: basket.receipt,
            pay_points: basket.pay_points,
            coupons: basket.coupons,
            propose: basket.propose,
            credit: basket.credit,
            changes,
        })
    }

    /// Lets a basket go, whether it stands aside or was taken up. One that is gone already is as well.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn let_go(&self, id: &str) -> Result<ParkedList> {
        self.shared
            .outbox()
            .write(|tx| outbox::remove_parked(tx, id))?;
        self.shared.put_back(id);
        self.shared.changed(Changed::parked());
        self.parked()
    }

    /// Puts back what was taken up and is in nobody's hands: the page that had it was loaded anew.
    ///
    /// # Errors
    /// As [`Engine::parked`].
    pub fn parked_anew(&self) -> Result<ParkedList> {
        self.shared.put_all_back();
        self.parked()
    }

    fn parked_view(&self, one: Parked) -> Result<ParkedView> {
        let (member_id, who) = match &one.basket.member {
            None => (None, String::new()),
            Some(MemberTarget::Member { id }) => {
                let member = self.cache(|c| cache::one::<Member>(c, id))?;
                let who = member.as_ref().map(|m| mask::shown_as(&m.name, &m.phone));
                (
                    member.is_some().then(|| id.clone()),
                    who.unwrap_or_default(),
                )
            }
            Some(MemberTarget::Phone { phone }) => (None, mask::phone(phone)),
            Some(MemberTarget::Code { code }) => {
                let end: Vec<char> = code.chars().rev().take(4).collect();
                (
                    None,
                    format!("…{}", end.into_iter().rev().collect::<String>()),
                )
            }
        };
        Ok(ParkedView {
            pieces: one.basket.pieces(),
            total: one.basket.total(),
            id: one.id,
            member_id,
            who,
            description: one.basket.description,
            why: one.basket.why,
            at: one.at.into(),
        })
    }

    fn sold(&self, sku: &str) -> Result<Option<Product>> {
        Ok(self
            .cache(|c| cache::one::<Product>(c, sku))?
            .filter(|p| p.active))
    }

    fn basket_line(&self, line: &LineRequest) -> Result<BasketLine> {
        if line.qty < 1 || line.qty > limits::QUANTITY {
            return Err(Error::QuantityInvalid {
                qty: line.qty,
                max: limits::QUANTITY,
            });
        }
        let product = self.sold(&line.sku)?.ok_or_else(|| Error::ProductUnknown {
            sku: line.sku.chars().take(parked::WORDS).collect(),
        })?;
        Ok(BasketLine {
            sku: product.sku,
            name: product.name,
            name_en: product.name_en,
            qty: line.qty,
            amount: till_amount(line),
            price: product.price,
        })
    }
}

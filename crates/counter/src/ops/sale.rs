//! Recording a till's sale.

use super::coupons::Choices;
use super::find::hit;
use super::signin::SignedIn;
use super::tiers;
use crate::books::Books;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask;
use crate::shelf::check;
use crate::view::{LineQuote, LineRequest, MemberTarget, SaleDone, SaleQuote, SaleRequest};
use crate::{cache, lookup};
use identity::{MemberCode, MobileNumber};
use ingredients::{Allergies, List};
use loyalty::{Money, Points, Receipt, Sold};
use protocol::entity::{Member, Product};
use protocol::operation::{Body, MemberRef, PHONE, Sale, SaleLine};
use protocol::personal::PersonalField;
use protocol::{OpId, limits};

/// Most that one line may cost, in yuan: beyond it a scanner has put a bar code in the wrong field.
const LINE_MOST: Money = Money::from_fen(100_000_000);

/// A sale that was looked at and is sound.
pub(super) struct Checked {
    pub(super) member: Option<Member>,
    pub(super) target: MemberRef,
    phone: Option<String>,
    products: Vec<Product>,
    pub(super) lines: Vec<SaleLine>,
}

impl Engine {
    /// What a sale would come to. Records nothing.
    ///
    /// # Errors
    /// What is wrong with the sale, but for its points: those are said in
    /// [`SaleQuote::points_refused`].
    pub fn quote_sale(&self, request: &SaleRequest) -> Result<SaleQuote> {
        let sale = self.check_sale(request)?;
        let member = sale.member.as_ref();
        let books = self.books(member, None)?;
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
    /// Recording the same receipt again changes nothing and says so.
    ///
    /// # Errors
    /// What is wrong with the sale; [`Error::ReceiptConflict`] where its number was recorded with
    /// other content; [`Error::OfflineLimit`] where its points are more than this counter may
    /// spend now. Nothing is recorded then.
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
        let no = receipt_number(&request.receipt)?;
        let sale = self.check_sale(request)?;
        if let Some(before) = self.shared.outbox().read(|c| outbox::sale_of(c, &no))? {
            return sale.again(&before, request);
        }
        if let Some(recorded) = self.cache(|c| cache::receipt(c, &no))? {
            // another counter, or an import, has it
            return sale.recorded(&recorded, request);
        }
        let quoted =
            |books: &Books| books.quote_sale(&sale.lines, request.pay_points, &request.coupons);
        let mut books = self.books(sale.member.as_ref(), None)?;
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
            if outbox::sale_of(tx, &no)?.is_some() {
                return Err(Error::ReceiptConflict);
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
            });
            if let Some(id) = parked {
                outbox::remove_parked(tx, id)?;
            }
            outbox::append(
                tx,
                &Draft {
                    op_id,
                    clerk: clerk.clerk().clone(),
                    program: books.program().version(),
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

    fn check_sale(&self, request: &SaleRequest) -> Result<Checked> {
        let (member, target, phone) = self.whose(&request.member)?;
        if request.lines.is_empty() {
            return Err(Error::NoLines);
        }
        if request.lines.len() > limits::LINES {
            return Err(Error::TooManyLines {
                max: u32::try_from(limits::LINES).unwrap_or(u32::MAX),
            });
        }
        if !request.pay_points.is_amount() {
            return Err(Error::AmountInvalid);
        }
        let spends = request.pay_points.is_positive() || !request.coupons.is_empty();
        if member.is_none() && spends {
            // nobody's points and coupons can be used before it is known whose
            return Err(Error::MemberUnknown);
        }
        let products = request
            .lines
            .iter()
            .map(|l| self.product_of(l))
            .collect::<Result<Vec<_>>>()?;
        let lines = request
            .lines
            .iter()
            .zip(&products)
            .map(|(l, p)| line(l, p))
            .collect::<Result<Vec<_>>>()?;
        Ok(Checked {
            member,
            target,
            phone,
            products,
            lines,
        })
    }

    fn product_of(&self, line: &LineRequest) -> Result<Product> {
        let unknown = || Error::ProductUnknown {
            sku: line.sku.chars().take(40).collect(),
        };
        self.product_meant(&line.sku)?
            .filter(|p| p.active)
            .ok_or_else(unknown)
    }

    /// Whose sale: found here, or by what will be found at the centre.
    fn whose(&self, target: &MemberTarget) -> Result<(Option<Member>, MemberRef, Option<String>)> {
        let by_id = |m: Member| {
            let target = MemberRef::Id {
                member: m.id.clone(),
            };
            (Some(m), target, None)
        };
        match target {
            MemberTarget::Member { id } => self
                .cache(|c| cache::member(c, id))?
                .map(by_id)
                .ok_or(Error::MemberUnknown),
            MemberTarget::Phone { phone } => {
                let phone = MobileNumber::parse(phone)?;
                match self.cache(|c| cache::member_by_phone(c, &phone))? {
                    Some(m) => Ok(by_id(m)),
                    None => Ok((None, MemberRef::Phone, Some(phone.into_string()))),
                }
            }
            MemberTarget::Code { code } => {
                let scanned = MemberCode::typed(code).ok_or(Error::CodeInvalid)?;
                match self.cache(|c| cache::member_by_card(c, &scanned))? {
                    Some(m) => Ok(by_id(m)),
                    None => {
                        let code = scanned.as_str().to_owned();
                        Ok((None, MemberRef::Code { code }, None))
                    }
                }
            }
        }
    }
}

impl Engine {
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

impl Checked {
    fn summary(&self, no: &str, sold: &Sold) -> Summary {
        let who = match (&self.member, &self.phone, &self.target) {
            (Some(m), _, _) => lookup::shown_as(&m.name, &m.phone),
            (None, Some(phone), _) => mask::phone(phone),
            (None, None, MemberRef::Code { code }) => code.clone(),
            _ => String::new(),
        };
        Summary {
            who,
            member: self.member.as_ref().map(|m| m.id.to_string()),
            receipt: Some(no.to_owned()),
            pieces: self.lines.iter().map(|l| l.qty).sum(),
            money: Some(sold.receipt.pay),
            earned: sold.receipt.earned,
            spent: sold.receipt.points_paid,
            nets: if sold.receipt.coupons.is_empty() {
                Vec::new()
            } else {
                sold.receipt.lines.iter().map(|l| l.net).collect()
            },
            ..Summary::default()
        }
    }
}

fn line(l: &LineRequest, p: &Product) -> Result<SaleLine> {
    if l.qty < 1 || l.qty > limits::QUANTITY {
        return Err(Error::QuantityInvalid {
            qty: l.qty,
            max: limits::QUANTITY,
        });
    }
    let amount = match (l.amount, p.price) {
        (Some(amount), _) => amount,
        (None, Some(price)) => Money::from_fen(price.fen().saturating_mul(i64::from(l.qty))),
        (None, None) => return Err(Error::PriceUnknown { sku: p.sku.clone() }),
    };
    if amount < Money::ZERO || amount > LINE_MOST {
        return Err(Error::AmountInvalid);
    }
    let category = (!p.category.is_empty()).then(|| p.category.clone());
    Ok(SaleLine {
        sku: p.sku.clone(),
        name: p.name.clone(),
        category,
        qty: l.qty,
        amount,
    })
}

/// A receipt number as it is recorded: trimmed, of printable characters.
pub(crate) fn receipt_number(text: &str) -> Result<String> {
    let no = text.trim();
    let sound = !no.is_empty()
        && no.chars().count() <= limits::RECEIPT_CHARS
        && no.chars().all(|c| !c.is_control() && !c.is_whitespace());
    if sound {
        Ok(no.to_owned())
    } else {
        Err(Error::ReceiptInvalid)
    }
}

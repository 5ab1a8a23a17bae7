//! Recording a till's sale.

use super::line_amount::{list_amount, till_amount};
use super::signin::SignedIn;
use super::sold;
use crate::books::{Books, receipt_number};
use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask;
use crate::view::{LineRequest, MemberTarget, SaleDone, SaleRequest, UnderNumber};
use crate::{cache, lookup};
use identity::receipt::{ReceiptNumber, Relation};
use identity::{MemberCode, MobileNumber};
use loyalty::{Money, Sold};
use protocol::acts::Approval;
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
    pub(super) phone: Option<String>,
    pub(super) products: Vec<Product>,
    pub(super) lines: Vec<SaleLine>,
}

/// Why a manager approves a number that stands for another sale.
const WRONG_NUMBER: &str = "receipt_number";

/// What is done about the sale that stands under the number of a new one.
enum Under {
    /// It is that one: nothing.
    Recorded(Box<SaleDone>),
    /// The new one is recorded.
    Record(Box<Recording>),
}

struct Recording {
    /// Sales that this counter had recorded under such a number.
    recorded: usize,
    new_sale: bool,
    approval: Option<Approval>,
    /// Takes the earlier one back first.
    back: Option<Draft>,
}

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
        self.appended(sale.member.as_ref().map(|m| &m.id));
        if parked.is_some() {
            self.shared.changed(Changed::parked());
        }
        Ok(done)
    }

    /// What is done about the sale that stands under the number.
    fn under_number(
        &self,
        clerk: &SignedIn,
        number: &ReceiptNumber,
        sale: &Checked,
        request: &SaleRequest,
    ) -> Result<Under> {
        let recorded = self
            .shared
            .outbox()
            .read(|c| outbox::sales_like(c, &number.loose()))?
            .len();
        let as_it_is = Recording {
            recorded,
            new_sale: false,
            approval: None,
            back: None,
        };
        let Some((relation, earlier)) = self.earlier(number, sale, request)? else {
            return Ok(Under::Record(Box::new(as_it_is)));
        };
        let approved = || self.approve(request.approver.as_ref(), WRONG_NUMBER);
        let asked = || self.sold_view(&earlier).map(|sold| Some(Box::new(sold)));
        Ok(match (request.number, relation) {
            (UnderNumber::Ask | UnderNumber::NewSale, Relation::TwoSales | Relation::Shared) => {
                Under::Record(Box::new(as_it_is))
            }
            (UnderNumber::Ask, Relation::OneSale) => {
                Under::Recorded(Box::new(sold::recorded_before(&earlier)))
            }
            (UnderNumber::Ask, Relation::Taken) => {
                return Err(Error::ReceiptConflict { earlier: asked()? });
            }
            (UnderNumber::Ask, Relation::Perhaps) => {
                return Err(Error::ReceiptSeen { earlier: asked()? });
            }
            (UnderNumber::NewSale, Relation::Perhaps) => Under::Record(Box::new(Recording {
                new_sale: true,
                ..as_it_is
            })),
            (UnderNumber::NewSale, Relation::Taken | Relation::OneSale) => {
                Under::Record(Box::new(Recording {
                    new_sale: true,
                    approval: Some(approved()?),
                    ..as_it_is
                }))
            }
            (UnderNumber::Corrects, _) => Under::Record(Box::new(Recording {
                approval: Some(approved()?),
                back: Some(self.undoing(clerk, &earlier)?),
                ..as_it_is
            })),
        })
    }

    pub(super) fn check_sale(&self, request: &SaleRequest) -> Result<Checked> {
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
    let amount = till_amount(l)
        .or_else(|| list_amount(p, l.qty))
        .ok_or_else(|| Error::PriceUnknown { sku: p.sku.clone() })?;
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

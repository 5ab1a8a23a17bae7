//! Whether a till's sale is sound before it is quoted or recorded: whose it is, what was sold, for how much.

use super::line_amount::{list_amount, till_amount};
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::Summary;
use crate::search::mask;
use crate::view::{LineRequest, MemberTarget, SaleRequest};
use identity::{MemberCode, MobileNumber};
use loyalty::{Money, Sold};
use protocol::MemberId;
use protocol::entity::{Member, Product};
use protocol::limits;
use protocol::operation::{MemberRef, SaleLine};

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

impl Engine {
    /// The sale that was asked for, found sound.
    ///
    /// # Errors
    /// What is wrong with it.
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
            self.members_are_shown()?;
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
            MemberTarget::Member { id } => match self.her(id)? {
                Some(m) => Ok(by_id(m)),
                // she was found before the counter locked: what was paid for is recorded as hers
                None if self.shared.locked_since().is_some() => {
                    let member = MemberId::new(id.as_str());
                    Ok((None, MemberRef::Id { member }, None))
                }
                None => Err(Error::MemberUnknown),
            },
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
    /// What lists show of it.
    pub(super) fn summary(&self, no: &str, sold: &Sold) -> Summary {
        let who = match (&self.member, &self.phone, &self.target) {
            (Some(m), _, _) => mask::shown_as(&m.name, &m.phone),
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

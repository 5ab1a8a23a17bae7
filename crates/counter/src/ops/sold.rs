//! Sales that stand under a till's number: what a new one is to them, and which one a clerk means.

use super::sale_check::Checked;
use crate::books::{Known, days_between};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::search::mask::shown_as;
use crate::view::{SaleDone, SaleRequest, SoldView};
use crate::{cache, outbox};
use chrono::NaiveDate;
use identity::receipt::{Common, Likeness, ReceiptNumber, Relation, judge};
use loyalty::{Money, Receipt};
use protocol::entity::{self, Member};
use protocol::operation::what_comes_back;
use protocol::operation::{MemberRef, Sale};

/// A sale as it is now, and what is known beside it.
pub(crate) struct ReceiptNow {
    pub(crate) receipt: entity::Receipt,
    /// The sale.
    pub(crate) known: Known,
    /// Whose it is, where she is kept here.
    pub(crate) member: Option<Member>,
    /// Whether anything of it is left to return.
    pub(crate) stands: bool,
}

/// Which sale is meant, beside its number.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meant<'a> {
    /// By its id.
    pub(crate) sale: Option<&'a str>,
    /// Of this store; none = this counter's.
    pub(crate) store: Option<&'a str>,
    /// Of this business day.
    pub(crate) date: Option<NaiveDate>,
}

impl Engine {
    /// A sale as it is now: the centre's state, with this counter's own operations on it.
    pub(crate) fn receipt_now(&self, known: &Known) -> Result<ReceiptNow> {
        let whose = known.receipt.member.as_str();
        let member = self.cache(|c| cache::one::<Member>(c, whose))?;
        let books = self.books(member.as_ref(), Some(known))?;
        let ruled = books.receipt(&known.id);
        Ok(ReceiptNow {
            stands: !known.is_aside() && !ruled.is_some_and(Receipt::is_returned),
            receipt: books.shown(known.receipt.clone()),
            known: known.clone(),
            member,
        })
    }

    /// The sale that a clerk means by a number: of this store, unless another is said; one that stands before others.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`]; [`Error::WhichReceipt`] where it may be several, or is another store's.
    pub(crate) fn sale_meant(
        &self,
        number: &ReceiptNumber,
        meant: Meant<'_>,
    ) -> Result<ReceiptNow> {
        let sales = self.sales_like([number].into_iter())?;
        if let Some(id) = meant.sale {
            let known = sales.by_id(id).ok_or(Error::ReceiptUnknown)?;
            return self.receipt_now(known);
        }
        let own = self.shared.identity()?.ok_or(Error::NotEnrolled)?.store;
        let program = self.program()?;
        let of_day = |known: &&Known| {
            meant
                .date
                .is_none_or(|date| program.business_date(known.receipt.at) == date)
        };
        let store = meant.store.unwrap_or(own.as_str());
        let here = |known: &&Known| known.receipt.store.as_str() == store;
        let all: Vec<&Known> = sales.all().iter().filter(of_day).collect();
        let (here, elsewhere): (Vec<&Known>, Vec<&Known>) = all.into_iter().partition(here);
        // the number itself before one that differs in zeros
        let likest = |among: Vec<&Known>| {
            let most = among.iter().map(|k| k.number.likeness(number)).max();
            let most = most.unwrap_or(Likeness::Other);
            among
                .into_iter()
                .filter(|k| k.number.likeness(number) == most)
                .map(|k| self.receipt_now(k))
                .collect::<Result<Vec<_>>>()
        };
        let mut here = likest(here)?;
        if here.is_empty() && meant.store.is_none() && !elsewhere.is_empty() {
            return Err(self.which(&likest(elsewhere)?)?);
        }
        if here.iter().any(|now| now.stands) {
            here.retain(|now| now.stands);
            if here.len() > 1 {
                return Err(self.which(&here)?);
            }
        }
        // the newest of those that came back
        here.into_iter().next().ok_or(Error::ReceiptUnknown)
    }

    fn which(&self, sales: &[ReceiptNow]) -> Result<Error> {
        let sales = sales
            .iter()
            .map(|now| self.sold_view(now))
            .collect::<Result<Vec<_>>>()?;
        Ok(Error::WhichReceipt { sales })
    }

    /// A sale for the clerk to tell it by.
    pub(crate) fn sold_view(&self, now: &ReceiptNow) -> Result<SoldView> {
        let catalogue = self.catalogue()?;
        let program = self.program()?;
        let receipt = &now.receipt;
        let own = self.shared.identity()?.map(|me| me.store);
        let date = program.business_date(receipt.at);
        let who = match (&now.member, &now.known.own) {
            (Some(m), _) => shown_as(&m.name, &m.phone),
            (None, Some(own)) => self
                .shared
                .outbox()
                .read(|c| outbox::operation(c, &own.op_id))?
                .map_or_else(String::new, |row| row.summary.who),
            (None, None) => String::new(),
        };
        let goods = receipt.lines.iter().map(|l| match l.qty {
            1 => l.name.clone(),
            n => format!("{} × {n}", l.name),
        });
        Ok(SoldView {
            id: now.known.id.clone(),
            no: receipt.no.clone(),
            at: receipt.at.into(),
            date: date.to_string(),
            today: date == program.business_date(self.shared.now()?),
            store: catalogue.store(&receipt.store),
            here: own.as_ref() == Some(&receipt.store),
            who,
            goods: goods.collect::<Vec<_>>().join(" · "),
            pay: receipt.pay,
            refunded: receipt.refunded,
        })
    }

    /// The sale of this store that stands and that a new one is most like; none where nobody might take them for one.
    pub(super) fn earlier(
        &self,
        number: &ReceiptNumber,
        sale: &Checked,
        request: &SaleRequest,
    ) -> Result<Option<(Relation, ReceiptNow)>> {
        let own = self.shared.identity()?.ok_or(Error::NotEnrolled)?.store;
        let program = self.program()?;
        let today = self.shared.now()?;
        let sales = self.sales_like([number].into_iter())?;
        let mut most: Option<(Relation, ReceiptNow)> = None;
        for known in sales.all().iter().filter(|k| k.receipt.store == own) {
            let relation = judge(&Common {
                likeness: number.likeness(&known.number),
                days: days_between(&program, today, known.receipt.at),
                member: self.is_hers(sale, known)?,
                content: sale.says(known, request),
            });
            let more = most.as_ref().is_none_or(|(before, _)| relation > *before);
            if relation == Relation::TwoSales || !more {
                continue;
            }
            let now = self.receipt_now(known)?;
            if now.stands {
                most = Some((relation, now));
            }
        }
        Ok(most)
    }

    /// Whether a sale that was recorded is the member's of a new one.
    fn is_hers(&self, sale: &Checked, known: &Known) -> Result<bool> {
        if let Some(m) = &sale.member
            && m.id == known.receipt.member
        {
            return Ok(true);
        }
        let Some(own) = known.own.as_ref().filter(|_| !known.cached) else {
            return Ok(false);
        };
        // found by what the clerk had of her then
        Ok(match &own.sale.member {
            MemberRef::Id { member } => sale.member.as_ref().is_some_and(|m| m.id == *member),
            MemberRef::Phone => {
                let then = self
                    .shared
                    .outbox()
                    .read(|c| outbox::phone_of(c, &own.op_id))?;
                let now = sale.phone.clone();
                let now = now.or_else(|| sale.member.as_ref().map(|m| m.phone.clone()));
                then.is_some() && then == now
            }
            MemberRef::Code { code } => {
                own.sale.member == sale.target
                    || sale.member.as_ref().is_some_and(|m| m.no == *code)
            }
        })
    }
}

impl Checked {
    /// Whether a sale that was recorded says the same as this one.
    fn says(&self, known: &Known, request: &SaleRequest) -> bool {
        match &known.own {
            Some(own) => self.says_as(&own.sale, request),
            None => self.says_as_told(&known.receipt, request),
        }
    }

    fn says_as(&self, was: &Sale, request: &SaleRequest) -> bool {
        was.lines == self.lines
            && was.pay_points == request.pay_points
            && was.coupons == request.coupons
    }

    fn says_as_told(&self, was: &entity::Receipt, request: &SaleRequest) -> bool {
        // an older centre does not say which coupons a receipt used, and its lines stand there after them
        let told = request.coupons.is_empty() || !was.coupons.is_empty();
        let amount = |money: Money| if told { money } else { Money::ZERO };
        let now = self.lines.iter().map(|l| (&l.sku, l.qty, amount(l.amount)));
        let then = was.lines.iter();
        let then = then.map(|l| (&l.sku, l.qty, amount(l.amount + l.off)));
        let used = was.coupons.iter().map(|c| c.coupon.id.as_str());
        let coupons = !told || used.eq(request.coupons.iter().map(String::as_str));
        coupons && now.eq(then) && request.pay_points == was.points_paid
    }
}

/// A sale that was recorded before: nothing is done again.
pub(super) fn recorded_before(now: &ReceiptNow) -> SaleDone {
    let receipt = &now.receipt;
    let own = now.known.own.as_ref();
    SaleDone {
        op_id: own.map(|own| own.op_id.clone()).unwrap_or_default(),
        receipt: receipt.no.clone(),
        pay: receipt.pay,
        earned: receipt.earned,
        waiting: receipt.waiting,
        spent: receipt.points_paid,
        exists: true,
        credited_later: receipt.member.as_str().is_empty(),
    }
}

/// The business day that a clerk typed.
///
/// # Errors
/// [`Error::DateInvalid`].
pub(super) fn day(text: Option<&str>) -> Result<Option<NaiveDate>> {
    let date = |t: &str| t.trim().parse().map_err(|_| Error::DateInvalid);
    text.filter(|t| !t.trim().is_empty()).map(date).transpose()
}

/// The lines that a return is about, each with its place where it makes a difference.
///
/// # Errors
/// [`Error::WhichLine`]; [`Error::ProductUnknown`] for one that is not on the receipt, or not on that line.
pub(super) fn lines_meant(
    receipt: &Receipt,
    names: &[entity::ReceiptLine],
    asked: &[crate::view::ReturnLineRequest],
) -> Result<Vec<protocol::operation::ReturnLine>> {
    let mut lines: Vec<protocol::operation::ReturnLine> = Vec::new();
    for l in asked {
        let place = l.line.and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
        let sku = match place.and_then(|place| receipt.lines.get(place)) {
            Some(line) if l.sku.is_empty() => line.sku.as_str(),
            _ => l.sku.as_str(),
        };
        let may_be = |(place, line): (usize, &loyalty::ReceiptLine)| {
            line.sku.as_str() == sku && l.line.is_none_or(|n| usize::try_from(n) == Ok(place + 1))
        };
        if !receipt.lines.iter().enumerate().any(may_be) {
            return Err(Error::ProductUnknown {
                sku: sku.chars().take(40).collect(),
            });
        }
        match lines.iter_mut().find(|m| m.sku == sku && m.line == l.line) {
            Some(more) => more.qty = more.qty.saturating_add(l.qty),
            None => lines.push(protocol::operation::ReturnLine {
                sku: sku.to_owned(),
                qty: l.qty,
                line: l.line,
            }),
        }
    }
    // what is said of a line comes off it before what may be of several
    let loyalty::ReturnOf::Lines(said) = what_comes_back(&lines) else {
        return Ok(lines);
    };
    let (sure, open): (Vec<_>, Vec<_>) = said.into_iter().partition(|l| l.line.is_some());
    let mut left = receipt.lines.clone();
    let back = loyalty::pieces_back(&left, &loyalty::ReturnOf::Lines(sure));
    for (line, back) in left.iter_mut().zip(back) {
        line.returned = back;
    }
    for wanted in &open {
        let meant = loyalty::lines_meant(&left, wanted);
        if meant.is_empty() {
            continue;
        }
        let choice = |place: usize| {
            let (line, shown) = (left.get(place)?, names.get(place)?);
            Some(crate::view::LineChoice {
                line: u32::try_from(place + 1).ok()?,
                sku: shown.sku.clone(),
                name: shown.name.clone(),
                left: line.left(),
                amount: line.net,
                qty: line.qty,
            })
        };
        return Err(Error::WhichLine {
            sku: wanted.sku.to_string(),
            lines: meant.into_iter().filter_map(choice).collect(),
        });
    }
    Ok(lines)
}

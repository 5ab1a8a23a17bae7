//! What a till's sale would come to while it is being made.

use super::coupons::Choices;
use super::find::hit;
use super::redeem_quote::ASKABLE;
use super::sale_check::Checked;
use super::tiers;
use crate::books::Books;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::shelf::check;
use crate::view::{LineQuote, SaleQuote, SaleRequest};
use ingredients::{Allergies, List};
use loyalty::{Money, Points, Receipt};
use protocol::entity::{Member, Product};
use protocol::operation::SaleLine;

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
        // what it comes to after coupons has nothing to do with points
        let unpaid = quote(Points::ZERO)?;
        let (online, offline) = (books.usable_online(), books.usable_here());
        let max_points = books.most(unpaid.done.receipt.net, online);
        let max_points_offline = books.most(unpaid.done.receipt.net, offline.min(online));
        let most_points = match member {
            Some(m) if self.spends_what_is_here(m, &books)? => max_points.min(max_points_offline),
            _ => max_points,
        };
        let pay_points = if request.fit_points {
            books.most(unpaid.done.receipt.net, request.pay_points.min(most_points))
        } else {
            request.pay_points
        };
        let (quoted, points_refused) = match quote(pay_points) {
            Ok(quoted) => (quoted, None),
            Err(Error::Rules { refusal, .. }) => (unpaid, Some(refusal.code().to_owned())),
            Err(e) => return Err(e),
        };
        let effects = books.effects(&sale.lines, &chosen)?;
        let receipt = &quoted.done.receipt;
        let terms = &books.program().doc().redeem;
        let steps = loyalty::redeemable_beside(books.program(), pay_points, most_points);
        let before = tiers::of(books.program(), books.account());
        let after = tiers::of(books.program(), &quoted.after);
        let before_coupons: Money = sale.lines.iter().map(|l| l.amount).sum();
        Ok(SaleQuote {
            lines: self.line_quotes(&sale, receipt)?,
            pieces: sale.lines.iter().map(|l| l.qty).sum(),
            total: receipt.net,
            before_coupons,
            coupons_off: before_coupons - receipt.net,
            pay_points,
            points_worth: receipt.net - receipt.pay,
            pay: receipt.pay,
            earned: receipt.earned,
            waiting: receipt.awarded.waiting,
            max_points,
            max_points_offline,
            most_points,
            less_points: steps.less,
            more_points: steps.more,
            step: terms.step,
            minimum: terms.minimum,
            balance_after: member.map(|_| quoted.after.balance()),
            points_refused,
            best: chosen == choices.best,
            coupons: choices.chosen(&chosen, &effects, before_coupons - receipt.net),
            chosen,
            tier_up: (member.is_some() && after.rank > before.rank).then_some(after),
        })
    }

    /// Whether a sale can use no more of her points now than this counter has for her.
    fn spends_what_is_here(&self, member: &Member, books: &Books) -> Result<bool> {
        let online = self.shared.net().reached == Some(true);
        let (_, limit) = self.possible(books, member, online)?;
        let sync = self.sync_state()?;
        Ok(sync.is_offline() || limit.is_some_and(|why| why != ASKABLE))
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

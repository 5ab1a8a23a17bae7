//! What a redemption would come to while it is being made.

use super::redeem::PIECES;
use crate::books::Books;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{RedeemQuote, RedeemQuoteOf, RedeemRequest, RedeemWhat};
use loyalty::{Money, Points};
use protocol::entity::Member;
use protocol::operation::Redeemed;

/// The stable word for points that another counter keeps: asking for them makes that one give back.
pub(super) const ASKABLE: &str = "held_elsewhere";

/// How many of her points may be asked for.
struct Spendable {
    /// With what this counter has for her.
    now: Points,
    /// Where another counter is asked to give back, too.
    most: Points,
}

impl Engine {
    /// What a redemption would come to: by the very rules by which [`Engine::redeem`] does it. Records nothing.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], [`Error::RewardUnknown`], [`Error::AmountInvalid`] for a bill that is none. What
    /// the rules refuse is said in [`RedeemQuote::refused`].
    pub fn quote_redemption(&self, request: &RedeemRequest) -> Result<RedeemQuote> {
        self.members_are_shown()?;
        let member = self
            .cache(|c| cache::one::<Member>(c, &request.member_id))?
            .ok_or(Error::MemberUnknown)?;
        let books = self.books_by_the_rules(Some(&member), None)?;
        let online = self.shared.net().reached == Some(true);
        let (now, limit) = self.possible(&books, &member, online)?;
        let most = match limit.as_deref() {
            Some(ASKABLE) => books.there(),
            _ => now,
        };
        let spendable = Spendable { now, most };
        let (points, what, refused) = match &request.what {
            RedeemWhat::Reward { id, qty } => self.quote_reward(id, *qty, &books, &spendable)?,
            RedeemWhat::Cash { points, bill } => {
                self.quote_cash(*points, *bill, &books, &spendable)?
            }
        };
        let hers = books.points(&member);
        let before = hers.confirmed - hers.pending_spent;
        Ok(RedeemQuote {
            points,
            before,
            after: before - points,
            offline_after: (hers.offline_usable - points).floor_zero(),
            asks: points > spendable.now,
            refused,
            what,
        })
    }

    fn quote_reward(
        &self,
        id: &str,
        qty: u32,
        books: &Books,
        spendable: &Spendable,
    ) -> Result<(Points, RedeemQuoteOf, Option<String>)> {
        let reward = self
            .cache(|c| cache::reward(c, id))?
            .ok_or(Error::RewardUnknown)?;
        let stock = self.stock()?.of(&reward.id).unwrap_or(PIECES);
        let enough = spendable.most.floor_zero().0 / reward.points.0.max(1);
        let most = u32::try_from(enough)
            .unwrap_or(PIECES)
            .min(stock)
            .min(PIECES);
        let what = RedeemWhat::Reward {
            id: reward.id.clone(),
            qty,
        };
        let refused = refusal(self.priced(&what, books))?;
        let points = Points(reward.points.0.saturating_mul(i64::from(qty)));
        Ok((points, RedeemQuoteOf::Reward { most: most.max(1) }, refused))
    }

    fn quote_cash(
        &self,
        asked: Points,
        bill: Money,
        books: &Books,
        spendable: &Spendable,
    ) -> Result<(Points, RedeemQuoteOf, Option<String>)> {
        if bill <= Money::ZERO || !bill.is_amount() {
            return Err(Error::AmountInvalid);
        }
        let most = books.most(bill, spendable.most);
        let points = books.most(bill, asked.min(spendable.most));
        let priced = if points.is_positive() {
            self.priced(&RedeemWhat::Cash { points, bill }, books)
        } else {
            // nothing is asked for yet
            Ok((
                Points::ZERO,
                Redeemed::Cash {
                    bill,
                    worth: Money::ZERO,
                },
            ))
        };
        let worth = match &priced {
            Ok((_, Redeemed::Cash { worth, .. })) => *worth,
            Ok((_, Redeemed::Reward { .. })) | Err(_) => Money::ZERO,
        };
        let steps = loyalty::redeemable_beside(books.program(), points, most);
        let what = RedeemQuoteOf::Cash {
            worth,
            due: bill - worth,
            most,
            most_worth: books.program().worth(most),
            most_asks: most > spendable.now,
            less: steps.less,
            more: steps.more,
        };
        Ok((points, what, refusal(priced)?))
    }
}

/// Why something is refused, where that is for the clerk to know before she tries; another error stays one.
fn refusal<T>(priced: Result<T>) -> Result<Option<String>> {
    match priced {
        Ok(_) => Ok(None),
        Err(
            e @ (Error::Rules { .. }
            | Error::RewardTier
            | Error::RewardOutOfStock { .. }
            | Error::QuantityInvalid { .. }),
        ) => Ok(Some(e.code().0.to_owned())),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
#[path = "redeem_quote_tests.rs"]
mod tests;

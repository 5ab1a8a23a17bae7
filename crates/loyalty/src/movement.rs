//! What an operation does to points, as transfers between accounts of a double-entry ledger.

use serde::{Deserialize, Serialize};

use crate::ids::{GrantId, LotId, TierId};
use crate::points::Points;
use crate::refusal::Refusal;

/// An account of one member's ledger.
///
/// Sources are [`Earned`](Self::Earned), [`Adjusted`](Self::Adjusted) and [`Loss`](Self::Loss); places
/// where the member's points are, [`Available`](Self::Available), [`Escrow`](Self::Escrow) and
/// [`Waiting`](Self::Waiting); where they
/// ended, [`Redeemed`](Self::Redeemed), [`Expired`](Self::Expired) and [`TakenBack`](Self::TakenBack);
/// and [`Debt`](Self::Debt), out of which a take-back is met when nothing else is left, so that its sum
/// is never above zero. What left the sources equals what is in all others, at every moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Where earned points come from: purchases and behaviours.
    Earned,
    /// The member's lots, free to be spent.
    Available,
    /// Points handed to a device as its allowance.
    Escrow(GrantId),
    /// Points of sales that no till has confirmed, beyond what counts before.
    Waiting,
    /// Spent: redeemed, or paid on a purchase.
    Redeemed,
    /// Past their date.
    Expired,
    /// What the member owes.
    Debt,
    /// Earned points taken back by a return.
    TakenBack,
    /// Where adjustments come from, and go to.
    Adjusted,
    /// Between two accounts of one person: out of the one, into the other. Of both together it is zero.
    Merged,
    /// Borne by the store (`loss:<store>`): spent where no points of the member were, or earned beyond
    /// what the rules give.
    Loss,
}

/// One transfer: `points` (above zero) from one account to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Out of this account.
    pub from: AccountKind,
    /// Into this one.
    pub to: AccountKind,
    /// The lot on either side that is one (free, or in escrow); `None` where neither is.
    pub lot: Option<LotId>,
    /// How many; above zero.
    pub points: Points,
}

/// Why a tier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TierCause {
    /// The qualifying value reached a higher tier.
    Upgrade,
    /// Its review.
    Review,
    /// A return undid the qualification.
    Return,
    /// The floor was set or lifted by hand.
    Floor,
}

/// A change of the tier that is shown and earned at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TierChange {
    /// Shown before.
    pub from: TierId,
    /// Shown now.
    pub to: TierId,
    /// Why.
    pub cause: TierCause,
}

/// What an operation did: its figures, and every movement that makes them up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Points earned, also those that settled debt and those that the store bears.
    pub earned: Points,
    /// Points spent, from lots, from a grant or at a loss.
    pub spent: Points,
    /// Earned points taken back, from lots and into debt.
    pub taken_back: Points,
    /// Spent points given back to the member, also those that settled debt.
    pub given_back: Points,
    /// Points that expired; below zero where they came back ([`revive`](crate::revive)).
    pub expired: Points,
    /// Of what was earned, points that wait for the till; below zero where they wait no more.
    pub waiting: Points,
    /// Points borne by the store; below zero where a return or reversal gives them back to it.
    pub loss: Points,
    /// The transfers, in the order in which they happened.
    pub movements: Vec<Movement>,
    /// Changes of the shown tier.
    pub tiers: Vec<TierChange>,
    /// What the rules would have refused, had it not happened already ([`Standing::Happened`]).
    pub overruled: Vec<Refusal>,
}

impl Outcome {
    pub(crate) fn moved(
        &mut self,
        from: AccountKind,
        to: AccountKind,
        lot: Option<LotId>,
        points: Points,
    ) {
        if points.is_positive() {
            self.movements.push(Movement {
                from,
                to,
                lot,
                points,
            });
        }
    }

    /// Says no, or notes it where the thing has happened already.
    pub(crate) fn object(&mut self, standing: Standing, refusal: Refusal) -> Result<(), Refusal> {
        match standing {
            Standing::Proposed => Err(refusal),
            Standing::Happened => {
                self.overruled.push(refusal);
                Ok(())
            }
        }
    }

    /// Takes the figures and movements of what came after into this.
    pub fn append(&mut self, later: Self) {
        self.earned += later.earned;
        self.spent += later.spent;
        self.taken_back += later.taken_back;
        self.given_back += later.given_back;
        self.expired += later.expired;
        self.waiting += later.waiting;
        self.loss += later.loss;
        self.movements.extend(later.movements);
        self.tiers.extend(later.tiers);
        self.overruled.extend(later.overruled);
    }
}

/// Whether an operation still waits for a yes, or was completed at a counter.
///
/// What a counter completed is never thrown away: applied as [`Happened`](Self::Happened), the checks
/// that would refuse it are listed in [`Outcome::overruled`], and points that are not there are a
/// movement out of [`AccountKind::Loss`]. Only what cannot be understood at all is refused then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Proposed: every check of the rules applies.
    #[default]
    Proposed,
    /// Completed at a counter: it counts as it happened.
    Happened,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_after_is_added_figure_by_figure() {
        let outcome = |n: i64| Outcome {
            earned: Points(n),
            spent: Points(2 * n),
            taken_back: Points(3 * n),
            given_back: Points(4 * n),
            expired: Points(5 * n),
            loss: Points(6 * n),
            waiting: Points(7 * n),
            overruled: vec![Refusal::Frozen],
            ..Outcome::default()
        };
        let mut all = outcome(1);
        all.moved(AccountKind::Earned, AccountKind::Available, None, Points(1));
        let mut later = outcome(10);
        later.moved(AccountKind::Earned, AccountKind::Debt, None, Points(10));
        all.append(later);
        let figures = Outcome {
            movements: all.movements.clone(),
            overruled: vec![Refusal::Frozen; 2],
            ..outcome(11)
        };
        assert_eq!(all, figures);
        let moved: Vec<_> = all.movements.iter().map(|m| m.points.0).collect();
        assert_eq!(moved, [1, 10]);
    }
}

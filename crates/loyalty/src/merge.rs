//! Two accounts of one person: what is free on the one goes over to the other, lot by lot, and can be brought back by
//! where it came from.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::ids::LotId;
use crate::lots;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::tier;
use crate::time::Moment;

/// What went over from one account to the other at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handed {
    /// Points of a lot.
    Lot {
        /// The lot that they were in.
        lot: LotId,
        /// The lot that they have become; none where all of them settled what was owed there.
        into: Option<LotId>,
        /// How many.
        points: Points,
    },
    /// What was owed.
    Debt {
        /// How many points.
        points: Points,
    },
}

/// What both sides did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandedOver {
    /// On the account that gives.
    pub gave: Outcome,
    /// On the account that takes.
    pub took: Outcome,
    /// What went over, for [`hand_back`].
    pub handed: Vec<Handed>,
}

/// Everything that is free on `from`, and everything that it owes, goes over to `to`. Lots keep their days, so nothing
/// lasts longer or shorter by it. What devices hold of `from`, and what waits for the till, stays there: it goes over when
/// it has become free. Both accounts are at the same moment ([`crate::advance`]), and what the person bought on either is
/// among the `paid` of `to`: a tier that it reaches is hers at once.
pub fn hand_over(
    program: &Program,
    (from, to): (&mut Account, &mut Account),
    now: &Moment,
) -> HandedOver {
    let mut done = HandedOver::default();
    let between = AccountKind::Merged;
    let (giving, taking) = (from.rows_mut(), to.rows_mut());
    for lot in &mut giving.lots {
        let points = std::mem::take(&mut lot.points);
        if !points.is_positive() {
            continue;
        }
        let free = AccountKind::Available;
        done.gave.moved(free, between.clone(), Some(lot.id), points);
        let took = &mut done.took;
        let into = lots::credit(taking, &between, points, lot.earned, lot.expires, took);
        done.handed.push(Handed::Lot {
            lot: lot.id,
            into,
            points,
        });
    }
    let points = std::mem::take(&mut giving.debt);
    if points.is_positive() {
        let owed = AccountKind::Debt;
        done.gave.moved(between.clone(), owed, None, points);
        lots::take_or_owe(taking, points, None, &between, &mut done.took);
        done.handed.push(Handed::Debt { points });
    }
    tier::upgrade(program, taking, now, &mut done.took);
    done
}

/// Undoes what [`hand_over`] did, once: `from`, which took, gives each lot back to `to`. What was spent of it meanwhile
/// comes out of what else is free, and is owed where nothing is: whoever spent it bears it. What would have expired by now
/// stays expired, and is owed by nobody.
///
/// The lots of `to` that are named must be loaded. Both accounts are at the same moment.
pub fn hand_back(
    program: &Program,
    (from, to): (&mut Account, &mut Account),
    now: &Moment,
    handed: &[Handed],
) -> HandedOver {
    let mut done = HandedOver::default();
    let between = AccountKind::Merged;
    let (giving, taking) = (from.rows_mut(), to.rows_mut());
    for one in handed {
        match *one {
            Handed::Lot { lot, into, points } => {
                let there = taking.lots.iter().find(|own| own.id == lot);
                if there.is_none_or(|own| own.has_passed(now.today())) {
                    continue;
                }
                lots::take_or_owe(giving, points, into, &between, &mut done.gave);
                lots::bring_back(taking, lot, points, &between, &mut done.took);
            }
            Handed::Debt { points } => {
                let expires = program.lot_expiry(now.date());
                let gave = &mut done.gave;
                lots::credit(giving, &between, points, now.date(), expires, gave);
                lots::take_or_owe(taking, points, None, &between, &mut done.took);
            }
        }
        done.handed.push(*one);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountRows, LastDay, adjust, advance, grant};
    use proptest::prelude::*;

    fn account() -> Account {
        Account::from_rows(AccountRows::default()).unwrap()
    }

    fn sums(outcome: &Outcome) -> i64 {
        let net = |m: &crate::Movement| match (&m.from, &m.to) {
            (AccountKind::Merged, _) => -m.points.get(),
            (_, AccountKind::Merged) => m.points.get(),
            _ => 0,
        };
        outcome.movements.iter().map(net).sum()
    }

    #[test]
    fn lots_keep_their_days_and_come_back_where_they_were() {
        let program = Program::from_json("{}").unwrap();
        let (mut gone, mut kept) = (account(), account());
        let at = "2026-01-10T04:00:00Z".parse().unwrap();
        let now = advance(&program, &mut gone, at).now;
        advance(&program, &mut kept, at);
        let until = |day: &str| LastDay::On(day.parse().unwrap());
        adjust(&program, &mut gone, &now, Points(60), until("2026-02-01")).unwrap();
        adjust(&program, &mut gone, &now, Points(40), LastDay::Never).unwrap();
        adjust(&program, &mut kept, &now, Points(5), LastDay::ByProgram).unwrap();
        let over = hand_over(&program, (&mut gone, &mut kept), &now);
        assert_eq!(
            (gone.balance(), kept.balance()),
            (Points::ZERO, Points(105))
        );
        assert_eq!(kept.lots()[0].expires, "2026-02-01".parse().ok());
        assert_eq!(
            hand_over(&program, (&mut gone, &mut kept), &now),
            HandedOver::default()
        );
        // the first to expire is spent, and comes back all the same: the rest is taken from what is free
        let spent = [("g".into(), Points(100))];
        let [(id, points)] = &spent;
        grant(&mut kept, &now, id, *points).unwrap();
        let back = hand_back(&program, (&mut kept, &mut gone), &now, &over.handed);
        assert_eq!(gone.lots().iter().map(|l| l.points.get()).sum::<i64>(), 100);
        assert_eq!(kept.debt(), Points(95));
        assert_eq!(sums(&back.gave) + sums(&back.took), 0);
    }

    #[test]
    fn what_expired_meanwhile_is_owed_by_nobody() {
        let program = Program::from_json("{}").unwrap();
        let (mut gone, mut kept) = (account(), account());
        let at = "2026-01-10T04:00:00Z".parse().unwrap();
        let now = advance(&program, &mut gone, at).now;
        advance(&program, &mut kept, at);
        let last = LastDay::On("2026-01-20".parse().unwrap());
        adjust(&program, &mut gone, &now, Points(60), last).unwrap();
        let over = hand_over(&program, (&mut gone, &mut kept), &now);
        let later = "2026-03-01T04:00:00Z".parse().unwrap();
        let now = advance(&program, &mut kept, later).now;
        advance(&program, &mut gone, later);
        hand_back(&program, (&mut kept, &mut gone), &now, &over.handed);
        assert_eq!(
            (gone.balance(), kept.balance()),
            (Points::ZERO, Points::ZERO)
        );
    }

    #[test]
    fn a_debt_goes_over_and_comes_back() {
        let program = Program::from_json("{}").unwrap();
        let (mut gone, mut kept) = (account(), account());
        let at = "2026-01-10T04:00:00Z".parse().unwrap();
        let now = advance(&program, &mut gone, at).now;
        advance(&program, &mut kept, at);
        adjust(&program, &mut gone, &now, Points(-30), LastDay::ByProgram).unwrap();
        adjust(&program, &mut kept, &now, Points(20), LastDay::ByProgram).unwrap();
        let over = hand_over(&program, (&mut gone, &mut kept), &now);
        assert_eq!((gone.debt(), kept.debt()), (Points::ZERO, Points(10)));
        hand_back(&program, (&mut kept, &mut gone), &now, &over.handed);
        assert_eq!((gone.debt(), kept.balance()), (Points(30), Points(20)));
    }

    proptest! {
        /// Whatever each has and owes: nothing is made or lost by going over, and what is undone at once is as it was,
        /// but for which lot has it.
        #[test]
        fn nothing_is_made_or_lost(
            gone_has in prop::collection::vec((1i64..500, 1u64..300), 0..5),
            kept_has in prop::collection::vec((1i64..500, 1u64..300), 0..5),
            (gone_owes, kept_owes) in (0i64..600, 0i64..600),
            spent in 0i64..900,
        ) {
            let program = Program::from_json("{}").unwrap();
            let (mut gone, mut kept) = (account(), account());
            let at = "2026-01-10T04:00:00Z".parse().unwrap();
            let now = advance(&program, &mut gone, at).now;
            advance(&program, &mut kept, at);
            for (account, has, owes) in [(&mut gone, &gone_has, gone_owes), (&mut kept, &kept_has, kept_owes)] {
                for (points, days) in has {
                    let last = now.today() + chrono::Days::new(*days);
                    adjust(&program, account, &now, Points(*points), LastDay::On(last)).unwrap();
                }
                adjust(&program, account, &now, Points(-owes), LastDay::ByProgram).unwrap();
            }
            let (gone_before, kept_before) = (gone.balance(), kept.balance());
            let over = hand_over(&program, (&mut gone, &mut kept), &now);
            prop_assert_eq!(sums(&over.gave) + sums(&over.took), 0);
            prop_assert_eq!(gone.balance(), Points::ZERO);
            prop_assert_eq!(kept.balance(), gone_before + kept_before);
            adjust(&program, &mut kept, &now, Points(-spent), LastDay::ByProgram).unwrap();
            let back = hand_back(&program, (&mut kept, &mut gone), &now, &over.handed);
            prop_assert_eq!(sums(&back.gave) + sums(&back.took), 0);
            // what was spent is borne by whoever spent it
            prop_assert_eq!(gone.balance(), gone_before);
            prop_assert_eq!(kept.balance(), kept_before - Points(spent));
            for account in [&gone, &kept] {
                let sound = Account::from_rows(account.rows().clone());
                prop_assert!(sound.is_ok(), "{:?}", sound);
            }
        }
    }
}

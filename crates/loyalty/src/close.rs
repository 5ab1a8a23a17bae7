//! An account whose member is no more.

use crate::account::Account;
use crate::lots;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;

/// Lets all free points expire at once, also while frozen: nobody will spend them. What counters hold stays theirs to
/// spend or give back, and what they give back, or what is earned late, expires when the account is closed again.
pub fn close(account: &mut Account) -> Outcome {
    let mut out = Outcome::default();
    let rows = account.rows_mut();
    let free: Points = rows.lots.iter().map(|lot| lot.points).sum();
    let to = AccountKind::Expired;
    out.expired = lots::take(rows, free, None, &to, &mut out, None);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountRows, LastDay, Program, adjust, advance, freeze, grant};

    #[test]
    fn all_that_is_free_expires_and_what_counters_hold_stays() {
        let program = Program::from_json("{}").unwrap();
        let mut account = Account::from_rows(AccountRows::default()).unwrap();
        let at = "2026-01-10T04:00:00Z".parse().unwrap();
        let now = advance(&program, &mut account, at).now;
        for _ in 0..2 {
            adjust(&program, &mut account, &now, Points(60), LastDay::ByProgram).unwrap();
        }
        let held = [("g".into(), Points(50))];
        let [(id, points)] = &held;
        let given = grant(&mut account, &now, id, *points);
        assert!(given.is_ok(), "{given:?}");
        freeze(&mut account, &now);
        let out = close(&mut account);
        assert_eq!(out.expired, Points(70));
        assert_eq!(
            account.rows().lots.iter().map(|l| l.points).sum::<Points>(),
            Points::ZERO
        );
        assert_eq!(account.grant(id).map(crate::Grant::left), Some(Points(50)));
        let moved: Points = out.movements.iter().map(|m| m.points).sum();
        assert_eq!(moved, Points(70));
        assert_eq!(close(&mut account), Outcome::default());
    }
}

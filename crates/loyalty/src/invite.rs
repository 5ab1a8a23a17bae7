//! A member who invited a friend is rewarded, and the friend with her, once the friend's first purchase can no longer be
//! brought back: once, and only for somebody whom nobody of her household knew the brand before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::money::Money;
use crate::program::Invite;

/// The behaviour by which who invited is rewarded.
pub const REFERRAL: &str = "referral";
/// The behaviour by which who was invited is rewarded.
pub const INVITED: &str = "invited";

/// A purchase of the friend's that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// When.
    pub at: DateTime<Utc>,
    /// What counts of it: paid, less what was brought back, less what waits for the till.
    pub net: Money,
}

/// What is known of a friend who was invited.
#[derive(Clone, Debug)]
pub struct Invited {
    /// When she joined.
    pub joined: DateTime<Utc>,
    /// What she bought since, in any order.
    pub spent: Vec<Spent>,
    /// Whether somebody of her household was a member before she joined: see [`was_known`].
    pub known: bool,
    /// For how many friends who invited her was rewarded in the last 365 days.
    pub rewarded: u32,
}

/// What comes of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Waits,
    /// Both are rewarded.
    Both,
    /// The friend is; whoever invited her was rewarded for as many as may be.
    Friend,
    /// Somebody of her household was a member before: who invited her, or another.
    Household,
    /// She bought nothing in time.
    TooLate,
}

/// Says what comes of an invitation by a moment.
#[must_use]
pub fn judge_invited(terms: &Invite, invited: &Invited, now: DateTime<Utc>) -> Verdict {
    if invited.known {
        return Verdict::Household;
    }
    let last = invited.joined + TimeDelta::days(i64::from(terms.within_days));
    let settles = |spent: &Spent| spent.at + TimeDelta::days(i64::from(terms.after_days));
    let counts = invited.spent.iter().filter(|spent| {
        spent.at >= invited.joined
            && spent.at <= last
            && !spent.net.is_zero()
            && spent.net >= terms.from
    });
    match counts.map(settles).min() {
        Some(settled) if settled <= now && invited.rewarded < terms.most_a_year => Verdict::Both,
        Some(settled) if settled <= now => Verdict::Friend,
        // goods that are brought back make room for a later purchase, as long as one may come
        Some(_) => Verdict::Waits,
        None if now <= last => Verdict::Waits,
        None => Verdict::TooLate,
    }
}

/// Whether somebody of a friend's household was a member before she was: all whom `links` join to her, directly or through
/// others. So nobody invites herself, no two invite each other in turn, and of the phones of one household the first counts.
#[must_use]
pub fn was_known<M: Ord>(
    friend: &M,
    joined: &BTreeMap<M, DateTime<Utc>>,
    links: &BTreeSet<(M, M)>,
) -> bool {
    let Some(since) = joined.get(friend) else {
        return false;
    };
    let mut household = BTreeSet::from([friend]);
    let mut open = vec![friend];
    while let Some(one) = open.pop() {
        for (a, b) in links {
            let other = match (a == one, b == one) {
                (true, _) => b,
                (_, true) => a,
                _ => continue,
            };
            if household.insert(other) {
                open.push(other);
            }
        }
    }
    household
        .into_iter()
        .filter(|other| *other != friend)
        .any(|other| joined.get(other).is_some_and(|at| at < since))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn spent(day: i64, yuan: i64) -> Spent {
        Spent {
            at: at(day),
            net: Money::from_fen(yuan * 100),
        }
    }

    fn terms() -> Invite {
        Invite {
            from: Money::from_fen(9_900),
            after_days: 7,
            within_days: 30,
            most_a_year: 2,
        }
    }

    fn invited(spent: Vec<Spent>) -> Invited {
        Invited {
            joined: at(0),
            spent,
            known: false,
            rewarded: 0,
        }
    }

    #[test]
    fn both_are_rewarded_when_the_first_purchase_can_no_longer_come_back() {
        let bought = invited(vec![spent(3, 200)]);
        assert_eq!(judge_invited(&terms(), &bought, at(9)), Verdict::Waits);
        assert_eq!(judge_invited(&terms(), &bought, at(10)), Verdict::Both);
        let often = Invited {
            rewarded: 2,
            ..bought.clone()
        };
        assert_eq!(judge_invited(&terms(), &often, at(10)), Verdict::Friend);
        let known = Invited {
            known: true,
            ..bought
        };
        assert_eq!(judge_invited(&terms(), &known, at(10)), Verdict::Household);
    }

    #[test]
    fn what_is_too_small_too_late_or_came_back_is_none() {
        for none in [
            vec![],
            vec![spent(3, 98)],
            vec![spent(3, 0)],
            vec![spent(31, 500)],
            vec![spent(-1, 500)],
        ] {
            let none = invited(none);
            assert_eq!(judge_invited(&terms(), &none, at(30)), Verdict::Waits);
            assert_eq!(judge_invited(&terms(), &none, at(31)), Verdict::TooLate);
        }
        // what she bought at last still waits for its end
        let late = invited(vec![spent(30, 100)]);
        assert_eq!(judge_invited(&terms(), &late, at(36)), Verdict::Waits);
        assert_eq!(judge_invited(&terms(), &late, at(37)), Verdict::Both);
    }

    #[test]
    fn the_first_phone_of_a_household_counts_and_no_other() {
        let joined = BTreeMap::from([
            ("mother", at(1)),
            ("child", at(3)),
            ("aunt", at(2)),
            ("stranger", at(9)),
        ]);
        let links = BTreeSet::from([("child", "mother"), ("child", "aunt")]);
        assert!(!was_known(&"mother", &joined, &links));
        assert!(was_known(&"child", &joined, &links));
        assert!(was_known(&"aunt", &joined, &links), "by way of the child");
        assert!(!was_known(&"stranger", &joined, &links));
        assert!(!was_known(&"nobody", &joined, &links));
    }
}

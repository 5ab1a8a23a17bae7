//! Who gets the credit of a sale 业绩归谁: proposed by the shop's rule, shown before the sale, and changed by
//! the clerk where it was otherwise.
//!
//! The rule: whoever serves the customer has the sale; a cashier takes money for others, so that where one is
//! signed in the customer's own advisor has it, then whoever helped her last. Whoever else helped her within
//! [`HELP_DAYS`] assists. What somebody who works there buys for herself is nobody's.

use chrono::{DateTime, Duration, Utc};

/// For how many days after helping a customer somebody assists in her next sale.
pub const HELP_DAYS: i64 = 30;

/// What is known before a sale of who had to do with the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving<'a, Id> {
    /// Who is signed in.
    pub signed_in: &'a Id,
    /// Whether she only takes the money.
    pub cashier: bool,
    /// The customer's own advisor, where she works in this store.
    pub advisor: Option<&'a Id>,
    /// Who helped her before, in this store; in any order.
    pub helped: &'a [Helped<Id>],
    /// Whether it is somebody's who works there: it is nobody's credit.
    pub own_purchase: bool,
}

/// Somebody helped the customer: sold to her, gave her something, noted what she said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helped<Id> {
    /// Who.
    pub who: Id,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whose sale it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit<Id> {
    /// Who has it; none = nobody.
    pub seller: Option<Id>,
    /// Who assisted; never the seller, and nobody where nobody has the sale.
    pub second: Option<Id>,
}

/// Who gets the credit by the shop's rule.
pub fn credit_by_rule<Id: Clone + Eq>(serving: &Serving<'_, Id>, now: DateTime<Utc>) -> Credit<Id> {
    if serving.own_purchase {
        return Credit {
            seller: None,
            second: None,
        };
    }
    let mut lately: Vec<&Helped<Id>> = serving
        .helped
        .iter()
        .filter(|h| counts(h.at, now))
        .collect();
    lately.sort_by_key(|h| std::cmp::Reverse(h.at));
    let last = |other_than: Option<&Id>| {
        lately
            .iter()
            .map(|h| &h.who)
            .find(|who| Some(*who) != other_than && (!serving.cashier || *who != serving.signed_in))
    };
    let seller = if serving.cashier {
        serving
            .advisor
            .or_else(|| last(None))
            .unwrap_or(serving.signed_in)
    } else {
        serving.signed_in
    };
    Credit {
        seller: Some(seller.clone()),
        second: last(Some(seller)).cloned(),
    }
}

/// Whether somebody who helped then assists in a sale now; a clock that ran ahead a little does not matter.
fn counts(helped: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - helped) <= Duration::days(HELP_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_790_000_000;

    fn at(days_ago: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(NOW - days_ago * 86_400, 0).unwrap()
    }

    fn helped(all: &[(&'static str, i64)]) -> Vec<Helped<&'static str>> {
        let one = |(who, days): &(&'static str, i64)| Helped {
            who: *who,
            at: at(*days),
        };
        all.iter().map(one).collect()
    }

    fn rule(
        signed_in: &'static str,
        cashier: bool,
        advisor: Option<&'static str>,
        all: &[(&'static str, i64)],
    ) -> (Option<&'static str>, Option<&'static str>) {
        let helped = helped(all);
        let serving = Serving {
            signed_in: &signed_in,
            cashier,
            advisor: advisor.as_ref(),
            helped: &helped,
            own_purchase: false,
        };
        let credit = credit_by_rule(&serving, at(0));
        (credit.seller, credit.second)
    }

    #[test]
    fn who_serves_has_it_and_who_helped_lately_assists() {
        assert_eq!(rule("lin", false, None, &[]), (Some("lin"), None));
        // her advisor does not have it where another serves her
        assert_eq!(rule("su", false, Some("lin"), &[]), (Some("su"), None));
        let both = [("lin", 3), ("su", 9), ("chen", 30), ("old", 31)];
        assert_eq!(rule("lin", false, None, &both), (Some("lin"), Some("su")));
        assert_eq!(rule("su", false, None, &both), (Some("su"), Some("lin")));
        assert_eq!(
            rule("lin", false, None, &[("chen", 30)]),
            (Some("lin"), Some("chen"))
        );
        assert_eq!(
            rule("lin", false, None, &[("old", 31)]),
            (Some("lin"), None)
        );
        assert_eq!(rule("lin", false, None, &[("lin", 1)]), (Some("lin"), None));
    }

    #[test]
    fn a_cashier_takes_money_for_others() {
        assert_eq!(
            rule("till", true, Some("lin"), &[("su", 2), ("till", 1)]),
            (Some("lin"), Some("su"))
        );
        assert_eq!(
            rule("till", true, None, &[("su", 2), ("lin", 5), ("till", 1)]),
            (Some("su"), Some("lin"))
        );
        // nobody else had to do with her: the sale is not lost
        assert_eq!(
            rule("till", true, None, &[("su", 40)]),
            (Some("till"), None)
        );
    }

    #[test]
    fn what_the_staff_buy_is_nobodys() {
        let helped = helped(&[("su", 1)]);
        let serving = Serving {
            signed_in: &"lin",
            cashier: false,
            advisor: Some(&"su"),
            helped: &helped,
            own_purchase: true,
        };
        let nobody = Credit {
            seller: None,
            second: None,
        };
        assert_eq!(credit_by_rule(&serving, at(0)), nobody);
    }

    proptest! {
        /// There is one seller, the second is another, and either had to do with her.
        #[test]
        fn nobody_has_it_twice(
            signed_in in 0u8..6,
            cashier: bool,
            advisor in proptest::option::of(0u8..6),
            all in proptest::collection::vec((0u8..6, 0i64..60), 0..8),
        ) {
            let helped: Vec<_> = all.iter().map(|(who, days)| Helped { who: *who, at: at(*days) }).collect();
            let serving = Serving {
                signed_in: &signed_in,
                cashier,
                advisor: advisor.as_ref(),
                helped: &helped,
                own_purchase: false,
            };
            let credit = credit_by_rule(&serving, at(0));
            let seller = credit.seller.unwrap();
            prop_assert_ne!(credit.second, Some(seller));
            prop_assert!(cashier || seller == signed_in);
            if let Some(second) = credit.second {
                prop_assert!(all.iter().any(|(who, days)| *who == second && *days <= HELP_DAYS));
                prop_assert!(!(cashier && second == signed_in));
            }
        }
    }
}

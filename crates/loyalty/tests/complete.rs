//! A sale that was recorded in part and completed is the sale recorded whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Books, at, line, money, program, sale};
use loyalty::{
    Account, Error, Points, PointsFrom, Program, Receipt, ReturnLine, ReturnOf, SaleLine, Standing,
    adjust, advance, complete, purchase, return_goods,
};
use proptest::prelude::*;

const RULES: &str = r#"{
    "earn": {"points_per_yuan": "1", "rounding": "floor"},
    "tiers": [{"id": "silver"}, {"id": "gold", "from": "3000", "multiplier": "1.2"},
              {"id": "black", "from": "9000", "multiplier": "1.5"}],
    "factors": [{"category": "serum", "factor": "3"}]
}"#;

fn lines(of: &[(u8, u32, i64)]) -> Vec<SaleLine> {
    of.iter()
        .map(|(sku, qty, fen)| SaleLine {
            sku: format!("S{sku}").as_str().into(),
            category: (sku % 2 == 0).then(|| "serum".into()),
            qty: *qty,
            amount: loyalty::Money::from_fen(*fen),
        })
        .collect()
}

struct Member {
    account: Account,
    books: Books,
}

impl Member {
    fn new() -> Self {
        Self {
            account: Account::default(),
            books: Books::default(),
        }
    }

    fn buy(&mut self, rules: &Program, when: &str, lines: Vec<SaleLine>) -> Receipt {
        let now = advance(rules, &mut self.account, at(when)).now;
        let sale = sale("R", lines);
        let sold = purchase(rules, &mut self.account, &now, sale, Standing::Happened).unwrap();
        self.books.post(&sold.outcome);
        sold.receipt
    }

    fn bring_back(&mut self, rules: &Program, when: &str, receipt: &mut Receipt, what: &ReturnOf) {
        let now = advance(rules, &mut self.account, at(when)).now;
        let account = &mut self.account;
        let returned = return_goods(rules, account, &now, receipt, what, Standing::Happened);
        self.books.post(&returned.unwrap().outcome);
    }

    fn complete(
        &mut self,
        rules: &Program,
        receipt: &mut Receipt,
        further: Vec<SaleLine>,
    ) -> Points {
        let now = advance(rules, &mut self.account, receipt.at).now;
        let out = complete(rules, &mut self.account, &now, receipt, further).unwrap();
        self.books.post(&out);
        self.books.balance(&self.account);
        out.earned
    }
}

#[test]
fn the_difference_is_earned_and_rounded_once() {
    let rules = program(RULES);
    let mut her = Member::new();
    let mut receipt = her.buy(&rules, "2026-01-10", lines(&[(1, 1, 9_960)]));
    assert_eq!(receipt.earned, Points(99));
    let more = her.complete(&rules, &mut receipt, lines(&[(1, 1, 40), (2, 1, 1_000)]));
    assert_eq!((more, receipt.earned), (Points(31), Points(130)));
    assert_eq!(
        (receipt.net, receipt.pay),
        (money("110.00"), money("110.00"))
    );
    assert_eq!(her.account.rows().lots.len(), 1);
}

#[test]
fn a_return_meanwhile_has_its_share_of_the_whole() {
    let rules = program(RULES);
    let mut her = Member::new();
    let mut receipt = her.buy(
        &rules,
        "2026-01-10",
        lines(&[(1, 1, 10_000), (2, 1, 10_000)]),
    );
    let first = ReturnOf::Lines(vec![ReturnLine {
        sku: "S1".into(),
        qty: 1,
        line: None,
    }]);
    her.bring_back(&rules, "2026-01-20", &mut receipt, &first);
    // half of 400
    assert_eq!(receipt.taken_back, Points(200));
    her.complete(&rules, &mut receipt, lines(&[(1, 1, 100_000)]));
    // 100 of 1,200 of 1,400
    assert_eq!(
        (receipt.earned, receipt.taken_back),
        (Points(1_400), Points(117))
    );
    assert_eq!(receipt.refunded, money("100.00"));
    her.bring_back(&rules, "2026-01-21", &mut receipt, &ReturnOf::All);
    assert_eq!(
        (receipt.taken_back, receipt.refunded),
        (Points(1_400), money("1200.00"))
    );
    her.books.balance(&her.account);
}

#[test]
fn the_rest_is_earned_at_the_tier_of_the_part() {
    let rules = program(RULES);
    let mut her = Member::new();
    // the part alone lifts her to gold
    let mut receipt = her.buy(&rules, "2026-01-10", lines(&[(1, 1, 500_000)]));
    assert_eq!(loyalty::shown_tier(&rules, &her.account).as_str(), "gold");
    her.complete(&rules, &mut receipt, lines(&[(1, 1, 100_000)]));
    assert_eq!(receipt.earned, Points(6_000));
}

#[test]
fn what_cannot_be_completed_says_so_and_changes_nothing() {
    let rules = program(RULES);
    let mut her = Member::new();
    let now = advance(&rules, &mut her.account, at("2026-01-10")).now;
    adjust(
        &rules,
        &mut her.account,
        &now,
        Points(500),
        loyalty::LastDay::ByProgram,
    )
    .unwrap();
    let mut paid = sale("R", vec![line("S1", 1, "100.00")]);
    (paid.pay_points, paid.from) = (Points(100), PointsFrom::Available);
    let sold = purchase(&rules, &mut her.account, &now, paid, Standing::Happened).unwrap();
    let plain = her.buy(&rules, "2026-01-11", lines(&[(1, 1, 100)]));
    let later = advance(&rules, &mut her.account, at("2026-01-12")).now;
    let before = her.account.clone();
    let more = || lines(&[(1, 1, 100)]);
    let none = vec![SaleLine {
        qty: 0,
        ..line("S1", 1, "1.00")
    }];
    for (mut receipt, now, further) in [
        (sold.receipt, now, more()),
        (plain.clone(), later, more()),
        (plain.clone(), now, Vec::new()),
        (plain, now, none),
    ] {
        let was = receipt.clone();
        let refused = complete(&rules, &mut her.account, &now, &mut receipt, further);
        assert!(matches!(refused, Err(Error::Malformed(_))), "{refused:?}");
        assert_eq!((&her.account, &receipt), (&before, &was));
    }
}

proptest! {
    #[test]
    fn in_part_and_completed_is_whole(
        part in proptest::collection::vec((0_u8..4, 1_u32..4, 0_i64..400_000), 1..5),
        rest in proptest::collection::vec((0_u8..4, 1_u32..4, 0_i64..400_000), 1..5),
        back in proptest::option::of((0_usize..5, 1_u32..3)),
    ) {
        // with less, several tiers would have given the same points, and which it was cannot be told
        prop_assume!(part.iter().map(|(_, _, fen)| fen).sum::<i64>() >= 1_000);
        let rules = program(RULES);
        let back = back.map(|(i, qty)| {
            let (sku, had, _) = part[i % part.len()];
            ReturnOf::Lines(vec![ReturnLine { sku: format!("S{sku}").as_str().into(), qty: qty.min(had), line: None }])
        });
        let mut cut = Member::new();
        let mut in_part = cut.buy(&rules, "2026-01-10", lines(&part));
        if let Some(back) = &back {
            cut.bring_back(&rules, "2026-01-10", &mut in_part, back);
        }
        cut.complete(&rules, &mut in_part, lines(&rest));

        let mut whole = Member::new();
        let all: Vec<_> = part.iter().chain(&rest).copied().collect();
        let mut at_once = whole.buy(&rules, "2026-01-10", lines(&all));
        if let Some(back) = &back {
            whole.bring_back(&rules, "2026-01-10", &mut at_once, back);
        }
        // the part may have earned nothing, and then has no lot of its own before
        let without_lot = |r: &Receipt| Receipt { own_lot: None, ..r.clone() };
        prop_assert_eq!(without_lot(&in_part), without_lot(&at_once));
        let free = |m: &Member| m.account.rows().lots.iter().map(|l| l.points).sum::<Points>();
        prop_assert_eq!(free(&cut), free(&whole));
        prop_assert_eq!(&cut.account.rows().paid, &whole.account.rows().paid);
        prop_assert_eq!(&cut.account.rows().tier.own, &whole.account.rows().tier.own);
    }
}

//! Sales, redemptions and returns that are none: each is refused by a stable code and changes
//! nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use tests::counter::number;
use tests::till::{Sale, cash_args};
use tests::{Counter, Shop};

/// Words as owned arguments.
fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|a| (*a).to_owned()).collect()
}

#[test]
fn sales_that_are_none() {
    let shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.people(1_000, 1).remove(0);
    let still = a.still(&her.id);
    let too_many = (her.points / 100 + 10) * 100;
    let line = |line: &str| {
        words(&[
            "sell",
            "--member",
            &her.id,
            "--receipt",
            "BAD-1",
            "--line",
            line,
        ])
    };
    let cases = [
        ("product_unknown", line("NO-SUCH")),
        ("product_unknown", line("")),
        ("product_unknown", line("TH1001'; DROP TABLE product; --")),
        ("quantity_invalid", line("TH1001*0")),
        ("quantity_invalid", line("TH1001*-1")),
        ("quantity_invalid", line("TH1001*100000")),
        ("quantity_invalid", line("TH1001*1000")),
        ("quantity_invalid", line("TH1001*1.5")),
        ("quantity_invalid", line("TH1001*99999999999999999999")),
        ("amount_invalid", line("TH1001=-1")),
        ("amount_invalid", line("TH1001=1.005")),
        ("amount_invalid", line("TH1001=1000000000000")),
        ("amount_invalid", line("TH1001=1e3")),
        ("amount_invalid", line("TH1001=")),
        ("amount_invalid", line("TH1001=NaN")),
        (
            "member_unknown",
            words(&[
                "sell",
                "--member",
                "99999999",
                "--receipt",
                "B",
                "--line",
                "TH1001",
            ]),
        ),
        (
            "member_unknown",
            words(&["sell", "--receipt", "B", "--line", "TH1001"]),
        ),
        (
            "phone_invalid",
            words(&[
                "sell",
                "--phone",
                "12345",
                "--receipt",
                "B",
                "--line",
                "TH1001",
            ]),
        ),
        (
            "code_invalid",
            words(&[
                "sell",
                "--code",
                "CPM:",
                "--receipt",
                "B",
                "--line",
                "TH1001",
            ]),
        ),
        (
            "member_unknown",
            Sale::to("19899990000", "BAD-2", &["TH1001"])
                .phone()
                .paid_by(100)
                .args(),
        ),
        (
            "amount_invalid",
            Sale::to(&her.id, "BAD-3", &["TH1001"]).paid_by(-100).args(),
        ),
        (
            "not_enough_points",
            Sale::to(&her.id, "BAD-4", &["TH1002*90"])
                .paid_by(too_many)
                .args(),
        ),
    ];
    for (code, args) in &cases {
        a.refused_still(&still, &her.id, code, args);
    }
    let long = "9".repeat(41);
    for receipt in ["", "   ", &long, "A\u{7}B", "A\nB", "A B", "\u{1b}[2J"] {
        let sale = Sale::to(&her.id, receipt, &["TH1001"]).args();
        a.refused_still(&still, &her.id, "receipt_invalid", &sale);
    }
    let many = vec!["TH1001"; 201];
    let sale = Sale::to(&her.id, "BAD-5", &many).args();
    let error = a.refused_still(&still, &her.id, "too_many_lines", &sale);
    assert_eq!(number(&error["max"]), 200, "{error}");
    wrong_usage(&a);
    // the largest that is a sale
    let most = "9".repeat(40);
    a.sell(&Sale::to(&her.id, &most, &["TH1001*999=1000000.00"]));
    a.sync();
    assert_eq!(a.pending(), 0);
    shop.centre.ledger().assert_sound();
}

fn wrong_usage(a: &Counter) {
    for args in [
        &["sell"][..],
        &["nonsense"],
        &["redeem", "--cash", "x"],
        &[],
    ] {
        assert_eq!(a.run(args).exit, Some(2), "{args:?}");
    }
}

#[test]
fn redemptions_and_returns_that_are_none() {
    let shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.people(3_000, 1).remove(0);
    a.sell(&Sale::to(&her.id, "R-1", &["TH1001*2", "TH1003"]));
    let still = a.still(&her.id);
    let reward =
        |id: &str, qty: &str| words(&["redeem", "--member", &her.id, "--reward", id, "--qty", qty]);
    let above = format!("{}", (her.points / 100 + 100) * 100);
    let cases = [
        ("reward_unknown", reward("RW99", "1")),
        ("reward_unknown", reward("", "1")),
        ("quantity_invalid", reward("RW01", "0")),
        ("quantity_invalid", reward("RW01", "100000")),
        ("reward_out_of_stock", reward("RW01", "99")),
        ("not_enough_points", reward("RW15", "99")),
        (
            "member_unknown",
            words(&["redeem", "--member", "nobody", "--reward", "RW01"]),
        ),
        ("amount_invalid", cash_args(&her.id, 0, "100")),
        ("amount_invalid", cash_args(&her.id, -100, "100")),
        ("amount_invalid", cash_args(&her.id, i64::MAX, "100")),
        ("amount_invalid", cash_args(&her.id, 100, "0")),
        ("amount_invalid", cash_args(&her.id, 100, "-5")),
        ("amount_invalid", cash_args(&her.id, 100, "100.001")),
        ("amount_invalid", cash_args(&her.id, 100, "1000000000000")),
        ("below_minimum", cash_args(&her.id, 1, "100")),
        ("not_a_step", cash_args(&her.id, 150, "100")),
        ("over_share", cash_args(&her.id, 200, "10")),
        (
            "not_enough_points",
            words(&[
                "redeem", "--member", &her.id, "--cash", &above, "--bill", "99999",
            ]),
        ),
        ("receipt_unknown", words(&["return", "--receipt", "NEVER"])),
        ("receipt_invalid", words(&["return", "--receipt", ""])),
        (
            "over_returned",
            words(&["return", "--receipt", "R-1", "--line", "TH1001*3"]),
        ),
        (
            "product_unknown",
            words(&["return", "--receipt", "R-1", "--line", "TH1002"]),
        ),
        (
            "quantity_invalid",
            words(&["return", "--receipt", "R-1", "--line", "TH1001*0"]),
        ),
        (
            "quantity_invalid",
            words(&["return", "--receipt", "R-1", "--line", "TH1001*-1"]),
        ),
        (
            "quantity_invalid",
            words(&["return", "--receipt", "R-1", "--line", "TH1001*100000"]),
        ),
        (
            "over_returned",
            words(&[
                "return",
                "--receipt",
                "R-1",
                "--line",
                "TH1001*2",
                "--line",
                "TH1001*1",
            ]),
        ),
    ];
    for (code, args) in &cases {
        a.refused_still(&still, &her.id, code, args);
    }
    let poor = shop.centre.ledger().column(
        "SELECT m.id FROM member m JOIN account a ON a.member_id = m.id
         WHERE a.tier_shown = 'silver' AND m.home_store = ?1 LIMIT 1",
        [&shop.store],
    );
    a.refused(
        "reward_tier",
        &["redeem", "--member", &poor.concat(), "--reward", "RW14"],
    );
    assert_eq!(a.still(&her.id), still);
    // nothing returned twice, whatever the split
    a.ok(&["return", "--receipt", "R-1", "--line", "TH1001*2"]);
    let left = a.refused(
        "over_returned",
        &["return", "--receipt", "R-1", "--line", "TH1001*1"],
    );
    assert_eq!(number(&left["left"]), 0, "{left}");
    a.ok(&["return", "--receipt", "R-1"]);
    a.refused("over_returned", &["return", "--receipt", "R-1"]);
    a.settle_with(&[]);
    assert_eq!(shop.centre.ledger().points(&her.id), her.points);
    shop.centre.ledger().assert_sound();
}

//! Power cuts: the counter's process and the centre's are killed at any moment. What a counter
//! had acknowledged is there exactly once at the end, and points add up.
//!
//! `COUNTERPART_KILL_ROUNDS` sets the number of rounds (40 without it); `COUNTERPART_KILL_SEED`
//! repeats a run's choices, which are printed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use std::time::{Duration, Instant};
use tests::dice::Dice;
use tests::till::{Sale, cash_args, points, receipts};
use tests::told::{Acknowledged, Said, killed};
use tests::{Counter, Person, Shop, process};

fn rounds() -> usize {
    let given = std::env::var("COUNTERPART_KILL_ROUNDS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(40)
}

/// After so many commands in a row that were cut the clerk signs in to the end. Between them the counter may be cut twice
/// more (a sale that is tried again, a sync).
const CUTS_BEFORE_SIGN_IN: u32 = 3;

fn operation(dice: &mut Dice, round: usize, her: &Person) -> Vec<String> {
    let receipt = format!("KILL-{round}");
    match dice.below(5) {
        0 => Sale::to(&her.id, &receipt, &["TH1001", "TH1003*2"]).args(),
        1 => Sale::to(&her.id, &receipt, &["TH1002"]).paid_by(100).args(),
        2 | 3 => cash_args(&her.id, 100, "300"),
        // the shop has some of them, until they are out
        _ => ["redeem", "--member", &her.id, "--reward", "RW01"]
            .map(str::to_owned)
            .to_vec(),
    }
}

/// How long a command takes here and now: kills are spread over it.
fn span(counter: &Counter, her: &Person) -> Duration {
    let begun = Instant::now();
    counter.sell(&Sale::to(&her.id, "KILL-TIME", &["TH1001"]));
    begun.elapsed()
}

/// At the end: each acknowledged operation once, nothing else twice, points add up.
fn settled(shop: &Shop, counter: &Counter, people: &[Person], told: &Acknowledged) {
    counter.settle_with(&[]);
    assert_eq!(counter.pending(), 0);
    let ledger = shop.centre.ledger();
    ledger.assert_sound();
    let losses = ledger.column("SELECT op_id || ' ' || reason FROM manager_list", []);
    assert!(losses.is_empty(), "an allowance was overspent: {losses:?}");
    for (op, done) in &told.0 {
        let states = ledger.column("SELECT state FROM operation WHERE op_id = ?1", [op]);
        assert_eq!(states, ["applied"], "acknowledged: {done}");
    }
    for her in people {
        let effects = ledger.column(
            "SELECT outcome FROM operation WHERE member_id = ?1 AND state = 'applied'",
            [&her.id],
        );
        let of = |effects: &[String], name: &str| -> i64 {
            effects
                .iter()
                .map(|e| serde_json::from_str::<Value>(e).expect("an outcome"))
                .filter_map(|e| e[name].as_i64())
                .sum()
        };
        let expected = her.points + of(&effects, "earned") - of(&effects, "spent")
            + of(&effects, "given_back")
            - of(&effects, "taken_back");
        assert_eq!(ledger.points(&her.id), expected, "points of {}", her.no);
        let page = counter.page(&her.id);
        assert_eq!(points(&page, "confirmed"), expected, "{page}");
        let outstanding = ledger.number(
            "SELECT coalesce(sum(outstanding), 0) FROM allowance WHERE member_id = ?1",
            [&her.id],
        );
        assert_eq!(points(&page, "offline_usable"), outstanding, "{page}");
        let mut all = receipts(&page);
        all.sort();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count, "a receipt twice: {page}");
    }
}

#[test]
fn a_counter_killed_at_any_moment_keeps_what_it_acknowledged() {
    let mut shop = Shop::open();
    let counter = shop.counter("A");
    let people = shop.people(1_500, 4);
    let mut dice = Dice::of("COUNTERPART_KILL_SEED");
    let mut told = Acknowledged::default();
    let span = span(&counter, &people[0]);
    let (mut cut, mut refused, mut repeated, mut in_a_row) = (0, 0, 0, 0);
    for round in 0..rounds() {
        // half of it in an outage: then nothing but this disk has it
        match (round % 10, shop.centre.runs()) {
            (5, true) => shop.centre.kill(),
            (0, false) => shop.centre.restart(),
            _ => {}
        }
        let her = &people[usize::try_from(dice.below(4)).unwrap_or(0)];
        let args = operation(&mut dice, round, her);
        match killed(&counter, &args, dice.moment(span)) {
            Said::Done(done) => {
                told.note(done);
                in_a_row = 0;
            }
            Said::Refused => {
                refused += 1;
                in_a_row = 0;
            }
            Said::Nothing => {
                cut += 1;
                in_a_row += 1;
            }
        }
        // a try of a PIN counts before it is looked at, so that no cut hides a wrong one: after five cuts in a row there
        // would be a wait, as after five wrong ones
        if in_a_row == CUTS_BEFORE_SIGN_IN {
            counter.ok(&["sign-in"]);
            in_a_row = 0;
        }
        // the clerk tries a sale again, as clerks do: the same receipt
        if args[0] == "sell" && dice.below(2) == 0 {
            let answer = counter.run(&args);
            if answer.exit == Some(0) {
                repeated += u32::from(answer.json["exists"] == true);
                told.note(answer.json);
            } else {
                assert_eq!(
                    answer.code(),
                    "offline_limit",
                    "{} {}",
                    answer.json,
                    answer.stderr
                );
            }
        }
        if round % 8 == 7 && shop.centre.runs() {
            // a sync is cut as well
            let mut child = counter.command(&["sync"]).spawn().expect("counter starts");
            std::thread::sleep(dice.moment(span));
            let _ = child.kill();
            process::output_of(child, "a killed sync");
        }
    }
    if !shop.centre.runs() {
        shop.centre.restart();
    }
    println!(
        "{} acknowledged, {cut} cut before that, {refused} refused, {repeated} found done on \
         repeating",
        told.0.len()
    );
    settled(&shop, &counter, &people, &told);
}

#[test]
fn a_centre_killed_in_the_middle_of_pushes_does_each_operation_once() {
    let mut shop = Shop::open();
    let counter = shop.counter("A");
    let people = shop.people(1_500, 4);
    let mut dice = Dice::of("COUNTERPART_KILL_SEED");
    let mut told = Acknowledged::default();
    let begun = Instant::now();
    counter.sync();
    let span = begun.elapsed();
    let cuts = rounds().div_ceil(2);
    let mut reached = 0;
    for cut in 0..cuts {
        for (n, her) in people.iter().enumerate() {
            let receipt = format!("CUT-{cut}-{n}");
            let mut sale = Sale::to(&her.id, &receipt, &["TH1001*2"]);
            if n == 1 {
                sale = sale.paid_by(100);
            }
            let answer = counter.run(&sale.args());
            match (answer.exit, answer.code()) {
                (Some(0), _) => told.note(answer.json),
                // what was set aside for this counter is used up, and the centre is away
                (_, "offline_limit") if n == 1 => {}
                _ => panic!("{} {}", answer.json, answer.stderr),
            }
        }
        if !shop.centre.runs() {
            shop.centre.restart();
        }
        let child = counter.command(&["sync"]).spawn().expect("counter starts");
        std::thread::sleep(dice.moment(span));
        shop.centre.kill();
        let output = process::output_of(child, "a sync whose centre was killed");
        reached += u32::from(output.status.success());
    }
    println!("{cuts} cuts, {reached} of them after the sync was done");
    shop.centre.restart();
    settled(&shop, &counter, &people, &told);
    let ledger = shop.centre.ledger();
    for her in &people {
        let of_cuts = "SELECT receipt_no FROM receipt WHERE member_id = ?1
            AND receipt_no LIKE 'CUT-%' GROUP BY receipt_no HAVING count(*) > 1";
        assert_eq!(ledger.column(of_cuts, [&her.id]), Vec::<String>::new());
    }
}

#[test]
fn processes_of_one_counter_at_once_spend_each_point_once() {
    let mut shop = Shop::open();
    let counter = shop.counter("A");
    let her = shop.people(3_000, 1).remove(0);
    shop.centre.kill();
    let usable = counter.offline_usable(&her.id);
    // below the floor: nobody is asked whether it is she
    let part = ((usable / 400) * 100).min(500);
    assert!(part > 0, "{usable}");
    let fitting = usize::try_from(usable / part).expect("a few");
    let args = cash_args(&her.id, part, "99999");
    let started: Vec<_> = (0..fitting + 4)
        .map(|_| counter.command(&args).spawn().expect("counter starts"))
        .collect();
    let mut told = Acknowledged::default();
    for child in started {
        let output = process::output_of(child, "a redemption");
        let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        if output.status.success() {
            told.note(said);
        } else {
            assert_eq!(said["error"]["code"], "offline_limit", "{said}");
        }
    }
    assert_eq!(
        told.0.len(),
        fitting,
        "of {usable} points, {part} at a time"
    );
    let left = usable - part * i64::try_from(fitting).expect("a few");
    assert_eq!(counter.offline_usable(&her.id), left);
    shop.centre.restart();
    settled(&shop, &counter, &[her], &told);
}

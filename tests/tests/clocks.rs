//! Wrong wall clocks: years ahead, back, in another zone. A counter with one comes to the same figures as
//! a counter with the right one, and only a restart may make it more careful, never less.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use tests::counter::{number, text};
use tests::till::{Sale, cash_args, points};
use tests::wall::{DAY, Wall};
use tests::{Books, Counter, Shop};

const YEAR: i64 = 365 * DAY;

/// What a clerk is told of the same things, done with no network.
fn done_by(counter: &Counter, her: &str, name: &str) -> [Value; 2] {
    let receipt = format!("CLOCK-{name}");
    let sale = counter.sell(&Sale::to(her, &receipt, &["TH1001", "TH1003*2"]));
    let part = counter.ok(&["return", "--receipt", &receipt, "--line", "TH1003*1"]);
    [sale, part]
}

fn figures(done: &[Value]) -> Vec<Value> {
    let names = [
        "earned",
        "spent",
        "points",
        "pay",
        "worth",
        "refund",
        "taken_back",
        "given_back",
    ];
    done.iter()
        .flat_map(|d| names.map(|name| d[name].clone()))
        .collect()
}

#[test]
fn wrong_wall_clocks_come_to_the_same_figures() {
    let mut shop = Shop::open();
    let Some(right) = Wall::right(shop.dir()) else {
        return;
    };
    let her = shop.person();
    let walls = [
        ("right", right.clone()),
        ("ahead", right.shifted(5 * YEAR)),
        ("back", right.shifted(-4 * YEAR)),
        ("zone", right.zone("America/New_York")),
        // a day's difference of the date at any hour
        ("far", right.shifted(DAY / 2).zone("Pacific/Kiritimati")),
    ];
    let mut told = Vec::new();
    let mut counters = Vec::new();
    for (name, wall) in &walls {
        let counter = shop.bare(name).by(wall);
        let code = shop.centre.enrol_code(&shop.store, true);
        counter.enrol(&shop.centre.url(), &code, name);
        counter.settle_with(&[]);
        counter.sign_in();
        counters.push(counter);
    }
    // with no network the wall clock is all that such a counter could go by
    shop.centre.kill();
    for (counter, (name, _)) in counters.iter().zip(&walls) {
        told.push(done_by(counter, &her.id, name));
    }
    for (done, (name, _)) in told.iter().zip(&walls) {
        assert_eq!(figures(done), figures(&told[0]), "{name}");
    }
    shop.centre.restart();
    let others: Vec<&Counter> = counters.iter().skip(1).collect();
    counters[0].settle_with(&others);
    shop.centre.assert_audit_clean();
    let books = Books::File(shop.centre.ledger());
    assert_eq!(books.losses(), 0);
    let applied = books.applied();
    for done in told.iter().flatten() {
        let id = text(&done["op_id"]);
        assert_eq!(applied.get(&id), Some(&1), "{done}");
    }
    // what counts is the centre's time: each lies within the test
    let strange = books
        .number("SELECT count(*) FROM operation WHERE abs(effective_at - arrived_at) > 3600000");
    assert_eq!(strange, 0, "an operation of another day");
    let confirmed = points(&counters[0].page(&her.id), "confirmed");
    assert_eq!(confirmed, books.points(&her.id));
    for counter in &counters {
        assert_eq!(points(&counter.page(&her.id), "confirmed"), confirmed);
    }
}

#[test]
fn a_restart_moves_time_forward_only_and_a_lease_ends_by_it() {
    let mut shop = Shop::open();
    let Some(right) = Wall::right(shop.dir()) else {
        return;
    };
    let counter = shop.counter("A");
    counter.settle_with(&[]);
    let her = shop.person();
    let usable = counter.offline_usable(&her.id);
    assert!(usable >= 300);
    shop.centre.kill();
    let cash = cash_args(&her.id, 100, "300");
    // the clock set ahead while the device runs ends no lease, set back renews none
    let mut told = vec![counter.by(&right.shifted(YEAR)).ok(&cash)];
    told.push(counter.by(&right.shifted(-YEAR)).ok(&cash));
    // a contact sets all of that right
    shop.centre.restart();
    counter.settle_with(&[]);
    let usable = counter.offline_usable(&her.id);
    shop.centre.kill();
    // started anew a day later: still within its lease
    let day_later = counter.by(&right.shifted(DAY).restarted(1));
    told.push(day_later.ok(&cash));
    let left = usable - 100;
    assert_eq!(day_later.offline_usable(&her.id), left);
    // started anew beyond the lease: it stops spending; sales go on
    let late = counter.by(&right.shifted(30 * DAY).restarted(2));
    // and shows nobody: what is sold is hers by her phone number
    late.refused("counter_locked", &cash);
    told.push(late.sell(&Sale::to(&her.phone, "LEASE-1", &["TH1001"]).phone()));
    // started anew with the clock behind what it has seen: not sure of anything
    let behind = counter.by(&right.shifted(-YEAR).restarted(3));
    behind.refused("counter_locked", &cash);
    told.push(behind.sell(&Sale::to(&her.phone, "LEASE-2", &["TH1001"]).phone()));
    // the first contact sets it right, whatever its wall clock says
    shop.centre.restart();
    behind.settle_with(&[]);
    assert!(behind.offline_usable(&her.id) >= left);
    shop.centre.kill();
    told.push(behind.ok(&cash));
    shop.centre.restart();
    behind.settle_with(&[]);
    shop.centre.assert_audit_clean();
    let books = Books::File(shop.centre.ledger());
    let applied = books.applied();
    for done in &told {
        assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
    }
    assert_eq!(books.losses(), 0);
    // a month ahead, a tier or a factor may be another: what was earned is what it is on the centre's day
    let earned: i64 = ["LEASE-1", "LEASE-2"]
        .map(|no| {
            books.number(&format!(
                "SELECT earned FROM receipt WHERE receipt_no = '{no}'"
            ))
        })
        .iter()
        .sum();
    assert!(earned > 0);
    let spent: i64 = told.iter().filter_map(|d| d["points"].as_i64()).sum();
    let expected = her.points + earned - spent;
    assert_eq!(books.points(&her.id), expected);
    assert_eq!(
        number(&behind.page(&her.id)["points"]["confirmed"]),
        expected
    );
}

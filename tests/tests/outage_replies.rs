//! Replies that are lost after the centre did its work: the counter asks again, and nothing
//! happens twice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use tests::counter::{number, text};
use tests::relay::{Mode, Relay};
use tests::till::{Sale, cash_args, points, receipts};
use tests::{Counter, Ledger, Shop};

fn outcome(ledger: &Ledger, op_id: &str) -> (i64, String) {
    let count = ledger.number(
        "SELECT count(*) FROM operation WHERE op_id = ?1 AND state = 'applied'",
        [op_id],
    );
    let outcomes = ledger.column("SELECT outcome FROM operation WHERE op_id = ?1", [op_id]);
    (count, outcomes.concat())
}

/// What the centre holds in escrow for a member is what her counters may spend.
fn escrow_is_held(ledger: &Ledger, member: &str, counters: &[&Counter]) {
    let outstanding = ledger.number(
        "SELECT coalesce(sum(outstanding), 0) FROM allowance WHERE member_id = ?1",
        [member],
    );
    let held: i64 = counters.iter().map(|c| c.offline_usable(member)).sum();
    assert_eq!(
        held, outstanding,
        "escrow at the centre and on its counters"
    );
}

#[test]
fn a_lost_reply_to_a_push_doubles_nothing() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let a = shop.counter_through("A", &relay.url());
    let her = shop.people(2_000, 5).pop().expect("five members");
    let sale = a.sell(&Sale::to(&her.id, "LOST-1", &["TH1001"]).paid_by(100));
    let reward = a.reward(&her.id, "RW01");
    let back = a.ok(&["return", "--receipt", "LOST-1"]);
    assert_eq!(a.pending(), 3);

    relay.set(Mode::LoseReply("/v1/push"));
    a.refused("offline", &["sync"]);
    assert_eq!(relay.met(), 1, "the centre did the work once");
    let ledger = shop.centre.ledger();
    for done in [&sale, &reward, &back] {
        let (count, said) = outcome(&ledger, &text(&done["op_id"]));
        assert_eq!(
            count, 1,
            "the centre has it although nobody was told: {said}"
        );
    }
    let once = ledger.points(&her.id);
    let transfers = "SELECT count(*) FROM transfer WHERE member_id = ?1";
    let moved = ledger.number(transfers, [&her.id]);
    assert_eq!(a.pending(), 3, "without an answer they wait on");

    // lost again: still only one effect
    a.refused("offline", &["sync"]);
    relay.set(Mode::Pass);
    assert_eq!(number(&a.sync()["pushed"]), 3);
    assert_eq!(a.pending(), 0);
    assert_eq!(ledger.points(&her.id), once, "asking again moved points");
    let expected =
        her.points + number(&sale["earned"]) - number(&sale["spent"]) - number(&reward["points"])
            + number(&back["given_back"])
            - number(&back["taken_back"]);
    let page = a.page(&her.id);
    assert_eq!(points(&page, "confirmed"), expected, "{page}");
    assert_eq!(once, expected);
    let times = receipts(&page).iter().filter(|r| *r == "LOST-1").count();
    assert_eq!(times, 1, "{page}");
    let by_operations = "SELECT count(*) FROM transfer WHERE member_id = ?1 AND op_id IN
        (SELECT op_id FROM operation)";
    let of_them = ledger.number(by_operations, [&her.id]);
    a.settle_with(&[]);
    assert!(ledger.number(transfers, [&her.id]) >= moved);
    assert_eq!(ledger.number(by_operations, [&her.id]), of_them);
    escrow_is_held(&ledger, &her.id, &[&a]);
    ledger.assert_sound();
}

#[test]
fn a_lost_grant_strands_no_points() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let a = shop.counter_through("A", &relay.url());
    let her = shop.people(2_000, 5).pop().expect("five members");
    let usable = a.offline_usable(&her.id);
    let more = (usable / 100 + 2) * 100;
    assert!(more <= her.points, "{her:?}");
    let args = cash_args(&her.id, more, "99999");

    relay.set(Mode::LoseReply("/v1/grant"));
    let limit = a.refused("offline_limit", &args);
    assert_eq!(relay.met(), 1, "the centre granted");
    assert_eq!(number(&limit["possible"]), usable, "{limit}");
    assert_eq!(number(&limit["set_aside"]), usable, "{limit}");
    assert_eq!(number(&limit["used"]), 0, "{limit}");
    assert_eq!(a.pending(), 0, "nothing was spent");
    let ledger = shop.centre.ledger();
    let granted = "SELECT coalesce(sum(outstanding), 0) FROM allowance WHERE member_id = ?1";
    assert!(
        ledger.number(granted, [&her.id]) >= more,
        "the centre set them aside although nobody was told"
    );

    relay.set(Mode::Pass);
    a.sync();
    assert!(
        a.offline_usable(&her.id) >= more,
        "the same request brings the same grant"
    );
    escrow_is_held(&ledger, &her.id, &[&a]);
    let done = a.ok(&args);
    assert_eq!(number(&done["points"]), more, "{done}");
    a.settle_with(&[]);
    assert_eq!(ledger.points(&her.id), her.points - more);
    escrow_is_held(&ledger, &her.id, &[&a]);
    ledger.assert_sound();
}

#[test]
fn a_lost_reply_to_an_enrolment_is_asked_for_again() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let a = shop.bare("A");
    let code = shop.centre.enrol_code(&shop.store, true);
    let url = relay.url();
    relay.set(Mode::LoseReply("/v1/enrol"));
    a.refused("offline", &["enrol", "--centre", &url, "--code", &code]);
    assert_eq!(a.status().0["enrolled"], false);
    relay.set(Mode::Pass);
    // the same code brings the same answer: no device is left that nobody has
    a.enrol(&url, &code, "A");
    let pulled: Value = a.sync();
    assert!(number(&pulled["pulled"]) > 0, "{pulled}");
    shop.bare("B").refused(
        "enrol_code_invalid",
        &["enrol", "--centre", &url, "--code", &code],
    );
    let usable = a.offline_usable(&shop.people(1_000, 1)[0].id);
    assert!(
        usable > 0,
        "the device whose enrolment was lost holds nothing back"
    );
}

#[test]
fn lost_replies_to_pulls_lose_no_change() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let (a, b) = (shop.counter_through("A", &relay.url()), shop.counter("B"));
    let her = shop.people(1_000, 5).pop().expect("five members");
    let done = b.sell(&Sale::to(&her.id, "PULL-1", &["TH1001"]));
    b.sync();
    for lost in ["/v1/hello", "/v1/pull"] {
        relay.set(Mode::LoseReply(lost));
        a.refused("offline", &["sync"]);
        assert_eq!(relay.met(), 1, "{lost}");
    }
    relay.set(Mode::Pass);
    a.settle_with(&[&b]);
    let page = a.page(&her.id);
    assert_eq!(
        points(&page, "confirmed"),
        her.points + number(&done["earned"]),
        "{page}"
    );
    assert!(receipts(&page).contains(&"PULL-1".to_owned()), "{page}");
}

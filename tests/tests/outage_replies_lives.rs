//! Replies that are lost after the centre did its work, where lives of an outbox begin and end: asking
//! again changes nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use tests::counter::text;
use tests::relay::{Mode, Relay};
use tests::till::{Sale, cash_args, points};
use tests::{Books, Brand, Counter, Person, Shop};

struct Bench {
    relay: Relay,
    counter: Counter,
    her: Person,
    device: String,
    shop: Shop,
}

fn bench() -> Bench {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let counter = shop.counter_through("A", &relay.url());
    let her = shop.person();
    counter.settle_with(&[]);
    let device = shop.centre.device_id("A");
    Bench {
        relay,
        counter,
        her,
        device,
        shop,
    }
}

impl Bench {
    /// A contact whose reply on this path is lost, twice; then one that is not.
    #[track_caller]
    fn loses(&self, path: &'static str) {
        for _ in 0..2 {
            self.relay.set(Mode::LoseReply(path));
            self.counter.refused("offline", &["sync"]);
            assert_eq!(self.relay.met(), 1, "{path}");
        }
        self.relay.set(Mode::Pass);
        self.counter.sync();
    }

    fn epoch(&self) -> i64 {
        let sql = "SELECT epoch FROM device WHERE id = ?1";
        self.shop.centre.ledger().number(sql, [&self.device])
    }

    #[track_caller]
    fn settled(&self, told: &[Value], expected: i64) {
        self.counter.settle_with(&[]);
        assert_eq!(
            (self.counter.pending(), self.counter.problem()),
            (0, String::new())
        );
        self.shop.centre.assert_audit_clean();
        let books = Books::File(self.shop.centre.ledger());
        let applied = books.applied();
        for done in told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
        assert_eq!(books.losses(), 0);
        assert_eq!(books.points(&self.her.id), expected);
        let now = u32::try_from(self.epoch()).expect("an epoch");
        let page = self.counter.page(&self.her.id);
        assert_eq!(points(&page, "confirmed"), expected, "{page}");
        assert_eq!(
            points(&page, "offline_usable"),
            books.held(&self.device, Some(now), &self.her.id),
            "{page}"
        );
    }
}

#[test]
fn an_epoch_that_begins_with_lost_replies_begins_once() {
    let b = bench();
    let older = b.counter.copied("older");
    let first = b.counter.sell(&Sale::to(&b.her.id, "LIFE-1", &["TH1001"]));
    b.counter.sync();
    b.counter.put_back(&older);
    b.loses("/v1/hello");
    assert_eq!(b.epoch(), 2);
    let second = b.counter.sell(&Sale::to(&b.her.id, "LIFE-2", &["TH1001"]));
    b.loses("/v1/push");
    let expected = b.her.points
        + [&first, &second]
            .iter()
            .filter_map(|d| d["earned"].as_i64())
            .sum::<i64>();
    b.settled(&[first, second], expected);
}

#[test]
fn grants_of_a_life_that_is_over_are_not_taken() {
    let b = bench();
    let args = cash_args(&b.her.id, b.her.points / 100 * 100, "9999999");
    b.relay.set(Mode::LoseReply("/v1/grant"));
    assert_eq!(b.counter.run(&args).code(), "offline_limit");
    assert_eq!(b.relay.met(), 1, "the centre granted");
    b.relay.set(Mode::Pass);
    // before the answer is asked for again, the device is written off
    b.shop.centre.device_done("write-off", "A");
    b.counter.settle_with(&[]);
    assert_eq!(b.epoch(), 2);
    let books = Books::File(b.shop.centre.ledger());
    assert_eq!(books.held(&b.device, Some(1), &b.her.id), 0);
    let cash = b.counter.patiently(&args);
    let left = b.her.points % 100;
    b.settled(&[cash], left);
}

#[test]
fn a_release_whose_reply_is_lost_is_given_back_once() {
    let b = bench();
    let other = b.shop.counter("B");
    let args = cash_args(&b.her.id, b.her.points / 100 * 100, "9999999");
    other.refused_for("offline_limit", "held_elsewhere", &args);
    // the pull brings what is asked back; the release of it goes out by a push
    b.loses("/v1/push");
    let cash = other.patiently(&args);
    other.sync();
    b.settled(&[cash], b.her.points % 100);
}

#[test]
fn a_managers_write_off_whose_reply_is_lost_is_done_once() {
    let b = bench();
    let silent = b.shop.counter("B");
    let sale = silent.sell(&Sale::to(&b.her.id, "SILENT-1", &["TH1001"]));
    let manager = Brand::demo().clerk_of(&b.shop.store, "manager");
    let at = b.counter.with(&manager);
    let device = b.shop.centre.device_id("B");
    b.relay.set(Mode::LoseReply("/v1/manage"));
    let write_off = ["manage", "write-off", &device];
    at.refused("offline", &write_off);
    b.relay.set(Mode::Pass);
    at.ok(&write_off);
    silent.settle_with(&[&b.counter]);
    let expected = b.her.points + sale["earned"].as_i64().expect("points");
    b.settled(&[sale], expected);
}

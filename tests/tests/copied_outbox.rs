//! A copied disk: one outbox in two folders, and both are used. Nothing of either is dropped, the store
//! bears what was spent twice, and a manager lets both stories count.

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
use tests::{Books, Brand, Counter, Person, Shop};

/// Two copies of one counter after each has sold and spent all that it held of her.
struct Fork {
    shop: Shop,
    first: Counter,
    copy: Counter,
    her: Person,
    /// What each of them spent.
    usable: i64,
    told: Vec<Value>,
}

impl Fork {
    fn sell(&mut self, at_copy: bool, receipt: &str) {
        let counter = if at_copy { &self.copy } else { &self.first };
        let done = counter.sell(&Sale::to(&self.her.id, receipt, &["TH1001"]));
        self.told.push(done);
    }

    fn spend_all(&mut self, at_copy: bool) {
        let counter = if at_copy { &self.copy } else { &self.first };
        self.told
            .push(counter.cash(&self.her.id, self.usable, "99999"));
    }
}

fn fork() -> Fork {
    let shop = Shop::open();
    let first = shop.counter("A");
    let her = shop.person();
    first.settle_with(&[]);
    let usable = first.offline_usable(&her.id) / 100 * 100;
    assert!(usable > 0, "{her:?}");
    let copy = first.copied("A-copy");
    let mut fork = Fork {
        shop,
        first,
        copy,
        her,
        usable,
        told: Vec::new(),
    };
    fork.sell(false, "FORK-A1");
    fork.spend_all(false);
    fork.first.sync();
    fork.sell(true, "FORK-B1");
    fork.spend_all(true);
    fork.copy.sync();
    assert_eq!(fork.copy.problem(), "quarantined");
    fork.sell(false, "FORK-A2");
    fork.first.sync();
    assert_eq!(fork.first.problem(), "quarantined");
    fork
}

impl Fork {
    /// Everything that either copy sent since is listed for a manager, and neither gets anything.
    fn kept_for_a_manager(&self) {
        let device = self.shop.centre.device("A");
        assert_eq!(device["standing"], "quarantined", "{device}");
        let kept = device["kept"].as_array().expect("what is kept");
        let listed: Vec<&str> = kept.iter().filter_map(|k| k["receipt"].as_str()).collect();
        for receipt in ["FORK-B1", "FORK-A2"] {
            assert!(listed.contains(&receipt), "{receipt} in {device}");
        }
        let spent: i64 = kept.iter().map(|k| number(&k["points"])).sum();
        assert_eq!(spent, self.usable, "what the copy spent: {device}");
        for counter in [&self.first, &self.copy] {
            // what it holds may be spent, and no more
            let all = points(&counter.page(&self.her.id), "confirmed") - self.usable;
            let all = cash_args(&self.her.id, all / 100 * 100, "9999999");
            counter.refused_for("offline_limit", "no_grants", &all);
            assert!(counter.pending() > 0, "it waits for its manager");
        }
        assert_eq!(self.shop.centre.ledger().points(&self.her.id), {
            let sold = &self.told[0];
            self.her.points + number(&sold["earned"]) - self.usable
        });
    }

    /// After it was resolved: the first that comes goes on, the other only delivers.
    fn goes_on(&mut self) {
        self.first.sync();
        assert_eq!(self.first.problem(), "");
        self.copy.sync();
        assert_eq!(self.copy.problem(), "superseded");
        self.sell(true, "FORK-B2");
        self.copy.sync();
        self.sell(false, "FORK-A3");
        let cash = self.first.patiently(&cash_args(&self.her.id, 100, "300"));
        self.told.push(cash);
        self.first.settle_with(&[]);
        for counter in [&self.first, &self.copy] {
            assert_eq!(counter.pending(), 0, "{:?}", counter.home);
        }
        let of_copy = cash_args(&self.her.id, 100, "300");
        self.copy
            .refused_for("offline_limit", "superseded", &of_copy);
        let ledger = self.shop.centre.ledger();
        self.shop.centre.assert_audit_clean();
        let books = Books::File(ledger);
        let applied = books.applied();
        for done in &self.told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
        // what was spent twice, but for what the device held besides when it was resolved
        let loss = books.losses();
        assert!((1..=self.usable).contains(&loss), "{loss}");
        let earned: i64 = self
            .told
            .iter()
            .filter_map(|done| done["earned"].as_i64())
            .sum();
        let expected = self.her.points + earned - 2 * self.usable + loss - 100;
        assert_eq!(books.points(&self.her.id), expected);
        let page = self.first.page(&self.her.id);
        assert_eq!(points(&page, "confirmed"), expected, "{page}");
        let all = receipts(&page);
        for receipt in ["FORK-A1", "FORK-A2", "FORK-A3", "FORK-B1", "FORK-B2"] {
            let times = all.iter().filter(|no| *no == receipt).count();
            assert_eq!(times, 1, "{receipt} in {all:?}");
        }
        let device = self.shop.centre.device_id("A");
        assert_eq!(
            points(&page, "offline_usable"),
            books.held(&device, None, &self.her.id)
        );
    }

    /// The copy becomes a counter of its own.
    fn enrolled_anew(&mut self) {
        let centre = &self.shop.centre;
        let code = || centre.enrol_code(&self.shop.store, true);
        let again = ["enrol", "--centre", &centre.url(), "--code", &code()].map(str::to_owned);
        self.first.refused("already_enrolled", &again);
        let anew = self.copy.enrol(&centre.url(), &code(), "B");
        assert_eq!(anew["device_name"], "B", "{anew}");
        assert!(!self.copy.files_like("outbox.aside").is_empty(), "kept");
        self.copy.sync();
        assert_eq!(self.copy.problem(), "");
        self.sell(true, "FORK-B3");
        let cash = cash_args(&self.her.id, 100, "300");
        self.told.push(self.copy.patiently(&cash));
        self.copy.settle_with(&[&self.first]);
        self.shop.centre.assert_audit_clean();
        let applied = Books::File(self.shop.centre.ledger()).applied();
        for done in &self.told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
        assert_eq!(self.shop.centre.device("B")["standing"], "good");
    }
}

#[test]
fn headquarters_lets_both_copies_count() {
    let mut fork = fork();
    fork.kept_for_a_manager();
    let done = fork.shop.centre.device_done("resolve", "A");
    assert_eq!(number(&done["branches"]), 2, "{done}");
    assert_eq!(number(&done["applied"]), 3, "{done}");
    assert_eq!(number(&done["still_kept"]), 0, "{done}");
    let again = fork
        .shop
        .centre
        .central("devices", &["resolve", &fork.shop.centre.device_id("A")]);
    assert_eq!(again.exit, Some(1), "there is nothing left to resolve");
    fork.goes_on();
    fork.enrolled_anew();
}

#[test]
fn a_manager_lets_both_copies_count_from_another_counter() {
    let mut fork = fork();
    let relay = Relay::to(fork.shop.centre.port());
    let other = fork.shop.counter_through("C", &relay.url());
    let manager = Brand::demo().clerk_of(&fork.shop.store, "manager");
    let at = other.with(&manager);
    let device = fork.shop.centre.device_id("A");
    let resolve = ["manage", "resolve", &device];
    // neither a wrong PIN nor somebody who is no manager
    let mut wrong = manager.clone();
    wrong.pin = "0000000".to_owned();
    for nobody in [other.with(&wrong), other.clone()] {
        let refused = nobody.run(&resolve);
        assert_eq!(refused.exit, Some(1), "{}", refused.json);
        assert_eq!(refused.code(), "not_authenticated", "{}", refused.json);
    }
    fork.kept_for_a_manager();
    let seen = at.ok(&["manage", "look"]);
    let standing = |reply: &Value| {
        let all = reply["devices"].as_array().expect("devices");
        let of_a = all.iter().find(|d| d["device"] == device.as_str());
        of_a.expect("the forked one")["standing"].clone()
    };
    assert_eq!(standing(&seen), "quarantined", "{seen}");
    // the reply is lost after the work was done: asking again does nothing twice
    relay.set(Mode::LoseReply("/v1/manage"));
    at.refused("offline", &resolve);
    assert_eq!(relay.met(), 1);
    relay.set(Mode::Pass);
    at.refused("not_found", &resolve);
    let seen = at.ok(&["manage", "look"]);
    assert_ne!(standing(&seen), "quarantined", "{seen}");
    fork.goes_on();
}

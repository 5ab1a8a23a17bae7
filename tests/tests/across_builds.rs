//! Two builds at once: a counter of one with a centre of the other, in step, alone, and brought up to date in the middle.
//!
//! `cargo xtask across COMMIT` builds the other one and runs these.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use tests::counter::number;
use tests::programs::Build;
use tests::till::{Sale, cash_args, points, receipts, reward_args};
use tests::{Books, Counter, Person, Shop};

struct Story {
    shop: Shop,
    counter: Counter,
    her: Person,
    /// What she has to have by what the counter said.
    points: i64,
    /// What the counter called done.
    done: Vec<String>,
}

impl Story {
    fn begins(centre: Build, counter: Build) -> Self {
        let shop = Shop::open_of(centre);
        let counter = shop.counter_of("A", counter);
        counter.settle_with(&[]);
        let her = shop.person();
        Self {
            points: her.points,
            shop,
            counter,
            her,
            done: Vec::new(),
        }
    }

    fn did(&mut self, said: &Value) {
        let of = |what: &str| said[what].as_i64().unwrap_or(0);
        self.points += of("earned") + of("given_back") - of("spent") - of("taken_back");
        // a redemption says what it took by another name
        if said["spent"].is_null() && said["taken_back"].is_null() {
            self.points -= of("points");
        }
        self.done
            .push(said["op_id"].as_str().expect("an operation").to_owned());
    }

    fn sells(&mut self, receipt: &str, paid: i64) {
        let sale = Sale::to(&self.her.id, receipt, &["TH1001"]).paid_by(paid);
        let said = self.counter.sell(&sale);
        self.did(&said);
    }

    /// A sale, a reward, money off and a return, each of which tells what it does.
    fn serves(&mut self, name: &str) {
        self.sells(&format!("{name}-1"), 100);
        let reward = self.counter.patiently(&reward_args(&self.her.id, "RW01"));
        self.did(&reward);
        let usable = self.counter.offline_usable(&self.her.id) / 100 * 100;
        let cash = cash_args(&self.her.id, usable.min(300), "99999");
        let cash = self.counter.patiently(&cash);
        self.did(&cash);
        let back = self
            .counter
            .ok(&["return", "--receipt", &format!("{name}-1")]);
        self.did(&back);
    }

    /// All of it is at the centre once, and both sides say the same of her.
    fn comes_to_rest(&self) {
        self.counter.settle_with(&[]);
        assert_eq!(self.counter.pending(), 0);
        let page = self.counter.page(&self.her.id);
        assert_eq!(points(&page, "confirmed"), self.points, "{page}");
        let books = Books::File(self.shop.centre.ledger());
        assert_eq!(books.points(&self.her.id), self.points);
        let applied = books.applied();
        for id in &self.done {
            assert_eq!(applied.get(id), Some(&1), "{id}");
        }
        self.shop.centre.assert_audit_clean();
    }
}

#[test]
#[ignore = "needs programs of another build: cargo xtask across COMMIT"]
fn a_counter_of_another_build_works_with_this_centre_and_is_brought_up_to_date() {
    let mut story = Story::begins(Build::This, Build::Other);
    story.serves("STEP");
    story.comes_to_rest();
    story.shop.centre.kill();
    story.serves("ALONE");
    story.sells("LATER", 0);
    // what waits is sent by the program of today
    story.counter = story.counter.of(Build::This);
    assert!(story.counter.pending() > 0);
    let page = story.counter.page(&story.her.id);
    assert!(receipts(&page).contains(&"LATER".to_owned()), "{page}");
    story.sells("TODAY", 0);
    story.shop.centre.restart();
    story.comes_to_rest();
    story.serves("AFTER");
    story.comes_to_rest();
}

#[test]
#[ignore = "needs programs of another build: cargo xtask across COMMIT"]
fn this_counter_works_with_a_centre_of_another_build_and_that_is_brought_up_to_date() {
    let mut story = Story::begins(Build::Other, Build::This);
    story.serves("STEP");
    story.comes_to_rest();
    story.shop.centre.kill();
    story.serves("ALONE");
    story.shop.centre.restart();
    story.comes_to_rest();
    let neighbour = story.shop.counter_of("B", Build::Other);

    // a kind that the older one may not know waits there, and has its effect once it does
    let sample = ["sample", "--member", &story.her.id, "--product", "TH1001"];
    let given = story.counter.ok(&sample);
    story
        .done
        .push(given["op_id"].as_str().expect("an operation").to_owned());
    story.counter.settle_with(&[]);
    assert!(story.shop.centre.stop());
    story.shop.centre.set_build(Build::This);
    story.shop.centre.restart();
    story.comes_to_rest();
    let page = story.counter.page(&story.her.id);
    assert_eq!(page["samples"][0]["pending"], false, "{page}");
    story.serves("AFTER");
    story.comes_to_rest();

    // the counter beside it, of the build before, goes on with the centre of today
    let sold = neighbour.sell(&Sale::to(&story.her.id, "BESIDE", &["TH1001"]));
    neighbour.settle_with(&[&story.counter]);
    story.points += number(&sold["earned"]);
    story.comes_to_rest();
    let page = neighbour.page(&story.her.id);
    assert_eq!(points(&page, "confirmed"), story.points, "{page}");
}

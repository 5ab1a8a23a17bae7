//! A counter's folder put back from an older copy, or its outbox lost: it never spends again what it
//! has spent, everything that was done counts once, and life goes on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use std::fs;
use tests::copies::{flip, remove_beside};
use tests::counter::{number, text};
use tests::till::{Sale, cash_args, points};
use tests::{Books, Counter, Person, Shop};

struct Bench {
    shop: Shop,
    counter: Counter,
    her: Person,
    device: String,
    told: Vec<Value>,
}

fn bench() -> Bench {
    let shop = Shop::open();
    let counter = shop.counter("A");
    let her = shop.person();
    counter.settle_with(&[]);
    let device = shop.centre.device_id("A");
    Bench {
        shop,
        counter,
        her,
        device,
        told: Vec::new(),
    }
}

impl Bench {
    fn sell(&mut self, receipt: &str) {
        let sale = Sale::to(&self.her.id, receipt, &["TH1001"]);
        self.told.push(self.counter.sell(&sale));
    }

    fn cash(&mut self, points: i64) {
        let args = cash_args(&self.her.id, points, "99999");
        self.told.push(self.counter.patiently(&args));
    }

    fn epoch(&self) -> i64 {
        let sql = "SELECT epoch FROM device WHERE id = ?1";
        self.shop.centre.ledger().number(sql, [&self.device])
    }

    fn books(&self) -> Books<'static> {
        Books::File(self.shop.centre.ledger())
    }

    /// Everything that was said to be done has counted once and cost nobody anything.
    #[track_caller]
    fn settled(&self) {
        self.counter.settle_with(&[]);
        assert_eq!(self.counter.pending(), 0);
        assert_eq!(self.counter.problem(), "");
        self.shop.centre.assert_audit_clean();
        let books = self.books();
        let applied = books.applied();
        for done in &self.told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
        assert_eq!(books.losses(), 0);
        let sum = |name: &str| -> i64 {
            let of = self.told.iter().filter_map(|done| done[name].as_i64());
            of.sum()
        };
        let expected = self.her.points + sum("earned") - sum("spent") - sum("points");
        assert_eq!(books.points(&self.her.id), expected);
        let page = self.counter.page(&self.her.id);
        assert_eq!(points(&page, "confirmed"), expected, "{page}");
        let now = u32::try_from(self.epoch()).expect("an epoch");
        assert_eq!(
            points(&page, "offline_usable"),
            books.held(&self.device, Some(now), &self.her.id),
            "{page}"
        );
    }
}

#[test]
fn a_copy_of_the_last_state_goes_on_as_if_nothing_were() {
    let mut b = bench();
    b.sell("SAME-1");
    b.counter.settle_with(&[]);
    let older = b.counter.copied("older");
    b.counter.put_back(&older);
    let usable = b.counter.offline_usable(&b.her.id);
    assert!(usable > 0);
    b.sell("SAME-2");
    b.cash(100);
    b.settled();
    assert_eq!(b.epoch(), 1);
}

#[test]
fn an_older_copy_begins_anew_with_nothing_and_the_newer_one_still_delivers() {
    let mut b = bench();
    let older = b.counter.copied("older");
    b.sell("OLDER-1");
    b.cash(100);
    b.counter.sync();
    // done, and not yet sent, when the folder is put back
    b.sell("OLDER-2");
    b.cash(100);
    let newer = b.counter.copied("newer");
    b.counter.put_back(&older);

    b.counter.sync();
    assert_eq!(b.epoch(), 2);
    let books = b.books();
    let stranded = books.held(&b.device, Some(1), &b.her.id);
    assert!(stranded > 0, "the life before holds what it held");
    assert_eq!(
        b.counter.offline_usable(&b.her.id),
        books.held(&b.device, Some(2), &b.her.id),
        "nothing of the life before may be spent again"
    );
    b.sell("OLDER-3");
    b.cash(300);
    b.counter.settle_with(&[]);

    newer.sync();
    assert_eq!(newer.problem(), "superseded");
    assert_eq!(newer.pending(), 0, "it delivered what it had");
    assert_eq!(
        b.books().held(&b.device, Some(1), &b.her.id),
        0,
        "and gave back what was left"
    );
    b.settled();
    assert_eq!(b.epoch(), 2);
}

#[test]
fn a_sale_on_the_older_copy_before_any_contact_is_a_fork() {
    let mut b = bench();
    let older = b.counter.copied("older");
    b.sell("BEFORE-1");
    b.cash(100);
    b.counter.sync();
    b.counter.put_back(&older);
    b.sell("BEFORE-2");
    b.counter.sync();
    assert_eq!(b.counter.problem(), "quarantined");
    b.sell("BEFORE-3");
    b.counter.sync();
    let done = b.shop.centre.device_done("resolve", "A");
    assert_eq!(number(&done["applied"]), 2, "{done}");
    b.counter.sync();
    assert_eq!(b.epoch(), 2);
    assert_eq!(b.books().held(&b.device, Some(1), &b.her.id), 0);
    b.cash(200);
    b.settled();
}

#[test]
fn a_lost_or_damaged_outbox_is_moved_aside_and_life_goes_on() {
    let mut b = bench();
    b.counter.refused("outbox_sound", &["outbox", "move-aside"]);
    for (n, lost) in [false, true].into_iter().enumerate() {
        b.sell(&format!("ASIDE-{n}-1"));
        b.counter.sync();
        // on this disk alone when it breaks; somebody saves it later
        b.sell(&format!("ASIDE-{n}-2"));
        let saved = b.counter.copied(&format!("saved-{n}"));
        let outbox = b.counter.file("outbox.db");
        remove_beside(&outbox);
        if lost {
            fs::remove_file(&outbox).expect("removed");
        } else {
            flip(&outbox, 0, 4_096 * 3);
        }
        b.counter.refused("outbox_damaged", &["status"]);
        let aside = b.counter.ok(&["outbox", "move-aside"]);
        assert_eq!(aside["enrolled"], true, "{aside}");
        assert_eq!(aside["kept"].is_string(), !lost, "{aside}");
        let kept = b.counter.files_like("outbox.aside");
        assert_eq!(kept.is_empty(), lost && n == 0, "{kept:?}");

        // before the centre has said which life begins: sales go on, allowances are gone
        assert_eq!(b.counter.offline_usable(&b.her.id), 0);
        b.sell(&format!("ASIDE-{n}-3"));
        b.counter.sync();
        assert_eq!(b.epoch(), 2 + i64::try_from(n).expect("few"));
        b.cash(100);
        saved.sync();
        assert_eq!(saved.problem(), "superseded");
        assert_eq!(saved.pending(), 0);
        b.settled();
    }
}

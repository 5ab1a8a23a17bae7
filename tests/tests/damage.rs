//! Damaged files: the cache is made anew and the outbox is never touched.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use tests::copies::{flip, remove_beside};
use tests::counter::number;
use tests::till::{Sale, points, receipts};
use tests::{Counter, Person, Shop};

/// A counter with a sale that waits, and what its cache held.
struct Bench {
    counter: Counter,
    her: Person,
    members: i64,
    usable: i64,
    shop: Shop,
}

fn bench() -> Bench {
    let shop = Shop::open();
    let counter = shop.counter("A");
    let her = shop.people(2_000, 5).pop().expect("five members");
    counter.settle_with(&[]);
    let members = number(&counter.status().0["members"]);
    let usable = counter.offline_usable(&her.id);
    Bench {
        counter,
        her,
        members,
        usable,
        shop,
    }
}

impl Bench {
    fn file(&self, name: &str) -> PathBuf {
        self.counter.home.join(name)
    }

    /// A sale paid in part by points, so that a lost allowance would show.
    fn sell(&self, receipt: &str) -> i64 {
        let sale = Sale::to(&self.her.id, receipt, &["TH1001"]).paid_by(100);
        let done = self.counter.sell(&sale);
        number(&done["earned"]) - number(&done["spent"])
    }

    /// Whatever the damage was: one contact later all is there again, once.
    #[track_caller]
    fn comes_back(&self, what: &str, receipt: &str, expected: i64) {
        self.counter.sync();
        self.counter.settle_with(&[]);
        let (device, page) = self.counter.status();
        assert_eq!(number(&device["members"]), self.members, "{what}: {device}");
        assert_eq!(number(&page["state"]["pending"]), 0, "{what}: {page}");
        let her = self.counter.page(&self.her.id);
        let problem = self.counter.problem();
        assert_eq!(
            points(&her, "confirmed"),
            expected,
            "{what}: {problem:?} {her}"
        );
        let times = receipts(&her).iter().filter(|r| *r == receipt).count();
        assert_eq!(times, 1, "{what}: {her}");
        self.shop.centre.ledger().assert_sound();
    }
}

#[test]
fn a_damaged_cache_is_made_anew_and_the_outbox_kept() {
    let b = bench();
    let cache = b.file("cache.db");
    let mut expected = b.her.points;
    let size = fs::metadata(&cache).expect("a cache").len();
    assert!(size > 64 * 1024, "{size}");
    type Harm = Box<dyn Fn(&Path)>;
    let harms: [(&str, Harm); 10] = [
        ("its first bytes", Box::new(|f| flip(f, 0, 16))),
        ("its first page", Box::new(|f| flip(f, 100, 8))),
        ("its second page", Box::new(|f| flip(f, 4_096 + 50, 8))),
        (
            "a page in its middle",
            Box::new(move |f| flip(f, size / 2, 8)),
        ),
        ("its last page", Box::new(move |f| flip(f, size - 2_000, 8))),
        (
            "every page but the first",
            Box::new(move |f| (1..size / 4_096).for_each(|p| flip(f, p * 4_096 + 9, 1))),
        ),
        ("cut to half", Box::new(move |f| truncate(f, size / 2))),
        (
            "cut within a page",
            Box::new(move |f| truncate(f, size - 1_000)),
        ),
        ("empty", Box::new(|f| truncate(f, 0))),
        ("gone", Box::new(|f| fs::remove_file(f).expect("removed"))),
    ];
    for (n, (what, harm)) in harms.iter().enumerate() {
        let receipt = format!("HARM-{n}");
        expected += b.sell(&receipt);
        assert_eq!(b.counter.pending(), 1, "{what}");
        remove_beside(&cache);
        harm(&cache);
        b.comes_back(what, &receipt, expected);
    }
    assert!(b.counter.offline_usable(&b.her.id) > 0);
}

/// One page at a time, through the whole file: whichever it is, a counter that meets it makes the cache
/// anew, and one that does not goes on; what waits in the outbox is there afterwards, once.
#[test]
fn a_page_of_the_cache_damaged_anywhere_costs_nothing() {
    let b = bench();
    let cache = b.file("cache.db");
    let mut expected = b.her.points;
    let pages = fs::metadata(&cache).expect("a cache").len() / 4_096;
    // primes, so that no two places lie alike in their pages
    let places = (0..10).map(|n| (n * pages / 10) * 4_096 + (n * 613 + 29) % 4_096);
    for (n, at) in places.enumerate() {
        let receipt = format!("PAGE-{n}");
        expected += b.sell(&receipt);
        remove_beside(&cache);
        flip(&cache, at, 3);
        let what = format!("bytes at {at} of {pages} pages");
        // whoever meets it is shown what she asked for: it is pulled anew under her hands
        let seen = b.counter.run(&["show", &b.her.id]);
        assert_eq!(seen.exit, Some(0), "{what}: {} {}", seen.json, seen.stderr);
        let found = b.counter.run(&["find", &b.her.phone]);
        assert_eq!(
            found.exit,
            Some(0),
            "{what}: {} {}",
            found.json,
            found.stderr
        );
        b.comes_back(&what, &receipt, expected);
    }
}

fn truncate(file: &Path, to: u64) {
    let f = fs::File::options().write(true).open(file).expect("a file");
    f.set_len(to).expect("cut");
}

#[test]
fn a_cache_damaged_in_an_outage_still_lets_the_outbox_be() {
    let mut b = bench();
    let expected = b.her.points + b.sell("OUT-1");
    b.shop.centre.kill();
    flip(&b.file("cache.db"), 0, 16);
    // nothing is known of members now; nothing is lost either, and nothing falls over
    let (device, page) = b.counter.status();
    assert_eq!(number(&device["members"]), 0, "{device}");
    assert_eq!(number(&page["state"]["pending"]), 1, "{page}");
    // nor of clerks, so nobody looks either
    b.counter.refused("clerk_unknown", &["show", &b.her.id]);
    let aside = fs::read_dir(&b.counter.home).expect("its folder");
    let aside = aside
        .filter_map(Result::ok)
        .any(|e| e.file_name().to_string_lossy().starts_with("cache.damaged"));
    assert!(aside, "the damaged file is kept beside");
    b.shop.centre.restart();
    b.comes_back("in an outage", "OUT-1", expected);
    assert!(b.counter.offline_usable(&b.her.id) >= b.usable - 100);
}

#[test]
fn a_damaged_outbox_is_reported_and_left_as_it_is() {
    let mut b = bench();
    let expected = b.her.points + b.sell("OUTBOX-1");
    let outbox = b.file("outbox.db");
    let sound = fs::read(&outbox).expect("an outbox");
    // the same file is put back again and again: had it made contact in between, it were a copy that is used
    b.shop.centre.kill();
    let size = sound.len() as u64;
    let places = [
        ("its first bytes", 0, 16),
        ("its first page", 200, 8),
        ("every page", 0, usize::MAX),
    ];
    for (what, at, count) in places {
        flip(&outbox, at, count);
        untouched(&b, what, &outbox);
        fs::write(&outbox, &sound).expect("written");
    }
    for to in [0, 1, 600, 4_095, 4_096, size / 2] {
        truncate(&outbox, to);
        untouched(&b, &format!("cut to {to} of {size}"), &outbox);
        fs::write(&outbox, &sound).expect("written");
    }
    fs::remove_file(&outbox).expect("removed");
    b.counter.refused("outbox_damaged", &["status"]);
    assert!(!outbox.exists(), "a lost outbox is not begun anew");
    fs::write(&outbox, &sound).expect("written");
    // one page at a time: either the damage is met and said, or it is where nothing is read
    let mut met = 0;
    for page in 1..size / 4_096 {
        flip(&outbox, page * 4_096 + 40, 4);
        let of_page = |bytes: &[u8]| {
            let from = usize::try_from(page * 4_096).expect("a place");
            bytes[from..from + 4_096].to_vec()
        };
        let damaged = of_page(&fs::read(&outbox).expect("an outbox"));
        let answer = b.counter.run(&["status"]);
        if answer.exit == Some(1) {
            met += 1;
            assert_eq!(
                answer.code(),
                "outbox_damaged",
                "page {page}: {}",
                answer.stderr
            );
            let after = of_page(&fs::read(&outbox).expect("an outbox"));
            assert!(after == damaged, "page {page} was touched");
        }
        remove_beside(&outbox);
        fs::write(&outbox, &sound).expect("written");
    }
    assert!(met > 0, "no damaged page was met");
    b.shop.centre.restart();
    b.comes_back("an outbox put back", "OUTBOX-1", expected);
}

/// Every command says so, and the file keeps its bytes.
#[track_caller]
fn untouched(b: &Bench, what: &str, outbox: &Path) {
    let damaged = fs::read(outbox).expect("an outbox");
    let sell = Sale::to(&b.her.id, "OUTBOX-2", &["TH1001"]).args();
    let commands = [vec!["status".to_owned()], vec!["sync".to_owned()], sell];
    for args in &commands {
        let answer = b.counter.run(args);
        assert_eq!(
            (answer.exit, answer.code()),
            (Some(1), "outbox_damaged"),
            "{what}: {args:?}: {} {}",
            answer.json,
            answer.stderr
        );
    }
    let after = fs::read(outbox).expect("an outbox");
    assert!(after == damaged, "{what}: it was touched");
}

//! The centre's database put back from an older copy: nothing is granted until every counter has told
//! what it holds, all that was acknowledged comes again, and nothing is spent twice.

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
use tests::till::{Sale, cash_args, points, receipts, reward_args};
use tests::{Books, Counter, Person, Shop};

/// A brand whose centre was put back to before its counters' last work, and is up again.
struct Put {
    shop: Shop,
    a: Counter,
    b: Counter,
    relay: Relay,
    her: Person,
    /// Her points, and what the first counter might spend, before the centre forgot.
    points: i64,
    usable: i64,
    told: Vec<Value>,
}

/// `silent` counters are enrolled before the backup and never heard again.
fn put_back(silent: &[&str], said: bool) -> Put {
    let mut shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let (a, b) = (shop.counter_through("A", &relay.url()), shop.counter("B"));
    for name in silent {
        shop.counter(name);
    }
    let her = shop.person();
    let mut told = vec![a.sell(&Sale::to(&her.id, "KNOWN-1", &["TH1001"]))];
    a.settle_with(&[&b]);
    let backup = shop.centre.backup();

    told.push(a.sell(&Sale::to(&her.id, "FORGOT-1", &["TH1001"]).paid_by(100)));
    let more = a.offline_usable(&her.id) / 100 * 100 + 300;
    // more than it held: an allowance that the backup has never heard of
    told.push(a.patiently(&cash_args(&her.id, more, "99999")));
    told.push(b.sell(&Sale::to(&her.id, "FORGOT-2", &["TH1003"])));
    told.push(b.patiently(&reward_args(&her.id, "RW01")));
    a.settle_with(&[&b]);
    // an allowance that is out when the centre forgets it
    a.hold_all(&relay, &her.id);
    a.settle_with(&[&b]);
    let books = Books::File(shop.centre.ledger());
    let (points, usable) = (books.points(&her.id), a.offline_usable(&her.id));
    drop(books);

    assert!(shop.centre.stop());
    shop.centre.put_back(&backup);
    if said {
        let restored = shop.centre.headquarters::<&str>("restored", &[]);
        let waiting = i64::try_from(2 + silent.len()).expect("few");
        assert_eq!(number(&restored["waiting_for"]), waiting, "{restored}");
    }
    shop.centre.restart();
    assert!(Books::File(shop.centre.ledger()).points(&her.id) != points);
    Put {
        shop,
        a,
        b,
        relay,
        her,
        points,
        usable,
        told,
    }
}

impl Put {
    fn generation(&self) -> i64 {
        let ledger = self.shop.centre.ledger();
        ledger.number("SELECT generation FROM centre", [])
    }

    /// More than a counter holds is not to be had now.
    #[track_caller]
    fn nothing_is_granted(&self, counter: &Counter) {
        let all = counter.offline_usable(&self.her.id);
        let args = cash_args(&self.her.id, all / 100 * 100 + 100, "999999");
        counter.refused_for("offline_limit", "no_grants", &args);
    }

    /// As before the centre forgot, and once.
    fn as_before(&self) {
        self.a.settle_with(&[&self.b]);
        self.shop.centre.assert_audit_clean();
        let books = Books::File(self.shop.centre.ledger());
        let applied = books.applied();
        for done in &self.told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
        assert_eq!(books.losses(), 0);
        assert_eq!(books.points(&self.her.id), self.points);
        for (counter, name) in [(&self.a, "A"), (&self.b, "B")] {
            let page = counter.page(&self.her.id);
            assert_eq!(points(&page, "confirmed"), self.points, "{page}");
            let device = self.shop.centre.device_id(name);
            assert_eq!(
                points(&page, "offline_usable"),
                books.held(&device, None, &self.her.id),
                "{page}"
            );
            let all = receipts(&page);
            for receipt in ["KNOWN-1", "FORGOT-1", "FORGOT-2"] {
                let times = all.iter().filter(|no| *no == receipt).count();
                assert_eq!(times, 1, "{receipt} in {all:?}");
            }
        }
    }
}

#[test]
fn said_to_be_restored_it_waits_for_every_counter() {
    let mut p = put_back(&["C"], true);
    assert!(p.generation() > 1);
    // what is out is good, whatever the centre has forgotten: more than it ever knew of is spent
    let cash = p.a.cash(&p.her.id, p.usable / 100 * 100, "9999999");
    p.points -= number(&cash["points"]);
    p.told.push(cash);
    // the reply to its report is lost: it reports again, and nothing is set up twice
    p.relay.set(Mode::LoseReply("/v1/report"));
    p.a.refused("offline", &["sync"]);
    assert_eq!(p.relay.met(), 1);
    p.relay.set(Mode::Pass);
    p.a.sync();
    p.nothing_is_granted(&p.a);
    p.b.sync();
    p.nothing_is_granted(&p.b);
    // one never comes
    p.shop.centre.device_done("write-off", "C");
    p.as_before();
    // grants are given again; what A holds is asked back where they need it
    let args = cash_args(&p.her.id, 100, "300");
    let first = p.b.run(&args);
    let cash = match first.exit {
        Some(0) => first.json,
        _ => {
            p.a.sync();
            p.b.patiently(&args)
        }
    };
    p.points -= number(&cash["points"]);
    p.told.push(cash);
    p.as_before();
}

#[test]
fn not_said_to_be_restored_it_finds_out_by_itself() {
    let p = put_back(&[], false);
    assert_eq!(p.generation(), 1, "it knows nothing yet");
    p.a.sync();
    assert!(
        p.generation() > 1,
        "a counter was answered what is not here"
    );
    p.nothing_is_granted(&p.a);
    p.b.sync();
    p.as_before();
}

#[test]
fn put_back_twice_it_begins_two_generations() {
    let mut p = put_back(&[], true);
    let first = p.generation();
    p.a.sync();
    p.b.sync();
    let backup = p.shop.centre.backup();
    let sale = Sale::to(&p.her.id, "FORGOT-3", &["TH1001"]);
    let done = p.b.sell(&sale);
    p.points += number(&done["earned"]);
    p.told.push(done);
    p.b.sync();
    assert!(p.shop.centre.stop());
    p.shop.centre.put_back(&backup);
    p.shop.centre.headquarters::<&str>("restored", &[]);
    p.shop.centre.restart();
    assert!(p.generation() > first);
    p.b.sync();
    p.a.sync();
    p.as_before();
}

#[test]
fn a_counter_that_it_has_forgotten_is_let_in_again_as_itself() {
    let mut shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.person();
    a.settle_with(&[]);
    let backup = shop.centre.backup();
    let late = shop.counter("C");
    let sale = late.sell(&Sale::to(&her.id, "UNKNOWN-1", &["TH1001"]));
    let cash = late.patiently(&cash_args(&her.id, 100, "300"));
    late.settle_with(&[&a]);
    let device = shop.centre.device_id("C");
    let before = Books::File(shop.centre.ledger()).points(&her.id);
    shop.centre.stop();
    shop.centre.put_back(&backup);
    shop.centre.headquarters::<&str>("restored", &[]);
    shop.centre.restart();
    late.refused("not_authenticated", &["sync"]);
    // it sells on, and what it knows waits until it is let in
    let meanwhile = late.sell(&Sale::to(&her.id, "UNKNOWN-2", &["TH1001"]));
    let (url, code) = (shop.centre.url(), shop.centre.enrol_code(&shop.store, true));
    late.enrol(&url, &code, "C");
    assert_eq!(shop.centre.device_id("C"), device, "it is the same device");
    late.sync();
    a.settle_with(&[&late]);
    shop.centre.assert_audit_clean();
    let books = Books::File(shop.centre.ledger());
    let applied = books.applied();
    for done in [&sale, &cash, &meanwhile] {
        assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
    }
    assert_eq!(books.losses(), 0);
    assert_eq!(books.points(&her.id), before + number(&meanwhile["earned"]));
    assert_eq!(
        late.offline_usable(&her.id),
        books.held(&device, None, &her.id)
    );
}

//! What a counter holds and another needs: recalls, debts, idle allowances, counters that are written
//! off or revoked, coupons, and members of other stores.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tests::counter::{number, text};
use tests::relay::Relay;
use tests::till::{Sale, cash_args, points, receipts, reward_args};
use tests::wall::{DAY, Wall};
use tests::{Books, Counter, Person, Shop};

struct Bench {
    shop: Shop,
    relay: Relay,
    a: Counter,
    b: Counter,
    her: Person,
}

fn bench() -> Bench {
    let shop = Shop::open();
    // the first to ask holds what the program keeps in a store
    let relay = Relay::to(shop.centre.port());
    let (a, b) = (shop.counter_through("A", &relay.url()), shop.counter("B"));
    let her = shop.person();
    a.settle_with(&[&b]);
    assert!(a.offline_usable(&her.id) > 0);
    Bench {
        shop,
        relay,
        a,
        b,
        her,
    }
}

impl Bench {
    fn books(&self) -> Books<'static> {
        Books::File(self.shop.centre.ledger())
    }

    fn held(&self, name: &str) -> i64 {
        let device = self.shop.centre.device_id(name);
        self.books().held(&device, None, &self.her.id)
    }

    #[track_caller]
    fn applied_once(&self, told: &[&Value]) {
        self.shop.centre.assert_audit_clean();
        let applied = self.books().applied();
        for done in told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
    }

    /// All her points in steps of a hundred.
    fn all(&self) -> Vec<String> {
        cash_args(&self.her.id, self.her.points / 100 * 100, "9999999")
    }
}

#[test]
fn what_another_counter_holds_is_asked_back() {
    let t = bench();
    t.b.refused_for("offline_limit", "held_elsewhere", &t.all());
    let given_back = t.a.sync();
    assert!(number(&given_back["released"]) > 0, "{given_back}");
    assert_eq!(t.held("A"), 0);
    assert_eq!(t.a.offline_usable(&t.her.id), 0);
    let cash = t.b.patiently(&t.all());
    t.b.sync();
    t.a.sync();
    t.applied_once(&[&cash]);
    let left = t.her.points - number(&cash["points"]);
    for counter in [&t.a, &t.b] {
        assert_eq!(points(&counter.page(&t.her.id), "confirmed"), left);
    }
    assert_eq!(t.books().losses(), 0);
}

#[test]
fn a_debt_asks_back_what_counters_hold_and_is_settled_by_it() {
    let t = bench();
    // she earns, all that is free is spent at B, and the goods come back: A still holds her points
    let sale = t.b.sell(&Sale::to(&t.her.id, "DEBT-1", &["TH1001"]));
    t.b.sync();
    let free = "SELECT sum(available) FROM lot WHERE member_id = ?1";
    let free = t.shop.centre.ledger().number(free, [&t.her.id]);
    let own = t.b.offline_usable(&t.her.id);
    // so much that what the return takes back is more than is free, and no more than A holds besides
    let spend = free + own - 0.max(number(&sale["earned"]) - t.held("A"));
    // in two halves: no counter is given more than the program's cap at once
    let half = spend / 200 * 100;
    let cash = [half, spend / 100 * 100 - half].map(|points| {
        let cash = t.b.patiently(&cash_args(&t.her.id, points, "9999999"));
        t.b.sync();
        cash
    });
    let back = t.b.ok(&["return", "--receipt", "DEBT-1"]);
    t.b.sync();
    let debt = "SELECT debt FROM account WHERE member_id = ?1";
    let debt = |t: &Bench| t.shop.centre.ledger().number(debt, [&t.her.id]);
    assert!(debt(&t) > 0, "{sale} {cash:?} {back}");
    t.shop.centre.assert_audit_clean();
    assert!(
        number(&t.a.sync()["released"]) > 0,
        "what A holds settles it"
    );
    assert_eq!((debt(&t), t.held("A")), (0, 0));
    t.a.settle_with(&[&t.b]);
    t.applied_once(&[&sale, &cash[0], &cash[1], &back]);
    let expected = t.her.points + number(&sale["earned"])
        - cash.iter().map(|c| number(&c["points"])).sum::<i64>()
        - number(&back["taken_back"]);
    assert_eq!(t.books().points(&t.her.id), expected);
}

#[test]
fn a_counter_written_off_delivers_late_at_the_stores_cost() {
    let mut t = bench();
    let held = t.held("A");
    t.shop.centre.kill();
    let sale = t.a.sell(&Sale::to(&t.her.id, "LATE-1", &["TH1001"]));
    let spent = t.a.cash(&t.her.id, 100, "300");
    t.shop.centre.restart();
    let done = t.shop.centre.device_done("write-off", "A");
    assert!(number(&done["points"]) >= held, "{done}");
    assert_eq!(t.held("A"), 0);
    assert_eq!(t.shop.centre.device("A")["standing"], "written_off");
    // all of it is hers again, and B may spend it
    let cash = t.b.patiently(&t.all());
    t.b.sync();

    t.a.sync();
    assert_eq!(t.a.problem(), "");
    t.a.settle_with(&[&t.b]);
    assert_eq!(t.a.pending(), 0);
    t.applied_once(&[&sale, &spent, &cash]);
    assert_eq!(t.books().losses(), 100, "spent after it was freed");
    let expected = t.her.points + number(&sale["earned"]) - number(&cash["points"]);
    assert_eq!(t.books().points(&t.her.id), expected);
    // a new life, and what it may spend
    let device = t.shop.centre.device_id("A");
    assert_eq!(
        t.a.offline_usable(&t.her.id),
        t.books().held(&device, Some(2), &t.her.id)
    );
    let manager = tests::Brand::demo().clerk_of(&t.shop.store, "manager");
    let list = t.a.with(&manager).ok(&["manage", "look"]);
    let entries = list["list"].as_array().expect("a list");
    let entry = entries
        .iter()
        .find(|e| e["op_id"] == spent["op_id"])
        .unwrap_or_else(|| panic!("not on the manager's list: {list}"));
    assert_eq!(number(&entry["points"]), 100, "{entry}");
    let id = text(&entry["id"]);
    let list = t.a.with(&manager).ok(&["manage", "seen", &id]);
    let entries = list["list"].as_array().expect("a list");
    assert!(entries.iter().all(|e| e["id"] != id.as_str()), "{list}");
}

#[test]
fn a_revoked_counter_only_delivers() {
    let t = bench();
    let sale = t.a.sell(&Sale::to(&t.her.id, "REVOKED-1", &["TH1001"]));
    let spent = t.a.cash(&t.her.id, 100, "300");
    t.shop.centre.device_done("revoke", "A");
    t.a.refused("revoked", &["sync"]);
    assert_eq!(t.a.problem(), "revoked");
    assert_eq!(t.a.pending(), 0, "what it did is taken");
    // who works there, and for whom, went with its cache
    t.a.refused("clerk_unknown", &cash_args(&t.her.id, 100, "300"));
    t.applied_once(&[&sale, &spent]);
    assert_eq!(t.books().losses(), 100);
    assert_eq!(t.held("A"), 0);
    // her purchase is on her page; its points wait until somebody answers for what a revoked counter brings
    let page = || {
        t.b.settle_with(&[]);
        t.b.page(&t.her.id)
    };
    let (before, earned) = (page(), number(&sale["earned"]));
    assert_eq!(points(&before, "confirmed"), t.her.points, "{before}");
    assert_eq!(points(&before, "waiting"), earned, "{before}");
    let confirm = ["confirm".to_owned(), text(&sale["op_id"])];
    t.shop.centre.headquarters("receipts", &confirm);
    let after = page();
    assert_eq!(
        points(&after, "confirmed"),
        t.her.points + earned,
        "{after}"
    );
    assert_eq!(points(&after, "waiting"), 0, "{after}");
    t.shop.centre.assert_audit_clean();
}

#[test]
fn a_coupon_is_used_at_one_counter_only() {
    let t = bench();
    for id in ["COUPON-1", "COUPON-2"] {
        let coupon = json!({"id": id, "kind": "amount_off", "amount": "50.00"});
        t.shop.centre.give_coupon(&t.her.id, &coupon);
    }
    // the first counter that asks holds them, and may use them with no network
    t.a.settle_with(&[&t.b]);
    let place = |counter: &Counter, id: &str| {
        let all = counter.ok(&["coupons", "--member", &t.her.id]);
        let one = all
            .as_array()
            .and_then(|a| a.iter().find(|c| c["id"] == id));
        one.map(|c| text(&c["place"]))
    };
    assert_eq!(place(&t.a, "COUPON-1").as_deref(), Some("here"));
    assert_eq!(place(&t.b, "COUPON-1").as_deref(), Some("elsewhere"));
    let sale = |receipt: &str, id: &str| {
        let mut args = Sale::to(&t.her.id, receipt, &["TH1004"]).args();
        args.extend(["--coupon".to_owned(), id.to_owned()]);
        args
    };
    t.b.refused_for(
        "coupon_not_here",
        "held_elsewhere",
        &sale("COUP-B1", "COUPON-1"),
    );
    // that asked it back; A gives it and B has it now
    assert!(number(&t.a.sync()["released"]) > 0);
    t.b.sync();
    let used = t.b.patiently(&sale("COUP-B1", "COUPON-1"));
    t.b.sync();
    let refused = t.a.run(&sale("COUP-A1", "COUPON-1"));
    assert_eq!(refused.exit, Some(1), "{}", refused.json);
    t.a.settle_with(&[&t.b]);
    assert_eq!(place(&t.a, "COUPON-1"), None);
    assert_eq!(place(&t.b, "COUPON-1"), None);
    let refused = t.b.run(&sale("COUP-B2", "COUPON-1"));
    assert_eq!(refused.exit, Some(1), "{}", refused.json);
    // the other one is A's, network or not
    let other = t.a.ok(&sale("COUP-A2", "COUPON-2"));
    t.a.settle_with(&[&t.b]);
    t.applied_once(&[&used, &other]);
    let ledger = t.shop.centre.ledger();
    let used_by = ledger.column(
        "SELECT used_by FROM coupon WHERE id LIKE 'COUPON-%' ORDER BY id",
        [],
    );
    assert_eq!(used_by.len(), 2, "{used_by:?}");
    assert_eq!(t.books().losses(), 0);
}

#[test]
fn a_coupon_of_a_counter_written_off_is_used_elsewhere_and_late_too() {
    let mut t = bench();
    let coupon = json!({"id": "COUPON-3", "kind": "amount_off", "amount": "50.00"});
    t.shop.centre.give_coupon(&t.her.id, &coupon);
    t.a.settle_with(&[&t.b]);
    let sale = |receipt: &str| {
        let mut args = Sale::to(&t.her.id, receipt, &["TH1004"]).args();
        args.extend(["--coupon".to_owned(), "COUPON-3".to_owned()]);
        args
    };
    t.shop.centre.kill();
    let late = t.a.ok(&sale("COUP-LATE"));
    t.shop.centre.restart();
    let of_its_holder = "SELECT count(*) FROM coupon WHERE holder_device =
        (SELECT holder_device FROM coupon WHERE id = ?1)";
    let held = t.shop.centre.ledger().number(of_its_holder, ["COUPON-3"]);
    let done = t.shop.centre.device_done("write-off", "A");
    assert_eq!(number(&done["coupons"]), held, "{done}");
    assert!(held > 0, "nobody holds the coupon");
    t.b.sync();
    let used = t.b.patiently(&sale("COUP-B"));
    t.b.sync();
    t.a.settle_with(&[&t.b]);
    assert_eq!(t.a.pending(), 0, "what was done offline is taken");
    t.applied_once(&[&late, &used]);
    let ledger = t.shop.centre.ledger();
    let listed = ledger.column(
        "SELECT reason FROM manager_list WHERE op_id = ?1",
        [text(&late["op_id"])],
    );
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert!(listed[0].starts_with("coupon_"), "{listed:?}");
    let of_her = ledger.column(
        "SELECT receipt_no FROM receipt WHERE member_id = ?1 AND receipt_no LIKE 'COUP-%' ORDER BY 1",
        [&t.her.id],
    );
    assert_eq!(of_her, ["COUP-B", "COUP-LATE"]);
}

#[test]
fn a_member_of_another_store_is_there_for_the_day() {
    let mut shop = Shop::open();
    let counter = shop.counter("A");
    let Some(wall) = Wall::right(shop.dir()) else {
        return;
    };
    let her = shop
        .centre
        .ledger()
        .people("S002", 1_000)
        .into_iter()
        .find(|p| p.store != shop.store)
        .expect("a member of another store");
    counter.refused("member_unknown", &["show", &her.id]);
    counter.refused("code_invalid", &["look-up", "CPM:"]);
    // whole numbers only: the beginning of hers is nobody's
    counter.refused("member_unknown", &["look-up", "13 7"]);
    let page = counter.ok(&["look-up", &her.phone]);
    assert_eq!(points(&page, "confirmed"), her.points, "{page}");
    assert!(!receipts(&page).is_empty(), "{page}");
    let reward = counter.patiently(&reward_args(&her.id, "RW01"));
    let sale = counter.sell(&Sale::to(&her.id, "VISIT-1", &["TH1001"]));
    counter.settle_with(&[]);
    let expected = her.points - number(&reward["points"]) + number(&sale["earned"]);
    let page = counter.page(&her.id);
    assert_eq!(points(&page, "confirmed"), expected, "{page}");
    assert!(receipts(&page).contains(&"VISIT-1".to_owned()), "{page}");
    let offline = points(&page, "offline_usable");
    shop.centre.assert_audit_clean();

    // the next day she is gone, and so is what was kept here for her
    shop.centre.stop();
    shop.centre.set_clocks(&wall.shifted(2 * DAY));
    shop.centre.restart();
    tests::wait::until(
        "a visitor who left",
        std::time::Duration::from_secs(60),
        || {
            counter.settle_with(&[]);
            (counter.run(&["show", &her.id]).code() == "member_unknown").then_some(())
        },
    );
    let device = shop.centre.device_id("A");
    let books = Books::File(shop.centre.ledger());
    assert_eq!(books.held(&device, None, &her.id), 0, "of {offline}");
    shop.centre.assert_audit_clean();
    assert_eq!(books.points(&her.id), expected);
}

#[test]
fn a_top_up_that_lay_idle_is_given_back() {
    let mut t = bench();
    let Some(wall) = Wall::right(t.shop.dir()) else {
        return;
    };
    // asked for and not spent: it is for one redemption, which did not come about
    let before = t.held("A");
    t.a.hold_all(&t.relay, &t.her.id);
    t.a.settle_with(&[&t.b]);
    let held = t.held("A");
    assert!(held > before, "what there was, was given");
    t.shop.centre.stop();
    t.shop.centre.set_clocks(&wall.shifted(2 * DAY));
    t.shop.centre.restart();
    assert!(number(&t.a.sync()["released"]) > 0);
    assert!(t.held("A") < held);
    t.a.settle_with(&[&t.b]);
    assert_eq!(t.a.offline_usable(&t.her.id), t.held("A"));
    t.shop.centre.assert_audit_clean();
    assert_eq!(t.books().points(&t.her.id), t.her.points);
}

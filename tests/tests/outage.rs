//! An outage from its beginning to its end: two counters of one store, no network, work goes on,
//! and afterwards every operation has had its effect once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use pinyin::ToPinyin;
use serde_json::{Value, json};
use tests::counter::{number, text};
use tests::till::{Sale, cash_args, points, receipts};
use tests::{Counter, Person, Shop, http};

#[test]
fn a_one_time_code_lets_one_device_in() {
    let shop = Shop::open();
    let code = shop.centre.enrol_code(&shop.store, true);
    let url = shop.centre.url();
    let (a, b) = (shop.bare("A"), shop.bare("B"));
    let enrol = |code: &'static str| {
        b.refused(
            "enrol_code_invalid",
            &["enrol", "--centre", &url, "--code", code],
        )
    };
    enrol("");
    enrol("AAAA-BBBB-CCCC");
    assert_eq!(a.enrol(&url, &code, "收银 1")["enrolled"], true);
    b.refused(
        "enrol_code_invalid",
        &["enrol", "--centre", &url, "--code", &code],
    );
    assert_eq!(
        b.status().0["enrolled"],
        false,
        "a refused code enrols nobody"
    );
    let second = shop.centre.enrol_code(&shop.store, true);
    a.refused(
        "already_enrolled",
        &["enrol", "--centre", &url, "--code", &second],
    );
    b.enrol(&url, &second, "收银 1");
    let names = [a.status().0, b.status().0].map(|s| text(&s["device_name"]));
    assert_ne!(names[0], names[1], "two counters of one name");
}

/// What the operations of the outage should come to for one member.
#[derive(Default)]
struct Sum {
    up: i64,
    down: i64,
}

impl Sum {
    fn sale(&mut self, done: &Value) -> String {
        assert_eq!(done["exists"], false, "{done}");
        assert_eq!(done["credited_later"], false, "{done}");
        self.up += number(&done["earned"]);
        self.down += number(&done["spent"]);
        text(&done["receipt"])
    }

    fn redeemed(&mut self, done: &Value) {
        self.down += number(&done["points"]);
    }

    fn returned(&mut self, done: &Value) {
        self.up += number(&done["given_back"]);
        self.down += number(&done["taken_back"]);
    }
}

#[test]
fn two_counters_go_on_through_an_outage_and_agree_after_it() {
    let mut shop = Shop::open();
    let (a, b) = (shop.counter("A"), shop.counter("B"));
    a.settle_with(&[&b]);
    let her = of_steady_tier(&shop, &a);
    let other = shop.people(1_000, 20).pop().expect("twenty members");
    assert_ne!(her.id, other.id);
    let before = a.page(&her.id);
    assert_eq!(points(&before, "confirmed"), her.points, "{before}");
    let before_other = points(&a.page(&other.id), "confirmed");
    let unknown_phone = phone_of_nobody(&shop);
    let elsewhere = shop
        .centre
        .ledger()
        .people("S002", 0)
        .pop()
        .expect("a member of another store");
    let before_elsewhere = elsewhere.points;

    shop.centre.kill();

    found_in_all_ways(&a);
    let mut sum = Sum::default();
    let first = sum.sale(&a.sell(&Sale::to(&her.no, "OUT-1", &["TH1001", "TH1005*2"])));
    sum.sale(&a.sell(&Sale::to(&her.id, "OUT-2", &["TH1003=520.00"]).paid_by(200)));
    sum.sale(&b.sell(&Sale::to(&her.phone, "OUT-3", &["TH1004"]).phone()));
    sum.redeemed(&a.reward(&her.id, "RW01"));
    sum.redeemed(&a.cash(&her.id, 200, "500"));
    limit_adds_up(&a, &her, &before, 700);
    let old = old_receipt(&before).expect("an old receipt");
    sum.returned(&a.ok(&["return", "--receipt", &old.0, "--line", &old.1]));
    let part = a.ok(&["return", "--receipt", &first, "--line", "TH1005*1"]);
    assert_eq!(part["refund"], "420.00", "{part}");
    sum.returned(&part);
    sum.returned(&a.ok(&["return", "--receipt", &first, "--reason", "shade"]));
    a.refused(
        "over_returned",
        &["return", "--receipt", &first, "--line", "TH1001"],
    );
    b.refused("receipt_unknown", &["return", "--receipt", &first]);
    let mut of_other = Sum::default();
    of_other.sale(&b.sell(&Sale::to(&other.id, "OUT-4", &["TH1002*2"])));
    let credited_later = |sale: &Sale<'_>| {
        let done = a.sell(sale);
        assert_eq!(done["credited_later"], true, "{done}");
        number(&done["earned"])
    };
    let unknown_earns = credited_later(&Sale::to(&unknown_phone, "OUT-5", &["TH1001"]).phone());
    credited_later(&Sale::to("CPM:99887766", "OUT-6", &["TH1001"]).code());
    credited_later(&Sale::to(&elsewhere.phone, "OUT-7", &["TH1003"]).phone());
    credited_later(&Sale::to(&format!("CPM:{}", elsewhere.no), "OUT-8", &["TH1003"]).code());
    let join = a.ok(&["join"]);

    // of a sale that stands; one that came back whole would be recorded anew
    let again = a.sell(&Sale::to(&her.id, "OUT-2", &["TH1003=520.00"]).paid_by(200));
    assert_eq!(again["exists"], true, "{again}");
    a.refused(
        "receipt_conflict",
        &Sale::to(&her.id, "OUT-2", &["TH1001"]).args(),
    );
    // the same goods for another member: one of the two was keyed wrongly
    a.refused(
        "receipt_conflict",
        &Sale::to(&other.no, "OUT-2", &["TH1003=520.00"])
            .paid_by(200)
            .args(),
    );

    let (_, page) = a.status();
    assert_eq!(number(&page["state"]["pending"]), 11, "{page}");
    assert_eq!(page["state"]["kind"], "offline", "{page}");
    assert_eq!(page["waiting"].as_array().map(Vec::len), Some(11), "{page}");
    assert!(
        abilities(&page, "cannot").contains(&"redeem_all".to_owned()),
        "{page}"
    );
    let meanwhile = a.page(&her.id);
    assert_eq!(points(&meanwhile, "confirmed"), her.points, "{meanwhile}");
    assert!(receipts(&meanwhile).contains(&first), "{meanwhile}");

    shop.centre.restart();
    a.settle_with(&[&b]);

    for counter in [&a, &b] {
        let page = counter.page(&her.id);
        assert_eq!(
            points(&page, "confirmed"),
            her.points + sum.up - sum.down,
            "her points on {:?}: {}",
            counter.home,
            page["points"]
        );
        assert_eq!(points(&page, "pending_earned"), 0, "{page}");
        assert_eq!(points(&page, "pending_spent"), 0, "{page}");
        once_each(&page, &["OUT-1", "OUT-2", "OUT-3"], receipts(&before).len());
        let expected = before_other + of_other.up;
        assert_eq!(points(&counter.page(&other.id), "confirmed"), expected);
        assert_eq!(counter.pending(), 0);
    }
    same_page(&a, &b, &her.id);
    let held: Vec<String> = attention(&a).iter().map(|o| text(&o["receipt"])).collect();
    assert_eq!(held, ["OUT-5", "OUT-6"], "what waits for a member to join");
    assert!(
        shop.centre.ledger().points(&elsewhere.id) > before_elsewhere,
        "a member of another store is credited"
    );

    let reports = [a.sync(), b.sync()];
    let nothing = json!({"pushed": 0, "pulled": 0, "grants": 0, "released": 0});
    // what is held is asked about at each contact and answered, which changes nothing
    assert_eq!(reports, [nothing.clone(), nothing], "a second sync");

    let no = join_by_phone(&shop, &text(&join["url"]), &unknown_phone);
    a.settle_with(&[&b]);
    for counter in [&a, &b] {
        let page = counter.page(&unknown_phone);
        assert_eq!(page["no"], no.as_str(), "{page}");
        assert_eq!(points(&page, "confirmed"), unknown_earns, "{page}");
        once_each(&page, &["OUT-5"], 0);
    }
    let joined = a.ok(&["join", "--joined", &text(&join["id"])]);
    assert_eq!(
        joined["member_id"],
        a.page(&unknown_phone)["id"],
        "{joined}"
    );
    assert_eq!(
        attention(&a).len(),
        1,
        "one scanned code that nobody has is still held"
    );
    shop.centre.ledger().assert_sound();
}

/// Somebody whom neither the sales nor the returns of the test move to another tier: a counter
/// shows points by the tier that it knows.
fn of_steady_tier(shop: &Shop, a: &Counter) -> Person {
    let ledger = shop.centre.ledger();
    let steady = |p: &Person| {
        let spend = "SELECT qualifying_fen / 100 FROM account WHERE member_id = ?1";
        let spend = ledger.number(spend, [&p.id]);
        (4_500..7_000).contains(&spend) || spend > 11_500
    };
    ledger
        .people(&shop.store, 3_500)
        .into_iter()
        .filter(steady)
        .find(|p| old_receipt(&a.page(&p.id)).is_some())
        .expect("a member well inside a tier")
}

fn phone_of_nobody(shop: &Shop) -> String {
    let ledger = shop.centre.ledger();
    (0..100)
        .map(|n| format!("198000{n:05}"))
        .find(|phone| ledger.number("SELECT count(*) FROM member WHERE phone = ?1", [phone]) == 0)
        .expect("a phone number of nobody")
}

fn found_in_all_ways(counter: &Counter) {
    let hits = counter.ok(&["find", "1", "--limit", "50"]);
    assert!(hits.as_array().is_some_and(|h| !h.is_empty()), "{hits}");
    // a name of which each character has one reading
    let shop_centre = counter
        .home
        .parent()
        .expect("the shop's folder")
        .join("centre/central.db");
    let people = tests::Ledger::open(&shop_centre).people(&counter.clerk.store, 0);
    let her = people
        .iter()
        .find(|p| p.name.chars().all(|c| one_reading(c).is_some()))
        .expect("a name with one reading");
    let readings: Vec<String> = her.name.chars().filter_map(one_reading).collect();
    let initials: String = readings.iter().filter_map(|r| r.chars().next()).collect();
    let tail = her.phone.get(7..).unwrap_or_default();
    for typed in [
        her.phone.as_str(),
        tail,
        &her.name,
        &readings.concat(),
        &initials,
        &her.no,
        &format!("CPM:{}", her.no),
    ] {
        let hits = counter.ok(&["find", typed, "--limit", "50"]);
        let hit = hits
            .as_array()
            .and_then(|h| h.iter().find(|h| h["id"] == her.id.as_str()))
            .unwrap_or_else(|| panic!("{typed:?} does not find {}: {hits}", her.no));
        assert!(text(&hit["masked_phone"]).contains('*'), "{hit}");
    }
}

fn one_reading(c: char) -> Option<String> {
    use pinyin::ToPinyinMulti;
    let all = c.to_pinyin_multi()?;
    (all.count() == 1).then(|| c.to_pinyin().map(|p| p.plain().to_owned()))?
}

/// A redemption above the allowance says what is possible, and spends nothing.
fn limit_adds_up(a: &Counter, her: &Person, before: &Value, used: i64) {
    let page = a.page(&her.id);
    let usable = points(&page, "offline_usable");
    let too_many = (usable / 100 + 1) * 100;
    assert!(too_many < her.points, "{page}");
    let limit = a.refused("offline_limit", &cash_args(&her.id, too_many, "99999"));
    assert_eq!(number(&limit["possible"]), usable, "{limit}");
    assert_eq!(number(&limit["used"]), used, "{limit}");
    assert_eq!(
        number(&limit["set_aside"]),
        points(before, "offline_usable"),
        "{limit}"
    );
    assert_eq!(number(&limit["set_aside"]), usable + used, "{limit}");
    assert_eq!(number(&limit["confirmed"]), her.points, "{limit}");
    assert_eq!(limit["reason"], "offline", "{limit}");
    assert_eq!(
        points(&a.page(&her.id), "offline_usable"),
        usable,
        "a refusal spends nothing"
    );
}

/// One piece of a receipt of before the outage, sold in this store.
fn old_receipt(page: &Value) -> Option<(String, String)> {
    let history = page["history"].as_array().expect("history");
    history.iter().filter(|r| r["here"] == true).find_map(|r| {
        let lines = r["lines"].as_array()?;
        let line = lines.iter().find(|l| l["returned"] == 0)?;
        Some((text(&r["no"]), format!("{}*1", text(&line["sku"]))))
    })
}

fn once_each(page: &Value, expected: &[&str], others: usize) {
    let all = receipts(page);
    for no in expected {
        let times = all.iter().filter(|r| r == no).count();
        assert_eq!(times, 1, "receipt {no} in {all:?}");
    }
    // a page may show only the newest of a long history
    assert!(all.len() <= expected.len() + others, "{all:?}");
    let states: Vec<&Value> = page["history"]
        .as_array()
        .expect("history")
        .iter()
        .collect();
    assert!(states.iter().all(|r| r["state"] == "confirmed"), "{page}");
}

fn same_page(a: &Counter, b: &Counter, member: &str) {
    let shown = |c: &Counter| {
        let mut page = c.page(member);
        let points = page["points"].as_object_mut().expect("points");
        // each counter has its own allowance
        for own in [
            "offline_usable",
            "set_aside_here",
            "used_here",
            "online_usable",
        ] {
            points.remove(own);
        }
        page
    };
    assert_eq!(shown(a), shown(b), "the two counters show different pages");
}

fn attention(counter: &Counter) -> Vec<Value> {
    let (_, page) = counter.status();
    page["attention"].as_array().cloned().expect("a list")
}

fn abilities(page: &Value, which: &str) -> Vec<String> {
    let list = page["abilities"][which].as_array().cloned();
    list.unwrap_or_default().iter().map(text).collect()
}

/// Three steps on her own phone; answers her number.
fn join_by_phone(shop: &Shop, url: &str, phone: &str) -> String {
    let port = shop.centre.port();
    let (base, code) = url.rsplit_once("/j/").expect("a sign-up address");
    assert_eq!(base, shop.centre.url());
    let path = format!("/phone/v1/join/{code}");
    let (status, begin) = http::get(port, &path);
    assert_eq!(status, 200, "{begin}");
    let (status, sent) = http::post(port, &format!("{path}/verify"), &json!({"phone": phone}));
    assert_eq!(status, 200, "{sent}");
    let consents: Vec<Value> = begin["consents"]
        .as_array()
        .expect("consents")
        .iter()
        .map(|c| json!({"purpose": c["purpose"], "given": true, "version": c["version"]}))
        .collect();
    let skin = json!({"moisture": "dry", "sensitivity": "", "pigmentation": "", "ageing": ""});
    let form = json!({
        "phone": phone,
        "verification": shop.centre.sms_code(phone),
        "skin": skin,
        "consents": consents,
    });
    let (status, joined) = http::post(port, &format!("{path}/join"), &form);
    assert_eq!(
        (status, &joined["status"]),
        (200, &json!("joined")),
        "{joined}"
    );
    text(&joined["member_no"])
}

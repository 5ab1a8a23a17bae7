//! What whoever looks after counters sees and does: the doctor's words, a log that tells of nobody, one counter in another's
//! place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use tests::relay::{Mode, Relay, answer};
use tests::till::Sale;
use tests::wall::Wall;
use tests::{Counter, Shop};

/// What the doctor finds: its exit code, and of each part how it is and what it says.
fn examined(counter: &Counter) -> (Option<i32>, Vec<(String, String, String)>) {
    let mut command = counter.command(&["doctor"]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    // where something is wrong the refusal follows on a line of its own
    let first = text.lines().next().unwrap_or_default();
    let said: Value = serde_json::from_str(first).unwrap_or_else(|e| panic!("{e}: {text}"));
    let of = |found: &Value, name: &str| found[name].as_str().unwrap_or_default().to_owned();
    let findings = said["findings"].as_array().unwrap();
    let all = findings
        .iter()
        .map(|f| (of(f, "part"), of(f, "state"), of(&f["said"], "en")))
        .collect();
    (output.status.code(), all)
}

fn of<'a>(found: &'a [(String, String, String)], part: &str) -> (&'a str, &'a str) {
    let (_, state, said) = found.iter().find(|(p, ..)| p == part).unwrap();
    (state, said)
}

#[test]
fn the_doctor_says_what_is_in_the_way() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let a = shop.counter_through("A", &relay.url());
    a.sync();
    let (exit, found) = examined(&a);
    assert_eq!(exit, Some(0), "{found:?}");
    assert_eq!(of(&found, "centre").0, "good");
    assert_eq!(of(&found, "clock").0, "good");
    // a mall's sign-in page
    let page = answer("200 OK", "text/html; charset=utf-8", "<html>登录</html>");
    relay.set(Mode::Say("/", page));
    let (exit, found) = examined(&a);
    assert_eq!(exit, Some(1));
    let (state, said) = of(&found, "centre");
    assert!(state == "bad" && said.contains("sign-in page"), "{said}");
    // what waits is told, and is no trouble
    let her = shop.people(1, 1).remove(0);
    a.sell(&Sale::to(&her.id, "D-1", &["TH1001"]));
    let (_, found) = examined(&a);
    let (state, said) = of(&found, "work");
    assert!(state == "good" && said.starts_with("1 operation"), "{said}");
    relay.set(Mode::Pass);
    // nobody listens there
    drop(relay);
    let (_, found) = examined(&a);
    let (state, said) = of(&found, "centre");
    assert!(state == "bad" && said.contains("does not answer"), "{said}");
    // a printer that is not there
    a.ok(&["printer", "set", "--to", "tcp://127.0.0.1:1"]);
    let (_, found) = examined(&a);
    assert_eq!(of(&found, "printer").0, "bad");
    // a clock that somebody has set
    if let Some(wall) = Wall::right(shop.dir()) {
        let (exit, found) = examined(&a.by(&wall.shifted(3_600)));
        let (state, said) = of(&found, "clock");
        assert!(
            exit == Some(1) && state == "bad" && said.contains("60 minutes ahead"),
            "{said}"
        );
    }
    // one that was never enrolled, and one that never was
    let bare = shop.bare("bare");
    let (exit, found) = examined(&bare);
    assert_eq!((exit, of(&found, "folder").0), (Some(1), "bad"));
    assert!(!bare.home.exists(), "looking makes nothing");
}

#[test]
fn a_log_on_demand_tells_of_nobody() {
    let shop = Shop::open();
    let mut a = shop.counter("A");
    a.env.push(("RUST_LOG".into(), "debug".into()));
    let her = shop.people(1, 1).remove(0);
    let mut run = a
        .command(&["run"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    a.sell(&Sale::to(&her.phone, "L-1", &["TH1001"]).phone());
    let device = shop.centre.device_id("A");
    let told = shop
        .centre
        .headquarters("devices", &["log", &device, "--ask", "--wait", "60"]);
    run.kill().unwrap();
    run.wait().unwrap();
    let lines = told["lines"].as_str().unwrap();
    assert!(
        !told["told"].is_null() && lines.contains("counter::"),
        "{told}"
    );
    for personal in [&her.phone, &her.name, &a.clerk.name] {
        assert!(!lines.contains(personal.as_str()), "{personal}");
    }
}

#[test]
fn a_counter_takes_anothers_place_and_nothing_is_lost() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let old = shop.counter_through("前台", &relay.url());
    let her = shop.people(2_000, 1).remove(0);
    old.sync();
    // it has something that nobody knows of when its place is taken
    relay.set(Mode::Hang);
    old.sell(&Sale::to(&her.id, "OLD-1", &["TH1001"]));
    let device = shop.centre.device_id("前台");
    let code = shop.centre.headquarters("devices", &["replace", &device]);
    let new = shop.bare("new");
    let url = shop.centre.url();
    let enrolled = new.enrol(&url, code["code"].as_str().unwrap(), "");
    assert_eq!(enrolled["device_name"], "前台");
    new.sync();
    new.sign_in();
    new.sell(&Sale::to(&her.id, "NEW-1", &["TH1001"]));
    // back on the network it delivers, gives back, and is let go; members are forgotten then
    relay.set(Mode::Pass);
    let done = old.ok(&["sync"]);
    assert!(done["pushed"].as_u64().unwrap() >= 1, "{done}");
    old.refused("revoked", &["sync"]);
    let (device, _) = old.status();
    assert_eq!(device["sync"]["standing"], "revoked", "{device}");
    new.sync();
    let sql = "SELECT count(*) FROM receipt WHERE receipt_no IN ('OLD-1', 'NEW-1')";
    assert_eq!(shop.centre.ledger().number(sql, []), 2);
    shop.centre.assert_audit_clean();
}

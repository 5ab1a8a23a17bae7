//! What clerks, scanners and strangers may put in: each is refused by a stable code and changes
//! nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use tests::Shop;
use tests::counter::number;
use tests::till::Sale;

/// Words as owned arguments.
fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|a| (*a).to_owned()).collect()
}

#[test]
fn a_key_that_is_not_the_files_own_opens_nothing() {
    let shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.people(1_000, 1).remove(0);
    a.sell(&Sale::to(&her.id, "KEY-1", &["TH1001"]));
    let key = a.home.join("device.key");
    let own = fs::read(&key).expect("a key");
    let outbox = || fs::read(a.home.join("outbox.db")).expect("an outbox");
    let before = outbox();

    fs::remove_file(&key).expect("removed");
    a.refused("key_unusable", &["status"]);
    assert!(!key.exists(), "no new key is made where files are there");
    for garbage in [
        "",
        "no key",
        "zz",
        &"g".repeat(64),
        &"0".repeat(63),
        "\u{0}\u{1}",
    ] {
        fs::write(&key, garbage).expect("written");
        a.refused("key_unusable", &["status"]);
    }
    fs::write(&key, [0xFF, 0xFE, 0x00]).expect("written");
    a.refused("key_unusable", &["status"]);
    fs::write(&key, "0123456789abcdef".repeat(4)).expect("written");
    let other = a.run(&["status"]);
    assert_eq!(other.exit, Some(1), "another key: {}", other.json);
    assert!(
        ["key_unusable", "outbox_damaged"].contains(&other.code()),
        "another key: {} {}",
        other.json,
        other.stderr
    );
    assert!(outbox() == before, "a wrong key touched the outbox");
    fs::write(&key, own).expect("written");
    assert_eq!(a.pending(), 1, "with its own key all is as it was");
    assert!(
        number(&a.status().0["members"]) > 0,
        "the cache was not put aside"
    );
    a.sync();
    assert_eq!(a.pending(), 0);
}

#[test]
fn who_may_sign_in() {
    let shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.people(1_000, 1).remove(0);
    let still = a.still(&her.id);
    let sell = Sale::to(&her.id, "PIN-1", &["TH1001"]).args();
    let as_who = |id: &str, pin: &str| {
        let mut c = a.clone();
        c.clerk.id = id.to_owned();
        c.clerk.pin = pin.to_owned();
        c
    };
    let elsewhere = shop.centre.ledger().column(
        "SELECT id FROM clerk WHERE store_id <> ?1 LIMIT 1",
        [&shop.store],
    );
    for nobody in ["", "nobody", "' OR 1=1 --", "%", &elsewhere.concat()] {
        as_who(nobody, "000000").refused("clerk_unknown", &sell);
    }
    let wrong = |pin: &str| as_who(&shop.clerk.id, pin);
    let bad = if shop.clerk.pin == "000000" {
        "111111"
    } else {
        "000000"
    };
    for left in (1..=4).rev() {
        let error = wrong(bad).refused("pin_wrong", &sell);
        assert_eq!(number(&error["tries_left"]), left, "{error}");
    }
    let locked = wrong(bad).refused("pin_locked", &sell);
    assert!(number(&locked["until"]) > 0, "{locked}");
    // the right PIN waits as well, and the lock is on disk: each command is a new process
    a.refused("pin_locked", &sell);
    // nor does she look at anybody meanwhile
    a.refused("pin_locked", &["show", &her.id]);
    let mut colleague = a.clone();
    colleague.clerk = tests::Brand::demo().clerk("manager");
    assert_eq!(colleague.clerk.store, shop.store);
    let seen = colleague.still(&her.id);
    assert_eq!(seen, still, "wrong PINs changed something");
    colleague.ok(&sell);
    assert_eq!(a.pending(), 1, "another clerk goes on");
}

#[test]
fn whatever_is_typed_to_find_somebody_is_only_looked_up() {
    let shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.people(1_000, 1).remove(0);
    let still = a.still(&her.id);
    let long = "张".repeat(5_000);
    let deep = "(".repeat(2_000);
    for typed in [
        "",
        " ",
        "%",
        "_",
        "*",
        "\"",
        "'",
        "''; DROP TABLE member; --",
        "a OR b",
        "NEAR(a b)",
        "\u{0}x".trim_start_matches('\u{0}'),
        "\u{feff}",
        "\u{202e}",
        "\n\t\r",
        "😀",
        "ﷺ",
        &long,
        &deep,
        "-1",
        "1e999",
        "../../etc/passwd",
        "CPM:",
        "CPM:::::",
        "cpm:%",
        "{}",
        "[[",
        "\\",
        "--help",
    ] {
        // what looks like an option comes after --, as a shell would say it
        for command in ["find", "products"] {
            let answer = a.run(&[command, "--", typed]);
            assert_eq!(
                answer.exit,
                Some(0),
                "{command} {typed:?}: {}",
                answer.stderr
            );
            assert!(
                answer.json.is_array(),
                "{command} {typed:?}: {}",
                answer.json
            );
        }
        let shown = a.run(&["show", "--", typed]);
        assert_eq!(
            shown.code(),
            "member_unknown",
            "show {typed:?}: {}",
            shown.json
        );
    }
    for limit in ["0", "4294967295"] {
        let hits = a.ok(&["find", "1", "--limit", limit]);
        assert!(
            hits.as_array().is_some_and(|h| h.len() <= 50),
            "{limit}: {hits}"
        );
    }
    assert_eq!(a.still(&her.id), still);
}

#[test]
fn addresses_that_no_centre_may_have() {
    let shop = Shop::open();
    let a = shop.bare("A");
    let code = shop.centre.enrol_code(&shop.store, true);
    let enrol = |address: &str| words(&["enrol", "--centre", address, "--code", &code]);
    for address in [
        "http://192.168.0.10:8788",
        "http://centre.example",
        "http://127.0.0.1.example",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "127.0.0.1:8788",
        "",
        "https://",
        "http://[::2]:1",
        "http://0.0.0.0:1",
    ] {
        a.refused("address_invalid", &enrol(address));
    }
    a.refused(
        "offline",
        &enrol(&format!("http://127.0.0.1:{}", tests::centre::free_port())),
    );
    // a TLS client at a plain port is answered with nothing that it can read
    a.refused(
        "offline",
        &enrol(&shop.centre.url().replace("http:", "https:")),
    );
    for command in [
        &["sync"][..],
        &["join"],
        &["redeem", "--member", "x", "--reward", "RW01"],
    ] {
        let answer = a.run(command);
        assert_eq!(answer.exit, Some(1), "{command:?}: {}", answer.json);
        assert!(
            ["not_enrolled", "clerk_unknown"].contains(&answer.code()),
            "{command:?}: {}",
            answer.json
        );
    }
    assert_eq!(a.status().0["enrolled"], false);
    a.enrol(&shop.centre.url(), &code, "A");
}

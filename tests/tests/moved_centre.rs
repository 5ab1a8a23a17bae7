//! A centre that moves is found again by one command, and only that centre; a network that answers in its
//! place is no centre at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use tests::counter::text;
use tests::relay::{Mode, Relay, answer};
use tests::till::{Sale, cash_args};
use tests::{Centre, Shop};

const HTML: &str = "<html><title>商场免费Wi-Fi</title>请登录</html>";

/// What a mall's network answers in a centre's place.
fn portals() -> Vec<(&'static str, Vec<u8>)> {
    let page = |status: &str| answer(status, "text/html; charset=utf-8", HTML);
    let json = |body: &str| answer("200 OK", "application/json", body);
    let moved =
        b"HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/login\r\ncontent-length: 0\r\n\r\n";
    vec![
        ("a log-in page", page("200 OK")),
        ("a redirect", moved.to_vec()),
        ("an empty object", json("{}")),
        ("an empty list", json("[]")),
        ("a list of nothing", json("[null]")),
        ("nothing", json("")),
        ("a filter's word", json(r#"{"status":"ok"}"#)),
        ("forbidden", page("403 Forbidden")),
        ("not found", page("404 Not Found")),
        ("log in", page("511 Network Authentication Required")),
        (
            "a filter's refusal",
            answer(
                "403 Forbidden",
                "application/json",
                r#"{"code":"blocked","message":"x"}"#,
            ),
        ),
        ("no content", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
    ]
}

#[test]
fn a_network_that_answers_in_its_place_is_an_outage() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let a = shop.counter_through("A", &relay.url());
    let her = shop.people(2_000, 5).pop().expect("five members");
    let elsewhere = shop.centre.ledger().people("S002", 0).pop();
    let stranger = elsewhere.expect("a member of another store");
    let fresh = shop.bare("fresh");
    let code = shop.centre.enrol_code(&shop.store, true);
    let url = relay.url();
    let enrol = ["enrol", "--centre", &url, "--code", &code, "--name", "F"];
    for (n, (what, said)) in portals().into_iter().enumerate() {
        println!("{what}");
        relay.set(Mode::Say("/", said));
        a.refused("offline", &["sync"]);
        a.refused("offline", &["look-up", &stranger.phone]);
        let (device, page) = a.status();
        assert_eq!(page["state"]["kind"], "offline", "{what}: {page}");
        assert_eq!(device["enrolled"], true, "{what}");
        let done = a.sell(&Sale::to(&her.id, &format!("P-{n}"), &["TH1001"]));
        assert_eq!(done["exists"], false, "{what}");
        let more = cash_args(
            &her.id,
            (a.offline_usable(&her.id) / 100 + 1) * 100,
            "99999",
        );
        let limit = a.refused("offline_limit", &more);
        assert_eq!(limit["reason"], "offline", "{what}: {limit}");
        fresh.refused("offline", &enrol);
        a.refused(
            "offline",
            &["move", "--centre", &format!("{url}/elsewhere")],
        );
        relay.set(Mode::Pass);
        a.sync();
        assert_eq!(a.pending(), 0, "{what}");
    }
    fresh.ok(&enrol);
    a.ok(&["look-up", &stranger.phone]);
    shop.centre.assert_audit_clean();
}

#[test]
fn a_centre_that_moved_is_followed_and_no_other() {
    let shop = Shop::open();
    // another brand's, still without a store
    let dir = tempfile::tempdir().expect("a temporary folder");
    let other = Centre::serve(dir.path());
    let (before, after) = (Relay::to(shop.centre.port()), Relay::to(shop.centre.port()));
    let a = shop.counter_through("A", &before.url());
    let her = shop.people(2_000, 5).pop().expect("five members");
    a.sync();
    before.set(Mode::Hang);
    a.sell(&Sale::to(&her.id, "M-1", &["TH1001"]));
    let portal = Relay::to(shop.centre.port());
    portal.set(Mode::Say("/", answer("200 OK", "text/html", HTML)));
    // who is not the centre learns nothing, and nothing changes
    a.refused("other_centre", &["move", "--centre", &other.url()]);
    a.refused("offline", &["move", "--centre", &portal.url()]);
    a.refused(
        "address_invalid",
        &["move", "--centre", "http://shop.example"],
    );
    let enrol = [
        "enrol",
        "--centre",
        &other.url(),
        "--code",
        "0000-0000-0000",
    ];
    a.refused("other_centre", &enrol);
    assert_eq!(a.pending(), 1);
    // the way back is still the old one
    before.set(Mode::Pass);
    a.sync();
    assert_eq!(a.pending(), 0);
    before.set(Mode::Hang);
    a.sell(&Sale::to(&her.id, "M-2", &["TH1001"]));
    a.ok(&["move", "--centre", &after.url()]);
    assert_eq!(a.pending(), 0, "what waited was sent by the same command");
    // with a code of the same centre it is the same device that goes on, and the code stays good
    after.set(Mode::Hang);
    a.sell(&Sale::to(&her.id, "M-3", &["TH1001"]));
    let code = shop.centre.enrol_code(&shop.store, true);
    let url = shop.centre.url();
    a.ok(&["enrol", "--centre", &url, "--code", &code]);
    a.sync();
    assert_eq!(a.pending(), 0);
    let b = shop.bare("B");
    b.enrol(&url, &code, "B");
    b.sync();
    assert_eq!(text(&a.status().0["device_name"]), "A");
    a.refused(
        "already_enrolled",
        &["enrol", "--centre", &url, "--code", &code],
    );
    shop.centre.assert_audit_clean();
}

#[test]
fn a_centre_may_lie_below_a_path() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    relay.set(Mode::Below("/counterpart"));
    let her = shop.people(2_000, 5).pop().expect("five members");
    for (n, tail) in ["/counterpart", "/counterpart/"].into_iter().enumerate() {
        let name = format!("A{n}");
        let a = shop.bare(&name);
        let code = shop.centre.enrol_code(&shop.store, true);
        a.enrol(&format!("{}{tail}", relay.url()), &code, &name);
        a.sync();
        a.sell(&Sale::to(&her.id, &format!("B-{n}"), &["TH1001"]));
        a.sync();
        assert_eq!(a.pending(), 0, "{tail}");
    }
    let c = shop.bare("C");
    let code = shop.centre.enrol_code(&shop.store, true);
    for bad in ["", "/elsewhere"] {
        let url = format!("{}{bad}", relay.url());
        c.refused("offline", &["enrol", "--centre", &url, "--code", &code]);
    }
    let url = format!("{}/counterpart?x=1", relay.url());
    c.refused(
        "address_invalid",
        &["enrol", "--centre", &url, "--code", &code],
    );
    shop.centre.assert_audit_clean();
}

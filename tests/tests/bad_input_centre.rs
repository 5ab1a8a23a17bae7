//! A centre that answers nonsense: the counter says so by a stable code, loses nothing, and goes
//! on selling.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tests::counter::{number, text};
use tests::relay::{Mode, Relay, answer};
use tests::till::{Sale, cash_args};
use tests::{Counter, Person, Shop};

const JSON: &str = "application/json";

struct Bench {
    relay: Relay,
    counter: Counter,
    her: Person,
    shop: Shop,
}

fn bench() -> Bench {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let counter = shop.counter_through("A", &relay.url());
    let her = shop.people(2_000, 5).pop().expect("five members");
    Bench {
        relay,
        counter,
        her,
        shop,
    }
}

impl Bench {
    /// A contact that meets this answer fails by this code; nothing changes and sales go on.
    #[track_caller]
    fn meets(&self, what: &str, path: &'static str, said: Vec<u8>, code: &str) {
        self.relay.set(Mode::Pass);
        let still = self.counter.still(&self.her.id);
        self.relay.set(Mode::Say(path, said));
        println!("{what}");
        self.counter.refused(code, &["sync"]);
        assert!(self.relay.met() > 0, "{what}: nobody asked for {path}");
        let receipt = format!("N-{what}").replace(' ', "-");
        let done = self
            .counter
            .sell(&Sale::to(&self.her.id, &receipt, &["TH1001"]));
        assert_eq!(done["exists"], false, "{what}: {done}");
        self.relay.set(Mode::Pass);
        self.counter.refused(
            "over_returned",
            &["return", "--receipt", &receipt, "--line", "TH1001*2"],
        );
        let before = still;
        let after = self.counter.still(&self.her.id);
        assert_ne!(before, after, "{what}: the sale shows");
        assert_eq!(
            number(&self.counter.sync()["pushed"]),
            1,
            "{what}: it is sent"
        );
    }
}

fn ok(body: &str) -> Vec<u8> {
    answer("200 OK", JSON, body)
}

#[test]
fn answers_that_are_no_protocol() {
    let b = bench();
    let html = "<html><body>Sign in to Wi-Fi</body></html>";
    let hello = "/v1/hello";
    b.meets(
        "a portal page",
        hello,
        answer("200 OK", "text/html", html),
        "offline",
    );
    let moved = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    b.meets("a redirect", hello, moved.to_vec(), "offline");
    b.meets("nothing in it", hello, ok(""), "offline");
    b.meets("null", hello, ok("null"), "offline");
    b.meets("an array", hello, ok("[1,2,3]"), "offline");
    b.meets(
        "wrong types",
        hello,
        ok(r#"{"proto":"one","generation":[],"scopes":7}"#),
        "offline",
    );
    b.meets(
        "half of it",
        hello,
        ok(r#"{"proto":1,"generation":1,"sco"#),
        "offline",
    );
    b.meets("deep", hello, ok(&"[".repeat(100_000)), "offline");
    b.meets(
        "not found",
        hello,
        answer("404 Not Found", "text/html", html),
        "offline",
    );
    b.meets(
        "bad gateway",
        hello,
        answer("502 Bad Gateway", "text/html", html),
        "offline",
    );
    let refused = r#"{"code":"of_a_later_version","message":"x"}"#;
    b.meets(
        "an unknown refusal",
        hello,
        answer("400 Bad Request", JSON, refused),
        "offline",
    );
    // the same with the centre's mark is the centre's
    let own = text(&b.shop.centre.told["centre"]);
    let marked = |status: &str, body: &str| {
        let head = format!("{JSON}\r\ncounterpart-centre: {own}");
        answer(status, &head, body)
    };
    let unknown = marked("400 Bad Request", refused);
    b.meets("a later centre's refusal", hello, unknown, "centre_refused");
    let half = marked("200 OK", r#"{"proto":1,"generation":1,"sco"#);
    b.meets("half of the centre's", hello, half, "centre_nonsense");
    let other = answer(
        "200 OK",
        &format!("{JSON}\r\ncounterpart-centre: 01890000-0000-7000-8000-000000000000"),
        "{}",
    );
    b.meets("another centre's", hello, other, "other_centre");
    let cut = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"proto\"";
    b.meets("cut short", hello, cut.to_vec(), "offline");
    b.meets(
        "no HTTP",
        hello,
        b"220 mail.example ESMTP\r\n".to_vec(),
        "offline",
    );
    let packed = b"HTTP/1.1 200 OK\r\ncontent-encoding: zstd\r\ncontent-length: 4\r\n\r\nzzzz";
    b.meets("not packed", hello, packed.to_vec(), "offline");
    b.counter.settle_with(&[]);
    b.shop.centre.ledger().assert_sound();
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    let b = bench();
    b.counter
        .sell(&Sale::to(&b.her.id, "ENDLESS-1", &["TH1001"]));
    let still = b.counter.still(&b.her.id);
    b.relay.set(Mode::Endless("/v1/hello"));
    b.counter.refused("offline", &["sync"]);
    b.relay.set(Mode::Endless("/v1/pull"));
    b.counter.refused("offline", &["sync"]);
    b.relay.set(Mode::Pass);
    assert_ne!(
        b.counter.still(&b.her.id),
        still,
        "the push before the pull stays done"
    );
    b.counter.sync();
    assert_eq!(b.counter.pending(), 0);
}

/// A page of a feed with these numbers.
fn feed(numbers: &[u64], next: u64, more: bool) -> Vec<u8> {
    let body = json!({"id": "S001", "name": "改", "city": "改"});
    let changes: Vec<Value> = numbers
        .iter()
        .map(|n| json!({"n": n, "entity": "store", "key": "S001", "body": body}))
        .collect();
    let reply = json!({
        "changes": changes, "next": next, "more": more, "server_time": "2026-01-01T00:00:00Z",
    });
    ok(&reply.to_string())
}

#[test]
fn a_feed_out_of_order_changes_nothing() {
    let b = bench();
    let name = |b: &Bench| text(&b.counter.status().0["store"]["name"]);
    let before = name(&b);
    let far = 1_000_000;
    let pull = "/v1/pull";
    let nonsense = "centre_nonsense";
    b.meets(
        "a feed backwards",
        pull,
        feed(&[far + 1, far], far + 1, false),
        nonsense,
    );
    b.meets(
        "a number twice",
        pull,
        feed(&[far, far], far, false),
        nonsense,
    );
    b.meets("old changes again", pull, feed(&[1], far, false), nonsense);
    b.meets("a cursor back", pull, feed(&[], 0, false), nonsense);
    b.meets("more of nothing", pull, feed(&[], 1, true), nonsense);
    let body = json!({"id": 7, "phone": [], "balance": "many"});
    let change = json!({"n": far, "entity": "member", "key": "x", "body": body});
    let reply = json!({
        "changes": [
            {"n": far - 1, "entity": "store", "key": "S001", "body": {"id": "S001", "name": "改", "city": ""}},
            change,
        ],
        "next": far, "more": false, "server_time": "2026-01-01T00:00:00Z",
    });
    b.meets(
        "a member who is none",
        pull,
        ok(&reply.to_string()),
        nonsense,
    );
    assert_eq!(
        name(&b),
        before,
        "half of a page that cannot be read was taken"
    );
    b.counter.settle_with(&[]);
    b.shop.centre.ledger().assert_sound();
}

#[test]
fn answers_to_a_push_that_do_not_fit_confirm_nothing() {
    let b = bench();
    let push = |what: &str, reply: &Value, code: &str| {
        let receipt = format!("P-{what}").replace(' ', "-");
        b.counter.sell(&Sale::to(&b.her.id, &receipt, &["TH1001"]));
        let waiting = b.counter.pending();
        b.relay.set(Mode::Say("/v1/push", ok(&reply.to_string())));
        b.counter.refused(code, &["sync"]);
        b.relay.set(Mode::Pass);
        assert_eq!(b.counter.pending(), waiting, "{what} confirmed something");
    };
    let zeros = "0".repeat(64);
    let stranger = "01890000-0000-7000-8000-000000000000";
    let done = |results: &Value| {
        json!({
            "answer": "done", "results": results, "head_seq": 1, "head_hash": zeros,
            "visible": [], "server_time": "2026-01-01T00:00:00Z",
        })
    };
    let nonsense = "centre_nonsense";
    push("no results", &done(&json!([])), nonsense);
    let other = json!([{"seq": 1, "op_id": stranger, "outcome": {"outcome": "applied"}}]);
    push("results of another", &done(&other), nonsense);
    push(
        "a gap ahead",
        &json!({"answer": "gap", "expected": 99}),
        nonsense,
    );
    push(
        "a gap at nothing",
        &json!({"answer": "gap", "expected": 0}),
        nonsense,
    );
    push("an unknown answer", &json!({"answer": "later"}), "offline");
    b.counter.sync();
    assert_eq!(b.counter.pending(), 0);
    b.shop.centre.ledger().assert_sound();
}

#[test]
fn grants_that_nobody_asked_for_are_not_taken() {
    let b = bench();
    let usable = b.counter.offline_usable(&b.her.id);
    let more = (usable / 100 + 1) * 100;
    let lots = json!([{"lot": "1", "points": 5000, "expires": null}]);
    let grant = |member: &str, points: i64| {
        let grant = json!({
            "grant": "01890000-0000-7000-8000-000000000001", "member": member, "points": points,
            "lots": lots, "lease_until": "2099-01-01T00:00:00Z",
        });
        let reply = json!({
            "grants": [grant], "short": [], "server_time": "2026-01-01T00:00:00Z",
        });
        ok(&reply.to_string())
    };
    let args = cash_args(&b.her.id, more, "99999");
    for (what, said) in [
        ("of another member", grant("somebody-else", 5000)),
        ("whose lots do not add up", grant(&b.her.id, 999_999)),
        ("below zero", grant(&b.her.id, -5000)),
    ] {
        b.relay.set(Mode::Say("/v1/grant", said));
        let limit = b.counter.refused("offline_limit", &args);
        assert_eq!(
            number(&limit["possible"]),
            usable,
            "a grant {what}: {limit}"
        );
        assert_eq!(
            limit["reason"], "centre_nonsense",
            "a grant {what}: {limit}"
        );
        b.relay.set(Mode::Pass);
        assert_eq!(
            b.counter.offline_usable(&b.her.id),
            usable,
            "a grant {what} was taken"
        );
    }
    b.counter.settle_with(&[]);
    b.shop.centre.ledger().assert_sound();
}

#[test]
fn an_enrolment_that_is_answered_with_nonsense_can_be_tried_again() {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    let a = shop.bare("A");
    let code = shop.centre.enrol_code(&shop.store, true);
    let url = relay.url();
    let enrol = ["enrol", "--centre", &url, "--code", &code, "--name", "A"];
    for said in [
        ok("{}"),
        ok("<html>"),
        answer("404 Not Found", "text/plain", "no"),
    ] {
        relay.set(Mode::Say("/v1/enrol", said));
        a.refused("offline", &enrol);
    }
    relay.set(Mode::Hang);
    a.refused("offline", &enrol);
    assert_eq!(a.status().0["enrolled"], false);
    relay.set(Mode::Pass);
    a.ok(&enrol);
    a.sync();
}

#[test]
fn a_centre_with_a_broken_clock_or_another_name_is_not_believed() {
    let b = bench();
    let hello = |time: &str, centre: &str| {
        let reply = json!({
            "proto": 1, "centre": centre, "generation": 1, "server_time": time,
            "epoch": 1, "head_seq": 0, "head_hash": "0".repeat(64),
            "scopes": ["brand", "store:S001"], "quarantined": false,
        });
        ok(&reply.to_string())
    };
    let own = text(&b.shop.centre.told["centre"]);
    let now = "2026-01-01T00:00:00Z";
    for (what, time) in [
        ("the end of time", "+262142-12-31T23:59:59Z"),
        ("the beginning of time", "-262143-01-01T00:00:00Z"),
        ("year 9999", "9999-12-31T23:59:59Z"),
        ("year 0", "0000-01-01T00:00:00Z"),
    ] {
        b.meets(what, "/v1/hello", hello(time, &own), "centre_nonsense");
    }
    let other = hello(now, "01890000-0000-7000-8000-000000000000");
    b.meets("another centre", "/v1/hello", other, "other_centre");
}

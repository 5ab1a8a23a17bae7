//! Sides of another version: an older and a newer counter, written by hand as JSON, at this centre; an
//! older and a newer centre, which a relay makes of this one, for this counter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use rusqlite::Connection;
use serde_json::{Value, json};
use tests::counter::{number, text};
use tests::relay::{Mode, Relay};
use tests::till::{Sale, cash_args, points, receipts, reward_args};
use tests::wire::{Device, transcript};
use tests::{Books, Shop};

fn sale(shop: &Shop, member: &str, receipt: &str, more: &str) -> String {
    format!(
        r#"{{{more}"receipt":"{receipt}","store":"{}","member":{{"by":"id","member":"{member}"}},"lines":[{{"sku":"TH1001","name":"x","qty":1,"amount":"480.00"}}],"shown_pay":"480.00","shown_earned":480}}"#,
        shop.store
    )
}

#[test]
fn a_counter_of_version_1_works_with_this_centre() {
    let shop = Shop::open();
    let her = shop.person();
    let clerk = shop.bare("nobody");
    let mut old = Device::enrol(&shop.centre, &shop.store, "old");
    let hello = old.asks("/v1/hello", &old.hello(1));
    assert_eq!(number(&hello["proto"]), 1, "{hello}");
    assert_eq!(number(&hello["epoch"]), 1, "{hello}");
    assert!(hello["begin_epoch"].is_null(), "{hello}");

    let generation = hello["generation"].clone();
    let pull = |cursor: &Value| {
        json!({
            "scope": format!("store:{}", shop.store),
            "cursor": cursor,
            "generation": generation,
            "limit": 5000,
        })
    };
    let first = old.asks("/v1/pull", &pull(&json!(0)));
    let changes = first["changes"].as_array().expect("changes");
    assert!(changes.iter().any(|c| c["key"] == her.id.as_str()));

    let want = json!({
        "request_id": "00000000-0000-7000-8000-0000000000a1",
        "wants": [{"member": her.id, "points": 300}],
    });
    let granted = old.asks("/v1/grant", &want);
    let again = old.asks("/v1/grant", &want);
    assert_eq!(granted["grants"], again["grants"], "the same request again");
    let grant = &granted["grants"][0];
    assert_eq!(number(&grant["points"]), 300, "{granted}");
    // an idle hello between, which tells of no life and no grants: it is not taken for a restored one
    let hello = old.asks("/v1/hello", &old.hello(1));
    assert!(hello["begin_epoch"].is_null(), "{hello}");

    let (sold, sold_id) = old.operation(&clerk, "sale", &sale(&shop, &her.id, "OLD-1", ""));
    let redeemed = format!(
        r#"{{"member":"{}","store":"{}","points":300,"spends":[{{"grant":{},"points":300}}],"what":{{"for":"reward","reward":"RW01","name":"x","qty":1}}}}"#,
        her.id, shop.store, grant["grant"]
    );
    let (redeemed, redeemed_id) = old.operation(&clerk, "redemption", &redeemed);
    let push = old.push(1, &[sold, redeemed]);
    let (status, reply) = old.post_text("/v1/push", &push);
    assert_eq!((status, &reply["answer"]), (200, &json!("done")), "{reply}");
    let outcomes: Vec<&Value> = reply["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|r| &r["outcome"]["outcome"])
        .collect();
    assert_eq!(outcomes, ["applied", "applied"], "{reply}");
    let earned = number(&reply["results"][0]["outcome"]["earned"]);
    let (_, again) = old.post_text("/v1/push", &push);
    assert_eq!(
        again["results"][0]["outcome"]["outcome"], "exists",
        "{again}"
    );

    let hello = old.asks("/v1/hello", &old.hello(1));
    assert_eq!(number(&hello["head_seq"]), 2, "{hello}");
    assert!(hello["begin_epoch"].is_null(), "{hello}");
    let later = old.asks("/v1/pull", &pull(&first["next"]));
    let changes = later["changes"].as_array().expect("changes");
    assert!(changes.iter().any(|c| c["entity"] == "receipt"), "{later}");
    shop.centre.assert_audit_clean();
    let books = Books::File(shop.centre.ledger());
    let applied = books.applied();
    for id in [sold_id, redeemed_id] {
        assert_eq!(applied.get(&id), Some(&1));
    }
    assert_eq!(books.points(&her.id), her.points + earned - 300);
}

#[test]
fn a_newer_counter_works_with_this_centre_and_loses_none_of_its_words() {
    let shop = Shop::open();
    let her = shop.person();
    let clerk = shop.bare("nobody");
    let mut new = Device::enrol(&shop.centre, &shop.store, "new");
    let mut hello = new.hello(9);
    let more = [
        ("of_a_later_version", json!({"deep": [[], {"x": 1e3}]})),
        ("life", json!("00000000-0000-4000-8000-000000000001")),
        ("acked_seq", json!(0)),
        ("grants_taken", json!(0)),
        ("open_requests", json!([])),
    ];
    for (key, value) in more {
        hello[key] = value;
    }
    let said = new.asks("/v1/hello", &hello);
    assert_eq!(number(&said["proto"]), 2, "{said}");
    let mut only_newer = hello.clone();
    only_newer["proto_min"] = json!(8);
    let (status, refused) = new.post("/v1/hello", &only_newer);
    assert_eq!(
        (status, &refused["code"]),
        (426, &json!("version_unsupported"))
    );

    let known = sale(
        &shop,
        &her.id,
        "NEW-1",
        r#""of_a_later_version":{"b":"中","a":1.50},"#,
    );
    let (sold, sold_id) = new.operation(&clerk, "sale", &known);
    let unknown = r#"{"z":1,"a":{"b":[1.50,"é中",null]},"member":"x"}"#;
    let (strange, strange_id) = new.operation(&clerk, "of_a_later_version", unknown);
    let (after, after_id) = new.operation(&clerk, "sale", &sale(&shop, &her.id, "NEW-2", ""));
    // in the name of the life that it has claimed
    let life = hello["life"].clone();
    let push = new.push(1, &[sold, strange, after]);
    let push = push.replacen('{', &format!(r#"{{"life":{life},"#), 1);
    let (status, reply) = new.post_text("/v1/push", &push);
    assert_eq!((status, &reply["answer"]), (200, &json!("done")), "{reply}");
    let outcome = |n: usize| reply["results"][n]["outcome"].clone();
    assert_eq!(outcome(0)["outcome"], "applied", "{reply}");
    assert_eq!(
        outcome(1),
        json!({"outcome": "held", "reason": "kind_unknown"})
    );
    assert_eq!(
        outcome(2)["outcome"],
        "applied",
        "nothing waits for what is held"
    );
    let ledger = shop.centre.ledger();
    let body = |id: &str| ledger.column("SELECT body FROM operation WHERE op_id = ?1", [id]);
    assert_eq!(body(&strange_id), [unknown]);
    assert_eq!(body(&sold_id), [known]);
    assert_eq!(body(&after_id).len(), 1);

    let want = json!({
        "request_id": "00000000-0000-7000-8000-0000000000b1",
        "of_a_later_version": 7,
        "epoch": 1,
        "life": "00000000-0000-4000-8000-000000000001",
        "wants": [{"member": her.id, "points": 100, "of_a_later_version": []}],
    });
    let granted = new.asks("/v1/grant", &want);
    assert_eq!(number(&granted["grants"][0]["points"]), 100, "{granted}");
    shop.centre.assert_audit_clean();
    // the other counters of the store are none the wiser
    let counter = shop.counter("A");
    let all = receipts(&counter.page(&her.id));
    assert!(
        all.contains(&"NEW-1".to_owned()) && all.contains(&"NEW-2".to_owned()),
        "{all:?}"
    );
}

/// What a later centre says: more, in every message.
fn later(_: &str, said: String) -> String {
    match said.strip_prefix('{') {
        Some(rest) if rest.starts_with('"') => {
            format!(r#"{{"of_a_later_version":{{"a":[1,null,"é"]}},{rest}"#)
        }
        _ => said,
    }
}

/// What a centre of version 1 says.
fn older(path: &str, said: String) -> String {
    let mut reply: Value = serde_json::from_str(&said).unwrap_or_default();
    let Some(fields) = reply.as_object_mut() else {
        return said;
    };
    let new = [
        "begin_epoch",
        "superseded",
        "report",
        "lease_until",
        "checkout",
        "digest",
    ];
    for name in new {
        // an enrolment told this from the first
        if !(name == "checkout" && path == "/v1/enrol") {
            fields.remove(name);
        }
    }
    if path == "/v1/hello" {
        fields.insert("proto".to_owned(), json!(1));
    }
    reply.to_string()
}

fn works_with(words: fn(&str, String) -> String) -> (Shop, Relay) {
    let shop = Shop::open();
    let relay = Relay::to(shop.centre.port());
    relay.set(Mode::Reword(words));
    let counter = shop.counter_through("A", &relay.url());
    counter.settle_with(&[]);
    let her = shop.person();
    let sale = counter.sell(&Sale::to(&her.id, "OTHER-1", &["TH1001"]).paid_by(100));
    let reward = counter.patiently(&reward_args(&her.id, "RW01"));
    let usable = counter.offline_usable(&her.id) / 100 * 100;
    let cash = counter.patiently(&cash_args(&her.id, usable + 100, "99999"));
    let back = counter.ok(&["return", "--receipt", "OTHER-1"]);
    counter.settle_with(&[]);
    assert_eq!(counter.pending(), 0);
    let expected = her.points + number(&sale["earned"]) + number(&back["given_back"])
        - number(&sale["spent"])
        - number(&reward["points"])
        - number(&cash["points"])
        - number(&back["taken_back"]);
    let page = counter.page(&her.id);
    assert_eq!(points(&page, "confirmed"), expected, "{page}");
    assert_eq!(Books::File(shop.centre.ledger()).points(&her.id), expected);
    shop.centre.assert_audit_clean();
    (shop, relay)
}

#[test]
fn this_counter_works_with_a_newer_centre() {
    let (mut shop, relay) = works_with(later);
    // things of a kind and with fields that this counter does not know, in the digest like any other
    shop.centre.stop();
    let db = Connection::open(shop.centre.data().join("central.db")).expect("the database");
    let (n, digest): (i64, String) = db
        .query_row(
            "SELECT n, digest FROM feed_head WHERE scope = 'brand'",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .expect("the head of the brand's feed");
    let (kind, key, body) = ("of_a_later_version", "X-1", r#"{"new":["thing"]}"#);
    let (reward, known): (String, String) = db
        .query_row(
            "SELECT entity_key, body FROM feed WHERE scope = 'brand' AND entity = 'reward' LIMIT 1",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .expect("a reward");
    let wider = later("", known.clone());
    let sum = value(&digest)
        .wrapping_add(value(&of(kind, key, body)))
        .wrapping_sub(value(&of("reward", &reward, &known)))
        .wrapping_add(value(&of("reward", &reward, &wider)));
    db.execute(
        "INSERT INTO feed (scope, entity, entity_key, n, body, digest) VALUES ('brand', ?1, ?2, ?3, ?4, ?5)",
        (kind, key, n + 1, body, of(kind, key, body)),
    )
    .expect("a thing of a later version");
    db.execute(
        "UPDATE feed SET n = ?2, body = ?3, digest = ?4
         WHERE scope = 'brand' AND entity = 'reward' AND entity_key = ?1",
        (&reward, n + 2, &wider, of("reward", &reward, &wider)),
    )
    .expect("a reward with a field of a later version");
    db.execute(
        "UPDATE feed_head SET n = ?1, digest = ?2 WHERE scope = 'brand'",
        (n + 2, format!("{sum:032x}")),
    )
    .expect("the head");
    drop(db);
    shop.centre.restart();
    let counter = shop.bare("A");
    let report = counter.run(&["sync"]);
    assert_eq!(report.exit, Some(0), "{} {}", report.json, report.stderr);
    assert_eq!(number(&report.json["pulled"]), 2, "{}", report.json);
    // that a test's key lies in a plain file is said each time
    let mut said = report.stderr.lines().filter(|l| !l.contains("INSECURE"));
    assert_eq!(said.next(), None, "its digest is the centre's");
    let her = shop.people(1_000, 1).pop().expect("a member");
    counter.patiently(&["redeem", "--member", &her.id, "--reward", &reward]);
    counter.settle_with(&[]);
    drop(relay);
}

fn of(kind: &str, key: &str, body: &str) -> String {
    let parts = [kind, key, body].map(str::as_bytes);
    hexed(&transcript("counterpart.feed.1", &parts))
}

fn hexed(hash: &[u8]) -> String {
    hash.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

fn value(digest: &str) -> u128 {
    u128::from_str_radix(digest, 16).expect("32 hex digits")
}

#[test]
fn this_counter_works_with_a_centre_of_version_1() {
    let (shop, relay) = works_with(older);
    let counter = shop.bare("A");
    let missing = r#"{"code":"not_found","message":"no such address"}"#;
    let absent = tests::relay::answer("404 Not Found", "application/json", missing);
    relay.set(Mode::Say("/v1/lookup", absent));
    let elsewhere = shop
        .centre
        .ledger()
        .people("S002", 0)
        .pop()
        .expect("a member");
    let refused = counter.run(&["look-up", &elsewhere.phone]);
    assert_eq!(refused.exit, Some(1));
    assert_eq!(text(&refused.json["error"]["code"]), "look_up_unavailable");
}

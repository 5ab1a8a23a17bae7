//! What a counter says of a profile beside its body, and what it lets go of once a member was erased.

use crate::scripted::Shop;
use crate::view::{LineRequest, MemberTarget, ParkRequest, ProfileRequest, SkinView};
use loyalty::Points;
use protocol::entity::{EntityKind, Erased};
use protocol::operation::{Body, Operation};
use protocol::profile::{ALLERGIES_ADD, BIRTHDAY, NAME, SKIN};
use protocol::{Epoch, Seq};
use serde_json::Value;

/// A counter whose centre reads what is personal beside a body, or one of before.
fn shop(reads: bool) -> Shop {
    let shop = Shop::open();
    shop.centre.script().hello.reads_personal = reads;
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now().unwrap();
    shop
}

fn change(shop: &Shop) {
    let request = ProfileRequest {
        member_id: "M1".into(),
        name: Some("陆雪".into()),
        birthday: Some("1990-05-06".into()),
        skin: Some(SkinView {
            moisture: "dry".into(),
            sensitivity: String::new(),
            pigmentation: String::new(),
            ageing: String::new(),
        }),
        allergies_add: vec!["香精".into()],
        consent_skin: Some(true),
        ..ProfileRequest::default()
    };
    shop.engine.change_profile(&shop.clerk(), &request).unwrap();
}

fn sent(shop: &Shop) -> Operation {
    shop.engine.sync_now().unwrap();
    let script = shop.centre.script();
    let mut ops = script.ops.iter().rev();
    ops.find(|op| op.kind == "profile").unwrap().clone()
}

#[test]
fn a_centre_that_reads_it_beside_is_told_beside() {
    let shop = shop(true);
    change(&shop);
    // what is recorded is shown at once, wherever it lies
    let page = shop.engine.profile_form(&shop.clerk(), "M1").unwrap();
    let form = serde_json::to_string(&page).unwrap();
    assert!(
        form.contains(r#""year":1990"#) && form.contains("香精"),
        "{form}"
    );
    let op = sent(&shop);
    assert!(op.is_intact());
    let body = op.body.get();
    for said in ["1990", "dry", "香精", "陆雪"] {
        assert!(!body.contains(said), "{body}");
    }
    for name in [BIRTHDAY, SKIN, ALLERGIES_ADD, NAME] {
        assert!(op.personal_value(name).is_some(), "{name}");
    }
    let Some(Body::Profile(read)) = op.body().unwrap() else {
        panic!("{body}");
    };
    assert_eq!(read.set.birthday.unwrap().to_string(), "1990-05-06");
    assert_eq!(read.allergies_add, ["香精"]);
}

#[test]
fn a_centre_of_before_is_told_in_the_body() {
    let shop = shop(false);
    change(&shop);
    let op = sent(&shop);
    assert!(op.body.get().contains("1990-05-06") && op.body.get().contains("香精"));
    assert!(op.personal_value(BIRTHDAY).is_none());
}

fn all(shop: &Shop) -> String {
    let outbox = shop.engine.shared.outbox();
    let text = outbox.read(|c| {
        let mut s = c
            .prepare("SELECT op_id, body, personal, summary FROM outbox")
            .unwrap();
        let mut text = String::new();
        let mut rows = s.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for i in 0..4 {
                text.push_str(&row.get::<_, String>(i).unwrap());
            }
        }
        let mut s = c.prepare("SELECT basket FROM parked").unwrap();
        let baskets = s.query_map([], |r| r.get::<_, String>(0)).unwrap();
        baskets.for_each(|basket| text.push_str(&basket.unwrap()));
        Ok(text)
    });
    text.unwrap()
}

#[test]
fn what_is_left_of_who_was_erased_goes_and_the_chain_holds() {
    let shop = shop(true);
    change(&shop);
    let parked = |member: Option<&str>| ParkRequest {
        id: None,
        instead: None,
        member: member.map(|id| MemberTarget::Member { id: id.into() }),
        description: String::new(),
        why: String::new(),
        lines: vec![LineRequest {
            sku: "P1".into(),
            qty: 1,
            amount: None,
            amount_of: None,
        }],
        receipt: String::new(),
        pay_points: Points(0),
        coupons: Vec::new(),
        propose: true,
        credit: None,
    };
    shop.engine.park(&parked(Some("M1"))).unwrap();
    shop.engine.park(&parked(None)).unwrap();
    shop.engine.sync_now().unwrap();
    let ops: Vec<_> = shop.centre.script().ops.iter().map(|op| op.op_id).collect();
    let before = all(&shop);
    assert!(
        before.contains("1990-05-06") && before.contains("陆雪"),
        "{before}"
    );

    let name = EntityKind::Erased.name();
    let tell = |member: &str, ops: Vec<_>| {
        let erased = Erased {
            member: member.into(),
            ops,
        };
        let body = serde_json::to_value(&erased).unwrap();
        shop.centre.publish("brand", name, member, &body);
        shop.engine.sync_now().unwrap();
    };
    tell("M2", Vec::new());
    assert_eq!(all(&shop), before, "another went");
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &Value::Null);
    tell("M1", ops);
    let after = all(&shop);
    for said in ["1990-05-06", "陆雪", "香精", "dry", "\"M1\",\"lines\""] {
        assert!(!after.contains(said), "{said}: {after}");
    }
    let baskets = |text: &str| text.matches("\"sku\":\"P1\"").count();
    assert_eq!(
        (baskets(&before), baskets(&after)),
        (2, 1),
        "another's stays"
    );
    // the operations are there, each what its hash says
    let shop = shop.again();
    let device = shop.engine.shared.identity().unwrap().unwrap().device;
    let outbox = shop.engine.shared.outbox();
    let all_of =
        |c: &rusqlite::Connection| crate::outbox::batch(c, device, Epoch(1), Seq(1), 100, 1 << 20);
    let ops = outbox.read(all_of).unwrap();
    assert!(!ops.is_empty());
    for op in ops {
        assert!(op.is_intact(), "{}", op.kind);
    }
}

#[test]
fn a_damaged_cache_that_was_put_aside_goes_once_all_is_here_again() {
    let shop = shop(true);
    let left = shop
        .engine
        .shared
        .home()
        .damaged_cache("20260101T000000000");
    std::fs::write(&left, b"members of then").unwrap();
    let other = left.with_file_name("outbox.aside-1.db");
    std::fs::write(&other, b"not a cache").unwrap();
    shop.centre.script().silent = vec!["/v1/pull".into()];
    let _ = shop.engine.sync_now();
    assert!(left.exists(), "nothing came in its place");
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    assert!(!left.exists());
    assert!(other.exists());
}

#[test]
fn who_signs_in_is_told_until_it_was_noted() {
    use protocol::hello::HelloRequest;
    let shop = Shop::open();
    let told = || {
        // a hello of a moment ago would do otherwise
        shop.engine.shared.keep_hello(None);
        shop.engine.sync_now().unwrap();
        shop.centre.last::<HelloRequest>("/v1/hello").signed_in
    };
    told();
    shop.centre.script().hello.signed_in_noted = true;
    told();
    assert!(told().is_empty());
    shop.clerk();
    let one = told();
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].clerk.as_str(), "C1");
    assert!(told().is_empty(), "it was noted");
    // a centre of before says nothing of it: it is told again
    shop.centre.script().hello.signed_in_noted = false;
    shop.clerk();
    assert_eq!((told().len(), told().len()), (1, 1));
    assert!(shop.engine.sign_in("C1", "0000").is_err());
    assert_eq!(told().len(), 1, "a wrong PIN is no sign-in");
}

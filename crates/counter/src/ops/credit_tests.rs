//! Who gets the credit of a sale, at a scripted centre.

use crate::error::Error;
use crate::ops::SignedIn;
use crate::scripted::{Shop, member};
use crate::view::{CreditRequest, HelpedHow, MemberTarget, SaleRequest};
use chrono::{Duration, Utc};
use protocol::credit::Credit;
use protocol::entity::EntityKind;
use protocol::operation::{Body, Sale};
use serde_json::{Value, json};

fn staff(id: &str, name: &str, role: &str, active: bool) -> Value {
    let mut clerk = crate::scripted::clerk();
    clerk["id"] = json!(id);
    clerk["name"] = json!(name);
    clerk["role"] = json!(role);
    clerk["active"] = json!(active);
    clerk
}

/// A shop with two advisors, a cashier, one who has left, and a member with what stands beside her.
fn shop(beside: &Value) -> Shop {
    let shop = Shop::open();
    for (id, name, role, active) in [
        ("C1", "林", "advisor", true),
        ("C2", "苏", "advisor", true),
        ("C3", "陈", "cashier", true),
        ("C4", "周", "advisor", false),
    ] {
        let clerk = staff(id, name, role, active);
        shop.centre
            .publish("store:S1", EntityKind::Clerk.name(), id, &clerk);
    }
    let mut her = member("M1", "13800000001");
    for (name, value) in beside.as_object().unwrap() {
        her[name] = value.clone();
    }
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &her);
    shop.engine.sync_now().unwrap();
    shop
}

fn signed_in(shop: &Shop, id: &str) -> SignedIn {
    shop.engine.sign_in(id, "1234").unwrap()
}

fn note(clerk: &str, days_ago: i64) -> Value {
    json!({"clerk": clerk, "at": Utc::now() - Duration::days(days_ago), "text": "试过妆"})
}

fn receipt(shop: &Shop, no: &str, days_ago: i64, seller: &str, second: Option<&str>) {
    let mut r = json!({
        "no": no, "member": "M1", "store": "S1", "at": Utc::now() - Duration::days(days_ago),
        "lines": [], "pay": "10.00", "earned": 10, "seller": seller,
    });
    if let Some(second) = second {
        r["second"] = json!(second);
    }
    shop.centre.publish(
        "store:S1",
        EntityKind::Receipt.name(),
        &format!("S1/{no}"),
        &r,
    );
    shop.engine.sync_now().unwrap();
}

fn rule(shop: &Shop, clerk: &str) -> (Option<String>, Option<String>) {
    let her = MemberTarget::Member { id: "M1".into() };
    let form = shop
        .engine
        .sale_credit(&signed_in(shop, clerk), &her)
        .unwrap();
    (form.seller.map(|c| c.id), form.second.map(|c| c.id))
}

fn sold(shop: &Shop, clerk: &str, request: &SaleRequest) -> Credit {
    shop.engine
        .record_sale(&signed_in(shop, clerk), request)
        .unwrap();
    shop.engine.sync_now().unwrap();
    let op = shop.centre.script().ops.last().unwrap().clone();
    let Some(Body::Sale(Sale { credit, .. })) = op.body().unwrap() else {
        panic!("no sale")
    };
    credit.unwrap()
}

fn asked(seller: Option<&str>, second: Option<&str>, reason: &str) -> Option<CreditRequest> {
    Some(CreditRequest {
        seller: seller.map(str::to_owned),
        second: second.map(str::to_owned),
        reason: reason.to_owned(),
    })
}

fn two(seller: &str, second: Option<&str>) -> (Option<String>, Option<String>) {
    (Some(seller.to_owned()), second.map(str::to_owned))
}

#[test]
fn the_rule_goes_by_notes_sales_and_what_was_done_here_since() {
    let with = shop(&json!({"notes": [note("C2", 9)]}));
    assert_eq!(rule(&with, "C1"), two("C1", Some("C2")));
    let left = shop(&json!({"notes": [note("C4", 2)]}));
    assert_eq!(rule(&left, "C1"), two("C1", None), "she has left");
    let long_ago = shop(&json!({"notes": [note("C2", 31)]}));
    assert_eq!(rule(&long_ago, "C1"), two("C1", None));
    let other = shop(&json!({}));
    receipt(&other, "T9", 5, "C2", None);
    assert_eq!(rule(&other, "C1"), two("C1", Some("C2")));
    let first = shop(&json!({}));
    assert_eq!(rule(&first, "C2"), two("C2", None));
    // offline too, and before anything was sent
    first.centre.script().silent.push("/v1/push".into());
    first
        .engine
        .record_sale(&signed_in(&first, "C1"), &first.sale("T1", &[]))
        .unwrap();
    assert_eq!(rule(&first, "C2"), two("C2", Some("C1")));
}

#[test]
fn a_cashier_takes_the_money_for_her_advisor() {
    let shop = shop(&json!({"advisor": "C1", "notes": [note("C2", 1)]}));
    assert_eq!(rule(&shop, "C3"), two("C1", Some("C2")));
    let her = MemberTarget::Member { id: "M1".into() };
    let form = shop
        .engine
        .sale_credit(&signed_in(&shop, "C3"), &her)
        .unwrap();
    let who: Vec<&str> = form.people.iter().map(|p| p.clerk.id.as_str()).collect();
    assert_eq!(
        who,
        ["C1", "C2", "C3"],
        "those who had to do with her first"
    );
    assert!(form.people[0].advisor && form.people[2].signed_in);
    assert_eq!(form.people[1].helped, Some(HelpedHow::Noted));
    // nobody is known who has no page here
    let form = shop
        .engine
        .sale_credit(
            &signed_in(&shop, "C2"),
            &MemberTarget::Phone {
                phone: "13911112222".into(),
            },
        )
        .unwrap();
    assert_eq!(form.seller.unwrap().id, "C2");
}

#[test]
fn a_sale_carries_it_and_another_than_the_rules_needs_a_reason() {
    let shop = shop(&json!({"notes": [note("C2", 9)]}));
    let by_rule = sold(&shop, "C1", &shop.sale("T1", &[]));
    assert_eq!(
        by_rule,
        Credit {
            seller: Some("C1".into()),
            second: Some("C2".into()),
            reason: String::new()
        }
    );
    let with = |no: &str, credit| SaleRequest {
        credit,
        ..shop.sale(no, &[])
    };
    // said as the rule has it, it needs none
    let same = sold(
        &shop,
        "C1",
        &with("T2", asked(Some("C1"), Some("C2"), "mistake")),
    );
    assert_eq!(same, by_rule);
    let refused = |credit| {
        let refused = shop
            .engine
            .record_sale(&signed_in(&shop, "C1"), &with("T3", credit));
        refused.unwrap_err()
    };
    assert!(matches!(
        refused(asked(Some("C2"), None, "")),
        Error::CreditReason
    ));
    assert!(matches!(
        refused(asked(None, None, " ")),
        Error::CreditReason
    ));
    assert!(matches!(
        refused(asked(Some("C9"), None, "served")),
        Error::CreditUnknown
    ));
    assert!(matches!(
        refused(asked(Some("C4"), None, "served")),
        Error::CreditUnknown
    ));
    let other = sold(
        &shop,
        "C1",
        &with("T3", asked(Some("C2"), Some("C1"), "served")),
    );
    assert_eq!(other.seller, Some("C2".into()));
    assert_eq!(other.second, Some("C1".into()));
    assert_eq!(other.reason, "served");
    let own = sold(
        &shop,
        "C1",
        &with("T4", asked(None, Some("C2"), "own_purchase")),
    );
    assert_eq!(
        (own.seller, own.second),
        (None, None),
        "nobody assists in it"
    );
    let odd = sold(
        &shop,
        "C1",
        &with("T5", asked(Some("C1"), Some("C1"), "a word of tomorrow")),
    );
    assert_eq!((odd.second, odd.reason.as_str()), (None, "other"));
}

//! Baskets that stand aside: kept, taken up, let go, sold.

use crate::error::Error;
use crate::outbox;
use crate::scripted::{Shop, clerk};
use crate::view::{
    BasketChange, CreditRequest, LineRequest, MemberTarget, ParkRequest, ParkedView, SaleRequest,
};
use chrono::{DateTime, Duration, Utc};
use loyalty::{Money, Points};
use protocol::entity::EntityKind;
use protocol::operation::Body;
use serde_json::json;

fn basket(member: Option<&str>, qty: u32) -> ParkRequest {
    ParkRequest {
        id: None,
        instead: None,
        member: member.map(|id| MemberTarget::Member { id: id.into() }),
        description: String::new(),
        why: " 去试色了\n".into(),
        lines: vec![LineRequest {
            sku: "P1".into(),
            qty,
            amount: None,
            amount_of: None,
        }],
        receipt: String::new(),
        pay_points: Points(300),
        coupons: Vec::new(),
        propose: true,
        credit: None,
    }
}

#[test]
fn a_credit_chosen_by_hand_is_still_there_for_whoever_goes_on() {
    let shop = Shop::open();
    let mut colleague = clerk();
    colleague["id"] = json!("C2");
    shop.centre
        .publish("store:S1", EntityKind::Clerk.name(), "C2", &colleague);
    shop.engine.sync_now().unwrap();
    let chosen = Some(CreditRequest {
        seller: Some("C2".into()),
        second: Some("C1".into()),
        reason: "served".into(),
    });
    let request = ParkRequest {
        credit: chosen.clone(),
        ..basket(Some("M1"), 1)
    };
    shop.engine.park(&request).unwrap();
    shop.engine.park(&basket(None, 1)).unwrap();
    let shop = shop.again();
    let list = today(&shop);
    let taken = shop.engine.take_up(&list[0].id).unwrap();
    assert_eq!(taken.credit, chosen);
    assert_eq!(shop.engine.take_up(&list[1].id).unwrap().credit, None);
    let sale = SaleRequest {
        credit: taken.credit,
        ..shop.sale("T1", &[])
    };
    shop.engine.record_sale(&shop.clerk(), &sale).unwrap();
    shop.engine.sync_now().unwrap();
    let ops = shop.centre.script().ops.clone();
    let Some(Body::Sale(sold)) = ops.last().unwrap().body().unwrap() else {
        panic!("no sale")
    };
    let credit = sold.credit.unwrap();
    assert_eq!(credit.seller, Some("C2".into()));
    assert_eq!(credit.second, Some("C1".into()));
}

#[test]
fn a_basket_of_an_earlier_build_is_as_the_rule_has_it() {
    let before = r#"{"member":null,"description":"","why":"","lines":[],"receipt":"","pay_points":0,"coupons":[],"propose":true}"#;
    let read: crate::parked::Basket = serde_json::from_str(before).unwrap();
    assert_eq!(read.credit, None);
}

fn today(shop: &Shop) -> Vec<ParkedView> {
    shop.engine.parked().unwrap().today
}

#[test]
fn a_parked_basket_outlives_its_process_and_holds_nothing() {
    let shop = Shop::open();
    shop.engine.park(&basket(Some("M1"), 2)).unwrap();
    let walk_in = ParkRequest {
        description: "红外套".into(),
        ..basket(None, 1)
    };
    shop.engine.park(&walk_in).unwrap();
    let before = shop.engine.member_page("M1").unwrap().points;

    let shop = shop.again();
    let list = today(&shop);
    assert_eq!(list.len(), 2);
    assert_eq!(
        (list[0].who.as_str(), list[0].why.as_str(), list[0].pieces),
        ("李*", "去试色了", 2)
    );
    assert_eq!(list[0].total, Some(Money::from_fen(100_000)));
    assert_eq!(
        (list[1].who.as_str(), list[1].description.as_str()),
        ("", "红外套")
    );
    let after = shop.engine.member_page("M1").unwrap().points;
    assert_eq!(after, before, "no points are held for it");
    assert_eq!(shop.engine.sync_page().unwrap().waiting.len(), 0);
}

#[test]
fn taken_up_it_is_in_one_pair_of_hands_and_at_todays_price() {
    let shop = Shop::open();
    shop.engine.park(&basket(Some("M1"), 2)).unwrap();
    let id = today(&shop)[0].id.clone();
    shop.centre.publish(
        "brand",
        EntityKind::Product.name(),
        "P1",
        &json!({"sku": "P1", "name": "精华", "price": "520.00", "category": "serum"}),
    );
    shop.engine.sync_now().unwrap();

    let taken = shop.engine.take_up(&id).unwrap();
    assert_eq!(taken.lines[0].product.price, Some(Money::from_fen(52_000)));
    assert_eq!(
        taken.changes,
        [BasketChange::Price {
            name: "精华".into(),
            name_en: String::new(),
            was: Some(Money::from_fen(50_000)),
            now: Some(Money::from_fen(52_000)),
        }]
    );
    assert!(today(&shop).is_empty());
    assert!(matches!(
        shop.engine.take_up(&id),
        Err(Error::ParkedUnknown)
    ));

    // parked again it is the same basket; and a process that ends gives back what it had in hand
    let again = ParkRequest {
        id: Some(id.clone()),
        ..basket(Some("M1"), 3)
    };
    shop.engine.park(&again).unwrap();
    assert_eq!(today(&shop).len(), 1);
    shop.engine.take_up(&id).unwrap();
    let shop = shop.again();
    assert_eq!(today(&shop)[0].pieces, 3);
    shop.engine.take_up(&id).unwrap();
    assert_eq!(shop.engine.parked_anew().unwrap().today.len(), 1);
}

#[test]
fn five_may_stand_aside_and_the_sixth_stays_where_it_is() {
    let shop = Shop::open();
    for _ in 0..5 {
        shop.engine.park(&basket(None, 1)).unwrap();
    }
    assert!(matches!(
        shop.engine.park(&basket(None, 1)),
        Err(Error::ParkedFull { max: 5 })
    ));
    // for one that is taken up in its place there is room
    let id = today(&shop)[2].id.clone();
    let swapped = ParkRequest {
        instead: Some(id.clone()),
        ..basket(None, 4)
    };
    shop.engine.park(&swapped).unwrap();
    shop.engine.take_up(&id).unwrap();
    assert_eq!(today(&shop).len(), 5);
    let back = ParkRequest {
        id: Some(id.clone()),
        ..basket(None, 1)
    };
    assert!(matches!(
        shop.engine.park(&back),
        Err(Error::ParkedFull { .. })
    ));
    let other = today(&shop)[0].id.clone();
    assert_eq!(shop.engine.let_go(&other).unwrap().today.len(), 4);
    shop.engine.let_go(&other).unwrap();
    assert_eq!(shop.engine.park(&back).unwrap().today.len(), 5);
}

#[test]
fn what_cannot_be_sold_is_not_parked() {
    let shop = Shop::open();
    let with = |sku: &str, qty| ParkRequest {
        lines: vec![LineRequest {
            sku: sku.into(),
            qty,
            amount: None,
            amount_of: None,
        }],
        ..basket(None, 1)
    };
    let empty = ParkRequest {
        lines: Vec::new(),
        ..basket(None, 1)
    };
    assert!(matches!(shop.engine.park(&empty), Err(Error::NoLines)));
    assert!(matches!(
        shop.engine.park(&with("P1", 0)),
        Err(Error::QuantityInvalid { .. })
    ));
    assert!(matches!(
        shop.engine.park(&with("P9", 1)),
        Err(Error::ProductUnknown { .. })
    ));
    assert!(today(&shop).is_empty());
}

#[test]
fn it_is_parked_no_more_once_its_sale_is_recorded() {
    let shop = Shop::open();
    shop.engine.park(&basket(Some("M1"), 1)).unwrap();
    let id = today(&shop)[0].id.clone();
    shop.engine.take_up(&id).unwrap();
    let clerk = shop.clerk();
    // refused: it stays
    let mut refused = shop.sale("T1", &[]);
    refused.pay_points = Points(999_999);
    assert!(
        shop.engine
            .record_sale_of(&clerk, &refused, Some(&id))
            .is_err()
    );
    assert_eq!(shop.engine.parked_anew().unwrap().today.len(), 1);
    shop.engine
        .record_sale_of(&clerk, &shop.sale("T1", &[]), Some(&id))
        .unwrap();
    assert!(shop.again().engine.parked().unwrap().today.is_empty());
}

#[test]
fn the_night_closes_them_and_a_week_lets_them_go() {
    let shop = Shop::open();
    shop.engine.park(&basket(Some("M1"), 1)).unwrap();
    let program = shop.engine.program().unwrap();
    let now = shop.engine.shared.now().unwrap();
    let midnight = program.day_begins(program.business_date(now));
    let parked_at = |id: &str, at: DateTime<Utc>| {
        let outbox = || shop.engine.shared.outbox();
        let mut one = outbox().read(outbox::parked).unwrap().remove(0);
        (one.id, one.at) = (id.to_owned(), at);
        outbox().write(|tx| outbox::put_parked(tx, &one)).unwrap();
    };
    parked_at("a-moment-before", midnight - Duration::milliseconds(1));
    parked_at("at-midnight", midnight);
    parked_at("six-days", midnight - Duration::days(6));
    parked_at("eight-days", midnight - Duration::days(8));
    let list = shop.engine.parked().unwrap();
    let ids = |views: &[ParkedView]| views.iter().map(|v| v.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&list.before), ["six-days", "a-moment-before"]);
    assert_eq!(list.today.len(), 2);
    // a closed one counts for nobody's place, and is taken up like any other
    for _ in 0..3 {
        shop.engine.park(&basket(None, 1)).unwrap();
    }
    let left = shop.engine.shared.outbox().read(outbox::parked).unwrap();
    assert!(left.iter().all(|p| p.id != "eight-days"), "let go");
    assert!(matches!(
        shop.engine.park(&basket(None, 1)),
        Err(Error::ParkedFull { .. })
    ));
    assert_eq!(
        shop.engine.take_up("a-moment-before").unwrap().lines.len(),
        1
    );
}

use crate::Error;
use crate::scripted::{Shop, member};
use crate::view::{Approver, PresenceGiven, PresenceMissing, RedeemRequest, RedeemWhat};
use loyalty::{Money, Points};
use protocol::entity::EntityKind;
use protocol::operation::{Body, Operation, Presence};
use serde_json::json;

/// Her number ends with 0001; below 100 points nothing is asked, beyond 500 a manager.
fn shop() -> Shop {
    let shop = Shop::open();
    let rules = json!({
        "version": 7, "timezone": "Asia/Shanghai",
        "redeem": {"presence": {"floor": 100, "ceiling": 500}},
    });
    shop.centre
        .publish("brand", EntityKind::Program.name(), "7", &rules);
    shop.centre.script().points = 1_000;
    shop.engine.sync_now().unwrap();
    shop
}

fn said(digits: &str, approver: Option<(&str, &str)>) -> Option<PresenceGiven> {
    Some(PresenceGiven {
        last_four: digits.into(),
        approver: approver.map(|(manager, pin)| Approver {
            manager: manager.into(),
            pin: pin.into(),
        }),
    })
}

fn redeem(shop: &Shop, points: i64, presence: Option<PresenceGiven>) -> Result<(), Error> {
    let request = RedeemRequest {
        member_id: "M1".into(),
        what: RedeemWhat::Cash {
            points: Points(points),
            bill: Money::from_fen(1_000_000),
        },
        presence,
    };
    shop.engine.redeem(&shop.clerk(), &request).map(drop)
}

fn last(shop: &Shop) -> Operation {
    shop.engine.sync_now().unwrap();
    shop.centre.script().ops.last().unwrap().clone()
}

#[test]
fn below_the_floor_nothing_is_asked_and_above_it_her_last_four() {
    let shop = shop();
    redeem(&shop, 100, None).unwrap();
    let refused = redeem(&shop, 101, None).unwrap_err();
    let Error::PresenceNeeded { missing } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        missing,
        PresenceMissing {
            last_four: true,
            manager: false
        }
    );
    let wrong = redeem(&shop, 101, said("0002", None)).unwrap_err();
    assert!(matches!(wrong, Error::PresenceWrong { tries_left: 4 }));
    redeem(&shop, 101, said("0001", None)).unwrap();
    let op = last(&shop);
    let Some(Body::Redemption(body)) = op.body().unwrap() else {
        panic!("{op:?}");
    };
    assert_eq!(
        (body.presence, body.approval),
        (Some(Presence::LastFour), None)
    );
    // nothing of what she said is in it
    assert!(!op.body.get().contains("0001"), "{}", op.body.get());
}

#[test]
fn above_the_ceiling_a_manager_looks_as_well_and_signs() {
    let shop = shop();
    let refused = redeem(&shop, 501, said("0001", None)).unwrap_err();
    assert!(
        matches!(refused, Error::PresenceNeeded { missing } if missing.manager),
        "{refused:?}"
    );
    let wrong = redeem(&shop, 501, said("0001", Some(("C1", "9999")))).unwrap_err();
    assert!(matches!(wrong, Error::PinWrong { .. }), "{wrong:?}");
    redeem(&shop, 501, said("0001", Some(("C1", "1234")))).unwrap();
    let op = last(&shop);
    let Some(Body::Redemption(body)) = op.body().unwrap() else {
        panic!("{op:?}");
    };
    assert_eq!(body.presence, Some(Presence::LastFour));
    assert_eq!(body.approval.unwrap().manager.as_str(), "C1");
    assert!(op.approval_signature.is_some());
}

#[test]
fn wrong_digits_are_counted_before_they_are_looked_at_whoever_tries() {
    let shop = shop();
    for _ in 0..4 {
        assert!(redeem(&shop, 101, said("9999", None)).is_err());
    }
    let shop = shop.again();
    let fifth = redeem(&shop, 101, said("9999", None)).unwrap_err();
    assert!(matches!(fifth, Error::PresenceLocked { .. }), "{fifth:?}");
    let right = redeem(&shop, 101, said("0001", None)).unwrap_err();
    assert!(matches!(right, Error::PresenceLocked { .. }), "{right:?}");
    // below the floor her points are hers, and nobody's PIN is locked
    redeem(&shop, 100, None).unwrap();
}

#[test]
fn right_digits_are_never_counted_against_her() {
    let shop = shop();
    for _ in 0..7 {
        // right each time, and spent each time
        redeem(&shop, 101, said("0001", None)).unwrap();
    }
    for _ in 0..7 {
        // right each time, and the manager is not
        let refused = redeem(&shop, 501, said("0001", Some(("nobody", "000000")))).unwrap_err();
        assert!(
            !matches!(
                refused,
                Error::PresenceWrong { .. } | Error::PresenceLocked { .. }
            ),
            "{refused:?}"
        );
    }
    redeem(&shop, 101, said("0001", None)).unwrap();
}

#[test]
fn who_has_no_number_is_known_to_a_manager() {
    let shop = shop();
    shop.centre.publish(
        "store:S1",
        EntityKind::Member.name(),
        "M1",
        &member("M1", ""),
    );
    shop.engine.sync_now().unwrap();
    let refused = redeem(&shop, 101, said("", None)).unwrap_err();
    let Error::PresenceNeeded { missing } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((missing.last_four, missing.manager), (false, true));
    redeem(&shop, 101, said("", Some(("C1", "1234")))).unwrap();
}

/// Points that pay in a sale are asked for as those of a redemption are, and a sale without points is never held up.
#[test]
fn points_that_pay_in_a_sale_are_asked_for_too() {
    let shop = shop();
    let sale = |receipt: &str, points: i64, presence| crate::view::SaleRequest {
        pay_points: Points(points),
        presence,
        ..shop.sale(receipt, &[])
    };
    let record = |request| shop.engine.record_sale(&shop.clerk(), &request);
    record(sale("T1", 0, None)).unwrap();
    let refused = record(sale("T2", 200, None)).unwrap_err();
    assert!(
        matches!(refused, Error::PresenceNeeded { .. }),
        "{refused:?}"
    );
    record(sale("T2", 200, said("0001", None))).unwrap();
    let op = last(&shop);
    let Some(Body::Sale(body)) = op.body().unwrap() else {
        panic!("{op:?}");
    };
    assert_eq!(
        (body.pay_points, body.presence),
        (Points(200), Some(Presence::LastFour))
    );
}

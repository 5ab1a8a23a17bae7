use crate::Error;
use crate::scripted::{Shop, member};
use crate::view::{CodeShown, RedeemRequest, RedeemWhat, Scanned};
use chrono::{Duration, Utc};
use ed25519_dalek::SigningKey;
use identity::CardNo;
use loyalty::{Money, Points};
use protocol::attestation::Attestation;
use protocol::entity::EntityKind;
use protocol::member_code::write;
use protocol::operation::{Body, Presence};
use serde_json::json;

/// Above 100 points she is asked, beyond 500 a manager looks; the centre has a key that this counter knows.
fn shop() -> (Shop, SigningKey) {
    let shop = Shop::open();
    let rules = json!({
        "version": 7, "timezone": "Asia/Shanghai",
        "redeem": {"presence": {"floor": 100, "ceiling": 500}},
    });
    shop.centre
        .publish("brand", EntityKind::Program.name(), "7", &rules);
    let key = SigningKey::from_bytes(&[11; 32]);
    let public = hex::encode(key.verifying_key().to_bytes());
    shop.centre.script().hello.centre_key = Some(public);
    shop.centre.script().points = 2_000;
    // a hello of its own tells the key
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now().unwrap();
    (shop, key)
}

fn code(shop: &Shop, key: &SigningKey, seconds_ago: i64) -> String {
    let me = shop.engine.shared.identity().unwrap().unwrap();
    let her = member("M1", "13800000001");
    let card = CardNo::parse(her["no"].as_str().unwrap()).unwrap();
    let at = Utc::now() - Duration::seconds(seconds_ago);
    write(&card, at, |s| Attestation::of(key, me.centre, s))
}

fn shown(shop: &Shop, code: &str) -> Option<CodeShown> {
    match shop.engine.scanned(code).unwrap() {
        Scanned::Member { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

fn redeem(shop: &Shop, points: i64) -> Result<(), Error> {
    let request = RedeemRequest {
        member_id: "M1".into(),
        what: RedeemWhat::Cash {
            points: Points(points),
            bill: Money::from_fen(1_000_000),
        },
        presence: None,
    };
    shop.engine.redeem(&shop.clerk(), &request).map(drop)
}

fn last(shop: &Shop) -> Option<Presence> {
    shop.engine.sync_now().unwrap();
    let op = shop.centre.script().ops.last().unwrap().clone();
    match op.body().unwrap() {
        Some(Body::Redemption(body)) => body.presence,
        other => panic!("{other:?}"),
    }
}

#[test]
fn her_code_shows_that_she_is_there_and_no_manager_is_needed() {
    let (shop, key) = shop();
    assert!(matches!(
        redeem(&shop, 600),
        Err(Error::PresenceNeeded { .. })
    ));
    assert_eq!(shown(&shop, &code(&shop, &key, 5)), Some(CodeShown::Fresh));
    redeem(&shop, 600).unwrap();
    assert_eq!(last(&shop), Some(Presence::MemberCode));
}

#[test]
fn an_old_or_forged_code_says_who_and_no_more() {
    let (shop, key) = shop();
    let old = code(&shop, &key, 600);
    assert_eq!(shown(&shop, &old), Some(CodeShown::Older));
    let other = SigningKey::from_bytes(&[12; 32]);
    assert_eq!(
        shown(&shop, &code(&shop, &other, 5)),
        Some(CodeShown::Forged)
    );
    let plain = old.rsplit_once(':').unwrap().0;
    assert_eq!(shown(&shop, plain), None);
    assert!(matches!(
        redeem(&shop, 200),
        Err(Error::PresenceNeeded { .. })
    ));
    let clerk = shop.clerk();
    let tried = shop.engine.present_by_code(&clerk, "M1", &old);
    assert!(matches!(tried, Err(Error::CodeNotFresh)), "{tried:?}");
    // asked for it, she shows the one of now
    let now = code(&shop, &key, 1);
    shop.engine.present_by_code(&clerk, "M1", &now).unwrap();
    redeem(&shop, 200).unwrap();
}

#[test]
fn a_counter_that_is_unsure_of_the_time_believes_no_code() {
    let (shop, key) = shop();
    shop.engine
        .shared
        .outbox()
        .write(|tx| crate::outbox::identity::set_clock_behind(tx, true))
        .unwrap();
    assert_eq!(shown(&shop, &code(&shop, &key, 5)), Some(CodeShown::Unsure));
    let noted = shop
        .engine
        .shared
        .outbox()
        .read(|conn| crate::outbox::present_by(conn, &"M1".into(), Utc::now()));
    assert_eq!(noted.unwrap(), None);
    assert!(redeem(&shop, 200).is_err());
}

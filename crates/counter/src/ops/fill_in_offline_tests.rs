//! A sign-up without the network, at a scripted centre.

use crate::error::Error;
use crate::scripted::{Shop, member};
use crate::view::{FillIn, FilledIn, MemberTarget, SaleRequest, SkinView, Title};
use protocol::ErrorCode;
use protocol::entity::EntityKind;
use protocol::operation::{Agreeing, Body, PHONE, TOLD};
use serde_json::json;

const NUMBER: &str = "18622107719";
const HERS: &str = "13800000001";

fn shop() -> Shop {
    let shop = Shop::open();
    let brand = json!({"sign_up": protocol::sign_up::SignUpTerms::default()});
    shop.centre
        .publish("brand", EntityKind::Brand.name(), "brand", &brand);
    shop.engine.sync_now().unwrap();
    shop
}

fn cut_off(shop: &Shop, off: bool) {
    let mut script = shop.centre.script();
    if off {
        script
            .instead
            .insert("offline".into(), Err(ErrorCode::NotFound));
    } else {
        script.instead.remove("offline");
    }
}

fn filled(phone: &str, ticked: &[&str]) -> FillIn {
    FillIn {
        code: String::new(),
        phone: phone.into(),
        verification: String::new(),
        name: "陆雪".into(),
        title: Some(Title::Ms),
        birthday: "05-06".into(),
        skin: SkinView {
            moisture: "dry".into(),
            sensitivity: String::new(),
            pigmentation: String::new(),
            ageing: String::new(),
        },
        concerns: vec![],
        allergies: vec!["酒精".into()],
        ticked: ticked.iter().map(|t| (*t).to_owned()).collect(),
    }
}

fn sign_up(shop: &Shop, read_out: bool) -> FilledIn {
    shop.engine
        .fill_in_offline(&shop.clerk(), &filled(NUMBER, &["terms", "skin"]), read_out)
        .unwrap()
}

fn found(shop: &Shop) -> Vec<String> {
    let hits = shop.engine.find("7719", 9).unwrap();
    hits.into_iter().map(|hit| hit.id.to_string()).collect()
}

#[test]
fn she_is_a_member_here_at_once_and_the_centres_in_the_end() {
    let shop = shop();
    cut_off(&shop, true);
    let done = sign_up(&shop, true);
    assert!(done.provisional && !done.already);
    let id = done.who.unwrap().member_id;
    assert_eq!(found(&shop), std::slice::from_ref(&id));
    let page = shop.engine.member_page(&id).unwrap();
    assert!(page.provisional && page.consent_skin && page.no.is_empty());
    assert_eq!(page.allergies, ["酒精"]);
    assert_eq!(page.advisor, None, "who signed her up is a manager");
    // the same number again is the same member
    let again = sign_up(&shop, false);
    assert!(again.already && !again.provisional);
    assert_eq!(again.who.unwrap().member_id, id);
    // she can buy at once
    let sale = SaleRequest {
        member: MemberTarget::Member { id },
        ..shop.sale("T1", &[])
    };
    shop.engine.record_sale(&shop.clerk(), &sale).unwrap();

    cut_off(&shop, false);
    shop.engine.sync_now().unwrap();
    let ops = shop.centre.script().ops.clone();
    let kinds: Vec<&str> = ops.iter().map(|op| op.kind.as_str()).collect();
    assert_eq!(kinds, ["sign_up", "sale"]);
    let op = &ops[0];
    let Some(Body::SignUp(body)) = Body::read(&op.kind, op.body.get(), &op.personal).unwrap()
    else {
        panic!("no sign-up")
    };
    assert_eq!(body.agreeing, Agreeing::ReadOut);
    assert_eq!(op.personal_value(PHONE), Some(NUMBER));
    assert_eq!(body.told.name, "陆雪");
    assert!(!op.body.get().contains("陆雪") && op.personal_value(TOLD).is_some());
}

#[test]
fn the_centres_own_row_takes_the_place_and_survives_a_new_cache() {
    let shop = shop();
    cut_off(&shop, true);
    let id = sign_up(&shop, false).who.unwrap().member_id;
    // a cache made anew has her again
    shop.engine.shared.rebuild_cache();
    assert!(found(&shop).is_empty());
    cut_off(&shop, false);
    let mut her = member(&id, NUMBER);
    her["name"] = json!("陆雪");
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), &id, &her);
    shop.engine.sync_now().unwrap();
    assert_eq!(found(&shop), std::slice::from_ref(&id));
    let page = shop.engine.member_page(&id).unwrap();
    assert!(!page.provisional);
    assert_eq!(page.no, her["no"].as_str().unwrap());
}

#[test]
fn who_has_the_number_already_is_whose_it_becomes() {
    let shop = shop();
    cut_off(&shop, true);
    let id = sign_up(&shop, false).who.unwrap().member_id;
    cut_off(&shop, false);
    shop.centre.publish(
        "store:S1",
        EntityKind::Member.name(),
        "OLD",
        &member("OLD", NUMBER),
    );
    shop.centre.script().effect.member = Some("OLD".into());
    shop.engine.sync_now().unwrap();
    assert_eq!(found(&shop), ["OLD"]);
    // whoever has her page open is led on
    assert_eq!(shop.engine.member_page(&id).unwrap().id, "OLD");
}

#[test]
fn without_the_terms_and_by_an_older_centre_nothing_is_recorded() {
    let shop = shop();
    let clerk = shop.clerk();
    let refused = shop
        .engine
        .fill_in_offline(&clerk, &filled(NUMBER, &["skin"]), false);
    assert!(matches!(&refused, Err(Error::ProfileInvalid { field }) if field == "consents"));
    let known = shop
        .engine
        .fill_in_offline(&clerk, &filled(HERS, &["terms"]), false)
        .unwrap();
    assert!(known.already);
    let older = Shop::open();
    let refused = older
        .engine
        .fill_in_offline(&older.clerk(), &filled(NUMBER, &["terms"]), false);
    assert!(matches!(refused, Err(Error::Offline(_))));
    for shop in [shop, older] {
        shop.engine.sync_now().unwrap();
        assert!(shop.centre.script().ops.is_empty());
    }
}

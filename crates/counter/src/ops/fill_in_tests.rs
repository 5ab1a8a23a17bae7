//! A clerk fills a sign-up in, at a scripted centre.

use crate::error::Error;
use crate::scripted::{Shop, member};
use crate::view::{FillIn, NumberTold, SkinView, SlipFormat, SlipLanguage, Title};
use protocol::ErrorCode;
use protocol::entity::EntityKind;
use protocol::join::{Check, Joining, Verify};
use serde_json::{Value, json};

const PHONE: &str = "18622107719";
const HERS: &str = "13800000001";

/// A shop whose centre signs people up.
fn shop() -> Shop {
    let shop = Shop::open();
    let answers: [(&str, Value); 4] = [
        ("/v1/lookup", json!({"member": null})),
        (
            "verify",
            json!({"resend_after_seconds": 60, "valid_seconds": 300}),
        ),
        ("check", json!({"status": "verified"})),
        ("join", joined("joined")),
    ];
    for (path, answer) in answers {
        say(&shop, path, Ok(answer));
    }
    shop
}

fn say(shop: &Shop, path: &str, answer: Result<Value, ErrorCode>) {
    shop.centre.script().instead.insert(path.into(), answer);
}

fn joined(status: &str) -> Value {
    json!({"status": status, "member_no": "20460173", "tier": "silver", "tier_name": "银卡",
        "points": 50, "welcome_gift": "", "member_code_svg": null})
}

fn sent(told: NumberTold) -> (String, String) {
    match told {
        NumberTold::Sent { code, id, .. } => (code, id),
        NumberTold::Member { member_id } => panic!("a member: {member_id}"),
    }
}

fn filled(code: &str, ticked: &[&str]) -> FillIn {
    FillIn {
        code: code.into(),
        phone: "186 2210 7719".into(),
        verification: " 407218 ".into(),
        name: "陆".into(),
        title: Some(Title::Ms),
        birthday: "05-06".into(),
        skin: SkinView {
            moisture: "combination".into(),
            sensitivity: "sensitive".into(),
            pigmentation: String::new(),
            ageing: String::new(),
        },
        concerns: vec!["保湿".into()],
        allergies: vec!["酒精".into()],
        ticked: ticked.iter().map(|t| (*t).to_owned()).collect(),
    }
}

/// The last message to a step of a sign-up.
fn said<T: serde::de::DeserializeOwned>(shop: &Shop, code: &str, step: &str) -> T {
    shop.centre.last(&format!("/phone/v1/join/{code}/{step}"))
}

/// The centre publishes her as one who joined by this code.
fn publish(shop: &Shop, id: &str) {
    let mut her = member("NEW", PHONE);
    her["joined_by_code"] = json!(id);
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "NEW", &her);
}

#[test]
fn three_steps_make_her_a_member_who_is_found_at_once() {
    let shop = shop();
    let clerk = shop.clerk();
    let told = shop.engine.fill_in_number(&clerk, "186 2210 7719", None);
    let (code, id) = sent(told.unwrap());
    let verify: Verify = said(&shop, &code, "verify");
    assert_eq!(verify.phone, PHONE);
    // again is by the same code
    let again = shop.engine.fill_in_number(&clerk, PHONE, Some(&code));
    assert_eq!(sent(again.unwrap()), (code.clone(), id.clone()));

    shop.engine
        .fill_in_prove(&clerk, PHONE, &code, "407218")
        .unwrap();
    let check: Check = said(&shop, &code, "check");
    assert_eq!(
        (check.phone.as_str(), check.verification.as_str()),
        (PHONE, "407218")
    );

    shop.centre.paths();
    let asks = shop.engine.fill_in_asks(&filled(&code, &[])).unwrap();
    assert_eq!((asks.called.as_str(), asks.under_14), ("陆女士", false));
    let asked: Vec<(&str, bool)> = asks
        .consents
        .iter()
        .map(|c| (c.purpose.as_str(), c.required))
        .collect();
    assert_eq!(
        asked,
        [("terms", true), ("skin", false), ("marketing", false)]
    );
    assert!(
        shop.centre.paths().is_empty(),
        "nothing is sent before she agrees"
    );

    publish(&shop, &id);
    let done = shop
        .engine
        .fill_in_join(&clerk, &filled(&code, &["terms", "skin"]))
        .unwrap();
    let who = done.who.unwrap();
    assert_eq!((done.already, who.member_id.as_str()), (false, "NEW"));
    assert_eq!(done.masked_phone, "186****7719");
    let joining: Joining = said(&shop, &code, "join");
    assert_eq!(
        (joining.name.as_str(), joining.called.as_str()),
        ("陆", "陆女士")
    );
    assert_eq!(joining.birthday, "1604-05-06".parse().ok());
    assert_eq!(
        (joining.skin.moisture.as_str(), joining.allergies.len()),
        ("combination", 1)
    );
    let given: Vec<(&str, bool)> = joining
        .consents
        .iter()
        .map(|c| (c.purpose.as_str(), c.given))
        .collect();
    assert_eq!(
        given,
        [("terms", true), ("skin", true), ("marketing", false)]
    );
    assert_eq!(shop.engine.find("7719", 5).unwrap().len(), 1);
}

#[test]
fn a_number_that_is_a_members_opens_that_member_and_sends_nothing() {
    let shop = shop();
    match shop.engine.fill_in_number(&shop.clerk(), HERS, None) {
        Ok(NumberTold::Member { member_id }) => assert_eq!(member_id, "M1"),
        Ok(NumberTold::Sent { .. }) => panic!("a message was sent"),
        Err(e) => panic!("{e}"),
    }
    assert!(shop.centre.paths().iter().all(|p| !p.contains("verify")));
}

#[test]
fn what_she_does_not_agree_to_is_not_sent_and_without_the_terms_nothing_is() {
    let shop = shop();
    let clerk = shop.clerk();
    let (code, id) = sent(shop.engine.fill_in_number(&clerk, PHONE, None).unwrap());
    shop.centre.paths();
    let refused = shop.engine.fill_in_join(&clerk, &filled(&code, &["skin"]));
    assert!(matches!(refused, Err(Error::ProfileInvalid { field }) if field == "consents"));
    let mut wrong = filled(&code, &["terms"]);
    wrong.birthday = "2199-01-01".into();
    let refused = shop.engine.fill_in_asks(&wrong);
    assert!(matches!(refused, Err(Error::ProfileInvalid { field }) if field == "birthday"));
    assert!(shop.centre.paths().is_empty());

    publish(&shop, &id);
    shop.engine
        .fill_in_join(&clerk, &filled(&code, &["terms"]))
        .unwrap();
    let joining: Joining = said(&shop, &code, "join");
    assert!(joining.skin.moisture.is_empty() && joining.allergies.is_empty());

    // of a child also where she ticks it herself
    let mut child = filled(&code, &["terms", "skin"]);
    child.birthday = "2020-05-06".into();
    let asks = shop.engine.fill_in_asks(&child).unwrap();
    assert!(asks.under_14 && asks.consents.iter().any(|c| c.purpose == "guardian"));
    shop.engine.fill_in_join(&clerk, &child).unwrap();
    assert!(said::<Joining>(&shop, &code, "join").allergies.is_empty());
    child.ticked.push("guardian".into());
    shop.engine.fill_in_join(&clerk, &child).unwrap();
    assert_eq!(said::<Joining>(&shop, &code, "join").allergies, ["酒精"]);
}

#[test]
fn each_refusal_has_its_code() {
    let shop = shop();
    let clerk = shop.clerk();
    let (code, _) = sent(shop.engine.fill_in_number(&clerk, PHONE, None).unwrap());
    say(&shop, "check", Err(ErrorCode::VerificationInvalid));
    let wrong = shop.engine.fill_in_prove(&clerk, PHONE, &code, "000000");
    assert_eq!(wrong.unwrap_err().code(), ("sms_code_wrong", "C-164"));
    say(&shop, "verify", Err(ErrorCode::TooMany));
    let many = shop.engine.fill_in_number(&clerk, PHONE, Some(&code));
    assert_eq!(many.err().unwrap().code(), ("sms_too_many", "C-165"));
    say(&shop, "join", Err(ErrorCode::SignUpCodeInvalid));
    let over = shop.engine.fill_in_join(&clerk, &filled(&code, &["terms"]));
    assert_eq!(over.err().unwrap().code(), ("sign_up_code_over", "C-166"));
    // a code of nobody, or that was changed
    for forged in ["", "AAAA", &format!("{}A", &code[..code.len() - 1])] {
        if forged == code {
            continue;
        }
        let over = shop.engine.fill_in_prove(&clerk, PHONE, forged, "407218");
        assert_eq!(over.unwrap_err().code().0, "sign_up_code_over", "{forged}");
    }
    let no_number = shop.engine.fill_in_number(&clerk, "1862210", None);
    assert_eq!(no_number.err().unwrap().code().0, "phone_invalid");
    say(&shop, "offline", Err(ErrorCode::Unavailable));
    let offline = shop.engine.fill_in_number(&clerk, PHONE, None);
    assert_eq!(offline.err().unwrap().code().0, "offline");
    let offline = shop.engine.fill_in_join(&clerk, &filled(&code, &["terms"]));
    assert_eq!(offline.err().unwrap().code().0, "offline");
}

#[test]
fn who_was_a_member_before_is_shown_as_that() {
    let shop = shop();
    let clerk = shop.clerk();
    let (code, _) = sent(shop.engine.fill_in_number(&clerk, PHONE, None).unwrap());
    // at another counter she has joined meanwhile
    say(&shop, "join", Ok(joined("member_already")));
    let done = shop
        .engine
        .fill_in_join(&clerk, &filled(&code, &["terms"]))
        .unwrap();
    assert!(done.already && done.who.is_none());
    publish(&shop, "");
    shop.engine.sync_now().unwrap();
    let done = shop
        .engine
        .fill_in_join(&clerk, &filled(&code, &["terms"]))
        .unwrap();
    assert_eq!(done.who.unwrap().member_id, "NEW");
}

#[test]
fn steps_are_told_where_the_centre_tells_them() {
    let shop = shop();
    let ids = ["aa".to_owned()];
    // an older centre
    assert_eq!(shop.engine.invited(&ids).unwrap(), None);
    let at = "2026-11-28T06:30:00Z";
    let seen = json!({"seen": [{"code": "aa", "opened": at, "new_field": 1}]});
    say(&shop, "/v1/invited", Ok(seen));
    let seen = shop.engine.invited(&ids).unwrap().unwrap();
    assert!(seen[0].opened.is_some() && seen[0].proven.is_none());
    say(&shop, "offline", Err(ErrorCode::Unavailable));
    assert_eq!(shop.engine.invited(&ids).unwrap(), Some(Vec::new()));
    // once it is known that there is no network, nobody is asked
    shop.engine.hello_now().unwrap_err();
    shop.centre.paths();
    assert_eq!(shop.engine.invited(&ids).unwrap(), Some(Vec::new()));
    assert!(shop.centre.paths().is_empty());
}

#[test]
fn a_code_is_printed_while_it_may_be_used() {
    let shop = shop();
    let clerk = shop.clerk();
    let made = shop.engine.join_code(&clerk).unwrap();
    assert!(made.url.ends_with(&format!("/j/{}", made.code)));
    let slip = shop
        .engine
        .invite_slip(&made.code, SlipLanguage::Zh)
        .unwrap();
    assert!(!slip.printer && slip.code_svg.contains("<svg"));
    let text = shop
        .engine
        .invite_bytes(&made.code, SlipFormat::Text, None, None)
        .unwrap();
    assert!(String::from_utf8(text).unwrap().contains(&made.url));
    let none = shop.engine.print_invite(&clerk, &made.code).unwrap_err();
    assert_eq!(none.code().0, "no_printer");
    let saved = shop
        .engine
        .save_invite(&made.code, SlipFormat::Escpos, None, Some(shop.dir.path()))
        .unwrap();
    assert!(saved.file.contains(&made.id));
    let over = shop
        .engine
        .invite_slip("AAAA", SlipLanguage::En)
        .unwrap_err();
    assert_eq!(over.code().0, "sign_up_code_over");
}

//! A profile opened, changed with and without a network, and changed by two at once, at a scripted centre.

use crate::error::Error;
use crate::scripted::{Shop, member};
use crate::view::{ProfileForm, ProfileRequest, SkinView};
use chrono::Utc;
use protocol::entity::EntityKind;
use protocol::operation::{Body, Profile};
use serde_json::{Value, json};

fn shop(beside: &Value) -> Shop {
    let shop = Shop::open();
    tell(&shop, beside);
    shop
}

/// The centre says that she is so now.
fn tell(shop: &Shop, beside: &Value) {
    let mut her = member("M1", "13800000001");
    for (name, value) in beside.as_object().unwrap() {
        her[name] = value.clone();
    }
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &her);
    shop.engine.sync_now().unwrap();
}

fn offline(shop: &Shop) {
    for path in [
        "/v1/hello",
        "/v1/push",
        "/v1/pull",
        "/v1/lookup",
        "/v1/grant",
    ] {
        shop.centre.script().silent.push(path.into());
    }
    let _ = shop.engine.sync_now();
}

fn form(shop: &Shop) -> ProfileForm {
    shop.engine.profile_form(&shop.clerk(), "M1").unwrap()
}

fn change(shop: &Shop, request: ProfileRequest) -> Result<crate::view::ProfileDone, Error> {
    let request = ProfileRequest {
        member_id: "M1".into(),
        ..request
    };
    shop.engine.change_profile(&shop.clerk(), &request)
}

/// The change of a profile that was sent last; opening the form is noted by an operation of its own.
fn sent(shop: &Shop) -> Profile {
    shop.engine.sync_now().unwrap();
    let script = shop.centre.script();
    let change = script
        .ops
        .iter()
        .rev()
        .find_map(|op| match op.body().unwrap() {
            Some(Body::Profile(body)) => Some(body),
            _ => None,
        });
    change.expect("a change of a profile")
}

fn dry() -> Option<SkinView> {
    Some(SkinView {
        moisture: "dry".into(),
        sensitivity: String::new(),
        pigmentation: String::new(),
        ageing: String::new(),
    })
}

#[test]
fn opening_it_is_logged_and_shows_everything() {
    let shop = shop(&json!({
        "name": "曾静", "called": "曾女士", "birthday": "1604-05-06", "consent_skin": true, "revision": 3,
        "allergies": ["酒精"], "concerns": ["毛孔"],
        "agreed": [
            {"purpose": "terms", "given": true, "version": "2026-01", "at": Utc::now(), "source": "phone"},
            {"purpose": "skin", "given": true, "version": "2025-07", "at": Utc::now(), "source": "counter:d"},
        ],
    }));
    let form = form(&shop);
    assert_eq!(
        (form.name.as_str(), form.called.as_str()),
        ("曾静", "曾女士")
    );
    assert_eq!((form.phone.as_str(), form.revision), ("13800000001", 3));
    let birthday = form.birthday.unwrap();
    assert_eq!((birthday.year, birthday.month, birthday.day), (None, 5, 6));
    assert_eq!(form.advisors.len(), 1);
    let of = |purpose: &str| form.consents.iter().find(|c| c.purpose == purpose).unwrap();
    assert!(of("terms").given && of("skin").given && !of("marketing").given);
    assert_eq!(of("skin").version, "2025-07");
    assert_eq!(of("skin").source, "counter");
    assert!(
        !format!("{form:?}").contains("曾"),
        "nothing of it is for a log"
    );
    shop.engine.sync_now().unwrap();
    let kinds: Vec<String> = shop
        .centre
        .script()
        .ops
        .iter()
        .map(|op| op.kind.clone())
        .collect();
    assert_eq!(kinds, ["reveal"]);
    assert!(shop.engine.profile_form(&shop.clerk(), "M9").is_err());
}

#[test]
fn offline_all_is_shown_at_once_and_sent_later_and_a_new_number_waits() {
    let shop = shop(&json!({}));
    offline(&shop);
    let change_all = ProfileRequest {
        name: Some(" 曾静 ".into()),
        called: Some("曾姐".into()),
        birthday: Some("05-06".into()),
        advisor: Some("C1".into()),
        concerns: Some(vec!["毛孔".into()]),
        consent_skin: Some(true),
        skin: dry(),
        allergies_add: vec!["酒精".into()],
        note: Some("周末常带女儿来".into()),
        ..ProfileRequest::default()
    };
    change(&shop, change_all).unwrap();
    let phone = ProfileRequest {
        phone: Some("13900000002".into()),
        name: Some("曾静静".into()),
        ..ProfileRequest::default()
    };
    assert!(change(&shop, phone).unwrap().phone_waits);
    let shown = form(&shop);
    assert_eq!(
        (shown.name.as_str(), shown.called.as_str()),
        ("曾静静", "曾姐")
    );
    assert_eq!(shown.phone, "13800000001", "hers until it is proven");
    let waits = shop.engine.member_page("M1").unwrap().phone_waits;
    assert_eq!(waits.as_deref(), Some("0002"));
    assert_eq!(shown.birthday.unwrap().year, None);
    assert_eq!(shown.allergies, ["酒精"]);
    assert_eq!(shown.notes[0].text, "周末常带女儿来");
    assert!(shown.pending && !shown.online);
    let skin = shown.consents.iter().find(|c| c.purpose == "skin").unwrap();
    assert!(skin.given && skin.pending && !skin.version.is_empty());
    let page = shop.engine.member_page("M1").unwrap();
    assert_eq!(page.called, "曾姐");
    assert_eq!(page.birthday_month, Some(5));
    assert_eq!(page.advisor.as_deref(), Some("王"));
    // with the network again
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    let first = shop.centre.script().ops[0].clone();
    let Some(Body::Profile(body)) = first.body().unwrap() else {
        panic!("{first:?}");
    };
    assert_eq!(body.consents.text_version, protocol::profile::TEXT_VERSION);
    // the number that she has already is no change
    let same = ProfileRequest {
        phone: Some("138 0000 0001".into()),
        ..ProfileRequest::default()
    };
    assert!(matches!(
        change(&shop, same),
        Err(Error::ProfileInvalid { .. })
    ));
}

#[test]
fn a_number_of_another_member_is_refused() {
    let shop = shop(&json!({}));
    let other = member("M2", "13900000002");
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M2", &other);
    shop.engine.sync_now().unwrap();
    let phone = |typed: &str| ProfileRequest {
        phone: Some(typed.into()),
        ..ProfileRequest::default()
    };
    assert!(matches!(
        change(&shop, phone("13900000002")),
        Err(Error::PhoneTaken)
    ));
    assert!(matches!(
        change(&shop, phone("1390000000")),
        Err(Error::PhoneInvalid(_))
    ));
}

#[test]
fn what_is_none_is_refused_by_its_field() {
    let shop = shop(&json!({"consent_skin": true}));
    let tomorrow = (Utc::now() + chrono::Duration::days(3))
        .date_naive()
        .to_string();
    let name = |name: &str| ProfileRequest {
        name: Some(name.into()),
        ..ProfileRequest::default()
    };
    let born = |day: &str| ProfileRequest {
        birthday: Some(day.into()),
        ..ProfileRequest::default()
    };
    for (request, wrong) in [
        (name(&"名".repeat(61)), "name"),
        (name("a\u{7}b"), "name"),
        (born("1899-12-31"), "birthday"),
        (born(&tomorrow), "birthday"),
        (born("02-30"), "birthday"),
        (born("0001-01-01"), "birthday"),
        (born("soon"), "birthday"),
        (
            ProfileRequest {
                called: Some("称".repeat(21)),
                ..ProfileRequest::default()
            },
            "called",
        ),
        (ProfileRequest::default(), "nothing"),
        (name("   "), "nothing"),
    ] {
        match change(&shop, request) {
            Err(Error::ProfileInvalid { field }) => assert_eq!(field, wrong),
            other => panic!("{wrong}: {other:?}"),
        }
    }
    for day in ["1604-02-29", "02-29", "--02-29", "1990-05-06"] {
        change(&shop, born(day)).unwrap();
    }
}

#[test]
fn a_childs_guardian_comes_first() {
    let child = (Utc::now() - chrono::Duration::days(10 * 365)).date_naive();
    let shop = shop(&json!({"consent_skin": true, "birthday": child}));
    assert!(form(&shop).under_14);
    let told = ProfileRequest {
        skin: dry(),
        ..ProfileRequest::default()
    };
    assert!(matches!(
        change(&shop, told.clone()),
        Err(Error::GuardianFirst)
    ));
    let with_guardian = ProfileRequest {
        consent_guardian: Some(true),
        ..told.clone()
    };
    change(&shop, with_guardian).unwrap();
    assert!(form(&shop).skin.is_some());
    // withdrawn as easily: nothing of it stays
    let withdrawn = ProfileRequest {
        consent_guardian: Some(false),
        ..ProfileRequest::default()
    };
    change(&shop, withdrawn).unwrap();
    assert!(form(&shop).skin.is_none());
    // her own consent is needed besides
    let alone = ProfileRequest {
        consent_skin: Some(false),
        consent_guardian: Some(true),
        ..told
    };
    assert!(matches!(change(&shop, alone), Err(Error::SkinNotConsented)));
    // who turns out to be a child keeps nothing until then
    let grown = self::shop(&json!({
        "consent_skin": true, "allergies": ["酒精"],
        "skin": {"moisture": "dry", "sensitivity": "", "pigmentation": "", "ageing": ""},
    }));
    let young = ProfileRequest {
        birthday: Some(child.to_string()),
        ..ProfileRequest::default()
    };
    change(&grown, young).unwrap();
    assert!(form(&grown).allergies.is_empty() && form(&grown).skin.is_none());
}

#[test]
fn a_colleagues_change_meanwhile_is_told_and_both_stay() {
    let shop = shop(&json!({"name": "曾静", "called": "曾姐", "revision": 3}));
    let opened = form(&shop);
    tell(
        &shop,
        &json!({"name": "曾静", "called": "曾女士", "revision": 4, "changed_by": "C1", "changed_at": Utc::now()}),
    );
    let mine = ProfileRequest {
        seen: Some(opened.revision),
        called: Some("曾老师".into()),
        ..ProfileRequest::default()
    };
    let done = change(&shop, mine.clone()).unwrap();
    let meanwhile = done.meanwhile.unwrap();
    assert_eq!(meanwhile.clerk.as_deref(), Some("王"));
    assert_eq!(meanwhile.called.as_deref(), Some("曾女士"));
    assert_eq!(meanwhile.name, None, "this change has no name");
    assert_eq!(
        sent(&shop).seen,
        3,
        "the clerk had not seen the colleague's"
    );
    let again = ProfileRequest {
        seen: Some(4),
        ..mine
    };
    assert_eq!(change(&shop, again).unwrap().meanwhile, None);
}

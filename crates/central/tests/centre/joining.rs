//! What sign-up codes lead to: posters, campaigns, what is given once, a child's guardian, what counts for whom, and how many
//! came how far.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use centre::funnel::{self, By, Funnel, Span};
use centre::joining::{self, NewCampaign, NewPoster};
use centre_store::tables::{guardian, member, sign_up_gift};
use chrono::{Duration, NaiveDate};
use futures_util::future::join_all;
use protocol::code::{CodeTerms, SignUpCode};
use protocol::manage::{ManageAction, ManageReply, ManageRequest};
use protocol::sign_up::{Channel, CodesShown, SignUpCredit};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::common::clerks::{PIN, staffed};
use crate::common::{Bench, Counter, Engine, STORE, bench_on};

const HERS: &str = "13900001111";
const PARENT: &str = "13900009999";

pub async fn post(bench: &Bench, path: &str, body: &Value) -> (u16, Value) {
    let raw = bench.post(path, body.to_string().into_bytes(), &[]).await;
    (raw.status, serde_json::from_slice(&raw.body).unwrap())
}

async fn get(bench: &Bench, path: &str) -> (u16, Value) {
    let url = format!("{}{path}", bench.base);
    let reply = bench.client.get(url).send().await.unwrap();
    let status = reply.status().as_u16();
    (
        status,
        serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap(),
    )
}

fn terms(store: &str, channel: Channel, campaign: Option<&str>) -> Option<CodeTerms> {
    Some(CodeTerms {
        store: store.into(),
        channel,
        campaign: campaign.map(Into::into),
        minutes: 60,
    })
}

pub fn path(counter: &Counter, terms: Option<CodeTerms>) -> String {
    path_of(counter, "C1", terms)
}

fn path_of(counter: &Counter, clerk: &str, terms: Option<CodeTerms>) -> String {
    let now = centre::Clock::default().now();
    let code = SignUpCode::issue(counter.device, clerk.into(), terms, now).unwrap();
    protocol::join::path(&code.sign(&counter.key))
}

fn agreed(purposes: &[&str]) -> Value {
    let all = purposes
        .iter()
        .map(|p| json!({"purpose": p, "given": true, "version": "2026-01"}));
    Value::Array(all.collect())
}

pub async fn code_to(bench: &Bench, path: &str, phone: &str, guardian: bool) -> String {
    let body = json!({"phone": phone, "guardian": guardian, "ticket": phone});
    let (status, sent) = post(bench, &format!("{path}/verify"), &body).await;
    assert_eq!(status, 200, "{sent}");
    sent["demo_code"].as_str().unwrap().to_owned()
}

pub async fn joins(bench: &Bench, path: &str, phone: &str) -> (u16, Value) {
    let verification = code_to(bench, path, phone, false).await;
    let body = json!({
        "phone": phone, "verification": verification, "ticket": phone, "consents": agreed(&["terms"]),
    });
    post(bench, &format!("{path}/join"), &body).await
}

pub async fn her(bench: &Bench, phone: &str) -> member::Model {
    let rows = member::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    rows.into_iter()
        .find(|m| m.phone.as_deref() == Some(phone))
        .unwrap()
}

fn number(n: u32) -> String {
    format!("138{n:08}")
}

async fn a_code_carries_store_channel_and_campaign(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let new = NewCampaign {
        id: "618".into(),
        name: "年中".into(),
        gift: "口红小样".into(),
        gift_en: "Lipstick sample".into(),
        single_use: false,
    };
    joining::add_campaign(&bench.centre, new.clone())
        .await
        .unwrap();
    assert!(
        joining::add_campaign(&bench.centre, new).await.is_err(),
        "twice"
    );
    let code = path(&counter, terms(STORE, Channel::Paper, Some("618")));
    let (_, begin) = get(&bench, &code).await;
    assert_eq!(begin["welcome_gift"], "口红小样");
    assert_eq!(begin["welcome_gift_en"], "Lipstick sample");
    let (_, joined) = joins(&bench, &code, HERS).await;
    assert_eq!(
        (joined["status"].as_str(), joined["welcome_gift"].as_str()),
        (Some("joined"), Some("口红小样"))
    );
    let row = her(&bench, HERS).await;
    assert_eq!(row.channel, "paper");
    assert_eq!(row.joined_campaign.as_deref(), Some(&"618".into()));
    assert_eq!(row.joined_in_store.as_deref(), Some(&STORE.into()));

    // one that names another store than its counter stands in signs up nobody
    let other = path(&counter, terms("S2", Channel::Screen, None));
    let (status, refused) = get(&bench, &other).await;
    assert_eq!(
        (status, refused["message"].as_str()),
        (400, Some("another store"))
    );
    // the campaign is over: the code invites as the brand does
    joining::end_campaign(&bench.centre, &"618".into())
        .await
        .unwrap();
    let (_, begin) = get(&bench, &code).await;
    assert_eq!(begin["welcome_gift"], "旅行装");
    bench.check_sums().await;
}

async fn what_a_code_gives_once_goes_to_one_of_many_at_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let new = NewCampaign {
        id: "once".into(),
        name: "限量".into(),
        gift: "正装精华".into(),
        gift_en: String::new(),
        single_use: true,
    };
    joining::add_campaign(&bench.centre, new).await.unwrap();
    let code = path(&counter, terms(STORE, Channel::Screen, Some("once")));
    let phones: Vec<String> = (0..4).map(number).collect();
    let all = join_all(phones.iter().map(|p| joins(&bench, &code, p))).await;
    assert!(
        all.iter()
            .all(|(status, told)| (*status, told["status"].as_str()) == (200, Some("joined")))
    );
    let given: Vec<&Value> = all
        .iter()
        .map(|(_, told)| &told["welcome_gift"])
        .filter(|gift| *gift == "正装精华")
        .collect();
    assert_eq!(given.len(), 1, "{all:?}");
    let rows = sign_up_gift::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    // another code gives once more
    let next = path(&counter, terms(STORE, Channel::Screen, Some("once")));
    let (_, told) = joins(&bench, &next, &number(9)).await;
    assert_eq!(told["welcome_gift"], "正装精华");
}

async fn a_poster_holds_until_it_is_taken_down(engine: Engine) {
    let bench = bench_on(engine).await;
    let new = |joins_a_day| NewPoster {
        store: STORE.into(),
        name: "橱窗".into(),
        campaign: None,
        joins_a_day,
    };
    assert!(joining::add_poster(&bench.centre, new(0)).await.is_err());
    let code = joining::add_poster(&bench.centre, new(2)).await.unwrap();
    let path = protocol::join::path(&code.text());
    let (status, begin) = get(&bench, &path).await;
    assert_eq!((status, begin["clerk"]["name"].as_str()), (200, Some("")));
    assert!(begin["valid_until"].is_null());
    for n in 0..2 {
        let (status, told) = joins(&bench, &path, &number(n)).await;
        assert_eq!((status, told["status"].as_str()), (200, Some("joined")));
    }
    let row = her(&bench, &number(0)).await;
    assert_eq!(
        (row.channel.as_str(), row.advisor, row.joined_by_clerk),
        ("poster", None, None)
    );
    // as many as may
    let (status, refused) = joins(&bench, &path, &number(2)).await;
    assert_eq!((status, refused["code"].as_str()), (429, Some("too_many")));
    joining::revoke_poster(&bench.centre, &hex::encode(code.0))
        .await
        .unwrap();
    let (status, refused) = get(&bench, &path).await;
    assert_eq!(
        (status, refused["message"].as_str()),
        (400, Some("revoked"))
    );
    // all of a shop's guests are behind one address
    let busy = joining::add_poster(&bench.centre, new(20)).await.unwrap();
    let busy = protocol::join::path(&busy.text());
    for n in 3..23 {
        let (status, told) = joins(&bench, &busy, &number(n)).await;
        assert_eq!(
            (status, told["status"].as_str()),
            (200, Some("joined")),
            "{n}"
        );
    }
    let stranger = protocol::code::PosterCode::fresh().unwrap();
    let (status, _) = get(&bench, &protocol::join::path(&stranger.text())).await;
    assert_eq!(status, 400);
    bench.check_sums().await;
}

async fn a_childs_guardian_agrees_by_a_number_of_their_own(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let code = path(&counter, None);
    let verification = code_to(&bench, &code, HERS, false).await;
    let parents = code_to(&bench, &code, PARENT, true).await;
    let body = |guardian: Value| {
        json!({
            "phone": HERS, "verification": verification, "ticket": HERS, "birthday": "2015-05-06",
            "skin": {"moisture": "dry"}, "allergies": ["酒精"],
            "consents": agreed(&["terms", "skin", "guardian"]), "guardian": guardian,
        })
    };
    let join = format!("{code}/join");
    // nobody; the child's own number; the child's code; a wrong code
    for (guardian, said) in [
        (Value::Null, "malformed"),
        (
            json!({"phone": HERS, "verification": verification}),
            "malformed",
        ),
        (
            json!({"phone": PARENT, "verification": verification}),
            "verification_invalid",
        ),
        (
            json!({"phone": "13900008888", "verification": parents}),
            "verification_invalid",
        ),
    ] {
        let (status, refused) = post(&bench, &join, &body(guardian)).await;
        assert_eq!((status, refused["code"].as_str()), (400, Some(said)));
    }
    // the guardian's page has a ticket of the child's
    let mut agrees = body(json!({"phone": PARENT, "verification": parents}));
    agrees["ticket"] = json!(PARENT);
    let (status, _) = post(&bench, &join, &agrees).await;
    assert_eq!(status, 400, "another page's codes");
    // on one page both codes were asked for
    let code = path(&counter, None);
    let ask = async |phone: &str, guardian: bool| {
        let body = json!({"phone": phone, "guardian": guardian, "ticket": "one page"});
        let (_, sent) = post(&bench, &format!("{code}/verify"), &body).await;
        sent["demo_code"].as_str().unwrap().to_owned()
    };
    let (own, parents) = (ask(HERS, false).await, ask(PARENT, true).await);
    let check =
        json!({"phone": PARENT, "guardian": true, "ticket": "one page", "verification": parents});
    assert_eq!(post(&bench, &format!("{code}/check"), &check).await.0, 200);
    let mut agrees = body(json!({"phone": PARENT, "verification": parents}));
    agrees["verification"] = json!(own);
    agrees["ticket"] = json!("one page");
    let (status, joined) = post(&bench, &format!("{code}/join"), &agrees).await;
    assert_eq!(
        (status, joined["status"].as_str()),
        (200, Some("joined")),
        "{joined}"
    );
    assert_eq!(
        post(&bench, &format!("{code}/join"), &agrees).await.1,
        joined,
        "the same again"
    );
    let row = her(&bench, HERS).await;
    assert!(row.skin.is_some() && row.consent_guardian);
    let kept = guardian::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(
        kept.iter().map(|g| g.phone.text()).collect::<Vec<_>>(),
        [PARENT]
    );
    // whose number it was lies in the database sealed
    let db = bench.centre.db().read();
    let raw =
        sea_orm::Statement::from_string(db.get_database_backend(), "SELECT phone FROM guardian");
    let raw: String = db
        .query_one_raw(raw)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "phone")
        .unwrap();
    assert!(!raw.contains(PARENT));
}

async fn sign_ups_beyond_a_days_wait_for_a_manager(engine: Engine) {
    let bench = staffed(engine).await;
    joining::set_terms(&bench.centre, &|before| protocol::sign_up::SignUpTerms {
        clerk_daily: 2,
        ..before
    })
    .await
    .unwrap();
    let counter = bench.counter(true).await;
    for n in 0..4 {
        let code = path_of(&counter, "A1", None);
        let (_, told) = joins(&bench, &code, &number(n)).await;
        // she is a member all the same, with her points
        assert_eq!(
            (told["status"].as_str(), told["points"].as_i64()),
            (Some("joined"), Some(50))
        );
    }
    let credits = async || {
        let rows = member::Entity::find()
            .all(bench.centre.db().read())
            .await
            .unwrap();
        let mut all: Vec<SignUpCredit> = rows
            .into_iter()
            .map(|m| m.sign_up_credit.into_inner())
            .collect();
        all.sort_by_key(|c| format!("{c:?}"));
        all
    };
    use SignUpCredit::{Counts, Refused, Waits};
    assert_eq!(credits().await, [Counts, Counts, Waits, Waits]);
    let ask = async |clerk: &str, action: ManageAction| -> ManageReply {
        let request = ManageRequest {
            clerk: clerk.into(),
            pin: PIN.into(),
            action,
        };
        counter.ask(&bench, "/v1/manage", &request).await
    };
    let waits = ask("M1", ManageAction::Look).await.sign_ups;
    assert_eq!(
        waits
            .iter()
            .map(|w| (w.clerk.as_str(), w.sign_ups))
            .collect::<Vec<_>>(),
        [("A1", 2)]
    );
    let decide = |day, count| ManageAction::SignUps {
        clerk: "A1".into(),
        day,
        count,
    };
    // of another day there are none
    ask("M1", decide(waits[0].day - Duration::days(1), true)).await;
    assert_eq!(credits().await, [Counts, Counts, Waits, Waits]);
    let after = ask("M1", decide(waits[0].day, false)).await;
    assert!(after.sign_ups.is_empty());
    assert_eq!(credits().await, [Counts, Counts, Refused, Refused]);
    // a decision is one
    ask("M1", decide(waits[0].day, true)).await;
    assert_eq!(credits().await, [Counts, Counts, Refused, Refused]);
}

async fn how_many_came_how_far_is_told(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let today: NaiveDate = bench.program.business_date(bench.centre.now());
    let first = path(&counter, terms(STORE, Channel::Screen, None));
    // opened twice by one page, once by another; one proven; one joined
    for ticket in ["a", "a", "b"] {
        get(&bench, &format!("{first}?ticket={ticket}")).await;
    }
    let verification = code_to(&bench, &first, HERS, false).await;
    let check = json!({"phone": HERS, "verification": verification, "ticket": HERS});
    for _ in 0..2 {
        assert_eq!(post(&bench, &format!("{first}/check"), &check).await.0, 200);
    }
    let body = json!({
        "phone": HERS, "verification": verification, "ticket": HERS, "consents": agreed(&["terms"]),
    });
    assert_eq!(post(&bench, &format!("{first}/join"), &body).await.0, 200);
    for n in ["T1", "T2"] {
        let sold = counter.sale_for_phone(n, 20_000, HERS);
        counter.results(&bench, &[sold]).await;
    }
    let shown = |codes| CodesShown {
        day: today,
        clerk: "C1".into(),
        channel: Channel::Screen,
        campaign: None,
        codes,
    };
    let keep = async |codes: u32| {
        let device = centre_store::tables::device::Entity::find_by_id(counter.device);
        let device = device.one(bench.centre.db().read()).await.unwrap().unwrap();
        let work = bench.centre.work().await.unwrap();
        joining::keep_shown(&work, &device, &[shown(codes)])
            .await
            .unwrap();
        work.commit().await.unwrap();
    };
    // told again, and late: the figure only grows
    for codes in [3, 5, 4] {
        keep(codes).await;
    }
    let span = |by| Span {
        from: today,
        until: today,
        by,
        store: None,
    };
    let told = funnel::joins(&bench.centre, &span(By::Clerk))
        .await
        .unwrap();
    let expected = Funnel {
        group: "C1".into(),
        shown: 5,
        opened: 2,
        proven: 1,
        joined: 1,
        counted: 1,
        first_purchase: 1,
        second_purchase: 1,
        second_open: 0,
    };
    assert_eq!(told, std::slice::from_ref(&expected));
    for (by, group) in [
        (By::Store, STORE),
        (By::Channel, "screen"),
        (By::Campaign, ""),
    ] {
        let told = funnel::joins(&bench.centre, &span(by)).await.unwrap();
        let named = Funnel {
            group: group.into(),
            ..expected.clone()
        };
        assert_eq!(told, [named]);
    }
    let yesterday = Span {
        from: today - Duration::days(1),
        until: today - Duration::days(1),
        by: By::Day,
        store: None,
    };
    assert!(
        funnel::joins(&bench.centre, &yesterday)
            .await
            .unwrap()
            .is_empty()
    );
}

on_both_engines!(
    a_code_carries_store_channel_and_campaign,
    what_a_code_gives_once_goes_to_one_of_many_at_once,
    a_poster_holds_until_it_is_taken_down,
    a_childs_guardian_agrees_by_a_number_of_their_own,
    sign_ups_beyond_a_days_wait_for_a_manager,
    how_many_came_how_far_is_told,
);

//! What is kept of members, in which words, and for how long.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

async fn consents_are_kept_in_their_words_and_withdrawn_at_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = bench.member(PHONE, 0).await;
    let op = change(&mut counter, profile(&member), &[]);
    outcomes(&bench, &counter, &[op]).await;
    let id = protocol::MemberId::from(member.as_str());
    let receipts = consents::receipts(bench.centre.db().read(), &id)
        .await
        .unwrap();
    let [skin, marketing] = receipts.as_slice() else {
        panic!("{receipts:?}");
    };
    assert_eq!((skin.purpose.as_str(), skin.given), ("skin", true));
    assert!(skin.wording["zh-CN"].starts_with("可以记下我的皮肤状况和过敏"));
    assert!(skin.wording["en"].starts_with("You may record"));
    assert_eq!(skin.source, format!("counter:{}", counter.device));
    assert_eq!(marketing.purpose, "marketing");
    consents::withdraw(
        &bench.centre,
        &id,
        Purpose::Skin,
        Through::Headquarters,
        "by letter",
    )
    .await
    .unwrap();
    let seen = counter.sees(&bench, &member).await;
    assert!(!seen.consent_skin && seen.skin.is_none() && seen.allergies.is_empty());
    assert!(seen.consent_marketing);
    let receipts = consents::receipts(bench.centre.db().read(), &id)
        .await
        .unwrap();
    let last = receipts.last().unwrap();
    assert_eq!(
        (last.purpose.as_str(), last.given, last.source.as_str()),
        ("skin", false, "headquarters")
    );
    // a form that was opened before does not bring it back
    let op = change(&mut counter, profile(&member), &[]);
    outcomes(&bench, &counter, &[op]).await;
    assert!(!counter.sees(&bench, &member).await.consent_skin);
    // a wording that was shown stays, whatever a later build has
    let db = bench.centre.db().read();
    db.execute_unprepared(
        "UPDATE consent_text SET wording = 'as shown then' WHERE purpose = 'skin'",
    )
    .await
    .unwrap();
    consents::keep_wordings(&bench.centre).await.unwrap();
    let receipts = consents::receipts(db, &id).await.unwrap();
    assert_eq!(receipts[0].wording["en"], "as shown then");
    in_order(&bench).await;
}

/// What nobody needs goes by itself, and members without activity only where the brand's rules say so.
async fn what_is_too_old_is_forgotten(engine: Engine) {
    let two = two(engine).await;
    crate::common::found(&two.a).await;
    let run = async || {
        Job::Retention
            .run(&two.a, two.a.now())
            .await
            .unwrap()
            .things
    };
    let db = two.a.db().read();
    for days in [1, 179, 731] {
        let at = (two.a.now() - chrono::Duration::days(days)).timestamp_millis();
        db.execute_unprepared(&format!(
            "INSERT INTO lookup_log (id, at, device_id, store_id, why, number_of, outcome) \
             VALUES ('{days}', {at}, 'D', 'S1', '', '', 'nobody')"
        ))
        .await
        .unwrap();
    }
    assert_eq!((run().await, run().await), (1, 0), "one look-up is too old");

    let program = two.a.current_program().await.unwrap();
    let mut work = two.a.work().await.unwrap();
    let new = centre::members::NewMember {
        phone: PHONE.into(),
        joined_at: two.a.now(),
        channel: "counter".into(),
        ..centre::members::NewMember::of(&"S1".into())
    };
    let silent = centre::members::create(&mut work, &program, new)
        .await
        .unwrap();
    work.commit().await.unwrap();
    two.a_clock.set(at("2029-03-02T04:00:00Z"));
    run().await;
    let there = async || {
        let found = member::Entity::find_by_id(silent.id.clone())
            .one(two.a.db().read())
            .await;
        found.unwrap().unwrap().erased_at.is_none()
    };
    assert!(there().await, "never by itself");
    let rules =
        loyalty::Program::from_json(r#"{"version": 2, "retention": {"inactive_months": 24}}"#);
    let mut work = two.a.work().await.unwrap();
    centre::catalogue::publish_program(&mut work, &rules.unwrap(), two.a.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    // for half a second a publishing may go unnoticed
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(run().await, 1);
    assert!(!there().await);
    assert!(audit::of(&two.a).await.unwrap().clean);
}

/// A sale for somebody who never joined gives her number up after a time, and waits on without it.
async fn the_number_of_who_never_joined_is_forgotten(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let op = counter.sale_for_phone("T1", 3_000, PHONE);
    let held = outcomes(&bench, &counter, std::slice::from_ref(&op)).await;
    assert!(matches!(held[0], Outcome::Held { .. }), "{held:?}");
    let later = bench.centre.now() + chrono::Duration::days(181);
    let report = Job::Retention.run(&bench.centre, later).await.unwrap();
    assert_eq!(report.things, 1);
    assert!(!everything(&bench.centre).await.contains(PHONE));
    in_order(&bench).await;
    // who joins with it then is another to the brand
    bench.member(PHONE, 0).await;
    let still = outcomes(&bench, &counter, &[op]).await;
    assert!(matches!(still[0], Outcome::Held { .. }), "{still:?}");
}

on_both_engines!(
    consents_are_kept_in_their_words_and_withdrawn_at_once,
    what_is_too_old_is_forgotten,
    the_number_of_who_never_joined_is_forgotten,
);

//! Who acts is proven: signatures of operations and approvals, and who bears what is not.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use centre::audit;
use centre_store::column::Proof;
use loyalty::Points;
use protocol::operation::{BY_ITSELF, Body};
use sea_orm::ConnectionTrait;

use crate::common::acts::{by, freeze, granted, in_order, listed, reversal};
use crate::common::clerks::{Hand, proofs, reasons, sold, staffed};
use crate::common::{Engine, redemption};

async fn an_operation_is_proven_by_its_clerks_key(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let (clerk, other) = (Hand::new("A1", 1), Hand::new("A1", 2));
    let hello = counter.names_keys(&bench, Some(vec![clerk.named()])).await;
    assert_eq!(hello.unknown_keys, Some(vec!["A1".into()]));
    counter.known(&bench, &clerk).await;
    let hello = counter.names_keys(&bench, Some(vec![clerk.named()])).await;
    assert_eq!(hello.unknown_keys, Some(Vec::new()));
    let signed = counter.does(&sold("T1", &member), "A1", [Some(&clerk), None]);
    let effect = counter.applied(&bench, &signed).await;
    assert_eq!((effect.earned, effect.loss_reason), (Points(100), None));
    assert_eq!(
        proofs(&bench, &signed).await,
        (Proof::Proven, Proof::Nobody)
    );
    assert!(reasons(&bench).await.is_empty());
    // a name is a claim: it counts as it happened, and is on the list of the device's store
    let claims = [
        counter.does(&sold("T2", &member), "A1", [None, None]),
        counter.does(&sold("T3", &member), "A1", [Some(&other), None]),
        counter.does(&sold("T4", &member), "M1", [Some(&clerk), None]),
        counter.does(&sold("T5", &member), BY_ITSELF, [None, None]),
        counter.does(&sold("T6", &member), "nobody", [None, None]),
    ];
    for (n, claim) in claims.iter().enumerate() {
        let effect = counter.applied(&bench, claim).await;
        assert_eq!(effect.earned, Points(100), "{n}");
        assert_eq!(proofs(&bench, claim).await.0, Proof::Unproven, "{n}");
        assert_eq!(reasons(&bench).await, vec!["clerk_unproven"; n + 1]);
    }
    in_order(&bench).await;
}

async fn an_approval_is_the_managers_signature(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 500).await;
    let mut counter = bench.counter(true).await;
    let (clerk, manager) = (Hand::new("A1", 1), Hand::new("M1", 2));
    counter.names_keys(&bench, Some(Vec::new())).await;
    counter.known(&bench, &clerk).await;
    counter.known(&bench, &manager).await;
    let body = Body::Freeze(freeze(&member, by("M1")));
    let sound = counter.does(&body, "A1", [Some(&clerk), Some(&manager)]);
    assert_eq!(counter.applied(&bench, &sound).await.loss_reason, None);
    assert_eq!(proofs(&bench, &sound).await, (Proof::Proven, Proof::Proven));
    // a line of text is none, nor is a clerk's own signature, nor that of an approval of something else
    let mut of_another = counter.does(&body, "A1", [Some(&clerk), None]);
    of_another.approval_signature = sound.approval_signature.clone();
    let by_clerk = Hand {
        id: "M1",
        key: clerk.key.clone(),
    };
    let claims = [
        of_another,
        counter.does(&body, "A1", [Some(&clerk), None]),
        counter.does(&body, "A1", [Some(&clerk), Some(&by_clerk)]),
    ];
    for claim in &claims {
        let effect = counter.applied(&bench, claim).await;
        assert_eq!(effect.loss_reason.as_deref(), Some("approval_unproven"));
        assert_eq!(
            proofs(&bench, claim).await,
            (Proof::Proven, Proof::Unproven)
        );
    }
    assert_eq!(reasons(&bench).await, vec!["approval_unproven"; 3]);
    in_order(&bench).await;
}

async fn what_no_sound_approval_allowed_is_borne_by_its_store(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let (mut gave, mut counter) = (bench.counter(true).await, bench.counter(true).await);
    let (clerk, manager) = (Hand::new("A1", 1), Hand::new("M1", 2));
    counter.names_keys(&bench, Some(Vec::new())).await;
    counter.known(&bench, &clerk).await;
    counter.known(&bench, &manager).await;
    let grant = granted(&bench, &gave, &member, 300).await;
    let mut undone = Vec::new();
    for points in [100, 100] {
        let redeemed = gave.append(&redemption(&member, &[(&grant, points)]));
        gave.applied(&bench, &redeemed).await;
        undone.push(redeemed);
    }
    // another counter's redemption: a manager has to approve
    let sound = reversal(&undone[0], &member, by("M1"));
    let sound = counter.does(&sound, "A1", [Some(&clerk), Some(&manager)]);
    let effect = counter.applied(&bench, &sound).await;
    assert_eq!(
        (effect.given_back, effect.loss),
        (Points(100), Points::ZERO)
    );
    let claimed = reversal(&undone[1], &member, by("M1"));
    let claimed = counter.does(&claimed, "A1", [Some(&clerk), None]);
    let effect = counter.applied(&bench, &claimed).await;
    // she has them, as she was shown; the store pays for them
    assert_eq!((effect.given_back, effect.loss), (Points(100), Points(100)));
    assert_eq!(effect.balance, Points(1_000));
    assert_eq!(
        listed(&bench).await,
        [("approval_unproven".to_owned(), 100, 0)]
    );
    in_order(&bench).await;
    // were it not on the list, the audit would name it
    let work = bench.centre.work().await.unwrap();
    work.on()
        .execute_unprepared("UPDATE manager_list SET reason = 'frozen'")
        .await
        .unwrap();
    work.commit().await.unwrap();
    let report = audit::run(bench.centre.db(), bench.centre.now())
        .await
        .unwrap();
    assert!(
        report.text().contains("unapproved_loss"),
        "{}",
        report.text()
    );
}

async fn an_older_build_is_taken_as_before_and_what_can_sign_is_not(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 500).await;
    let mut counter = bench.counter(true).await;
    let body = Body::Freeze(freeze(&member, by("M1")));
    let hello = counter.names_keys(&bench, None).await;
    assert_eq!(hello.unknown_keys, None);
    let older = counter.does(&body, "A1", [None, None]);
    assert_eq!(counter.applied(&bench, &older).await.loss_reason, None);
    assert_eq!(proofs(&bench, &older).await, (Proof::Older, Proof::Older));
    // brought up to date: what was done before and waits still is an older build's
    let waits = counter.does(&sold("T1", &member), "A1", [None, None]);
    counter.names_keys(&bench, Some(Vec::new())).await;
    let after = counter.does(&sold("T2", &member), "A1", [None, None]);
    counter.applied(&bench, &waits).await;
    counter.applied(&bench, &after).await;
    assert_eq!(proofs(&bench, &waits).await.0, Proof::Older);
    assert_eq!(proofs(&bench, &after).await.0, Proof::Unproven);
    assert_eq!(reasons(&bench).await, ["clerk_unproven"]);
    // saying that it is an older one again helps nobody
    counter.names_keys(&bench, None).await;
    let again = counter.does(&body, "A1", [None, None]);
    let effect = counter.applied(&bench, &again).await;
    assert_eq!(effect.loss_reason.as_deref(), Some("approval_unproven"));
    in_order(&bench).await;
}

async fn what_came_before_its_key_was_known_is_proven_late(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let (clerk, other) = (Hand::new("A1", 1), Hand::new("A1", 2));
    counter.names_keys(&bench, Some(vec![clerk.named()])).await;
    let early = counter.does(&sold("T1", &member), "A1", [Some(&clerk), None]);
    let forged = counter.does(&sold("T2", &member), "A1", [Some(&other), None]);
    counter.applied(&bench, &early).await;
    counter.applied(&bench, &forged).await;
    assert_eq!(reasons(&bench).await, ["clerk_unproven", "clerk_unproven"]);
    counter.known(&bench, &clerk).await;
    assert_eq!(proofs(&bench, &early).await.0, Proof::Proven);
    assert_eq!(proofs(&bench, &forged).await.0, Proof::Unproven);
    assert_eq!(reasons(&bench).await, ["clerk_unproven"]);
}

on_both_engines!(
    an_operation_is_proven_by_its_clerks_key,
    an_approval_is_the_managers_signature,
    what_no_sound_approval_allowed_is_borne_by_its_store,
    an_older_build_is_taken_as_before_and_what_can_sign_is_not,
    what_came_before_its_key_was_known_is_proven_late,
);

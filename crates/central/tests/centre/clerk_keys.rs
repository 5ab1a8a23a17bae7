//! Clerks' keys on devices: how they become known, how often a PIN may be tried, how they end, and who is told hashes.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use centre::clerks::{self, By};
use centre_store::column::Proof;
use centre_store::tables::{clerk_key, device};
use protocol::clerk::{Certificate, ClerkReply, ClerkRequest};
use protocol::entity::{self as wire, EntityKind};
use protocol::manage::{ClerkChange, ManageAction, ManageReply, ManageRequest, NewClerk};
use protocol::operation::BY_ITSELF;
use protocol::pull::{PullReply, digest_text, entity_digest};
use sea_orm::EntityTrait;

use crate::common::clerks::{Hand, PIN, changed, proofs, reasons, sold, staffed};
use crate::common::{Engine, STORE};

async fn hashes_are_told_to_no_device_that_signs(engine: Engine) {
    let bench = staffed(engine).await;
    let (older, counter) = (bench.counter(true).await, bench.counter(true).await);
    older.names_keys(&bench, None).await;
    counter.names_keys(&bench, Some(Vec::new())).await;
    let store = format!("store:{STORE}");
    let clerks = |reply: &PullReply| -> Vec<wire::Clerk> {
        let of_clerks = reply.changes.iter();
        let of_clerks = of_clerks.filter(|c| c.entity == EntityKind::Clerk.name());
        of_clerks
            .map(|c| serde_json::from_str(c.body.as_ref().unwrap().get()).unwrap())
            .collect()
    };
    let summed = |reply: &PullReply| {
        let sum = reply.changes.iter().fold(0u128, |sum, c| {
            sum.wrapping_add(entity_digest(
                &c.entity,
                &c.key,
                c.body.as_ref().unwrap().get(),
            ))
        });
        digest_text(sum)
    };
    let before = older.pull(&bench, &store, 0).await;
    let told = clerks(&before);
    let hashes = told.iter().filter(|c| c.pin_hash.starts_with("$argon2id$"));
    assert_eq!(hashes.count(), 2);
    assert_eq!(before.digest, Some(summed(&before)));
    let now = counter.pull(&bench, &store, 0).await;
    for (clerk, older) in clerks(&now).iter().zip(&told) {
        assert_eq!((clerk.pin_hash.as_str(), clerk.mark()), ("", older.mark()));
    }
    assert_eq!(now.digest, Some(summed(&now)));
    assert_ne!(
        now.digest, before.digest,
        "what was told before is pulled anew"
    );
    let text = serde_json::to_string(&now).unwrap();
    assert!(!text.contains("argon2"));
    // the same where there is nothing new
    let nothing = counter.pull(&bench, &store, now.next).await;
    assert_eq!(nothing.digest, now.digest);
    // until headquarters stops it for all
    assert_eq!(
        clerks::older_counters(&bench.centre).await.unwrap().len(),
        1
    );
    clerks::stop_hashes(&bench.centre).await.unwrap();
    let after = older.pull(&bench, &store, 0).await;
    assert!(clerks(&after).iter().all(|c| c.pin_hash.is_empty()));
    assert_eq!(after.digest, Some(summed(&after)));
}

async fn a_device_locks_nobody_out_of_another(engine: Engine) {
    let bench = staffed(engine).await;
    let (rogue, counter) = (bench.counter(true).await, bench.counter(true).await);
    let manager = Hand::new("M1", 2);
    for tries_left in [4, 3, 2, 1] {
        let reply = rogue.tells(&bench, &manager, "975310").await;
        assert_eq!(reply, ClerkReply::PinWrong { tries_left });
    }
    for pin in ["975310", PIN] {
        let reply = rogue.tells(&bench, &manager, pin).await;
        assert!(matches!(reply, ClerkReply::Locked { .. }), "{reply:?}");
    }
    let ask = |pin: &str| ManageRequest {
        clerk: "M1".into(),
        pin: pin.into(),
        action: ManageAction::Look,
    };
    // what manages counts on the same page
    let refused = rogue.send(&bench, "/v1/manage", &ask(PIN)).await;
    assert_eq!(refused.code(), "too_many");
    let seen: ManageReply = counter.ask(&bench, "/v1/manage", &ask(PIN)).await;
    assert_eq!(seen.clerks.len(), 3, "C1 among them");
    counter.known(&bench, &manager).await;
    // she revokes it from there
    let revoke = ManageRequest {
        action: ManageAction::Revoke {
            device: rogue.device,
        },
        ..ask(PIN)
    };
    let _: ManageReply = counter.ask(&bench, "/v1/manage", &revoke).await;
    let refused = rogue.send(&bench, "/v1/clerk", &()).await;
    assert_eq!(refused.code(), "revoked");
}

async fn thirty_tries_at_once_are_five(engine: Engine) {
    let bench = staffed(engine).await;
    let counter = bench.counter(true).await;
    // another process of the same centre, where there may be several
    let beside = match engine {
        Engine::Sqlite => bench.centre.clone(),
        Engine::Postgres => bench.store.open().await.unwrap(),
    };
    let signer = device::Entity::find_by_id(counter.device)
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    let hand = Hand::new("A1", 1);
    let tries = (0..30).map(|n| {
        let place = (counter.centre, counter.device);
        let pin = format!("9{n:05}");
        let request = ClerkRequest::by_pin(&hand.key, place, "A1".into(), &pin);
        let centre = if n % 2 == 0 { &bench.centre } else { &beside };
        let (centre, signer) = (centre.clone(), signer.clone());
        tokio::spawn(async move { centre::sync::clerk::known(&centre, &signer, &request).await })
    });
    let mut looked_at = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap().unwrap() {
            ClerkReply::PinWrong { .. } => looked_at += 1,
            ClerkReply::Locked { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    // the fifth was looked at too, and told of the wait
    assert_eq!(looked_at, 4);
    let reply = counter.tells(&bench, &hand, PIN).await;
    assert!(matches!(reply, ClerkReply::Locked { .. }), "{reply:?}");
}

async fn who_was_let_go_proves_nothing_from_then_on(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let clerk = Hand::new("A1", 1);
    counter.names_keys(&bench, Some(Vec::new())).await;
    let certificate = counter.known(&bench, &clerk).await;
    let before = counter.does(&sold("T1", &member), "A1", [Some(&clerk), None]);
    let leaves = ClerkChange {
        active: Some(false),
        ..changed("A1")
    };
    // what is done in the millisecond in which a key ends is done without it
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    clerks::change(&bench.centre, &By::Headquarters, &leaves, None)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let after = counter.does(&sold("T2", &member), "A1", [Some(&clerk), None]);
    counter.applied(&bench, &before).await;
    counter.applied(&bench, &after).await;
    // what was done before and came late stands
    assert_eq!(proofs(&bench, &before).await.0, Proof::Proven);
    assert_eq!(proofs(&bench, &after).await.0, Proof::Unproven);
    let hello = counter.names_keys(&bench, Some(vec![clerk.named()])).await;
    assert_eq!(hello.unknown_keys, Some(vec!["A1".into()]));
    assert_eq!(
        counter.tells(&bench, &clerk, PIN).await,
        ClerkReply::NotHere
    );
    let told = counter.pull(&bench, "store:S1", 0).await;
    let clerks_told = told.changes.iter().filter(|c| c.key == "A1");
    assert!(
        clerks_told
            .map(|c| c.body.as_ref().unwrap().get())
            .all(|b| b.contains("\"active\":false"))
    );
    // back again: the PIN is asked for, the word of before does not hold
    let back = ClerkChange {
        active: Some(true),
        ..changed("A1")
    };
    clerks::change(&bench.centre, &By::Headquarters, &back, None)
        .await
        .unwrap();
    let request = ClerkRequest::by_certificate(certificate);
    let reply: ClerkReply = counter.ask(&bench, "/v1/clerk", &request).await;
    assert_eq!(reply, ClerkReply::AskPin);
    counter.known(&bench, &clerk).await;
}

async fn a_centre_that_was_put_back_takes_its_own_word(engine: Engine) {
    let bench = staffed(engine).await;
    let (counter, other) = (bench.counter(true).await, bench.counter(true).await);
    let clerk = Hand::new("A1", 1);
    let certificate = counter.known(&bench, &clerk).await;
    let work = bench.centre.work().await.unwrap();
    clerk_key::Entity::delete_many()
        .exec(work.on())
        .await
        .unwrap();
    work.commit().await.unwrap();
    let hello = counter.names_keys(&bench, Some(vec![clerk.named()])).await;
    assert_eq!(hello.unknown_keys, Some(vec!["A1".into()]));
    let request = ClerkRequest::by_certificate(certificate.clone());
    // from another device, or with anything changed, it is nobody's word
    let reply: ClerkReply = other.ask(&bench, "/v1/clerk", &request).await;
    assert_eq!(reply, ClerkReply::AskPin);
    let forged = Certificate {
        clerk: "M1".into(),
        ..certificate
    };
    let forged = ClerkRequest::by_certificate(forged);
    let reply: ClerkReply = counter.ask(&bench, "/v1/clerk", &forged).await;
    assert_eq!(reply, ClerkReply::AskPin);
    let reply: ClerkReply = counter.ask(&bench, "/v1/clerk", &request).await;
    assert!(matches!(reply, ClerkReply::Known { .. }), "{reply:?}");
    // another PIN: the word was for the one before
    let change = ClerkChange {
        pin: Some("246802".into()),
        ..changed("A1")
    };
    clerks::change(&bench.centre, &By::Headquarters, &change, None)
        .await
        .unwrap();
    let reply: ClerkReply = counter.ask(&bench, "/v1/clerk", &request).await;
    assert_eq!(reply, ClerkReply::AskPin);
    let reply = counter.tells(&bench, &clerk, PIN).await;
    assert_eq!(reply, ClerkReply::PinWrong { tries_left: 4 });
}

async fn a_manager_takes_on_and_lets_go_in_one_store(engine: Engine) {
    let bench = staffed(engine).await;
    let counter = bench.counter(true).await;
    let code = async |action: ManageAction| {
        let request = ManageRequest {
            clerk: "M1".into(),
            pin: PIN.into(),
            action,
        };
        counter.send(&bench, "/v1/manage", &request).await.code()
    };
    let add = |id: &str, role, pin: &str| ManageAction::ClerkAdd {
        clerk: NewClerk {
            id: id.into(),
            name: "许岚".into(),
            role,
            pin: pin.into(),
        },
    };
    let change = |change: ClerkChange| ManageAction::ClerkChange { change };
    assert_eq!(
        code(add("N1", wire::Role::Advisor, "123456")).await,
        "pin_unfit"
    );
    assert_eq!(
        code(add("N1", wire::Role::Manager, "246802")).await,
        "not_granted"
    );
    assert_eq!(
        code(add(BY_ITSELF, wire::Role::Advisor, "246802")).await,
        "malformed"
    );
    assert_eq!(
        code(add("M2", wire::Role::Advisor, "246802")).await,
        "clerk_exists"
    );
    assert_eq!(code(add("N1", wire::Role::Advisor, "246802")).await, "");
    let new = Hand::new("N1", 3);
    let reply = counter.tells(&bench, &new, "246802").await;
    assert!(matches!(reply, ClerkReply::Known { .. }), "{reply:?}");
    // a manager makes no managers and lets none go, the own account neither, nor anybody of another store
    let promoted = ClerkChange {
        role: Some(wire::Role::Manager),
        ..changed("N1")
    };
    assert_eq!(code(change(promoted)).await, "not_granted");
    let gone = |id: &str| {
        change(ClerkChange {
            active: Some(false),
            ..changed(id)
        })
    };
    assert_eq!(code(gone("M1")).await, "not_granted");
    assert_eq!(code(gone("M2")).await, "not_found");
    assert_eq!(code(gone("N1")).await, "");
    assert_eq!(
        counter.tells(&bench, &new, "246802").await,
        ClerkReply::NotHere
    );
    let own = ClerkChange {
        pin: Some("864209".into()),
        ..changed("M1")
    };
    assert_eq!(code(change(own)).await, "");
    assert_eq!(
        code(ManageAction::Look).await,
        "not_authenticated",
        "the old PIN"
    );
}

#[tokio::test]
async fn a_key_of_another_store_proves_nothing() {
    let bench = staffed(Engine::Sqlite).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let (clerk, stranger) = (Hand::new("A1", 1), Hand::new("M2", 4));
    counter.names_keys(&bench, Some(Vec::new())).await;
    assert_eq!(
        counter.tells(&bench, &stranger, PIN).await,
        ClerkReply::NotHere
    );
    counter.known(&bench, &clerk).await;
    // the clerk works in the second store from now on
    let moved = changed("A1");
    clerks::change(&bench.centre, &By::Headquarters, &moved, Some(&"S2".into()))
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let op = counter.does(&sold("T1", &member), "A1", [Some(&clerk), None]);
    counter.applied(&bench, &op).await;
    assert_eq!(proofs(&bench, &op).await.0, Proof::Unproven);
    assert_eq!(reasons(&bench).await, ["clerk_unproven"]);
    assert_eq!(
        counter.tells(&bench, &clerk, PIN).await,
        ClerkReply::NotHere
    );
}

on_both_engines!(
    hashes_are_told_to_no_device_that_signs,
    a_device_locks_nobody_out_of_another,
    thirty_tries_at_once_are_five,
    who_was_let_go_proves_nothing_from_then_on,
    a_centre_that_was_put_back_takes_its_own_word,
    a_manager_takes_on_and_lets_go_in_one_store,
);

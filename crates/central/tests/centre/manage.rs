//! What a store's manager sees and settles, from one of its devices.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{self, Counter, Engine, STORE, bench_on};
use centre::catalogue;
use loyalty::Points;
use protocol::entity as wire;
use protocol::manage::{DeviceState, ManageAction, ManageReply, ManageRequest};

async fn a_manager_sees_and_settles_the_devices_of_her_store(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let pin_hash = {
        use argon2::password_hash::{PasswordHasher, SaltString};
        let salt = SaltString::from_b64("c29tZXNhbHRzb21lc2FsdA").unwrap();
        argon2::Argon2::default()
            .hash_password(b"2468", &salt)
            .unwrap()
            .to_string()
    };
    let mut work = bench.centre.work().await.unwrap();
    for (id, role) in [("MG", wire::Role::Manager), ("CA", wire::Role::Cashier)] {
        let clerk = wire::Clerk {
            id: id.into(),
            name: "林店长".into(),
            role,
            store: STORE.into(),
            pin_hash: pin_hash.clone(),
            pin_mark: None,
            active: true,
        };
        catalogue::put_clerk(&mut work, &clerk).await.unwrap();
    }
    work.commit().await.unwrap();
    let lost = bench.counter(true).await;
    let here = bench.counter(true).await;
    lost.grant(&bench, &member, Some(400)).await;
    let ask = |clerk: &str, pin: &str, action: ManageAction| ManageRequest {
        clerk: clerk.into(),
        pin: pin.into(),
        action,
    };
    let seen: ManageReply = here
        .ask(&bench, "/v1/manage", &ask("MG", "2468", ManageAction::Look))
        .await;
    assert_eq!(seen.devices.len(), 2);
    let of_lost = seen
        .devices
        .iter()
        .find(|d| d.device == lost.device)
        .unwrap();
    assert_eq!(
        (of_lost.holds, of_lost.state),
        (Points(400), DeviceState::Good)
    );
    for (clerk, pin) in [("MG", "1357"), ("CA", "2468"), ("C1", "2468")] {
        let refused = here
            .send(&bench, "/v1/manage", &ask(clerk, pin, ManageAction::Look))
            .await;
        assert!(
            refused.status == 401 || refused.status == 500,
            "{}",
            refused.status
        );
    }
    let write_off = ManageAction::WriteOff {
        device: lost.device,
    };
    let after: ManageReply = here
        .ask(&bench, "/v1/manage", &ask("MG", "2468", write_off))
        .await;
    let of_lost = after
        .devices
        .iter()
        .find(|d| d.device == lost.device)
        .unwrap();
    assert_eq!(
        (of_lost.holds, of_lost.state),
        (Points::ZERO, DeviceState::WrittenOff)
    );
    // a device of another store is none of hers
    let code = centre::sync::enrol::new_enrol_code(&bench.centre, &"S2".into(), true)
        .await
        .unwrap();
    let other: Counter = common::enrol(&bench.client, &bench.base, &code.code)
        .await
        .into();
    let foreign = ManageAction::Revoke {
        device: other.device,
    };
    let refused = here
        .send(&bench, "/v1/manage", &ask("MG", "2468", foreign))
        .await;
    assert_eq!(refused.code(), "not_found");
    for _ in 0..6 {
        here.send(&bench, "/v1/manage", &ask("MG", "0000", ManageAction::Look))
            .await;
    }
    let locked = here
        .send(&bench, "/v1/manage", &ask("MG", "2468", ManageAction::Look))
        .await;
    assert_eq!(locked.code(), "too_many");
}

on_both_engines!(a_manager_sees_and_settles_the_devices_of_her_store,);

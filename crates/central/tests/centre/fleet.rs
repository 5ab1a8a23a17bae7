//! Looking after devices: check-ins, settings of a store, logs on demand, a device in another's place.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::giving_back::release;
use crate::common::{Bench, Counter, Engine, bench_on, enrol};
use centre::fleet;
use centre::sync::enrol::{Wanted, new_enrol_codes};
use chrono::TimeDelta;
use protocol::check_in::{
    CheckInReply, CheckInRequest, DeviceHealth, DeviceLog, DeviceTrouble, LOG_BYTES, PrinterHealth,
};
use protocol::hello::HelloReply;
use protocol::ids::LifeId;
use protocol::store_settings::{HeldIn, StoreSettings};
use protocol::{DeviceId, RequestId, StoreId};

pub const TARGET: &str = "windows-x86_64";

pub fn health(version: &str) -> DeviceHealth {
    DeviceHealth {
        version: version.into(),
        system: "Windows 11".into(),
        target: TARGET.into(),
        clock: centre::Clock::default().now(),
        disk_free: Some(50_000_000_000),
        waiting: 0,
        waiting_since: None,
        attention: 0,
        members: 3,
        printer: PrinterHealth::default(),
        trouble: None,
        update: None,
    }
}

pub async fn tells(bench: &Bench, counter: &Counter, health: DeviceHealth) -> CheckInReply {
    counter
        .ask(
            bench,
            "/v1/check-in",
            &CheckInRequest {
                health,
                codes_shown: Vec::new(),
            },
        )
        .await
}

async fn hello(bench: &Bench, counter: &mut Counter) -> HelloReply {
    counter.life.get_or_insert_with(LifeId::fresh);
    let mut said = counter.says();
    // a build that can say it: it is told that it was let go, too
    said.answered = Some(Vec::new());
    counter.ask(bench, "/v1/hello", &said).await
}

pub fn store(bench_store: &str) -> StoreId {
    bench_store.into()
}

async fn a_device_tells_how_it_is_and_headquarters_sees_what_is_wrong(engine: Engine) {
    let bench = bench_on(engine).await;
    let (well, ill) = (bench.counter(true).await, bench.counter(true).await);
    assert_eq!(
        tells(&bench, &well, health("0.1.0")).await,
        CheckInReply::default()
    );
    let now = bench.centre.now();
    let told = DeviceHealth {
        clock: now + TimeDelta::hours(8),
        disk_free: Some(1_000_000),
        waiting: 2,
        waiting_since: Some(now - TimeDelta::days(3)),
        trouble: Some("disk_full\n".repeat(100)),
        ..health("0.1.0")
    };
    tells(&bench, &ill, told).await;
    let lines = fleet::health_of(bench.centre.db().read(), Some(&store("S1")), now)
        .await
        .unwrap();
    let of = |id: DeviceId| lines.iter().find(|line| line.device == id).unwrap();
    assert!(of(well.device).troubles.is_empty());
    let found = &of(ill.device).troubles;
    assert!(
        matches!(
            found[0],
            DeviceTrouble::ClockOff {
                seconds: 28_000..28_900
            }
        ),
        "{found:?}"
    );
    assert!(
        matches!(found[1], DeviceTrouble::DiskLow { megabytes: 1 }),
        "{found:?}"
    );
    assert!(
        matches!(found[2], DeviceTrouble::WaitsLong { hours: 72 }),
        "{found:?}"
    );
    // what it says is kept short and on one line
    assert!(
        matches!(&found[3], DeviceTrouble::Code { code } if code.len() == 80 && !code.contains('\n'))
    );
    // two days later neither was heard of
    let later = now + TimeDelta::hours(48);
    let lines = fleet::health_of(bench.centre.db().read(), None, later)
        .await
        .unwrap();
    let silent = |t: &DeviceTrouble| matches!(t, DeviceTrouble::Silent { .. });
    assert!(lines.iter().all(|line| line.troubles.iter().any(silent)));
}

async fn what_is_set_for_a_store_reaches_its_devices_and_no_others(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut here = bench.counter(true).await;
    let mut there = bench.counter_of("S2", true).await;
    // the first contact asks for a check-in: what was set before the device came is for it too
    assert!(hello(&bench, &mut here).await.check_in);
    for counter in [&here, &there] {
        tells(&bench, counter, health("0.1.0")).await;
    }
    assert!(!hello(&bench, &mut here).await.check_in);
    let right = |before: StoreSettings| StoreSettings {
        held_in: Some(HeldIn::Right),
        ..before
    };
    let changed = fleet::set_settings(&bench.centre, Some(&store("S1")), &right).await;
    assert_eq!(changed.unwrap(), 1);
    assert!(hello(&bench, &mut here).await.check_in);
    assert!(!hello(&bench, &mut there).await.check_in);
    let settings = tells(&bench, &here, health("0.1.0"))
        .await
        .settings
        .unwrap();
    assert_eq!(settings.held_in, Some(HeldIn::Right));
    assert_eq!(tells(&bench, &there, health("0.1.0")).await.settings, None);
    // the same once more is no news; what is out of its range is refused, and nothing changed
    let again = fleet::set_settings(&bench.centre, Some(&store("S1")), &right).await;
    assert_eq!(again.unwrap(), 0);
    let wrong = |before: StoreSettings| StoreSettings {
        cover_after_s: Some(1),
        ..before
    };
    assert!(
        fleet::set_settings(&bench.centre, None, &wrong)
            .await
            .is_err()
    );
    let none = fleet::set_settings(&bench.centre, Some(&store("none")), &right).await;
    assert!(none.is_err());
    // and left to the devices again
    let clear = |_| StoreSettings::default();
    fleet::set_settings(&bench.centre, None, &clear)
        .await
        .unwrap();
    assert!(fleet::settings_of(&bench.centre).await.unwrap().is_empty());
    assert_eq!(tells(&bench, &here, health("0.1.0")).await.settings, None);
}

async fn a_log_is_brought_when_it_is_asked_for_and_only_then(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let brings = async |request: RequestId, lines: String| {
        let log = DeviceLog { request, lines };
        counter.send(&bench, "/v1/device-log", &log).await.status
    };
    // nobody has asked
    assert_eq!(brings(RequestId::fresh(), "unasked".into()).await, 200);
    assert_eq!(
        fleet::kept_log(&bench.centre, counter.device)
            .await
            .unwrap(),
        None
    );
    let first = fleet::ask_for_log(&bench.centre, counter.device)
        .await
        .unwrap();
    let asked = fleet::ask_for_log(&bench.centre, counter.device)
        .await
        .unwrap();
    let wanted = tells(&bench, &counter, health("0.1.0")).await.log_wanted;
    assert_eq!(wanted, Some(asked));
    assert_eq!(brings(first, "of before".into()).await, 200);
    assert_eq!(brings(asked, "x".repeat(LOG_BYTES + 1)).await, 413);
    assert_eq!(brings(asked, "WARN one\0\nWARN two\n".into()).await, 200);
    let kept = fleet::kept_log(&bench.centre, counter.device)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.lines, "WARN one\nWARN two\n");
    // once: what comes again is dropped
    assert_eq!(brings(asked, "again".into()).await, 200);
    let kept = fleet::kept_log(&bench.centre, counter.device)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.lines, "WARN one\nWARN two\n");
    assert_eq!(
        tells(&bench, &counter, health("0.1.0")).await.log_wanted,
        None
    );
    // and forgotten after a month
    let late = bench.centre.now() + TimeDelta::days(31);
    assert_eq!(
        fleet::forget_old_logs(&bench.centre, late).await.unwrap(),
        1
    );
    assert_eq!(
        fleet::kept_log(&bench.centre, counter.device)
            .await
            .unwrap(),
        None
    );
}

async fn a_device_takes_anothers_place_and_the_old_one_delivers_and_goes(engine: Engine) {
    let bench = bench_on(engine).await;
    let her = bench.member("13900001111", 500).await;
    let mut old = bench.counter(true).await;
    hello(&bench, &mut old).await;
    let granted = old.grant(&bench, &her, Some(200)).await;
    assert_eq!(granted.grants.len(), 1);
    let code = fleet::replace(&bench.centre, old.device).await.unwrap();
    assert_eq!(
        (code.name.as_str(), code.checkout),
        (old.name.as_str(), true)
    );
    // until the code is used the old one goes on
    assert!(!hello(&bench, &mut old).await.superseded);
    let new: Counter = enrol(&bench.client, &bench.base, &code.code).await.into();
    assert_eq!(new.name, old.name);
    let told = hello(&bench, &mut old).await;
    assert!(
        told.superseded && told.scopes.is_empty() && !told.revoked,
        "{told:?}"
    );
    // it reads nothing, and gets nothing
    let raw = old
        .send(
            &bench,
            "/v1/pull",
            &serde_json::json!({
                "scope": "store:S1", "cursor": 0, "generation": 1, "limit": 10,
            }),
        )
        .await;
    assert_ne!(raw.status, 200);
    let refused = old
        .send(&bench, "/v1/grant", &old.asks(&her, Some(50)))
        .await;
    assert_ne!(refused.status, 200);
    // what it recorded is taken, and it gives back what it holds
    let sale = old.sale_for_phone("R-1", 10_000, "13900001111");
    let results = old.results(&bench, &[sale]).await;
    assert!(matches!(
        results[0].outcome,
        protocol::push::Outcome::Applied(_)
    ));
    // still holding, it is not let go
    tells(&bench, &old, health("0.1.0")).await;
    assert!(!hello(&bench, &mut old).await.revoked);
    let back = old.append(&release(&granted.grants[0], &her, 200));
    let results = old.results(&bench, &[back]).await;
    assert!(matches!(
        results[0].outcome,
        protocol::push::Outcome::Applied(_)
    ));
    // something still waits there
    let waits = DeviceHealth {
        waiting: 1,
        ..health("0.1.0")
    };
    tells(&bench, &old, waits).await;
    assert!(!hello(&bench, &mut old).await.revoked);
    let before = fleet::health_of(bench.centre.db().read(), None, bench.centre.now())
        .await
        .unwrap();
    let line = before.iter().find(|l| l.device == old.device).unwrap();
    assert_eq!(line.replaced_by, Some(new.device));
    // all is delivered: it is let go, and forgets its members
    tells(&bench, &old, health("0.1.0")).await;
    assert!(hello(&bench, &mut old).await.revoked);
    bench.check_sums().await;
    // a place is taken once
    assert!(fleet::replace(&bench.centre, old.device).await.is_err());
}

async fn codes_are_made_together_or_not_at_all(engine: Engine) {
    let bench = bench_on(engine).await;
    let one = |store: &str, days| Wanted {
        days,
        name: format!("{store} 收银\n"),
        ..Wanted::in_store(&store.into())
    };
    let made = new_enrol_codes(&bench.centre, &[one("S1", 30), one("S2", 1)])
        .await
        .unwrap();
    assert_eq!(made.len(), 2);
    assert_eq!(made[0].name, "S1 收银");
    for wrong in [one("S9", 1), one("S1", 0), one("S1", 31)] {
        assert!(
            new_enrol_codes(&bench.centre, &[one("S1", 1), wrong])
                .await
                .is_err()
        );
    }
    let many: Vec<Wanted> = (0..10_001).map(|_| one("S1", 1)).collect();
    assert!(new_enrol_codes(&bench.centre, &many).await.is_err());
    // the name that headquarters gave holds over what the device is called by itself
    let device = enrol(&bench.client, &bench.base, &made[0].code).await;
    assert_eq!(device.reply.device_name, "S1 收银");
}

on_both_engines!(
    a_device_tells_how_it_is_and_headquarters_sees_what_is_wrong,
    what_is_set_for_a_store_reaches_its_devices_and_no_others,
    a_log_is_brought_when_it_is_asked_for_and_only_then,
    a_device_takes_anothers_place_and_the_old_one_delivers_and_goes,
    codes_are_made_together_or_not_at_all,
);

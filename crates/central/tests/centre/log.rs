//! The log of who did what: noted with what it tells of, and whatever is done to it afterwards is found.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{self, by, done, freeze, outcomes};
use crate::common::{Bench, Engine, bench_on};
use crate::jobs_support::{at, two};
use centre::jobs::Job;
use centre::log::{Entry, Kind, Who};
use centre::logbook::{self, Filter, KEPT_AT_LEAST};
use centre::{Centre, audit, stock, write_off};
use centre_store::tables::log_entry;
use chrono::{Duration, SubsecRound};
use protocol::Hash;
use protocol::hello::{HelloReply, HelloRequest, SignedIn};
use protocol::log::LogCheckpoint;
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::operation::{Body, Reveal};
use protocol::push::Outcome;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait};

async fn all(centre: &Centre) -> Vec<log_entry::Model> {
    logbook::entries(centre.db().read(), &Filter::default(), 0, 10_000)
        .await
        .unwrap()
}

async fn of(centre: &Centre, kind: Kind) -> Vec<log_entry::Model> {
    let filter = Filter {
        kind: Some(kind),
        ..Filter::default()
    };
    logbook::entries(centre.db().read(), &filter, 0, 10_000)
        .await
        .unwrap()
}

fn reveal(member: &str) -> Body {
    Body::Reveal(Reveal {
        member: member.into(),
        date: "2026-11-23".parse().unwrap(),
    })
}

async fn what_counters_do_is_noted_with_it(engine: Engine) {
    let bench = acts::opened(engine).await;
    let member = bench.member("13800005678", 500).await;
    let mut counter = bench.counter(true).await;
    let ops = [
        done(&mut counter, &reveal(&member)),
        done(&mut counter, &Body::Freeze(freeze(&member, by("M1")))),
        done(&mut counter, &reveal("nobody")),
    ];
    let became = outcomes(&bench, &counter, &ops).await;
    assert!(became.iter().all(|o| matches!(o, Outcome::Applied(_))));
    // sent again it is not noted again
    outcomes(&bench, &counter, &ops).await;
    let viewed = of(&bench.centre, Kind::Viewed).await;
    let [first, second] = viewed.as_slice() else {
        panic!("{viewed:?}");
    };
    assert_eq!(
        (first.who.as_str(), first.who_kind.as_str()),
        ("C1", "clerk")
    );
    assert_eq!(first.place, "counter");
    assert_eq!(first.device_id.as_deref(), Some(&counter.device));
    assert_eq!(
        first.store_id.as_ref().map(ToString::to_string).as_deref(),
        Some("S1")
    );
    assert_eq!(
        first.member_id.as_ref().map(ToString::to_string),
        Some(member.clone())
    );
    assert_eq!(
        first.op_id.as_deref(),
        Some(ops[0].op_id.to_string().as_str())
    );
    assert!(second.member_id.is_none());
    let approved = of(&bench.centre, Kind::Approved).await;
    let [one] = approved.as_slice() else {
        panic!("{approved:?}");
    };
    assert_eq!((one.who.as_str(), one.who_kind.as_str()), ("M1", "manager"));
    assert_eq!(
        (one.what.as_str(), one.why.as_str()),
        ("freeze by C1", "asked")
    );
    // many at once take another way, and are noted the same
    let many: Vec<_> = (0..6)
        .map(|_| done(&mut counter, &reveal(&member)))
        .collect();
    outcomes(&bench, &counter, &many).await;
    assert_eq!(of(&bench.centre, Kind::Viewed).await.len(), 8);
    assert!(audit::of(&bench.centre).await.unwrap().clean);
}

async fn what_headquarters_does_is_noted_in_its_users_name(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let centre = bench.centre.acting_for(Who::It {
        user: "ops".to_owned(),
    });
    write_off::revoke(&centre, counter.device, "headquarters")
        .await
        .unwrap();
    let revoked = of(&centre, Kind::DeviceRevoked).await;
    assert_eq!(revoked.len(), 1);
    assert_eq!(
        (revoked[0].who.as_str(), revoked[0].place.as_str()),
        ("ops", "command_line")
    );
    assert!(revoked[0].what.contains(&counter.device.to_string()));
    // what is given up is not noted
    let before = all(&centre).await.len();
    let mut work = centre.work().await.unwrap();
    let nowhere = stock::set(&mut work, &"S9".into(), "R1", Some(1)).await;
    assert!(nowhere.is_err());
    work.note(Entry::of(Kind::StockSet));
    work.rollback().await.unwrap();
    assert_eq!(all(&centre).await.len(), before);
}

async fn a_look_up_is_noted_whoever_it_finds(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    bench.moves(&member).await;
    let counter = bench.counter(true).await;
    for query in ["13800005678", "13911112222"] {
        let request = LookupRequest {
            query: query.to_owned(),
            by: None,
            clerk: None,
            why: None,
        };
        let _: LookupReply = counter.ask(&bench, "/v1/lookup", &request).await;
    }
    let looked = of(&bench.centre, Kind::LookedUp).await;
    let found: Vec<_> = looked
        .iter()
        .map(|l| (l.what.as_str(), l.member_id.is_some()))
        .collect();
    assert_eq!(found, [("found", true), ("nobody", false)]);
    let told = format!("{looked:?}");
    assert!(
        !told.contains("13800005678") && !told.contains("13911112222"),
        "{told}"
    );
}

/// A hello tells who signed in, and tells it again where its answer was lost.
async fn a_sign_in_is_noted_once_however_often_it_is_told(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let signed = |clerk: &str, minutes: i64| SignedIn {
        clerk: clerk.into(),
        at: bench.centre.now() - Duration::minutes(minutes),
    };
    let told = vec![signed("C1", 5), signed("C1", 3), signed("M1", -600)];
    let hello = HelloRequest {
        signed_in: told.clone(),
        ..counter.says()
    };
    for _ in 0..2 {
        let reply: HelloReply = counter.ask(&bench, "/v1/hello", &hello).await;
        assert!(reply.signed_in_noted);
    }
    let noted = of(&bench.centre, Kind::SignedIn).await;
    let who: Vec<_> = noted.iter().map(|n| n.who.as_str()).collect();
    assert_eq!(who, ["C1", "C1", "M1"]);
    assert_eq!(*noted[0].happened_at, told[0].at.trunc_subsecs(3));
    let silent = HelloRequest {
        signed_in: Vec::new(),
        ..hello
    };
    let reply: HelloReply = counter.ask(&bench, "/v1/hello", &silent).await;
    assert!(!reply.signed_in_noted);
}

/// Does something to the log, says what the audit finds, and puts the log back as it was.
async fn found_after(bench: &Bench, sql: &[&str], kept: Option<&LogCheckpoint>) -> Vec<String> {
    let before = all(&bench.centre).await;
    let db = bench.centre.db().read();
    for one in sql {
        let done = db.execute_unprepared(one).await.unwrap();
        assert!(done.rows_affected() > 0, "nothing done: {one}");
    }
    let report = audit::of_log(&bench.centre, kept).await.unwrap();
    let found = report
        .violations()
        .map(|v| format!("{} {}", v.what, v.place))
        .collect();
    db.execute_unprepared("DELETE FROM log_entry")
        .await
        .unwrap();
    let head = before.last().unwrap().clone();
    for row in before {
        log_entry::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
    }
    let head = format!("UPDATE log_head SET n = {}, hash = '{}'", head.n, head.hash);
    db.execute_unprepared(&head).await.unwrap();
    assert!(audit::of_log(&bench.centre, kept).await.unwrap().clean);
    found
}

async fn whatever_is_done_to_the_log_is_found(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    for _ in 0..5 {
        let op = done(&mut counter, &reveal(&member));
        outcomes(&bench, &counter, &[op]).await;
    }
    let kept = logbook::checkpoint(&bench.centre).await.unwrap().unwrap();
    let last = all(&bench.centre).await.len() as u64;
    // the checkpoint itself is noted after it
    assert_eq!(last, kept.n + 1);
    let mid = kept.n - 2;
    let report = audit::of_log(&bench.centre, Some(&kept)).await.unwrap();
    assert!(report.clean, "{}", report.text());
    assert!(audit::of(&bench.centre).await.unwrap().clean);

    let changed = format!("UPDATE log_entry SET who = 'C2' WHERE n = {mid}");
    let found = found_after(&bench, &[&changed], None).await;
    assert_eq!(found, [format!("log_chain log_entry {mid}")]);
    let removed = format!("DELETE FROM log_entry WHERE n = {mid}");
    let found = found_after(&bench, &[&removed], None).await;
    assert!(
        found.contains(&format!("log_chain log_entry {}", mid + 1)),
        "{found:?}"
    );
    let inserted = format!(
        "INSERT INTO log_entry SELECT {last} + 1, at, happened_at, kind, who_kind, who, place, store_id, device_id, \
         member_id, op_id, what, why, prev_hash, hash FROM log_entry WHERE n = {mid}"
    );
    let found = found_after(&bench, &[&inserted], None).await;
    assert!(
        found.contains(&format!("log_chain log_entry {}", last + 1)),
        "{found:?}"
    );
    let swapped = [
        format!("UPDATE log_entry SET n = 100000 WHERE n = {mid}"),
        format!("UPDATE log_entry SET n = {mid} WHERE n = {}", mid + 1),
        format!("UPDATE log_entry SET n = {} WHERE n = 100000", mid + 1),
    ];
    let swapped: Vec<&str> = swapped.iter().map(String::as_str).collect();
    let found = found_after(&bench, &swapped, None).await;
    assert!(
        found.contains(&format!("log_chain log_entry {mid}")),
        "{found:?}"
    );
    let first = found_after(&bench, &["DELETE FROM log_entry WHERE n = 1"], None).await;
    assert!(
        first.contains(&"log_chain log_entry 2".to_owned()),
        "{first:?}"
    );

    // the end cut off, and its head with it: only a checkpoint knows, the database's own or one kept elsewhere
    let cut = [
        format!("DELETE FROM log_entry WHERE n > {mid}"),
        format!(
            "UPDATE log_head SET n = {mid}, hash = (SELECT hash FROM log_entry WHERE n = {mid})"
        ),
    ];
    let cut: Vec<&str> = cut.iter().map(String::as_str).collect();
    let own = format!("log_checkpoint log_checkpoint {}/stood", kept.n);
    assert_eq!(found_after(&bench, &cut, None).await, [own]);
    let db = bench.centre.db().read();
    db.execute_unprepared("DELETE FROM log_checkpoint")
        .await
        .unwrap();
    assert!(
        found_after(&bench, &cut, None).await.is_empty(),
        "nobody knows"
    );
    let elsewhere = format!("log_checkpoint the kept checkpoint of entry {}", kept.n);
    assert_eq!(
        found_after(&bench, &cut, Some(&kept)).await,
        std::slice::from_ref(&elsewhere)
    );

    // a checkpoint of somebody else's says nothing
    let mut forged = kept.clone();
    forged.n = mid;
    let report = audit::of_log(&bench.centre, Some(&forged)).await.unwrap();
    assert_eq!(report.count(), 1, "{}", report.text());
}

/// All of it written anew from the first entry on, each hash right: only a checkpoint that was kept tells.
async fn a_log_that_was_written_anew_is_found_by_who_kept_a_checkpoint(engine: Engine) {
    let bench = bench_on(engine).await;
    bench.counter(true).await;
    let kept = logbook::checkpoint(&bench.centre).await.unwrap().unwrap();
    let db = bench.centre.db().read();
    let mut rows = all(&bench.centre).await;
    let mut before = Hash::ZERO;
    for row in &mut rows {
        row.who = "nobody".to_owned();
        row.prev_hash = before.into();
        row.hash = centre::log::expected_hash(row).into();
        before = *row.hash;
    }
    db.execute_unprepared("DELETE FROM log_entry")
        .await
        .unwrap();
    db.execute_unprepared("DELETE FROM log_checkpoint")
        .await
        .unwrap();
    for row in rows {
        log_entry::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
    }
    db.execute_unprepared(&format!("UPDATE log_head SET hash = '{before}'"))
        .await
        .unwrap();
    assert!(
        audit::of(&bench.centre).await.unwrap().clean,
        "it hangs together"
    );
    let report = audit::of_log(&bench.centre, Some(&kept)).await.unwrap();
    let place = format!("the kept checkpoint of entry {}", kept.n);
    assert!(
        report.violations().any(|v| v.place == place),
        "{}",
        report.text()
    );
}

async fn what_is_old_goes_and_the_rest_stands(engine: Engine) {
    let two = two(engine).await;
    let note = async |kind| {
        let mut work = two.a.work().await.unwrap();
        work.note(Entry::of(kind));
        work.commit().await.unwrap();
    };
    note(Kind::StoreChanged).await;
    note(Kind::BrandChanged).await;
    let kept = logbook::checkpoint(&two.a).await.unwrap().unwrap();
    two.a_clock.set(at("2026-03-12T04:00:00Z"));
    note(Kind::ClerkChanged).await;
    // nothing goes before its time, whatever is asked for
    let half_a_year = Duration::days(i64::from(KEPT_AT_LEAST));
    two.a_clock
        .set(at("2026-03-02T04:00:00Z") + half_a_year - Duration::days(1));
    assert_eq!(logbook::trim(&two.a, two.a.now(), 1).await.unwrap(), 0);
    two.a_clock.set(at("2026-03-02T05:00:00Z") + half_a_year);
    assert_eq!(logbook::trim(&two.a, two.a.now(), 1).await.unwrap(), 3);
    let left: Vec<_> = all(&two.a).await.iter().map(|e| e.kind.clone()).collect();
    assert_eq!(left, ["clerk_changed", "log_trimmed"]);
    let report = audit::of_log(&two.a, Some(&kept)).await.unwrap();
    assert!(report.clean, "{}", report.text());
    // what went is what the statement says: without it, the beginning is missing
    let db = two.a.db().read();
    db.execute_unprepared("UPDATE log_checkpoint SET n = n - 1")
        .await
        .unwrap();
    assert!(!audit::of_log(&two.a, None).await.unwrap().clean);
    db.execute_unprepared("DELETE FROM log_checkpoint")
        .await
        .unwrap();
    assert!(!audit::of_log(&two.a, None).await.unwrap().clean);
}

async fn two_processes_write_one_log(engine: Engine) {
    let two = two(engine).await;
    let write = async |centre: &Centre| {
        for _ in 0..25 {
            let unit = || async {
                let mut work = centre.work().await?;
                work.note(Entry::of(Kind::StoreViewed));
                work.commit().await
            };
            centre.retrying(unit).await.unwrap();
        }
    };
    tokio::join!(write(&two.a), write(&two.b));
    let entries = log_entry::Entity::find().count(two.a.db().read()).await;
    assert_eq!(entries.unwrap(), 50);
    assert!(audit::of_log(&two.a, None).await.unwrap().clean);
    // a checkpoint a night, where something was noted
    let run = async || {
        Job::LogCheckpoints
            .run(&two.a, two.a.now())
            .await
            .unwrap()
            .things
    };
    assert_eq!((run().await, run().await), (1, 0));
    assert!(audit::of(&two.b).await.unwrap().clean);
}

/// The command, as whoever keeps checkpoints uses it.
async fn the_command_keeps_and_verifies_a_checkpoint(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    write_off::write_off(&bench.centre, counter.device, "headquarters")
        .await
        .unwrap();
    let run = |args: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_central"))
            .args(["audit", "log", "--database", bench.store.url.as_str()])
            .args(args)
            .env("CENTRAL_KEY", &bench.store.key)
            .env_remove("CENTRAL_DATABASE")
            .env_remove("CENTRAL_DATA")
            .output()
            .unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        let wrong = String::from_utf8(done.stderr).unwrap();
        (done.status.code(), said, wrong)
    };
    let file = bench.folder.path().join("kept.json");
    let file = file.to_str().unwrap();
    assert_eq!(run(&["--checkpoint", file]).0, Some(0));
    assert_eq!(
        run(&["--checkpoint", file]).0,
        Some(1),
        "it is not written over"
    );
    let (code, said, wrong) = run(&["--against", file]);
    assert_eq!(code, Some(0), "{said}{wrong}");
    let (code, said, _) = run(&["--list", "--what", "device_written_off"]);
    assert_eq!(code, Some(0));
    assert!(said.contains(&counter.device.to_string()), "{said}");
    let csv = bench.folder.path().join("log.csv");
    assert_eq!(run(&["--list", "--csv", csv.to_str().unwrap()]).0, Some(0));
    let written = std::fs::read_to_string(&csv).unwrap();
    assert!(
        written.lines().any(|l| l.contains("device_written_off")),
        "{written}"
    );
    let read = of(&bench.centre, Kind::LogRead).await;
    assert_eq!(read.len(), 2, "reading it is noted");
    assert_eq!(read[0].who_kind, "it");
    assert!(!read[0].who.is_empty());
    let db = bench.centre.db().read();
    db.execute_unprepared("UPDATE log_entry SET why = 'x' WHERE n = 2")
        .await
        .unwrap();
    let (code, said, _) = run(&["--against", file]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("log_entry 2"), "{said}");
    assert_eq!(run(&["--against", "/dev/null"]).0, Some(2));
}

on_both_engines!(
    what_counters_do_is_noted_with_it,
    what_headquarters_does_is_noted_in_its_users_name,
    a_look_up_is_noted_whoever_it_finds,
    a_sign_in_is_noted_once_however_often_it_is_told,
    whatever_is_done_to_the_log_is_found,
    a_log_that_was_written_anew_is_found_by_who_kept_a_checkpoint,
    what_is_old_goes_and_the_rest_stands,
    two_processes_write_one_log,
    the_command_keeps_and_verifies_a_checkpoint,
);

//! `central program`: trying, publishing, showing and comparing the brand's rules.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::{self, Engine, bench_on, by_id, sale};
use brand_tools::compare::{Options, compare};
use centre::{catalogue, passing_time};
use centre_store::tables::{account, balance};
use chrono::{Duration, Utc};
use loyalty::Program;
use protocol::entity::{self as wire, EntityKind};
use protocol::operation::Behaviour;
use protocol::operation::{Body, Return, ReturnLine};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

fn central(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_central"))
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> (i32, String, String) {
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout.clone()).unwrap(),
        String::from_utf8(output.stderr.clone()).unwrap(),
    )
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn every_case_is_tried_and_holds() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loyalty/tests/cases.json");
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loyalty/tests/rules.json");
    let (code, out, err) = said(&central(&["program", "try", text(&cases), text(&rules)]));
    assert_eq!((code, err.as_str()), (0, ""));
    let steps = [&cases, &rules].map(|file| {
        let all: Vec<serde_json::Value> =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        all.iter()
            .map(|s| s["steps"].as_array().unwrap().len())
            .sum::<usize>()
    });
    assert_eq!(out.lines().count(), steps[0] + steps[1]);
    let first: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(first["step"], 1);
    assert_eq!(first["ok"], true);
}

const PURCHASE: &str = r#"{"at": "2026-01-10T12:00:00+08:00", "do": "purchase", "receipt": "R1",
    "lines": [{"sku": "A", "qty": 1, "amount": "70.00"}], "expect": {"balance": BALANCE}}"#;

fn scenario(balance: i64) -> String {
    let step = PURCHASE.replace("BALANCE", &balance.to_string());
    format!(r#"[{{"name": "one", "steps": [{step}]}}, {{"name": "two", "steps": [{step}]}}]"#)
}

#[test]
fn a_failed_expectation_and_an_unreadable_file_have_their_own_exits() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = file(&folder, "wrong.json", &scenario(71));
    let (code, out, err) = said(&central(&["program", "try", text(&wrong)]));
    assert_eq!(code, 1);
    // the state is printed all the same, of every scenario
    assert_eq!(out.lines().count(), 2);
    assert!(err.contains(r#"scenario "one": step 1: balance"#), "{err}");
    assert!(err.contains(r#"scenario "two": step 1: balance"#), "{err}");

    for (name, content, place) in [
        ("not.json", "{", "not JSON"),
        (
            "decimals.json",
            &scenario(70).replace("70.00", "70.001"),
            "lines[0].amount",
        ),
        (
            "negative.json",
            &scenario(70).replace("70.00", "-1.00"),
            "lines[0].amount",
        ),
        (
            "huge.json",
            &scenario(70).replace("70.00", "1000000000000.00"),
            "lines[0].amount",
        ),
        (
            "none.json",
            &scenario(70).replace(r#""qty": 1"#, r#""qty": 0"#),
            "lines[0].qty",
        ),
        (
            "kind.json",
            &scenario(70).replace("purchase", "steal"),
            "do",
        ),
    ] {
        let bad = file(&folder, name, content);
        let (code, out, err) = said(&central(&["program", "try", text(&bad)]));
        assert_eq!((code, out.as_str()), (2, ""), "{name}");
        assert!(err.contains(name) && err.contains(place), "{name}: {err}");
    }
    let right = file(&folder, "right.json", &scenario(70));
    let (code, out, _) = said(&central(&["program", "try", text(&right), "/no/such/file"]));
    // nothing runs before all files are read
    assert_eq!((code, out.as_str()), (2, ""));

    // the same history under another program
    let double = file(&folder, "double.toml", "[earn]\npoints_per_yuan = \"2\"\n");
    let args = ["program", "try", "--program", text(&double), text(&right)];
    let (code, out, _) = said(&central(&args));
    assert_eq!(code, 1);
    assert!(out.contains(r#""balance":140"#), "{out}");
}

#[test]
fn a_program_is_published_shown_and_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(folder.path()).to_owned();
    let run = |args: &[&str]| {
        let mut all = vec!["program"];
        all.extend(args);
        all.extend(["--data", &data]);
        said(&central(&all))
    };
    let (code, _, err) = run(&["show"]);
    assert_eq!(code, 1);
    assert!(err.contains("no program was published"), "{err}");

    let bad = file(
        &folder,
        "bad.toml",
        "[[tiers]]\nid = \"gold\"\nfrom = \"1\"\n[[tiers]]\nid = \"silver\"\nfrom = \"1\"\n",
    );
    let (code, _, err) = run(&["publish", text(&bad)]);
    assert_eq!(code, 2);
    assert!(
        err.contains("tiers[1].from: another tier begins there"),
        "{err}"
    );
    let typo = file(&folder, "typo.toml", "grace_day = 3\n");
    let (code, _, err) = run(&["publish", text(&typo)]);
    assert_eq!(code, 2);
    assert!(err.contains("grace_day"), "{err}");

    let one = file(&folder, "one.toml", "[[tiers]]\nid = \"member\"\n");
    let (code, out, _) = run(&["publish", text(&one)]);
    assert!(
        code == 0 && out.starts_with("version 1 is published"),
        "{out}"
    );
    // without a number it is always the next
    let two = file(
        &folder,
        "two.json",
        r#"{"grace_days": 14, "tiers": [{"id": "member", "multiplier": "1.5"}]}"#,
    );
    let (code, out, _) = run(&["publish", text(&two), "--dry-run"]);
    assert!(
        code == 0 && out.starts_with("version 2 would be published"),
        "{out}"
    );
    let tomorrow = (Utc::now() + Duration::days(1)).to_rfc3339();
    let (code, out, _) = run(&["publish", text(&two), "--from", &tomorrow]);
    assert!(
        code == 0 && out.starts_with("version 2 is published"),
        "{out}"
    );
    let (code, _, err) = run(&["publish", text(&one), "--from", "2020-01-01"]);
    assert!(code == 2 && err.contains("has passed"), "{err}");
    // it would never hold, as the second begins after it
    let (code, _, err) = run(&["publish", text(&one)]);
    assert!(code == 2 && err.contains("it would never hold"), "{err}");
    let (code, _, err) = run(&["publish", text(&one), "--from", "soon"]);
    assert!(code == 2 && err.contains("neither a date"), "{err}");
    // a published version never changes, and is there when it comes again
    let again = file(
        &folder,
        "again.toml",
        "version = 1\n[[tiers]]\nid = \"member\"\n",
    );
    let (code, out, _) = run(&["publish", text(&again)]);
    assert!(code == 0 && out.contains("was published before"), "{out}");
    let other = file(&folder, "other.toml", "version = 1\ngrace_days = 1\n");
    let (code, _, err) = run(&["publish", text(&other)]);
    assert!(
        code == 2 && err.contains("version 1 is taken: the next is 3"),
        "{err}"
    );

    let (code, out, _) = run(&["show"]);
    assert_eq!(code, 0);
    assert_eq!(Program::from_toml(&out).unwrap().version(), 1);
    let (_, out, _) = run(&["show", "2", "--format", "json"]);
    assert_eq!(Program::from_json(&out).unwrap().doc().grace_days, 14);
    let (code, _, _) = run(&["show", "9"]);
    assert_eq!(code, 2);
    let (_, out, _) = run(&["show", "--all"]);
    let lines: Vec<&str> = out.lines().collect();
    assert!(
        lines[0].ends_with("holds now") && lines[1].ends_with("to come"),
        "{out}"
    );

    let (code, out, _) = run(&["diff", "1", "2"]);
    assert_eq!(code, 0);
    assert_eq!(
        out.lines().collect::<Vec<_>>(),
        [
            "grace_days: 30 → 14",
            r#"tiers.member.multiplier: "1" → "1.5""#
        ]
    );
    let (_, out, _) = run(&["diff", text(&one)]);
    assert_eq!(out, "The same rules.\n");
}

async fn a_version_holds_from_its_time_and_reaches_the_counters_before(engine: Engine) {
    let bench = bench_on(engine).await;
    let from = centre::Clock::default().now() + Duration::hours(2);
    let next = Program::from_json(r#"{"version": 2, "grace_days": 7}"#).unwrap();
    let mut work = bench.centre.work().await.unwrap();
    catalogue::publish_program(&mut work, &next, from)
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert_eq!(bench.centre.current_program().await.unwrap().version(), 1);
    // counters have it before it holds
    let counter = bench.counter(true).await;
    let pulled = counter.pull(&bench, "brand", 0).await;
    let schedule = pulled
        .changes
        .iter()
        .find(|c| c.entity == EntityKind::ProgramSchedule.name() && c.key == "2")
        .unwrap();
    let schedule: wire::ProgramSchedule =
        serde_json::from_str(schedule.body.as_ref().unwrap().get()).unwrap();
    assert_eq!(schedule.version, 2);
    assert_eq!(schedule.from.timestamp_millis(), from.timestamp_millis());
}

async fn new_thresholds_reach_members_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let mut members = Vec::new();
    for n in 0..3 {
        let member = bench.member(&format!("1380000001{n}"), 0).await;
        let op = counter.append(&Body::Sale(sale(&format!("R{n}"), 200_000, by_id(&member))));
        counter.results(&bench, &[op]).await;
        members.push(member);
    }
    let rules = r#"{"version": 2, "tiers": [{"id": "member"}, {"id": "gold", "from": "1500"}]}"#;
    let next = Program::from_json(rules).unwrap();
    let mut work = bench.centre.work().await.unwrap();
    catalogue::publish_program(&mut work, &next, centre::Clock::default().now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    // what the process knows of programs may be half a second old
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    // one of them is reckoned by what she does before time passes on by itself
    let op = counter.append(&Body::Sale(sale("R9", 100, by_id(&members[0]))));
    counter.results(&bench, &[op]).await;
    assert_eq!(tier(&bench, &members[0]).await, "gold");
    assert_eq!(tier(&bench, &members[1]).await, "member");
    assert_eq!(
        passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
            .await
            .unwrap(),
        2
    );
    for member in &members {
        assert_eq!(tier(&bench, member).await, "gold");
    }
    assert_eq!(
        passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
            .await
            .unwrap(),
        0
    );
    bench.check_sums().await;
}

async fn tier(bench: &common::Bench, member: &str) -> String {
    account::Entity::find_by_id(member)
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap()
        .tier_shown
        .to_string()
}

async fn behaviour_counts_towards_a_tier_by_growth(engine: Engine) {
    let bench = bench_on(engine).await;
    let rules = r#"{"version": 2, "tier_basis": "growth", "growth": {"per_yuan": "1"},
        "behaviours": {"review": {"points": 30, "growth": "400"}},
        "tiers": [{"id": "member"}, {"id": "gold", "from": "1000"}]}"#;
    let next = Program::from_json(rules).unwrap();
    let mut work = bench.centre.work().await.unwrap();
    catalogue::publish_program(&mut work, &next, centre::Clock::default().now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let mut counter = bench.counter(true).await;
    let member = bench.member("13800000020", 0).await;
    let mut did = |body: &Body| {
        let mut op = counter.append(body);
        op.program = 2;
        op.hash = op.expected_hash();
        counter.head = op.hash;
        (counter.clone(), op)
    };
    let review = Body::Behaviour(Behaviour {
        member: member.as_str().into(),
        store: common::STORE.into(),
        behaviour: "review".into(),
        shown_points: loyalty::Points(30),
    });
    for (body, then) in [
        (review.clone(), "member"),
        (Body::Sale(sale("G1", 19_999, by_id(&member))), "member"),
        (review, "member"),
        // 400 + 400 + 199.99 + 0.01
        (Body::Sale(sale("G2", 1, by_id(&member))), "gold"),
    ] {
        let (counter, op) = did(&body);
        counter.results(&bench, &[op]).await;
        assert_eq!(tier(&bench, &member).await, then);
    }
    let found = account::Entity::find_by_id(member.as_str())
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.qualifying_fen, 100_000);
}

async fn a_comparison_replays_what_the_books_say_and_changes_nothing(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = bench.member("13800000031", 700).await;
    let other = bench.member("13800000032", 0).await;
    let ops = [
        Body::Sale(sale("C1", 320_000, by_id(&member))),
        Body::Sale(sale("C2", 150_000, by_id(&other))),
        Body::Behaviour(Behaviour {
            member: other.as_str().into(),
            store: common::STORE.into(),
            behaviour: "check_in".into(),
            shown_points: loyalty::Points(5),
        }),
        Body::Return(Return {
            receipt: "C1".into(),
            of: None,
            store: common::STORE.into(),
            lines: vec![ReturnLine {
                sku: "A1".into(),
                qty: 1,
                line: None,
            }],
            reason: "changed".into(),
            shown_refund: loyalty::Money::from_fen(160_000),
            approval: None,
        }),
    ]
    .map(|body| counter.append(&body));
    counter.results(&bench, &ops).await;
    let sum = |name: &'static str| {
        let db = bench.centre.db().read().clone();
        async move {
            balance::Entity::find()
                .filter(balance::Column::Account.eq(name))
                .all(&db)
                .await
                .unwrap()
                .iter()
                .map(|b| b.points.get())
                .sum::<i64>()
        }
    };
    let same = compare(&bench.centre, &bench.program, &Options::default())
        .await
        .unwrap();
    assert_eq!((same.members, same.tier_changes), (2, 0));
    // what comes out of the replay is what stands in the books
    let f = &same.before.figures;
    assert_eq!(f.issued.get(), -sum("earned").await);
    assert_eq!(f.issued.get(), 3_200 + 1_500 + 5);
    assert_eq!(f.adjusted.get(), 700);
    assert_eq!(f.taken_back.get(), sum("taken_back").await);
    assert_eq!(f.taken_back.get(), 1_600);
    assert_eq!(f.outstanding.get(), sum("available").await);
    assert_eq!(same.before.figures, same.after.figures);
    assert_eq!(same.before.breakage_percent, None);

    let generous = Program::from_json(
        r#"{"version": 2, "earn": {"points_per_yuan": "2"}, "redeem": {"yuan_per_point": "0.01"},
            "tiers": [{"id": "member"}, {"id": "gold", "from": "1500"}]}"#,
    )
    .unwrap();
    let before = bench.centre.current_program().await.unwrap();
    let changed = compare(&bench.centre, &generous, &Options::default())
        .await
        .unwrap();
    assert_eq!(changed.tier_changes, 2);
    let g = &changed.after.figures;
    // a check-in is unknown to it and earns nothing under it
    assert_eq!(g.issued.get(), 2 * (3_200 + 1_500));
    assert_eq!(g.outstanding.get(), 700 + 2 * (3_200 + 1_500) - 3_200);
    assert_eq!(changed.after.outstanding_worth.to_string(), "69.00");
    assert_eq!(
        bench.centre.current_program().await.unwrap().version(),
        before.version()
    );
    assert_eq!(sum("available").await, f.outstanding.get());
    // a year and a half on, all of it has expired
    let until = (centre::Clock::default().now() + Duration::days(800)).date_naive();
    let options = Options {
        until: Some(until),
        ..Options::default()
    };
    let later = compare(&bench.centre, &bench.program, &options)
        .await
        .unwrap();
    assert_eq!(later.before.figures.outstanding.get(), 0);
    assert_eq!(later.before.breakage_percent, Some(100.0));
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("members.csv");
    changed.write_csv(&csv).unwrap();
    let written = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(written.lines().count(), 3);
    let again = changed.write_csv(&csv).unwrap_err().to_string();
    assert!(again.contains("is there already"), "{again}");
    assert!(written.starts_with("member,card_no,tier_before,tier_after,issued_before"));
    assert!(changed.text().contains("2 members would have another tier"));
}

on_both_engines!(
    a_version_holds_from_its_time_and_reaches_the_counters_before,
    new_thresholds_reach_members_once,
    behaviour_counts_towards_a_tier_by_growth,
    a_comparison_replays_what_the_books_say_and_changes_nothing,
);

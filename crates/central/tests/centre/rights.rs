//! What a member may ask of the brand: all that is held is handed out, and who asks to be forgotten is.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

mod kept;
mod sealed;

use std::collections::{BTreeMap, BTreeSet};

use crate::common::acts::{done, granted, in_order, outcomes};
use crate::common::{Bench, Counter, Engine, bench_on, by_id, redemption, sale};
use crate::jobs_support::{at, two};
use central::commands::members::labels::label;
use centre::jobs::Job;
use centre::log::Kind;
use centre::logbook::{self, Filter};
use centre::rights::consents::{self, Purpose, Through};
use centre::rights::holdings;
use centre::{Centre, audit, coupons, rights};
use centre_store::tables::{member, operation};
use loyalty::{Course, Doctor, Onset, Place, Reaction, Sign};
use protocol::entity::{EntityKind, Erased};
use protocol::hello::HelloReply;
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::operation::{Body, MemberRef, Operation, Profile, REACTION, Return, ReturnLine};
use protocol::personal::PersonalField;
use protocol::profile::{Consents, Fields, NAME, NOTE};
use protocol::push::Outcome;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Statement};
use serde_json::Value;

const PHONE: &str = "13800005678";
const NAMED: &str = "林晓棠";
const NOTED: &str = "不喜欢浓香";
const ALLERGY: &str = "水杨酸";
const BORN: &str = "1991-07-23";
const CONCERN: &str = "法令纹";
const TOLD: &str = "脸颊发烫三天";

async fn rows<C: ConnectionTrait>(db: &C, sql: &str) -> Vec<Value> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    Value::find_by_statement(statement).all(db).await.unwrap()
}

#[derive(FromQueryResult)]
struct Column {
    t: String,
    c: String,
}

/// Every table and its columns, as the engine has them.
async fn schema(centre: &Centre) -> BTreeMap<String, BTreeSet<String>> {
    let db = centre.db().read();
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    };
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let asked = Statement::from_string(db.get_database_backend(), sql);
    for Column { t, c } in Column::find_by_statement(asked).all(db).await.unwrap() {
        tables.entry(t).or_default().insert(c);
    }
    tables
}

/// A table that is not named, or names a member and is said to hold nothing of members, is a hole in both.
async fn export_and_erasure_name_every_table(engine: Engine) {
    let bench = bench_on(engine).await;
    let schema = schema(&bench.centre).await;
    let there: BTreeSet<&str> = schema.keys().map(String::as_str).collect();
    let named: BTreeSet<&str> = holdings::ALL.iter().map(|h| h.table).collect();
    assert_eq!(named.len(), holdings::ALL.len(), "one is named twice");
    assert_eq!(
        there, named,
        "tables that the schema has, and those that holdings name"
    );
    for holding in holdings::ALL {
        let columns = &schema[holding.table];
        let of_a_member = ["member_id", "member", "phone", "card_no", "birthday"];
        let suspicious: Vec<_> = of_a_member
            .iter()
            .filter(|c| columns.contains(**c))
            .collect();
        assert!(
            holding.hers.is_some() || suspicious.is_empty(),
            "{} has {suspicious:?}",
            holding.table
        );
        let Some(hers) = holding.hers else { continue };
        for column in columns
            .iter()
            .filter(|c| !hers.secret.contains(&c.as_str()))
        {
            assert!(
                label(column).is_some(),
                "{}.{column} has no name for people",
                holding.table
            );
        }
        for secret in hers.secret {
            assert!(columns.contains(*secret), "{}.{secret}", holding.table);
        }
        // the condition is SQL that both engines read
        let condition = hers.condition(holding.table);
        let sql = format!(
            "SELECT COUNT(*) AS n FROM {} WHERE {condition}",
            holding.table
        );
        let db = bench.centre.db().read();
        let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, ["x".into()]);
        Value::find_by_statement(asked).all(db).await.unwrap();
    }
}

fn profile(member: &str) -> Profile {
    Profile {
        member: member.into(),
        seen: 0,
        set: Fields {
            birthday: BORN.parse().ok(),
            skin: serde_json::from_str(r#"{"moisture":"dry","sensitivity":"sensitive"}"#).ok(),
            advisor: None,
            concerns: Some(vec![CONCERN.into()]),
        },
        allergies_add: vec![ALLERGY.into()],
        allergies_remove: Vec::new(),
        consents: Consents {
            skin: Some(true),
            marketing: Some(true),
            text_version: "2026-01".into(),
            ..Consents::default()
        },
    }
}

fn beside(personal: &[(&str, &str)]) -> Vec<PersonalField> {
    let commit = |(name, value): &(&str, &str)| PersonalField::commit(name, value).unwrap();
    personal.iter().map(commit).collect()
}

fn change(counter: &mut Counter, body: Profile, personal: &[(&str, &str)]) -> Operation {
    let json = Body::Profile(body).to_json().unwrap();
    let now = centre::Clock::default().now();
    counter.append_raw("profile", json, beside(personal), now)
}

/// As a counter of today says it, to a centre that reads it so.
fn change_of_today(counter: &mut Counter, mut body: Profile) -> Operation {
    let out = body.take_out().unwrap();
    let personal: Vec<(&str, &str)> = out.iter().map(|(n, v)| (*n, v.as_str())).collect();
    change(counter, body, &personal)
}

/// A member with something in every place: she bought, redeemed, returned and told of it, was noted and looked up.
async fn lived(bench: &Bench, counter: &mut Counter) -> String {
    let member = bench.member(PHONE, 500).await;
    let card = member::Entity::find_by_id(protocol::MemberId::from(member.as_str()))
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap()
        .card_no;
    let grant = granted(bench, counter, &member, 100).await;
    let code = MemberRef::Code { code: card };
    let back = Body::Return(Return {
        receipt: "T1".into(),
        of: None,
        store: "S1".into(),
        lines: vec![ReturnLine {
            sku: "A1".into(),
            qty: 1,
            line: None,
        }],
        reason: "reaction".into(),
        shown_refund: loyalty::Money::from_fen(1_000),
        approval: None,
    });
    let told = Reaction {
        signs: [Sign::Itching].into(),
        places: [Place::Face].into(),
        onset: Onset::Day,
        course: Course::Still,
        doctor: Doctor::No,
        note: TOLD.into(),
    };
    let told = serde_json::to_string(&told).unwrap();
    let now = centre::Clock::default().now();
    let mut ops = vec![
        change(counter, profile(&member), &[(NAME, NAMED), (NOTE, NOTED)]),
        change_of_today(counter, profile(&member)),
        counter.append(&Body::Sale(sale("T1", 2_000, code))),
        counter.sale_for_phone("T2", 3_000, PHONE),
        counter.append(&redemption(&member, &[(&grant, 40)])),
    ];
    ops.push(counter.append_raw(
        back.kind(),
        back.to_json().unwrap(),
        beside(&[(REACTION, &told)]),
        now,
    ));
    for outcome in outcomes(bench, counter, &ops).await {
        assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
    }
    let coupon: loyalty::Coupon =
        serde_json::from_str(r#"{"id": "K1", "kind": "amount_off", "amount": "10.00"}"#).unwrap();
    coupons::give(&bench.centre, &member, coupon).await.unwrap();
    let elsewhere = bench.counter_of("S2", true).await;
    let request = LookupRequest {
        query: PHONE.to_owned(),
        by: None,
        clerk: None,
        why: None,
    };
    let found: LookupReply = elsewhere.ask(bench, "/v1/lookup", &request).await;
    assert!(found.member.is_some());
    member
}

/// Everything that stands in the database and what is sealed in it, as one text.
async fn everything(centre: &Centre) -> String {
    let opened = |text: &str| centre_store::seal::opened(text.to_owned()).unwrap();
    written(centre, opened).await
}

/// Everything that stands in the database, each text as it is read, as one text.
async fn written(centre: &Centre, read: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for table in schema(centre).await.keys() {
        let sql = format!("SELECT * FROM {table}");
        for row in rows(centre.db().read(), &sql).await {
            for (column, value) in row.as_object().unwrap() {
                let value = value.as_str().map_or_else(|| value.to_string(), &read);
                text.push_str(&format!("{table}.{column}={value};"));
            }
            text.push('\n');
        }
    }
    text
}

async fn all_that_is_held_is_handed_out(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = lived(&bench, &mut counter).await;
    let other = bench.member("13911112222", 77).await;
    let export = rights::export(&bench.centre, &member.as_str().into())
        .await
        .unwrap();
    let text = serde_json::to_string(&export).unwrap();
    for said in [
        PHONE, NAMED, NOTED, ALLERGY, BORN, CONCERN, TOLD, "T1", "T2", "K1", "2026-01",
    ] {
        assert!(text.contains(said), "{said} is not handed out");
    }
    assert!(
        !text.contains("13911112222") && !text.contains(&other),
        "another's"
    );
    let tables: Vec<&str> = export.sections.iter().map(|s| s.table).collect();
    let all: Vec<&str> = holdings::of_members().map(|(table, _)| table).collect();
    assert_eq!(tables, all, "those without a row too");
    let rows = |table: &str| {
        let section = export.sections.iter().find(|s| s.table == table);
        section.unwrap().rows.len()
    };
    for table in [
        "member",
        "consent",
        "member_note",
        "account",
        "lot",
        "balance",
        "transfer",
        "receipt",
        "receipt_line",
        "redemption",
        "portion",
        "coupon",
        "allowance",
        "reaction",
        "visit",
        "operation",
        "log_entry",
    ] {
        assert!(rows(table) > 0, "nothing of {table}");
    }
    let nobody = rights::export(&bench.centre, &"nobody".into()).await;
    assert!(nobody.is_err());
}

async fn who_is_erased_is_nowhere_any_more_and_the_books_hold(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = lived(&bench, &mut counter).await;
    let other = bench.member("13911112222", 77).await;
    let id = protocol::MemberId::from(member.as_str());
    let before = bench.balance_of(&member, "available").await;
    assert!(before > 0);
    let plan = rights::plan(&bench.centre, &id).await.unwrap();
    assert_eq!(plan.points.get(), before);
    assert_eq!(plan.held.get(), 60);
    assert!(
        everything(&bench.centre).await.contains(NAMED),
        "only planned"
    );
    assert!(rights::erase(&bench.centre, &id, " ").await.is_err());
    let done = rights::erase(&bench.centre, &id, "asked for it")
        .await
        .unwrap();
    assert!(
        done.operations >= 4 && done.bodies >= 2 && done.told > 0,
        "{done:?}"
    );

    let text = everything(&bench.centre).await;
    for said in [
        PHONE,
        NAMED,
        NOTED,
        ALLERGY,
        BORN,
        CONCERN,
        TOLD,
        "sensitive",
    ] {
        let at = text.find(said).map(|at| {
            let from = text[..at].rfind('\n').map_or(0, |n| n + 1);
            text[from..].lines().next().unwrap_or_default().to_owned()
        });
        assert_eq!(at, None, "{said} is still there");
    }
    assert!(text.contains("13911112222"), "nobody else is gone");
    assert_eq!(bench.balance_of(&other, "available").await, 77);
    // the books: what was free expired, what the counter holds is asked back
    assert_eq!(bench.balance_of(&member, "available").await, 0);
    assert_eq!(bench.balance_of(&member, "expired").await, before);
    let report = audit::of(&bench.centre).await.unwrap();
    assert!(report.clean, "{}", report.text());
    bench.check_sums().await;
    // every counter is told, and keeps nothing
    let pulled = counter.pull(&bench, "store:S1", 0).await;
    assert!(!pulled.changes.iter().any(|c| c.key == member));
    let brand = counter.pull(&bench, "brand", 0).await;
    let told = brand
        .changes
        .iter()
        .find(|c| c.entity == EntityKind::Erased.name());
    let told: Erased = serde_json::from_str(told.unwrap().body.as_ref().unwrap().get()).unwrap();
    assert_eq!(told.member, id);
    assert!(told.ops.len() >= done.operations, "{told:?}");
    // it is noted, with why; and it is done once
    let filter = Filter {
        kind: Some(Kind::MemberErased),
        ..Filter::default()
    };
    let noted = logbook::entries(bench.centre.db().read(), &filter, 0, 10)
        .await
        .unwrap();
    assert_eq!(noted.len(), 1);
    assert_eq!(
        (noted[0].why.as_str(), noted[0].member_id.as_deref()),
        ("asked for it", Some(&id))
    );
    assert!(rights::erase(&bench.centre, &id, "again").await.is_err());
    // the number and the card are anybody's again
    let again = bench.member(PHONE, 0).await;
    assert_ne!(again, member);
    // a text that says less than its hash is a fault where no record says so
    let db = bench.centre.db().read();
    let forged = "UPDATE operation SET body = REPLACE(body, 'T1', 'T9') WHERE kind = 'sale'";
    db.execute_unprepared(forged).await.unwrap();
    let report = audit::of(&bench.centre).await.unwrap();
    assert!(
        report.violations().any(|v| v.what == "chain"),
        "{}",
        report.text()
    );
    db.execute_unprepared(
        "UPDATE operation SET body = REPLACE(body, 'T9', 'T1') WHERE kind = 'sale'",
    )
    .await
    .unwrap();
    assert!(audit::of(&bench.centre).await.unwrap().clean);
    db.execute_unprepared("UPDATE erasure SET why = 'x'")
        .await
        .unwrap();
    let report = audit::of(&bench.centre).await.unwrap();
    assert!(
        report.violations().any(|v| v.what == "erasure"),
        "{}",
        report.text()
    );
}

/// What a counter did before it heard of the erasure settles under the id, and leaves nothing of her.
async fn what_comes_late_of_an_erased_member_settles(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = bench.member(PHONE, 500).await;
    let grant = granted(&bench, &counter, &member, 100).await;
    let id = protocol::MemberId::from(member.as_str());
    rights::erase(&bench.centre, &id, "asked for it")
        .await
        .unwrap();
    let late = [
        counter.append(&Body::Sale(sale("T1", 20_000, by_id(&member)))),
        counter.append(&redemption(&member, &[(&grant, 30)])),
        change(
            &mut counter,
            profile(&member),
            &[(NAME, NAMED), (NOTE, NOTED)],
        ),
        change_of_today(&mut counter, profile(&member)),
        done(
            &mut counter,
            &Body::Release(protocol::operation::Release {
                grant: grant.grant,
                member: member.as_str().into(),
                points: loyalty::Points(70),
                coupon: None,
            }),
        ),
    ];
    for outcome in outcomes(&bench, &counter, &late).await {
        let Outcome::Applied(effect) = outcome else {
            panic!("{outcome:?}");
        };
        assert!(effect.loss.is_zero(), "no store bears it");
    }
    assert_eq!(bench.balance_of(&member, "available").await, 0);
    assert_eq!(bench.balance_of(&member, "redeemed").await, 30);
    let swept = Job::Erasures
        .run(&bench.centre, bench.centre.now())
        .await
        .unwrap();
    assert_eq!(swept.things, 1);
    let text = everything(&bench.centre).await;
    for said in [NAMED, NOTED, ALLERGY, BORN, CONCERN] {
        assert!(!text.contains(said), "{said} is still there");
    }
    let again = Job::Erasures
        .run(&bench.centre, bench.centre.now())
        .await
        .unwrap();
    assert_eq!(again.things, 0, "each is looked at once");
    in_order(&bench).await;
    assert!(audit::of(&bench.centre).await.unwrap().clean);
    // the counter hears of it: it lets go of what it said
    let brand = counter.pull(&bench, "brand", 0).await;
    let told = brand
        .changes
        .iter()
        .find(|c| c.entity == EntityKind::Erased.name());
    let told: Erased = serde_json::from_str(told.unwrap().body.as_ref().unwrap().get()).unwrap();
    assert!(told.ops.contains(&late[2].op_id) && told.ops.contains(&late[3].op_id));
    // and the same again, from an outbox that was not answered, is what it was
    let exists = outcomes(&bench, &counter, &late).await;
    assert!(
        exists.iter().all(|o| matches!(o, Outcome::Exists(_))),
        "{exists:?}"
    );
}

async fn a_profile_told_beside_is_read_like_one_in_the_body(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let one = bench.member(PHONE, 0).await;
    let two = bench.member("13911112222", 0).await;
    let ops = [
        change(&mut counter, profile(&one), &[]),
        change_of_today(&mut counter, profile(&two)),
    ];
    outcomes(&bench, &counter, &ops).await;
    let (a, b) = (
        counter.sees(&bench, &one).await,
        counter.sees(&bench, &two).await,
    );
    assert_eq!(b.birthday.unwrap().to_string(), BORN);
    assert_eq!(
        (
            a.birthday,
            &a.skin,
            &a.allergies,
            &a.concerns,
            a.consent_skin
        ),
        (
            b.birthday,
            &b.skin,
            &b.allergies,
            &b.concerns,
            b.consent_skin
        )
    );
    let kept = operation::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let op = kept.iter().find(|o| *o.op_id == ops[1].op_id).unwrap();
    let body = op.body.text();
    assert!(!body.contains(BORN) && !body.contains(ALLERGY), "{body}");
    // many at once take another way, and are read the same
    let many: Vec<_> = (0..5)
        .map(|n| {
            let mut body = profile(&two);
            body.set.concerns = Some(vec![format!("c{n}")]);
            change_of_today(&mut counter, body)
        })
        .collect();
    outcomes(&bench, &counter, &many).await;
    assert_eq!(counter.sees(&bench, &two).await.concerns, ["c4"]);
    let hello = counter.says();
    let reply: HelloReply = counter.ask(&bench, "/v1/hello", &hello).await;
    assert!(
        reply.reads_personal,
        "a counter says it so only to who reads it so"
    );
}

/// The command, as headquarters uses it: two steps, and files for their owner alone.
async fn the_command_shows_before_it_does(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = lived(&bench, &mut counter).await;
    let run = |args: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_central"))
            .args(["members", "--database", bench.store.url.as_str()])
            .args(args)
            .env("CENTRAL_KEY", &bench.store.key)
            .env_remove("CENTRAL_DATABASE")
            .env_remove("CENTRAL_DATA")
            .output()
            .unwrap();
        let text = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8(text).unwrap())
    };
    let dir = bench.folder.path().join("out");
    let (code, said) = run(&["export", PHONE, "--dir", dir.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let files: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    assert_eq!(files.len(), 2);
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text.contains(NAMED) && text.contains(ALLERGY),
            "{}",
            file.display()
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600);
        }
    }
    let (code, said) = run(&["consents", &member]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("You may record my skin"), "{said}");
    let (code, said) = run(&["withdraw", &member, "marketing"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&["erase", &member, "--reason", "asked"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    assert!(everything(&bench.centre).await.contains(NAMED));
    let (code, said) = run(&["erase", &member, "--reason", "asked", "--confirm"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!everything(&bench.centre).await.contains(NAMED));
    assert_eq!(
        run(&["erase", &member, "--reason", "asked", "--confirm"]).0,
        Some(1)
    );
}

on_both_engines!(
    export_and_erasure_name_every_table,
    all_that_is_held_is_handed_out,
    who_is_erased_is_nowhere_any_more_and_the_books_hold,
    what_comes_late_of_an_erased_member_settles,
    a_profile_told_beside_is_read_like_one_in_the_body,
    the_command_shows_before_it_does,
);

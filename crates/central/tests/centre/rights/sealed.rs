//! What is sensitive is sealed in the database, and members in backups: a key that is forgotten, or lost, takes with it
//! what it sealed and nothing else.

use std::path::Path;

use centre::error::ServiceError;
use centre::key::{KeyError, KeyPlace};
use centre::sealing;
use centre_store::column::Col;
use centre_store::tables::{centre as centre_row, member_note, profile_mark, reaction};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};

use super::*;
use crate::audit_support::unseal;

/// Sensitive, and said in [`lived`].
const SENSITIVE: [&str; 4] = [ALLERGY, TOLD, NOTED, r#"moisture"#];

/// What is in the database by itself, without a key.
async fn raw(centre: &Centre) -> String {
    written(centre, str::to_owned).await
}

fn says_nothing_sensitive(text: &str) {
    for said in SENSITIVE {
        let line = text.lines().find(|line| line.contains(said));
        assert_eq!(line, None, "{said}");
    }
    assert!(!text.contains('\u{1}'), "a sign to seal was written");
}

async fn what_is_sensitive_is_sealed(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = lived(&bench, &mut counter).await;
    says_nothing_sensitive(&raw(&bench.centre).await);
    let with_key = everything(&bench.centre).await;
    for said in SENSITIVE {
        assert!(with_key.contains(said), "{said} is lost");
    }
    // counters have it
    let pulled = counter.pull(&bench, "store:S1", 0).await;
    let told = pulled.changes.iter().find(|c| c.key == member).unwrap();
    assert!(told.body.as_ref().unwrap().get().contains(ALLERGY));
    let report = audit::of(&bench.centre).await.unwrap();
    assert!(report.clean, "{}", report.text());
}

/// Leaves everything as a build of before the key left it.
async fn as_before(centre: &Centre) {
    let work = centre.db().begin().await.unwrap();
    let on = work.on();
    for row in member::Entity::find().all(on).await.unwrap() {
        let plain = |text: &str| Col::plain(text);
        let (skin, allergies) = (row.skin.clone(), row.allergies.clone());
        let mut row = row.into_active_model();
        row.skin = Set(skin.map(|s| plain(s.text())));
        row.allergies = Set(plain(allergies.text()));
        row.update(on).await.unwrap();
    }
    for row in member_note::Entity::find().all(on).await.unwrap() {
        let note = Col::plain(row.note.text());
        let mut row = row.into_active_model();
        row.note = Set(note);
        row.update(on).await.unwrap();
    }
    let marks = profile_mark::Entity::find().all(on).await.unwrap();
    profile_mark::Entity::delete_many().exec(on).await.unwrap();
    for mark in marks {
        let row = profile_mark::ActiveModel {
            what: Set(Col::plain(mark.what.text())),
            ..mark.into_active_model()
        };
        profile_mark::Entity::insert_many([row])
            .exec_without_returning(on)
            .await
            .unwrap();
    }
    for row in reaction::Entity::find().all(on).await.unwrap() {
        let told = row.told.as_ref().map(|t| Col::plain(t.text()));
        let mut row = row.into_active_model();
        row.told = Set(told);
        row.update(on).await.unwrap();
    }
    unseal(on).await;
    for row in operation::Entity::find().all(on).await.unwrap() {
        let mut fields: Vec<PersonalField> = serde_json::from_str(&row.personal).unwrap();
        let openings = match row.openings.text() {
            "" => Vec::new(),
            text => serde_json::from_str(text).unwrap(),
        };
        for (field, opening) in fields.iter_mut().zip(openings) {
            field.opening = opening;
        }
        let body = Col::plain(row.body.text());
        let mut row = row.into_active_model();
        row.personal = Set(serde_json::to_string(&fields).unwrap());
        row.openings = Set(Col::plain(""));
        row.body = Set(body);
        row.update(on).await.unwrap();
    }
    centre_row::Entity::update_many()
        .set(centre_row::ActiveModel {
            all_sealed_at: Set(None),
            ..Default::default()
        })
        .exec(on)
        .await
        .unwrap();
    work.commit().await.unwrap();
}

async fn what_a_build_of_before_left_is_sealed(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    lived(&bench, &mut counter).await;
    let before = everything(&bench.centre).await;
    as_before(&bench.centre).await;
    let plain = raw(&bench.centre).await;
    for said in SENSITIVE {
        assert!(plain.contains(said), "{said} was not left there");
    }
    // it is read as it is, until it is sealed
    let report = audit::of(&bench.centre).await.unwrap();
    assert!(report.clean, "{}", report.text());
    let now = bench.centre.now();
    let done = Job::Sealing.run(&bench.centre, now).await.unwrap();
    assert!(done.things > 5, "{done:?}");
    says_nothing_sensitive(&raw(&bench.centre).await);
    let lines = |text: &str| {
        let of_centre = |line: &&str| !line.contains("all_sealed_at");
        let mut lines: Vec<String> = text.lines().filter(of_centre).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&everything(&bench.centre).await), lines(&before));
    let report = audit::of(&bench.centre).await.unwrap();
    assert!(report.clean, "{}", report.text());
    let again = Job::Sealing.run(&bench.centre, now).await.unwrap();
    assert_eq!(again.things, 0, "once is enough");
}

async fn a_lost_key_takes_what_it_sealed_and_nothing_else(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = lived(&bench, &mut counter).await;
    let before = bench.balance_of(&member, "available").await;
    let file = bench.store.key.with_extension("sensitive.key");
    std::fs::remove_file(&file).unwrap();
    let without = bench.store.open().await;
    assert!(
        matches!(without, Err(ServiceError::Key(KeyError::SealingMissing(_)))),
        "{without:?}"
    );
    assert!(!file.exists(), "no other key in its place");
    let place = KeyPlace::File(bench.store.key.clone());
    let told = sealing::replace_key(&bench.store.url, &place)
        .await
        .unwrap();
    assert_eq!(told, 1);
    let centre = bench.store.open().await.unwrap();
    let row = member::Entity::find_by_id(protocol::MemberId::from(member.as_str()))
        .one(centre.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.skin, row.allergies.text()), (None, "[]"));
    assert_eq!(row.name, NAMED, "who she is was not sealed");
    assert_eq!(bench.balance_of(&member, "available").await, before);
    let text = everything(&centre).await;
    for said in [ALLERGY, NOTED, TOLD] {
        assert!(!text.contains(said), "{said}");
    }
    // what cannot be held against its hash any more is what an older counter had said in the text itself
    let report = audit::of(&centre).await.unwrap();
    let broken: BTreeSet<&str> = report.violations().map(|v| v.what).collect();
    assert!(
        broken.is_subset(&["chain", "effect"].into()),
        "{}",
        report.text()
    );
    centre.close().await.unwrap();
    // counters go on, and what they say is sealed with the new key
    let pulled = counter.pull(&bench, "store:S1", 0).await;
    let told = pulled.changes.iter().find(|c| c.key == member).unwrap();
    assert!(!told.body.as_ref().unwrap().get().contains(ALLERGY));
}

on_both_engines!(
    what_is_sensitive_is_sealed,
    what_a_build_of_before_left_is_sealed,
    a_lost_key_takes_what_it_sealed_and_nothing_else,
);

/// A folder in which a backup was put back.
fn put_back(bench: &Bench, copy: &Path, keys: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::copy(copy, at("central.db")).unwrap();
    std::fs::copy(&bench.store.key, at("central.key")).unwrap();
    let sensitive = bench.store.key.with_extension("sensitive.key");
    std::fs::copy(sensitive, at("central.sensitive.key")).unwrap();
    if keys.exists() {
        std::fs::copy(keys, at("central.backup-keys.db")).unwrap();
    }
    folder
}

async fn open(folder: &tempfile::TempDir) -> Result<Centre, ServiceError> {
    Centre::open(&centre_store::db::sqlite_in(folder.path()).unwrap()).await
}

/// What is held on a member, but for the log, as one text.
async fn held(centre: &Centre, id: &protocol::MemberId) -> String {
    let mut export = rights::export(centre, id).await.unwrap();
    export.sections.retain(|s| s.table != "log_entry");
    serde_json::to_string(&export.sections).unwrap()
}

#[tokio::test]
async fn a_member_who_is_erased_is_in_no_backup_any_more() {
    let bench = bench_on(Engine::Sqlite).await;
    let mut counter = bench.counter(true).await;
    let member = lived(&bench, &mut counter).await;
    let id = protocol::MemberId::from(member.as_str());
    bench.member("13911112222", 77).await;
    let card = member::Entity::find_by_id(&id)
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap()
        .card_no;
    let copy = bench.folder.path().join("backup.db");
    centre::backup::copy(&bench.centre, &copy).await.unwrap();
    let keys = bench.folder.path().join("central.backup-keys.db");

    // the file says nothing of who anybody is
    let bytes = std::fs::read(&copy).unwrap();
    let said = [
        PHONE,
        NAMED,
        NOTED,
        ALLERGY,
        BORN,
        CONCERN,
        TOLD,
        &card,
        "13911112222",
        "moisture",
    ];
    for said in said {
        let there = bytes.windows(said.len()).any(|w| w == said.as_bytes());
        assert!(!there, "{said} stands in a backup");
    }
    // put back, it says all of it again
    let before = held(&bench.centre, &id).await;
    let folder = put_back(&bench, &copy, &keys);
    let restored = open(&folder).await.unwrap();
    let text = held(&restored, &id).await;
    let gone = |text: &str| {
        let not_kept = ["sent_code", "code_try", "phone_proof"];
        let sections: Vec<Value> = serde_json::from_str(text).unwrap();
        let kept = |s: &Value| !not_kept.iter().any(|t| s["table"] == *t);
        sections.into_iter().filter(kept).collect::<Vec<_>>()
    };
    assert_eq!(gone(&text), gone(&before));
    let report = audit::of(&restored).await.unwrap();
    assert!(report.clean, "{}", report.text());
    says_nothing_sensitive(&raw(&restored).await);
    restored.close().await.unwrap();
    let again = open(&folder).await.unwrap();
    assert_eq!(gone(&held(&again, &id).await), gone(&before));
    again.close().await.unwrap();

    // a file of keys that is missing, or older than the backup, takes nobody for erased
    let nowhere = bench.folder.path().join("nowhere.db");
    let folder = put_back(&bench, &copy, &nowhere);
    let without = open(&folder).await;
    assert!(
        matches!(without, Err(ServiceError::BackupKeys(_))),
        "{without:?}"
    );
    let older = bench.folder.path().join("older.db");
    std::fs::copy(&keys, &older).unwrap();
    bench.member("13922223333", 0).await;
    let later = bench.folder.path().join("later.db");
    centre::backup::copy(&bench.centre, &later).await.unwrap();
    let folder = put_back(&bench, &later, &older);
    let with_older = open(&folder).await.map(|_| ()).unwrap_err();
    assert!(
        with_older.to_string().contains("1 of the members"),
        "{with_older}"
    );

    // she is erased: her key goes, and with it all backups of before
    rights::erase(&bench.centre, &id, "asked for it")
        .await
        .unwrap();
    let folder = put_back(&bench, &copy, &keys);
    let restored = open(&folder).await.unwrap();
    let text = everything(&restored).await;
    for said in [
        PHONE, NAMED, NOTED, ALLERGY, BORN, CONCERN, TOLD, &card, "moisture",
    ] {
        let line = text.lines().find(|line| line.contains(said));
        assert_eq!(line, None, "{said} came back");
    }
    assert!(text.contains("13911112222"), "nobody else is gone");
    let report = audit::of(&restored).await.unwrap();
    assert!(report.clean, "{}", report.text());
    let filter = Filter {
        kind: Some(Kind::MemberErased),
        ..Filter::default()
    };
    let noted = logbook::entries(restored.db().read(), &filter, 0, 10).await;
    assert_eq!(noted.unwrap().len(), 1);
    // a process that ended before it could say that it had opened all goes on where it was
    let half = "UPDATE centre SET members_sealed = TRUE";
    restored.db().read().execute_unprepared(half).await.unwrap();
    restored.close().await.unwrap();
    let again = open(&folder).await.unwrap();
    assert_eq!(
        everything(&again).await.matches("13911112222").count(),
        text.matches("13911112222").count()
    );
    assert!(audit::of(&again).await.unwrap().clean);
    again.close().await.unwrap();
}

//! What lies on a counter's disk: nothing that a copy, another user or a revoked device can open.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tests::copies::remove_beside;
use tests::counter::text;
use tests::keychain::{Session, without};
use tests::till::Sale;
use tests::wall::{DAY, Wall};
use tests::{Answer, Brand, Counter, Shop, process};

const PASSPHRASE: &str = "four lanterns at the well";

/// Every file of a folder with what is in it.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    found.sort();
    found
}

/// The databases of a folder, byte for byte.
fn databases(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = files(dir);
    found.retain(|(path, _)| path.extension().is_some_and(|e| e == "db"));
    found
}

fn holds(dir: &Path, words: &[u8]) -> bool {
    let found = files(dir);
    found
        .iter()
        .any(|(_, bytes)| bytes.windows(words.len()).any(|w| w == words))
}

fn with_env(counter: &Counter, env: Vec<(OsString, OsString)>) -> Counter {
    Counter {
        env,
        ..counter.clone()
    }
}

/// Runs a command and types these lines.
fn typed(counter: &Counter, args: &[&str], lines: &str) -> Answer {
    let mut child = counter
        .command(args)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a counter");
    let mut input = child.stdin.take().expect("its input is piped");
    // one that needs nothing typed has ended already
    let _ = input.write_all(lines.as_bytes());
    drop(input);
    let output = process::output_of(child, "counter");
    Answer {
        exit: output.status.code(),
        json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A counter whose keys lie in a session's keychain, enrolled and in step.
fn in_keychain(shop: &Shop, session: &Session) -> Counter {
    let counter = with_env(&shop.bare("A"), session.env());
    let code = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&shop.centre.url(), &code, "A");
    counter.sync();
    counter
}

#[test]
fn a_copied_folder_a_disk_image_and_another_user_open_nothing() {
    let shop = Shop::open();
    let Some(mut session) = Session::open(&shop.dir().join("user")) else {
        return;
    };
    let counter = in_keychain(&shop, &session);
    let her = shop.person();
    counter.sell(&Sale::to(&her.id, "REST-1", &["TH1001"]));
    assert_eq!(counter.status().0["key_place"], "keychain");
    let key = counter.file("device.key");
    assert!(!key.exists() && !counter.file("device.key.sealed").exists());
    for plain in [
        "SQLite format 3",
        her.id.as_str(),
        her.phone.as_str(),
        "REST-1",
    ] {
        assert!(!holds(&counter.home, plain.as_bytes()), "{plain} in a file");
    }

    // all of its files, as they lie on the disk
    let image = counter.copied("image");
    let before = databases(&image.home);
    let commands: [&[&str]; 4] = [
        &["status"],
        &["show", &her.id],
        &["find", &her.phone],
        &["outbox", "move-aside"],
    ];
    let opens_nothing_by = |copy: &Counter, commands: &[&[&str]], codes: &[&str]| {
        for args in commands {
            let answer = copy.run(args);
            assert_eq!(answer.exit, Some(1), "{args:?}: {}", answer.json);
            assert!(codes.contains(&answer.code()), "{args:?}: {}", answer.json);
        }
        assert_eq!(databases(&image.home), before, "it was touched");
    };
    let opens_nothing = |copy: &Counter, codes: &[&str]| opens_nothing_by(copy, &commands, codes);
    // on a machine without a keychain, with whatever is offered in its place
    let nowhere = without(&shop.dir().join("nowhere"));
    let mut offered = nowhere.clone();
    let file = shop.dir().join("passphrase");
    fs::write(&file, PASSPHRASE).unwrap();
    offered.push(("COUNTERPART_PASSPHRASE_FILE".into(), file.into()));
    offered.push(("COUNTERPART_INSECURE_KEY_FILE".into(), "1".into()));
    opens_nothing(&with_env(&image, nowhere), &["keychain_locked"]);
    opens_nothing(&with_env(&image, offered), &["keychain_locked"]);
    // on one with a keychain of its own
    let other = Session::open(&shop.dir().join("other")).expect("as before");
    opens_nothing(&with_env(&image, other.env()), &["key_unusable"]);
    // and here, once the keychain is locked: it asks whoever sits there for a minute, and here sits nobody
    session.lock();
    let locked = with_env(&image, session.env());
    opens_nothing_by(&locked, &commands[1..2], &["keychain_locked"]);
    session.unlock();
    assert_eq!(counter.pending(), 1, "its own user goes on");
    counter.sync();
    assert_eq!(counter.pending(), 0);
}

/// Only root may become somebody else; where another user runs this, there is nothing to see.
#[test]
fn another_user_of_the_same_machine_opens_nothing() {
    let shop = Shop::open();
    let Some(session) = Session::open(&shop.dir().join("user")) else {
        return;
    };
    let counter = in_keychain(&shop, &session);
    let as_nobody = |home: &Path| {
        let program = tests::programs::program("counter");
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .arg("--home")
            .arg(home)
            .args(["--json", "status"])
            .envs(session.env());
        process::output(&mut command)
    };
    let probe = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "true"])
        .status();
    if !probe.is_ok_and(|s| s.success()) {
        eprintln!("SKIPPED: nobody here may become another user");
        return;
    }
    let refused = as_nobody(&counter.home);
    assert!(!refused.status.success(), "another user opened the folder");
    // a copy that is theirs: the keychain of the other user's session gives them nothing
    let place = tempfile::tempdir_in("/tmp").unwrap();
    let program_is_readable = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .args(["test", "-x"])
        .arg(tests::programs::program("counter"))
        .status()
        .is_ok_and(|s| s.success());
    assert!(program_is_readable, "the program itself is nobody's secret");
    let theirs = place.path().join("copy");
    fs::create_dir(&theirs).unwrap();
    for (path, bytes) in files(&counter.home) {
        fs::write(theirs.join(path.file_name().unwrap()), bytes).unwrap();
    }
    let chown = Command::new("chown")
        .args(["-R", "65534:65534"])
        .arg(place.path())
        .status();
    assert!(chown.unwrap().success());
    let before = databases(&theirs);
    let refused = as_nobody(&theirs);
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(!refused.status.success(), "{said}");
    assert!(said.contains("keychain_locked"), "{said}");
    assert_eq!(databases(&theirs), before);
}

#[test]
fn a_home_of_the_build_before_moves_into_the_keychain_at_its_first_start() {
    let frozen = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/taken_over/counter");
    let dir = tempfile::tempdir().unwrap();
    let Some(session) = Session::open(&dir.path().join("user")) else {
        return;
    };
    let home = dir.path().join("home");
    fs::create_dir(&home).unwrap();
    for file in ["cache.db", "outbox.db", "device.key"] {
        fs::copy(frozen.join(file), home.join(file)).unwrap();
    }
    let key = fs::read_to_string(home.join("device.key")).unwrap();
    let clerk = tests::Clerk {
        id: "nobody".into(),
        pin: "000000".into(),
        ..Brand::demo().clerk("cashier")
    };
    let counter = with_env(&Counter::at(&home, &clerk), session.env());
    let (status, page) = counter.status();
    assert_eq!(
        (&status["key_place"], &status["enrolled"]),
        (&"keychain".into(), &true.into())
    );
    assert_eq!(
        page["waiting"].as_array().unwrap().len(),
        3,
        "nothing of it is lost"
    );
    assert!(!home.join("device.key").exists());
    assert!(!holds(&home, key.trim().as_bytes()));
    let again = counter.status();
    assert_eq!(again.0["members"], status["members"]);
    // the key of before does not open what has become of the cache
    fs::write(
        home.join("device.key"),
        key.replace(|c: char| c.is_ascii_digit(), "0"),
    )
    .unwrap();
    counter.refused("key_unusable", &["status"]);
}

#[test]
fn without_a_keychain_a_manager_chooses_a_passphrase_and_nothing_lies_in_a_file() {
    let shop = Shop::open();
    let nowhere = without(&shop.dir().join("nowhere"));
    let counter = with_env(&shop.bare("A"), nowhere.clone());
    counter.refused("passphrase_choose", &["status"]);
    assert_eq!(
        typed(&counter, &["status"], "short\n").code(),
        "passphrase_weak"
    );
    let begun = typed(&counter, &["status"], &format!("{PASSPHRASE}\n"));
    assert_eq!(begun.exit, Some(0), "{} {}", begun.json, begun.stderr);
    assert_eq!(begun.json[0]["key_place"], "passphrase");
    assert!(!counter.file("device.key").exists());

    counter.refused("passphrase_needed", &["status"]);
    let wrong = typed(&counter, &["status"], "four lanterns at the wall\n");
    assert_eq!(wrong.code(), "passphrase_wrong");
    // a device that starts with nobody there reads it from a file; a PIN may be typed after it, too
    let file = shop.dir().join("passphrase");
    fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    let mut env = nowhere;
    env.push(("COUNTERPART_PASSPHRASE_FILE".into(), file.into()));
    let unattended = with_env(&counter, env);
    let code = shop.centre.enrol_code(&shop.store, true);
    unattended.enrol(&shop.centre.url(), &code, "A");
    unattended.sync();
    let her = shop.person();
    unattended.sell(&Sale::to(&her.id, "PASS-1", &["TH1001"]));
    for plain in ["SQLite format 3", her.id.as_str(), her.phone.as_str()] {
        assert!(!holds(&counter.home, plain.as_bytes()), "{plain} in a file");
    }
    let mut asked = counter.command(&["show", &her.id]);
    asked.env_remove("COUNTER_PIN").stdin(Stdio::piped());
    let mut child = asked.spawn().unwrap();
    let lines = format!("{PASSPHRASE}\n{}\n", counter.clerk.pin);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = process::output_of(child, "counter show");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_plain_key_file_is_loud_and_never_made_unasked() {
    let shop = Shop::open();
    let plain = shop.bare("A");
    let said = plain.run(&["status"]);
    assert_eq!(said.json[0]["key_place"], "file");
    assert!(said.stderr.contains("INSECURE"), "{}", said.stderr);
    let key = fs::read_to_string(plain.file("device.key")).unwrap();
    // the same folder without the flag, on a machine without a keychain
    let asked = with_env(&plain, without(&shop.dir().join("nowhere")));
    asked.refused("passphrase_choose", &["status"]);
    assert_eq!(fs::read_to_string(plain.file("device.key")).unwrap(), key);
    let moved = typed(&asked, &["status"], &format!("{PASSPHRASE}\n"));
    assert_eq!(moved.exit, Some(0), "{}", moved.stderr);
    assert!(!plain.file("device.key").exists());
    for word in key.split_whitespace().filter(|w| w.len() == 64) {
        assert!(!holds(&plain.home, word.as_bytes()));
    }
    plain.refused("passphrase_needed", &["status"]);
}

#[test]
fn a_revoked_tablet_has_nothing_of_members_and_its_outbox_only_delivers() {
    let mut shop = Shop::open();
    let counter = shop.counter("A");
    let her = shop.person();
    let stolen = counter.copied("stolen");
    shop.centre.kill();
    counter.sell(&Sale::to(&her.id, "GONE-1", &["TH1001"]));
    shop.centre.restart();
    shop.centre.device_done("revoke", "A");
    counter.refused("revoked", &["sync"]);
    let (status, page) = counter.status();
    assert_eq!(
        (&status["members"], &page["state"]["pending"]),
        (&0.into(), &0.into())
    );
    assert_eq!(page["confirmed"].as_array().unwrap().len(), 1, "{page}");
    assert_eq!(counter.files_like("cache."), ["cache.erased"]);
    counter.refused("clerk_unknown", &["show", &her.id]);
    // its cache of before, put back beside the keys that are left
    fs::copy(stolen.file("cache.db"), counter.file("cache.db")).unwrap();
    remove_beside(&counter.file("cache.db"));
    counter.refused("clerk_unknown", &["find", &her.phone]);
    assert_eq!(counter.files_like("cache."), ["cache.erased"]);
    shop.centre.assert_audit_clean();
    // enrolled anew it is another device, with a cache of its own
    let code = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&shop.centre.url(), &code, "A2");
    counter.sync();
    counter.page(&her.id);
}

#[test]
fn a_silent_tablet_shows_nobody_and_a_code_of_headquarters_opens_it_for_a_day() {
    let mut shop = Shop::open();
    let Some(right) = Wall::right(shop.dir()) else {
        return;
    };
    let counter = shop.counter("A");
    let neighbour = shop.counter("B");
    let her = shop.person();
    let id = shop.centre.device_id("A");
    shop.centre.kill();
    counter
        .by(&right.shifted(6 * DAY).restarted(1))
        .page(&her.id);
    let late = counter.by(&right.shifted(8 * DAY).restarted(2));
    late.refused("counter_locked", &["show", &her.id]);
    late.refused("counter_locked", &["find", &her.phone]);
    late.refused("counter_locked", &["points", &her.id]);
    late.refused("counter_locked", &["look-up", &her.phone]);
    let (status, page) = late.status();
    assert!(status["locked_since"].is_i64(), "{status}");
    assert_eq!(status["members"], 0);
    let cannot = page["abilities"]["cannot"].as_array().unwrap();
    assert!(cannot.contains(&"find_members".into()), "{page}");
    // what was paid for is recorded all the same
    let sold = late.sell(&Sale::to(&her.phone, "SILENT-1", &["TH1001"]).phone());
    assert_eq!(sold["credited_later"], true, "{sold}");
    // with the clock set back it stays as it is
    let back = counter.by(&right.restarted(3));
    back.refused("counter_locked", &["show", &her.id]);

    // headquarters' clock is at the eighth day, too
    shop.centre.set_clocks(&right.shifted(8 * DAY));
    shop.centre.restart();
    let given = shop.centre.headquarters("devices", &["unlock", &id]);
    let code = text(&given["code"]);
    // the other counter's manager gets one as well
    let manager = neighbour.with(&Brand::demo().clerk("manager"));
    let manager = manager.by(&right.shifted(8 * DAY));
    let asked = manager.ok(&["manage", "unlock", &id]);
    assert_eq!(text(&asked["unlock_code"]).len(), 19, "{asked}");
    shop.centre.kill();
    manager.refused("unlock_invalid", &["unlock", "0000-0000-0000-0000"]);
    let late = counter.by(&right.shifted(8 * DAY).restarted(4));
    late.refused("unlock_invalid", &["unlock", "ABCD"]);
    let open = late.ok(&["unlock", &code.to_lowercase()]);
    assert!(open["locked_since"].is_null(), "{open}");
    late.page(&her.id);
    let after = counter.by(&right.shifted(9 * DAY + 3_600).restarted(5));
    after.refused("counter_locked", &["show", &her.id]);
    after.refused("unlock_used", &["unlock", &code]);

    // a contact opens it, and takes what it sold
    shop.centre.set_clocks(&right.shifted(9 * DAY + 3_600));
    shop.centre.restart();
    after.sync();
    assert_eq!(after.pending(), 0);
    after.page(&her.id);
    shop.centre.device_done("revoke", "A");
    let none = shop.centre.central("devices", &["unlock", &id]);
    assert_ne!(none.exit, Some(0), "a revoked device is not opened");
    shop.centre.assert_audit_clean();
}

#[test]
fn a_shell_that_shows_members_asks_who_looks_and_writes_it_down() {
    let shop = Shop::open();
    let counter = shop.counter("A");
    let her = shop.person();
    let commands: [&[&str]; 6] = [
        &["show", &her.id],
        &["find", &her.phone],
        &["look-up", &her.phone],
        &["points", &her.id],
        &["coupons", "--member", &her.id],
        &["scan", &her.phone],
    ];
    for args in commands {
        let mut nobody = counter.command(args);
        nobody.env_remove("COUNTER_CLERK").env_remove("COUNTER_PIN");
        let refused = process::output(&mut nobody);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(!String::from_utf8_lossy(&refused.stdout).contains(&her.id));
        counter.ok(args);
    }
    let mut wrong = counter.clone();
    wrong.clerk.pin = if counter.clerk.pin == "000000" {
        "111111"
    } else {
        "000000"
    }
    .into();
    wrong.refused("pin_wrong", &["show", &her.id]);

    counter.refused("not_allowed", &["looks"]);
    let manager = counter.with(&Brand::demo().clerk("manager"));
    let looks = manager.ok(&["looks"]);
    let looks = looks.as_array().unwrap();
    let said = |what: &str| looks.iter().filter(|l| l["what"] == what).count();
    for what in ["show", "find", "look-up", "points", "coupons", "scan"] {
        assert_eq!(said(what), 1, "{what}: {looks:?}");
    }
    assert!(
        looks
            .iter()
            .all(|l| l["clerk"] == counter.clerk.id.as_str())
    );
    let shown = looks.iter().find(|l| l["what"] == "show").unwrap();
    assert_eq!(shown["member"], her.id.as_str());
}

//! Folders that are somebody else's, and files that stand in the way.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::error::{Error, Unfit};
use crate::home::{Home, device_key};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Why a folder is not taken, and that nothing in it has changed.
#[track_caller]
fn refused(dir: &Path) -> Unfit {
    let names = |dir: &Path| -> Vec<_> {
        let found = fs::read_dir(dir).into_iter().flatten();
        let mut names: Vec<_> = found.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = (mode(dir), names(dir));
    let error = Home::open(dir).unwrap_err();
    assert_eq!((mode(dir), names(dir)), before, "it was touched");
    assert_eq!(error.code(), ("home_unusable", "C-104"));
    let path = dir.display().to_string();
    assert!(error.to_string().contains(&path), "{error} names {path}");
    assert_eq!(
        error.problem().file.as_deref(),
        dir.file_name().and_then(|n| n.to_str())
    );
    match error {
        Error::HomeUnfit { why, .. } => why,
        other => panic!("{other}"),
    }
}

#[test]
fn a_folder_of_ones_own_is_made_or_taken_and_shut() {
    let root = tempfile::tempdir().unwrap();
    for (n, name) in [
        "a",
        "a%20b",
        "a b#c?d",
        "柜 伴's \"x\"",
        "file:x",
        "deep/er",
    ]
    .iter()
    .enumerate()
    {
        let dir = root.path().join(name);
        let home = Home::open(&dir).unwrap();
        device_key(&home).unwrap();
        assert_eq!(mode(&dir), 0o700, "{n}");
        // and once more
        set_mode(&dir, 0o777);
        Home::open(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700, "one's own is shut again");
    }
    for was in [0o700, 0o755, 0o775, 0o750] {
        let empty = root.path().join(format!("empty-{was:o}"));
        fs::create_dir(&empty).unwrap();
        set_mode(&empty, was);
        Home::open(&empty).unwrap();
        assert_eq!(mode(&empty), 0o700);
    }
    let linked = root.path().join("linked");
    symlink(root.path().join("a"), &linked).unwrap();
    Home::open(&linked).unwrap();
}

#[test]
fn a_folder_that_others_use_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let dir = |name: &str, mode: u32, files: &[&str]| {
        let dir = root.path().join(name);
        fs::create_dir(&dir).unwrap();
        for file in files {
            fs::write(dir.join(file), "theirs").unwrap();
        }
        set_mode(&dir, mode);
        dir
    };
    let shared = |mode| Unfit::Shared { mode };
    let not_empty = |name: &str| Unfit::NotEmpty { name: name.into() };
    assert_eq!(refused(&dir("tmp", 0o1777, &[])), shared(0o1777));
    assert_eq!(refused(&dir("open", 0o777, &[])), shared(0o777));
    assert_eq!(refused(&dir("sticky", 0o1770, &[])), shared(0o1770));
    let full = dir("full", 0o1777, &["others.txt"]);
    assert_eq!(refused(&full), not_empty("others.txt"));
    let project = dir("project", 0o700, &["Cargo.toml"]);
    assert_eq!(refused(&project), not_empty("Cargo.toml"));
    assert_eq!(
        refused(&dir("dots", 0o700, &[".bashrc"])),
        not_empty(".bashrc")
    );
    // names like ours, and nothing of ours
    let alike = dir("alike", 0o700, &["cache.css"]);
    assert_eq!(refused(&alike), not_empty("cache.css"));
    let ours_and_theirs = dir("both", 0o777, &["device.key", "others.txt"]);
    assert_eq!(refused(&ours_and_theirs), shared(0o777));

    let file = root.path().join("a-file");
    fs::write(&file, "a letter").unwrap();
    assert_eq!(refused(&file), Unfit::NotAFolder);
    assert_eq!(fs::read(&file).unwrap(), b"a letter");
}

#[test]
fn a_path_that_cannot_be_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    let left = || fs::read_dir(root.path()).unwrap().count();
    let long = root.path().join("x".repeat(200)).join("y".repeat(200));
    let long = long.join("z".repeat(100));
    assert!(matches!(
        Home::open(&long).unwrap_err(),
        Error::HomeUnfit {
            why: Unfit::TooLong,
            ..
        }
    ));
    assert_eq!(left(), 0);
    // one name that no file system takes, below a folder that would have to be made
    let name = root.path().join("made").join("n".repeat(256));
    let error = Home::open(&name).unwrap_err();
    assert_eq!(error.code().0, "home_unusable");
    assert_eq!(left(), 0, "{error}");
    fs::write(root.path().join("file"), "").unwrap();
    assert!(Home::open(&root.path().join("file/below")).is_err());
    assert_eq!(left(), 1);
}

#[test]
fn files_that_are_not_ours_any_more_are_named() {
    let root = tempfile::tempdir().unwrap();
    let home = Home::open(&root.path().join("home")).unwrap();
    device_key(&home).unwrap();
    fs::write(home.outbox(), "x").unwrap();
    assert!(home.troubles().is_empty());
    symlink("/etc/passwd", home.sync_lock()).unwrap();
    let found = home.troubles();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0].path, &found[0].why),
        (&home.sync_lock(), &Unfit::NotAFile)
    );
    fs::remove_file(home.sync_lock()).unwrap();
    // whoever is not root cannot give a file away
    if !rustix::process::geteuid().is_root() {
        return;
    }
    std::os::unix::fs::chown(home.cache(), Some(65_534), None).unwrap_err();
    fs::write(home.cache(), "x").unwrap();
    std::os::unix::fs::chown(home.cache(), Some(65_534), None).unwrap();
    let found = home.troubles();
    assert_eq!(found[0].path, home.cache());
    let words = Error::from(found[0].clone()).to_string();
    for part in ["cache.db", "nobody", "root", "chown root"] {
        assert!(words.contains(part), "{words}");
    }
    // and somebody else's folder, were it the most empty one
    let theirs = root.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    std::os::unix::fs::chown(&theirs, Some(65_534), None).unwrap();
    assert!(
        matches!(refused(&theirs), Unfit::Owner { owner, me } if owner == "nobody" && me == "root")
    );
    let link = root.path().join("link");
    symlink(&theirs, &link).unwrap();
    assert!(matches!(refused(&link), Unfit::Owner { .. }));
}

/// Root alone may give a file away; where somebody else runs this, there is nothing to see.
#[test]
fn what_cannot_be_written_is_read_and_written_again_once_it_can() {
    use crate::outbox::{Outbox, identity};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let give = |path: &Path, to: u32| std::os::unix::fs::chown(path, Some(to), None).unwrap();
    let root = tempfile::tempdir().unwrap();
    let home = Home::open(&root.path().join("home")).unwrap();
    let key = device_key(&home).unwrap();
    let kept = |outbox: &Outbox| outbox.read(identity::generation).unwrap().0;
    let set = |outbox: &mut Outbox, n: u32| {
        outbox.write(|tx| identity::set_generation(tx, protocol::Generation(n)))
    };
    let mut open = Outbox::open(&home, &key).unwrap();
    set(&mut open, 7).unwrap();
    // with a log beside it, as after a crash, and without one
    for with_log in [true, false] {
        if !with_log {
            drop(std::mem::replace(
                &mut open,
                Outbox::open(&home, &key).unwrap(),
            ));
        }
        let log = crate::read_only::log_of(&home.outbox());
        let other = root.path().join(format!("copy-{with_log}"));
        std::fs::create_dir(&other).unwrap();
        for from in [home.key(), home.outbox(), log] {
            if from.exists() {
                std::fs::copy(&from, other.join(from.file_name().unwrap())).unwrap();
            }
        }
        let copied = Home::open(&other).unwrap();
        give(&copied.outbox(), 65_534);
        let mut stuck = Outbox::open(&copied, &key).unwrap();
        assert_eq!(kept(&stuck), 7, "it is read, log and all");
        let error = set(&mut stuck, 8).unwrap_err();
        assert_eq!(error.code().0, "home_unusable");
        for part in ["outbox.db", "nobody", "chown root"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert_eq!(kept(&stuck), 7);
        give(&copied.outbox(), 0);
        set(&mut stuck, 8).unwrap();
        assert_eq!(kept(&stuck), 8);
        drop(stuck);
        assert_eq!(kept(&Outbox::open(&copied, &key).unwrap()), 8);
    }
}

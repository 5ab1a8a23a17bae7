//! A database beside a log of another age: said and stopped, and nothing of the mixture is used.

use crate::error::Error;
use crate::home::{FileKey, Home, device_key};
use crate::outbox::{Outbox, identity, put_aside};
use std::fs;
use std::path::{Path, PathBuf};

struct Room {
    dir: tempfile::TempDir,
    home: Home,
    key: FileKey,
}

impl Room {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(&dir.path().join("live")).unwrap();
        let key = device_key(&home).unwrap();
        Self { dir, home, key }
    }

    fn open(&self) -> Outbox {
        Outbox::open(&self.home, &self.key).unwrap()
    }

    /// What a crash at this moment would leave.
    fn crashed(&self, name: &str) -> Crash {
        let to = self.dir.path().join(name);
        fs::create_dir(&to).unwrap();
        for file in ["device.key", "outbox.db", "outbox.db-wal"] {
            let from = self.home.dir().join(file);
            if from.exists() {
                fs::copy(from, to.join(file)).unwrap();
            }
        }
        Crash(to)
    }
}

struct Crash(PathBuf);

impl Crash {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn take(&self, name: &str, from: &Path) {
        fs::copy(from, self.file(name)).unwrap();
    }

    fn open(&self) -> crate::error::Result<(Home, FileKey, Outbox)> {
        let home = Home::open(&self.0)?;
        let key = device_key(&home)?;
        let outbox = Outbox::open(&home, &key)?;
        Ok((home, key, outbox))
    }

    /// It is said which two files do not fit, nothing of them is touched, and putting aside helps.
    #[track_caller]
    fn does_not_fit(&self, why: &str) {
        let bytes = || ["outbox.db", "outbox.db-wal"].map(|f| fs::read(self.file(f)).unwrap());
        let before = bytes();
        for _ in 0..2 {
            let Err(Error::OutboxDamaged(words)) = self.open().map(drop) else {
                panic!("it was opened: {why}")
            };
            for part in ["outbox.db-wal", "move-aside", why] {
                assert!(words.contains(part), "{part:?} is not in {words:?}");
            }
            assert!(!words.contains("memory"), "{words}");
            assert!(bytes() == before, "{why}: it was touched");
        }
        let home = Home::open(&self.0).unwrap();
        let key = device_key(&home).unwrap();
        let aside = put_aside(&home, &key, None).unwrap();
        let kept = aside.kept.unwrap();
        let mut log = kept.clone().into_os_string();
        log.push("-wal");
        assert!(kept.exists() && Path::new(&log).exists(), "both are kept");
        Outbox::open(&home, &key).unwrap();
    }
}

/// Writes something of some size, so that pages come and go.
fn write(outbox: &mut Outbox, times: usize) {
    for n in 0..times {
        outbox
            .write(|tx| {
                identity::set_checks_out(tx, n % 2 == 0)?;
                let words = "x".repeat(700 + n);
                let sql =
                    "INSERT INTO grant_request (request_id, body, made_ms) VALUES (?1, ?2, 0)";
                tx.execute(sql, (uuid::Uuid::now_v7().to_string(), words))?;
                Ok(())
            })
            .unwrap();
    }
}

fn rows(outbox: &Outbox) -> usize {
    outbox
        .read(|c| {
            Ok(c.query_row("SELECT count(*) FROM grant_request", [], |r| {
                r.get::<_, i64>(0)
            })?)
        })
        .map(|n| usize::try_from(n).unwrap())
        .unwrap()
}

#[test]
fn a_crash_leaves_a_pair_that_fits() {
    let room = Room::new();
    let mut outbox = room.open();
    let mut written = 0;
    for (n, times) in [1, 5, 40, 3].into_iter().enumerate() {
        write(&mut outbox, times);
        written += times;
        let (.., after) = room.crashed(&format!("open-{n}")).open().unwrap();
        assert_eq!(rows(&after), written);
        // some of the log, or all of it, is in the database by now
        let mode = if n % 2 == 0 { "PASSIVE" } else { "FULL" };
        let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
        outbox
            .read(|c| Ok(c.query_row(&checkpoint, [], |_| Ok(()))?))
            .unwrap();
        let (.., after) = room.crashed(&format!("checked-{n}")).open().unwrap();
        assert_eq!(rows(&after), written);
        write(&mut outbox, 1);
        written += 1;
        let (.., after) = room.crashed(&format!("on-{n}")).open().unwrap();
        assert_eq!(rows(&after), written);
    }
    // a log that was cut is taken as far as it goes, as after a loss of power
    let cut = room.crashed("cut");
    let log = fs::read(cut.file("outbox.db-wal")).unwrap();
    for (n, length) in [0, 10, 32, 500, log.len() / 2, log.len() - 1]
        .into_iter()
        .enumerate()
    {
        let crash = room.crashed(&format!("cut-{n}"));
        fs::write(crash.file("outbox.db-wal"), &log[..length]).unwrap();
        let (.., after) = crash.open().unwrap();
        assert!(rows(&after) <= written);
    }
}

#[test]
fn another_process_that_goes_on_is_no_misfit() {
    let room = Room::new();
    let mut outbox = room.open();
    let written = std::thread::scope(|s| {
        let other = s.spawn(|| {
            for _ in 0..25 {
                write(&mut room.open(), 1);
            }
        });
        write(&mut outbox, 60);
        other.join().unwrap();
        85
    });
    assert_eq!(rows(&outbox), written);
}

#[test]
fn one_of_another_age_is_found() {
    let room = Room::new();
    write(&mut room.open(), 3);
    let old = room.dir.path().join("old.db");
    fs::copy(room.home.outbox(), &old).unwrap();
    let mut outbox = room.open();
    write(&mut outbox, 2);
    let early = room.crashed("early");
    drop(outbox);
    write(&mut room.open(), 40);
    let later = room.dir.path().join("later.db");
    fs::copy(room.home.outbox(), &later).unwrap();
    let mut outbox = room.open();
    write(&mut outbox, 3);

    let crash = room.crashed("older database");
    crash.take("outbox.db", &old);
    crash.does_not_fit("the database is older");
    // of one size with the right one: the pages decrypt, and the mixture would be used
    let crash = room.crashed("one commit behind");
    let (_, _, before) = room.crashed("before").open().unwrap();
    drop(before);
    crash.take("outbox.db", &early.file("outbox.db"));
    crash.does_not_fit("the database is older");
    let crash = room.crashed("older log");
    crash.take("outbox.db-wal", &early.file("outbox.db-wal"));
    crash.does_not_fit("not of one age");
    let crash = room.crashed("no log");
    fs::write(crash.file("outbox.db-wal"), vec![7; 5_000]).unwrap();
    crash.does_not_fit("the log is not a log of SQLite");
    // and what fits still fits
    let crash = room.crashed("its own base");
    crash.take("outbox.db", &later);
    assert_eq!(rows(&crash.open().unwrap().2), 48);
}

#[test]
fn a_log_of_another_database_is_not_taken() {
    let (room, other) = (Room::new(), Room::new());
    let mut theirs = other.open();
    write(&mut theirs, 5);
    let mut ours = room.open();
    write(&mut ours, 9);
    let crash = room.crashed("another's log");
    crash.take(
        "outbox.db-wal",
        &other.crashed("theirs").file("outbox.db-wal"),
    );
    assert!(matches!(
        crash.open().map(drop),
        Err(Error::OutboxDamaged(_))
    ));
}

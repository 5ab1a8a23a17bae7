//! Leases and the clocks that they run by.

use super::*;
use crate::clock::{ClockSource, Reading, use_on_this_thread};
use chrono::Duration;
use rusqlite::Transaction;
use std::sync::{Arc, Mutex};

/// Clocks that a test sets.
struct Clocks(Mutex<Reading>);

impl ClockSource for Clocks {
    fn read(&self) -> Reading {
        self.0.lock().unwrap().clone()
    }
}

impl Clocks {
    fn on_this_thread() -> Arc<Self> {
        let clocks = Arc::new(Self(Mutex::new(Reading {
            boot: "first".into(),
            since_boot_ms: 0,
            wall: now(),
        })));
        use_on_this_thread(Some(clocks.clone()));
        clocks
    }

    /// Time goes on, and the wall clock with it.
    fn pass(&self, by: Duration) {
        let mut r = self.0.lock().unwrap();
        r.since_boot_ms += by.num_milliseconds();
        r.wall += by;
    }

    /// The device starts anew, its wall clock off by so much.
    fn restart(&self, boot: &str, wall: Duration) {
        let mut r = self.0.lock().unwrap();
        r.boot = boot.into();
        r.since_boot_ms = 0;
        r.wall += wall;
    }
}

fn left(outbox: &Outbox) -> i64 {
    outbox
        .read(|c| usable(c, "M1", identity::believed_time(c)?))
        .unwrap()
        .0
}

fn barred(outbox: &Outbox) -> Option<&'static str> {
    outbox
        .read(|c| barred_by(c, "M1", identity::believed_time(c)?))
        .unwrap()
}

#[test]
fn a_lease_ends_by_the_time_believed_and_a_contact_renews_it() {
    let clocks = Clocks::on_this_thread();
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    take(&mut outbox, vec![grant(100, None)]).unwrap();
    clocks.pass(Duration::minutes(60));
    assert_eq!(left(&outbox), 100, "to its last moment");
    clocks.pass(Duration::milliseconds(1));
    assert_eq!((left(&outbox), barred(&outbox)), (0, Some("lease_over")));
    let until = now() + Duration::hours(3);
    outbox.note(|tx| renew(tx, until)).unwrap();
    assert_eq!((left(&outbox), barred(&outbox)), (100, None));
    use_on_this_thread(None);
}

#[test]
fn a_clock_behind_after_a_restart_ends_every_lease_until_the_next_contact() {
    let clocks = Clocks::on_this_thread();
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    take(&mut outbox, vec![grant(100, None)]).unwrap();
    clocks.pass(Duration::minutes(10));
    outbox.write(|tx| append(tx, &draft()).map(|_| ())).unwrap();
    clocks.restart("second", Duration::seconds(-3));
    assert_eq!(left(&outbox), 100, "seconds mean nothing");
    clocks.restart("third", Duration::minutes(-5));
    assert_eq!((left(&outbox), barred(&outbox)), (0, Some("clock_behind")));

    // an operation notes the time anew, and a clock put right again hides nothing
    outbox.write(|tx| append(tx, &draft()).map(|_| ())).unwrap();
    clocks.pass(Duration::minutes(30));
    assert_eq!((left(&outbox), barred(&outbox)), (0, Some("clock_behind")));
    drop(outbox);
    let mut outbox = enrolled(dir.path());
    assert_eq!(left(&outbox), 0);
    let spent = outbox
        .write(|tx| spend(tx, "M1", Points(1), now()))
        .unwrap();
    assert_eq!(spent, None);

    outbox.note(|tx| identity::note_contact(tx, now())).unwrap();
    assert_eq!((left(&outbox), barred(&outbox)), (100, None));
    use_on_this_thread(None);
}

#[test]
fn a_start_with_a_clock_behind_is_remembered_before_anything_else() {
    let clocks = Clocks::on_this_thread();
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    take(&mut outbox, vec![grant(100, None)]).unwrap();
    drop(outbox);
    clocks.restart("second", Duration::days(-1));
    drop(enrolled(dir.path()));
    clocks.pass(Duration::days(2)); // somebody sets it right
    let outbox = enrolled(dir.path());
    assert_eq!((left(&outbox), barred(&outbox)), (0, Some("clock_behind")));
    use_on_this_thread(None);
}

#[test]
fn a_superseded_or_revoked_outbox_spends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    take(&mut outbox, vec![grant(100, None)]).unwrap();
    let usable_now = |o: &Outbox| o.read(|c| usable(c, "M1", now())).unwrap().0;
    outbox
        .write(|tx| identity::set_superseded(tx, true))
        .unwrap();
    assert_eq!(usable_now(&outbox), 0);
    outbox
        .write(|tx| {
            identity::set_superseded(tx, false)?;
            identity::set_revoked(tx, true)
        })
        .unwrap();
    assert_eq!(usable_now(&outbox), 0);
    outbox.write(|tx| identity::set_revoked(tx, false)).unwrap();
    assert_eq!(usable_now(&outbox), 100);
}

#[test]
fn what_the_centre_said_waits_for_no_disk_and_what_a_clerk_did_does() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let synchronous = |tx: &Transaction<'_>| {
        tx.query_row("PRAGMA synchronous", [], |r| r.get::<_, u32>(0))
            .map_err(failure)
    };
    let (normal, full) = (1, 2);
    assert_eq!(outbox.note(synchronous).unwrap(), normal);
    assert_eq!(outbox.write(synchronous).unwrap(), full);
    assert_eq!(outbox.note(synchronous).unwrap(), normal);
    let failed: Result<()> = outbox.note(|_| Err(Error::NoLines));
    assert!(failed.is_err());
    assert_eq!(outbox.write(synchronous).unwrap(), full);
}

//! The outbox against a real encrypted file.

mod age;
mod aside;
mod lives;
mod migration;
mod plans;
mod properties;
mod release;
mod time;

use super::*;
use crate::error::{Error, Result};
use crate::hand::{Hand, Hands};
use crate::home::{FileKey, Home, device_key};
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::chain::Hash;
use protocol::enrol::EnrolReply;
use protocol::grant::{Grant, GrantReply, GrantedLot, Want};
use protocol::hello::Reached;
use protocol::operation::{Body, Reveal};
use protocol::{CentreId, DeviceId, Epoch, Generation, GrantId, MemberId, OpId, Seq};

pub(super) fn now() -> DateTime<Utc> {
    "2026-05-18T06:00:00Z".parse().unwrap()
}

pub(super) fn enrolled(dir: &std::path::Path) -> Outbox {
    let home = Home::open(dir).unwrap();
    let key = device_key(&home).unwrap();
    let mut outbox = Outbox::open(&home, &key).unwrap();
    if outbox.read(identity::identity).unwrap().is_none() {
        let reply = EnrolReply {
            device: DeviceId::fresh(),
            device_name: "1".into(),
            store: "S1".into(),
            checkout: true,
            centre: CentreId::fresh(),
            generation: Generation(1),
            epoch: Epoch(1),
            server_time: now(),
            phone_base: "http://127.0.0.1".into(),
        };
        let key = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
        let me = Identity::new(&reply, "http://127.0.0.1:1", &key);
        outbox
            .write(|tx| {
                identity::set_identity(tx, &me)?;
                identity::set_epoch(tx, Epoch(1))?;
                identity::set_generation(tx, Generation(1))?;
                identity::begin_life(tx)?;
                identity::note_contact(tx, now())
            })
            .unwrap();
    }
    outbox
}

/// A clerk of whose key the file knows nothing, as where the file of before was moved aside.
pub(super) fn hands() -> Hands {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    Hands::of(Hand::new("C1".into(), key))
}

pub(super) fn draft() -> Draft {
    Draft {
        op_id: OpId::fresh(),
        hands: hands(),
        program: 1,
        at: now(),
        body: Body::Reveal(Reveal {
            member: MemberId::new("M1"),
            date: now().date_naive(),
        }),
        personal: vec![
            protocol::personal::PersonalField::commit("member.phone", "13800005678").unwrap(),
        ],
        summary: Summary {
            member: Some("M1".into()),
            ..Summary::default()
        },
    }
}

fn grant(points: i64, expires: Option<&str>) -> Grant {
    Grant {
        grant: GrantId::fresh(),
        member: MemberId::new("M1"),
        points: Points(points),
        lots: vec![GrantedLot {
            lot: "1".into(),
            points: Points(points),
            expires: expires.map(|d| d.parse().unwrap()),
        }],
        lease_until: now() + chrono::Duration::hours(1),
        coupon: None,
        ahead: false,
        attestation: None,
    }
}

fn coupon(id: &str) -> Grant {
    Grant {
        points: Points(0),
        lots: Vec::new(),
        coupon: Some(id.into()),
        ..grant(1, None)
    }
}

fn want() -> Want {
    Want {
        member: MemberId::new("M1"),
        points: None,
        coupon: None,
    }
}

fn reply(grants: Vec<Grant>) -> GrantReply {
    GrantReply {
        grants,
        short: Vec::new(),
        server_time: now(),
        given: None,
    }
}

fn take(outbox: &mut Outbox, grants: Vec<Grant>) -> Result<()> {
    outbox.write(|tx| {
        let request = note_request(tx, vec![want()], now())?;
        assert!(take_reply(tx, &request, &reply(grants), now())?);
        Ok(())
    })
}

#[test]
fn operations_are_numbered_and_chained_and_come_back_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    for _ in 0..5 {
        outbox.write(|tx| append(tx, &draft())).unwrap();
    }
    drop(outbox);
    let outbox = enrolled(dir.path());
    let device = outbox.read(identity::identity).unwrap().unwrap().device;
    let ops = outbox
        .read(|c| batch(c, device, Epoch(1), Seq(1), 500, 1 << 20))
        .unwrap();
    assert_eq!(ops.len(), 5);
    let mut before = Hash::ZERO;
    for (i, op) in ops.iter().enumerate() {
        assert_eq!(op.seq, Seq(i as u64 + 1));
        assert_eq!(op.prev_hash, before);
        assert!(op.is_intact());
        before = op.hash;
    }
    let few = outbox
        .read(|c| batch(c, device, Epoch(1), Seq(2), 2, 1 << 20))
        .unwrap();
    assert_eq!(few.iter().map(|o| o.seq.0).collect::<Vec<_>>(), [2, 3]);
    let small = outbox
        .read(|c| batch(c, device, Epoch(1), Seq(1), 500, 1))
        .unwrap();
    assert_eq!(
        small.len(),
        1,
        "one operation always goes, however small the limit"
    );
}

#[test]
fn nothing_is_appended_where_the_transaction_fails() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let failed: Result<()> = outbox.write(|tx| {
        append(tx, &draft())?;
        Err(Error::NoLines)
    });
    assert!(failed.is_err());
    assert_eq!(outbox.read(|c| head(c, 1)).unwrap().0, Seq(0));
}

#[test]
fn points_are_spent_soonest_expiry_first_and_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let (never, late, soon) = (
        grant(50, None),
        grant(30, Some("2027-01-31")),
        grant(20, Some("2026-06-30")),
    );
    take(&mut outbox, vec![never.clone(), late.clone(), soon.clone()]).unwrap();
    let spends = outbox
        .write(|tx| Ok(spend(tx, "M1", Points(60), now())?.unwrap()))
        .unwrap();
    let order: Vec<_> = spends.iter().map(|s| (s.grant, s.points.0)).collect();
    assert_eq!(
        order,
        [(soon.grant, 20), (late.grant, 30), (never.grant, 10)]
    );
    let short = outbox.write(|tx| match spend(tx, "M1", Points(41), now())? {
        Some(_) => Ok(()),
        None => Err(Error::MemberUnknown),
    });
    assert!(short.is_err());
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(40));
    let later = now() + chrono::Duration::hours(2);
    assert_eq!(
        outbox.read(|c| usable(c, "M1", later)).unwrap(),
        Points(0),
        "its lease has ended"
    );
}

#[test]
fn the_same_grant_counts_once_and_a_false_sum_is_nonsense() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let g = grant(100, None);
    take(&mut outbox, vec![g.clone()]).unwrap();
    take(&mut outbox, vec![g.clone()]).unwrap();
    assert_eq!(
        outbox.read(|c| usable(c, "M1", now())).unwrap(),
        Points(100)
    );
    for wrong in [Points(0), Points(-1), Points(101)] {
        let false_sum = Grant {
            grant: GrantId::fresh(),
            points: wrong,
            ..g.clone()
        };
        assert!(take(&mut outbox, vec![false_sum]).is_err());
    }
    assert_eq!(
        outbox.read(|c| usable(c, "M1", now())).unwrap(),
        Points(100)
    );
}

#[test]
fn two_processes_never_overspend_one_allowance() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    take(&mut outbox, vec![grant(100, None)]).unwrap();
    drop(outbox);
    let spender = |path: std::path::PathBuf| {
        std::thread::spawn(move || {
            let mut outbox = enrolled(&path);
            let mut spent = 0;
            for _ in 0..20 {
                let done = outbox.write(|tx| {
                    let spends = spend(tx, "M1", Points(7), now())?.ok_or(Error::MemberUnknown)?;
                    append(tx, &draft())?;
                    Ok(spends)
                });
                spent += done.map_or(0, |s| s.iter().map(|s| s.points.0).sum());
            }
            spent
        })
    };
    let both = [spender(dir.path().into()), spender(dir.path().into())];
    let spent: i64 = both.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(spent, 98);
    let outbox = enrolled(dir.path());
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(2));
    assert_eq!(
        outbox.read(|c| head(c, 1)).unwrap().0,
        Seq(14),
        "one operation for each spend, no other"
    );
}

#[test]
fn a_try_counts_before_the_pin_is_looked_at_and_a_right_one_forgets() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let count = |o: &mut Outbox, at| o.write(|tx| count_try(tx, "C1", at)).unwrap();
    let left = |o: &mut Outbox| count(o, now()).unwrap().tries.left();
    assert_eq!([(); 2].map(|()| left(&mut outbox)), [4, 3]);
    outbox.write(|tx| pin_right(tx, "C1")).unwrap();
    assert_eq!([(); 5].map(|()| left(&mut outbox)), [4, 3, 2, 1, 0]);
    let mut at = now();
    // each wait longer than the one before, and a restart forgets none
    for minutes in [1, 5, 15, 60, 60] {
        let mut outbox = enrolled(dir.path());
        let until = at + chrono::Duration::minutes(minutes);
        assert_eq!(count(&mut outbox, at).unwrap_err(), until);
        at = until;
        assert_eq!(count(&mut outbox, at).unwrap().tries.left(), 0);
    }
    assert!(
        outbox
            .write(|tx| count_try(tx, "C2", now()))
            .unwrap()
            .is_ok()
    );
}

#[test]
fn a_try_that_nobody_looked_at_does_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let count = |o: &mut Outbox| o.write(|tx| count_try(tx, "C1", now())).unwrap().unwrap();
    let first = count(&mut outbox);
    outbox.write(|tx| take_back_try(tx, "C1", &first)).unwrap();
    let (one, two) = (count(&mut outbox), count(&mut outbox));
    assert_eq!((one.tries.left(), two.tries.left()), (4, 3));
    // another one was made since: what it counted stays
    outbox.write(|tx| take_back_try(tx, "C1", &one)).unwrap();
    assert_eq!(count(&mut outbox).tries.left(), 2);
}

#[test]
fn another_key_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    drop(enrolled(dir.path()));
    std::fs::write(dir.path().join("device.key"), "ab".repeat(32)).unwrap();
    let home = Home::open(dir.path()).unwrap();
    let key = device_key(&home).unwrap();
    assert!(matches!(
        Outbox::open(&home, &key),
        Err(Error::OutboxDamaged(_))
    ));
}

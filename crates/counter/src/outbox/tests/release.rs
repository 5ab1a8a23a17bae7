//! Giving back: in one transaction with the operation that says so, once.

use super::*;
use protocol::operation::{BY_ITSELF, Operation};

fn back(outbox: &mut Outbox, due: &DueBack) -> usize {
    outbox.write(|tx| give_back(tx, due, 1, now())).unwrap()
}

fn last(outbox: &Outbox) -> Operation {
    let device = outbox.read(identity::identity).unwrap().unwrap().device;
    let (seq, _) = outbox.read(|c| head(c, 1)).unwrap();
    outbox
        .read(|c| batch(c, device, Epoch(1), seq, 1, 1))
        .unwrap()
        .remove(0)
}

fn recall(grants: &[&Grant]) -> DueBack {
    DueBack {
        recalled: grants.iter().map(|g| g.grant).collect(),
        idle_since: DateTime::<Utc>::MIN_UTC,
        all_ahead: false,
    }
}

#[test]
fn a_recall_is_answered_by_all_that_is_left_and_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let (asked_back, stays) = (grant(100, Some("2026-06-01")), grant(50, None));
    take(&mut outbox, vec![asked_back.clone(), stays]).unwrap();
    outbox
        .write(|tx| {
            spend(tx, "M1", Points(30), now())?.unwrap();
            append(tx, &draft())
        })
        .unwrap();
    let due = recall(&[&asked_back]);
    assert!(outbox.read(|c| is_due(c, &due)).unwrap());
    assert_eq!(back(&mut outbox, &due), 1);
    assert_eq!(back(&mut outbox, &due), 0);
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(50));
    let op = last(&outbox);
    assert_eq!(op.clerk.as_str(), BY_ITSELF);
    let Some(Body::Release(said)) = op.body().unwrap() else {
        panic!("no release");
    };
    assert_eq!((said.grant, said.points), (asked_back.grant, Points(70)));
    assert_eq!(said.coupon, None);
}

#[test]
fn a_coupon_goes_back_as_itself_and_can_then_not_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let k = coupon("K1");
    take(&mut outbox, vec![k.clone()]).unwrap();
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(0));
    assert!(
        outbox
            .read(|c| held_coupons(c, "M1", now()))
            .unwrap()
            .contains("K1")
    );
    assert_eq!(back(&mut outbox, &recall(&[&k])), 1);
    let Some(Body::Release(said)) = last(&outbox).body().unwrap() else {
        panic!("no release");
    };
    assert_eq!(
        (said.points, said.coupon.as_deref()),
        (Points(0), Some("K1"))
    );
    let used = outbox
        .write(|tx| use_coupon(tx, "M1", "K1", now()))
        .unwrap();
    assert!(!used);
}

#[test]
fn a_coupon_is_used_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    take(&mut outbox, vec![coupon("K1")]).unwrap();
    let mut again = || {
        outbox
            .write(|tx| {
                let used = use_coupon(tx, "M1", "K1", now())?;
                append(tx, &draft())?;
                Ok(used)
            })
            .unwrap()
    };
    assert!(again());
    assert!(!again());
    let held = outbox.read(|c| held_coupons(c, "M1", now())).unwrap();
    assert!(!held.contains("K1"));
}

#[test]
fn what_was_asked_for_and_lies_idle_goes_back_and_what_came_ahead_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let ahead = Grant {
        ahead: true,
        ..grant(100, None)
    };
    take(&mut outbox, vec![ahead]).unwrap();
    outbox
        .write(|tx| {
            let wants = vec![Want {
                points: Some(Points(20)),
                ..want()
            }];
            let request = note_request(tx, wants, now())?;
            take_reply(
                tx,
                &request,
                &reply(vec![grant(20, Some("2026-06-01"))]),
                now(),
            )
        })
        .unwrap();
    let idle = |hours| DueBack {
        recalled: Vec::new(),
        idle_since: now() + chrono::Duration::hours(hours) - chrono::Duration::hours(24),
        all_ahead: false,
    };
    assert_eq!(back(&mut outbox, &idle(23)), 0);
    // a spend touches it
    let later = now() + chrono::Duration::hours(1);
    outbox
        .write(|tx| {
            spend(tx, "M1", Points(5), later)?.unwrap();
            append(tx, &draft())
        })
        .unwrap();
    assert_eq!(back(&mut outbox, &idle(24)), 0);
    assert_eq!(back(&mut outbox, &idle(25)), 1);
    assert_eq!(
        outbox.read(|c| usable(c, "M1", now())).unwrap(),
        Points(100)
    );
    let closed = DueBack {
        all_ahead: true,
        ..idle(0)
    };
    assert_eq!(back(&mut outbox, &closed), 1);
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(0));
}

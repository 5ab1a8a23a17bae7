//! Epochs: what ends with one, what is sent again, what is told.

use super::*;
use protocol::attestation::{Attested, Given};
use protocol::grant::GrantRequest;
use protocol::push::{Effect, OpResult, Outcome};
use protocol::{Generation, RequestId};

fn said(outbox: &Outbox) -> Position {
    outbox.read(position).unwrap()
}

fn begin(outbox: &mut Outbox, at: &Position, next: u32) -> Result<bool> {
    outbox.write(|tx| begin_epoch(tx, at, Epoch(next)))
}

fn confirm(outbox: &mut Outbox, epoch: u32, seqs: std::ops::RangeInclusive<u64>) {
    let device = outbox.read(identity::identity).unwrap().unwrap().device;
    for seq in seqs {
        let ops = outbox
            .read(|c| batch(c, device, Epoch(epoch), Seq(seq), 1, 1))
            .unwrap();
        let result = OpResult {
            seq: Seq(seq),
            op_id: ops[0].op_id,
            outcome: Outcome::Applied(Effect::default()),
        };
        outbox
            .note(|tx| answer(tx, Epoch(epoch), &result, &[]))
            .unwrap();
    }
}

fn open_request(outbox: &mut Outbox) -> GrantRequest {
    outbox
        .write(|tx| note_request(tx, vec![want()], now()))
        .unwrap()
}

#[test]
fn a_new_epoch_voids_every_allowance_and_closes_every_request() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let (spent, whole) = (grant(100, None), grant(50, None));
    take(&mut outbox, vec![spent, whole, coupon("K1")]).unwrap();
    outbox
        .write(|tx| {
            spend(tx, "M1", Points(30), now())?.unwrap();
            append(tx, &draft())
        })
        .unwrap();
    let asked = open_request(&mut outbox);
    let before = outbox.read(identity::life).unwrap();
    let at = said(&outbox);
    assert_eq!((at.head_seq, at.grants_taken), (Seq(1), 3));
    assert!(begin(&mut outbox, &at, 2).unwrap());

    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(0));
    assert_ne!(outbox.read(identity::life).unwrap(), before, "a fresh life");
    let at = said(&outbox);
    assert_eq!(
        (at.epoch, at.head_seq, at.grants_taken),
        (Epoch(2), Seq(0), 0)
    );
    assert!(outbox.read(|c| open_requests(c, 10)).unwrap().is_empty());
    // the answer that was on its way belongs to the life that is over
    let late = reply(vec![grant(70, None)]);
    let taken = outbox
        .note(|tx| take_reply(tx, &asked, &late, now()))
        .unwrap();
    assert!(!taken);
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(0));
    // what waits of the epoch before goes first
    outbox.write(|tx| append(tx, &draft())).unwrap();
    assert_eq!(
        outbox.read(first_waiting).unwrap(),
        Some((Epoch(1), Seq(1)))
    );
    confirm(&mut outbox, 1, 1..=1);
    assert_eq!(
        outbox.read(first_waiting).unwrap(),
        Some((Epoch(2), Seq(1)))
    );
}

#[test]
fn an_epoch_begins_only_where_nothing_moved_since_the_hello() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let at = said(&outbox);
    outbox.write(|tx| append(tx, &draft())).unwrap();
    assert!(!begin(&mut outbox, &at, 2).unwrap(), "an operation came");
    let at = said(&outbox);
    take(&mut outbox, vec![grant(10, None)]).unwrap();
    assert!(!begin(&mut outbox, &at, 2).unwrap(), "an allowance came");
    let at = said(&outbox);
    assert!(matches!(
        begin(&mut outbox, &at, 1),
        Err(Error::Nonsense(_))
    ));
    assert!(begin(&mut outbox, &at, 2).unwrap());
    assert!(!begin(&mut outbox, &at, 3).unwrap(), "an epoch began");
    assert_eq!(outbox.read(identity::epoch).unwrap(), Epoch(2));
}

#[test]
fn what_was_done_while_no_epoch_was_known_becomes_the_first_of_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    outbox
        .write(|tx| identity::set_epoch(tx, Epoch(0)))
        .unwrap();
    let ids: Vec<_> = (0..3)
        .map(|_| outbox.write(|tx| append(tx, &draft())).unwrap().op_id)
        .collect();
    assert_eq!(
        outbox.read(first_waiting).unwrap(),
        None,
        "never sent as such"
    );
    let at = said(&outbox);
    assert!(begin(&mut outbox, &at, 4).unwrap());
    let device = outbox.read(identity::identity).unwrap().unwrap().device;
    assert!(
        outbox
            .read(|c| epoch::is_chained(c, device, Epoch(4)))
            .unwrap()
    );
    let ops = outbox
        .read(|c| batch(c, device, Epoch(4), Seq(1), 500, 1 << 20))
        .unwrap();
    assert_eq!(ops.iter().map(|o| o.op_id).collect::<Vec<_>>(), ids);
}

#[test]
fn a_restored_centre_is_sent_what_it_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let ops: Vec<_> = (0..5)
        .map(|_| outbox.write(|tx| append(tx, &draft())).unwrap())
        .collect();
    confirm(&mut outbox, 1, 1..=4);
    assert_eq!(outbox.read(|c| acked(c, Epoch(1))).unwrap(), Seq(4));
    let has = |epoch, seq, hash| Reached {
        epoch: Epoch(epoch),
        seq: Seq(seq),
        hash,
    };
    assert_eq!(
        outbox.read(|c| answered(c, 9)).unwrap(),
        [has(1, 4, ops[3].hash)]
    );
    // where its last is none of ours it has another copy's story: all of ours is told again
    outbox
        .write(|tx| send_again(tx, &has(1, 2, Hash::ZERO)))
        .unwrap();
    assert_eq!(outbox.read(|c| answered(c, 9)).unwrap(), []);
    assert_eq!(
        outbox.read(first_waiting).unwrap(),
        Some((Epoch(1), Seq(1)))
    );
    confirm(&mut outbox, 1, 1..=4);
    outbox
        .write(|tx| send_again(tx, &has(1, 2, ops[1].hash)))
        .unwrap();
    assert_eq!(
        outbox.read(first_waiting).unwrap(),
        Some((Epoch(1), Seq(3)))
    );
    assert_eq!(outbox.read(|c| acked(c, Epoch(1))).unwrap(), Seq(2));
    assert_eq!(outbox.read(|c| overlay_of(c, "M1")).unwrap().len(), 5);

    // of epochs that are over just as well, each for itself
    let at = said(&outbox);
    begin(&mut outbox, &at, 2).unwrap();
    confirm(&mut outbox, 1, 1..=5);
    let second = outbox.write(|tx| append(tx, &draft())).unwrap();
    let at = said(&outbox);
    begin(&mut outbox, &at, 5).unwrap();
    assert_eq!(
        outbox.read(|c| answered(c, 9)).unwrap(),
        [has(1, 5, ops[4].hash)],
        "of epochs without an answer nothing is told"
    );
    confirm(&mut outbox, 2, 1..=1);
    let told = [has(2, 1, second.hash), has(1, 5, ops[4].hash)];
    assert_eq!(outbox.read(|c| answered(c, 9)).unwrap(), told);
    assert_eq!(outbox.read(|c| answered(c, 1)).unwrap(), told[..1]);
    outbox
        .write(|tx| send_again(tx, &has(1, 3, ops[2].hash)))
        .unwrap();
    assert_eq!(
        outbox.read(|c| answered(c, 9)).unwrap(),
        [has(2, 1, second.hash), has(1, 3, ops[2].hash)]
    );
    outbox
        .write(|tx| send_again(tx, &has(2, 0, Hash::ZERO)))
        .unwrap();
    assert_eq!(
        outbox.read(|c| answered(c, 9)).unwrap(),
        [has(1, 3, ops[2].hash)]
    );
    // a centre that says nothing of them is offered all
    confirm(&mut outbox, 1, 4..=5);
    confirm(&mut outbox, 2, 1..=1);
    outbox.write(|tx| offer_again(tx, Epoch(1))).unwrap();
    assert_eq!(
        outbox.read(|c| answered(c, 9)).unwrap(),
        [has(2, 1, second.hash)]
    );
}

#[test]
fn a_report_names_what_is_left_and_what_unknown_operations_changed() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let (early, late) = (grant(10, Some("2026-06-01")), grant(20, Some("2026-07-01")));
    take(&mut outbox, vec![early.clone(), late.clone(), coupon("K1")]).unwrap();
    for points in [10, 20] {
        outbox
            .write(|tx| {
                spend(tx, "M1", Points(points), now())?.unwrap();
                append(tx, &draft())
            })
            .unwrap();
    }
    let told = |outbox: &Outbox, after| {
        let mut all: Vec<_> = outbox
            .read(|c| reported(c, Seq(after)))
            .unwrap()
            .into_iter()
            .map(|r| {
                (
                    r.coupon.clone(),
                    r.granted.0,
                    r.lots.len(),
                    r.request.is_some(),
                )
            })
            .collect();
        all.sort();
        all
    };
    let k = || (Some("K1".to_owned()), 0, 0, true);
    assert_eq!(told(&outbox, 2), [k()]);
    assert_eq!(told(&outbox, 1), [(None, 20, 1, true), k()]);
    assert_eq!(
        told(&outbox, 0),
        [(None, 10, 1, true), (None, 20, 1, true), k()]
    );
}

#[test]
fn an_answer_is_taken_once_and_only_by_the_life_that_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let asked = open_request(&mut outbox);
    let answer = reply(vec![grant(40, None)]);
    let take = |outbox: &mut Outbox, asked: &GrantRequest| {
        outbox
            .note(|tx| take_reply(tx, asked, &answer, now()))
            .unwrap()
    };
    assert!(take(&mut outbox, &asked));
    assert!(!take(&mut outbox, &asked), "repeated");
    let never = GrantRequest {
        request_id: RequestId::fresh(),
        ..asked
    };
    assert!(!take(&mut outbox, &never), "never asked");
    assert_eq!(outbox.read(|c| usable(c, "M1", now())).unwrap(), Points(40));
    assert_eq!(said(&outbox).grants_taken, 1);
}

/// What the centre says that it gave, made up.
fn says(answer: u8) -> Attested<Given> {
    let said = Given {
        epoch: Epoch(1),
        chain: Hash::from_bytes([answer; 32]),
        generation: Generation(1),
    };
    Attested {
        said,
        attestation: "00".repeat(64).parse().unwrap(),
    }
}

#[test]
fn what_the_centre_said_that_it_gave_stays_until_it_was_shown() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    let mut told = |shown: &[Attested<Given>], told: u8| {
        outbox
            .write(|tx| note_given(tx, shown, &says(told)))
            .unwrap();
        outbox.read(given).unwrap()
    };
    assert_eq!(told(&[], 1), [says(1)]);
    assert_eq!(told(&[says(1)], 2), [says(2)]);
    // two requests were under way at once: the answer to the later one came first, and each showed the same
    assert_eq!(told(&[says(2)], 4), [says(4)]);
    assert_eq!(told(&[says(2)], 3), [says(4), says(3)]);
    assert_eq!(told(&[says(2)], 3), [says(4), says(3)]);
    assert_eq!(told(&[says(4), says(3)], 5), [says(5)]);
}

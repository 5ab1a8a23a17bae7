//! What a centre was sent and has no more is sent again: of every life, and by a device that may only
//! deliver.

use crate::outbox::{self, identity};
use crate::scripted::Shop;
use protocol::hello::{HelloReply, HelloRequest, Reached};
use protocol::operation::Operation;
use protocol::{Epoch, ErrorCode, Generation, Hash, Seq};

/// A counter that sold three times in epoch 1 and twice in epoch 2; all was answered.
fn of_two_epochs() -> (Shop, Vec<Operation>) {
    let shop = Shop::open();
    let sell = |no: u32| {
        let sale = shop.sale(&format!("T{no}"), &[]);
        shop.engine.record_sale(&shop.clerk(), &sale).unwrap();
    };
    (1..=3).for_each(sell);
    contact(&shop).unwrap();
    {
        let mut s = shop.centre.script();
        let begin = HelloReply {
            begin_epoch: Some(Epoch(2)),
            ..s.hello.clone()
        };
        s.hellos_first = vec![begin];
        s.hello.epoch = Epoch(2);
    }
    contact(&shop).unwrap();
    (4..=5).for_each(sell);
    contact(&shop).unwrap();
    let ops = std::mem::take(&mut shop.centre.script().ops);
    let places: Vec<_> = ops.iter().map(|o| (o.epoch.0, o.seq.0)).collect();
    assert_eq!(places, [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]);
    (shop, ops)
}

fn contact(shop: &Shop) -> crate::error::Result<crate::sync::SyncReport> {
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now()
}

fn has(epoch: u32, seq: u64, hash: Hash) -> Reached {
    Reached {
        epoch: Epoch(epoch),
        seq: Seq(seq),
        hash,
    }
}

/// What came since, by place, in order of place.
fn came(shop: &Shop) -> Vec<(u32, u64)> {
    let ops = std::mem::take(&mut shop.centre.script().ops);
    let mut came: Vec<_> = ops.iter().map(|o| (o.epoch.0, o.seq.0)).collect();
    came.sort_unstable();
    came
}

#[test]
fn hello_tells_how_far_each_epoch_was_answered() {
    let (shop, ops) = of_two_epochs();
    contact(&shop).unwrap();
    let said: HelloRequest = shop.centre.last("/v1/hello");
    let told = [has(2, 2, ops[4].hash), has(1, 3, ops[2].hash)];
    assert_eq!(said.answered.as_deref(), Some(&told[..]));
    assert_eq!(came(&shop), [], "nothing is sent twice for nothing");
}

#[test]
fn what_the_centre_lacks_of_any_life_is_sent_again() {
    let (_, ops) = of_two_epochs();
    let other = ops[0].hash;
    type Case<'c> = (&'c [Reached], &'c [(u32, u64)]);
    let cases: [Case<'_>; 6] = [
        (&[], &[]),
        (&[has(2, 1, Hash::ZERO)], &[(2, 1), (2, 2)]),
        (&[has(1, 0, Hash::ZERO)], &[(1, 1), (1, 2), (1, 3)]),
        // another copy's story
        (&[has(1, 2, other)], &[(1, 1), (1, 2), (1, 3)]),
        (
            &[has(2, 0, Hash::ZERO), has(1, 0, Hash::ZERO)],
            &[(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)],
        ),
        // what this outbox never had
        (&[has(7, 3, other)], &[]),
    ];
    for (lacks, again) in cases {
        for superseded in [false, true] {
            let (shop, _) = of_two_epochs();
            {
                let mut s = shop.centre.script();
                s.hello.superseded = superseded;
                // in the same generation: nobody told the centre that it was put back
                s.hellos_first = vec![HelloReply {
                    lacks: Some(lacks.to_vec()),
                    ..s.hello.clone()
                }];
                // a life that this outbox knows nothing of
                s.hello.epoch = Epoch(if superseded { 9 } else { 2 });
            }
            contact(&shop).unwrap();
            assert_eq!(came(&shop), again, "{lacks:?} {superseded}");
        }
    }
    let (shop, ops) = of_two_epochs();
    let lacks = Some(vec![has(2, 1, ops[3].hash), has(1, 2, ops[1].hash)]);
    shop.centre.script().hello.lacks = lacks;
    contact(&shop).unwrap();
    assert_eq!(came(&shop), [(1, 3), (2, 2)], "what it has is not sent");
}

#[test]
fn a_restored_centre_that_does_not_look_is_offered_everything_also_where_another_life_is_current() {
    for (epoch, begin) in [(2, None), (3, Some(Epoch(3))), (3, None)] {
        let (shop, _) = of_two_epochs();
        {
            let mut s = shop.centre.script();
            s.hello.generation = Generation(2);
            s.hello.epoch = Epoch(epoch);
            s.hello.superseded = epoch > 2 && begin.is_none();
            s.hellos_first = vec![HelloReply {
                begin_epoch: begin,
                ..s.hello.clone()
            }];
        }
        contact(&shop).unwrap();
        let all = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)];
        assert_eq!(came(&shop), all, "{epoch} {begin:?}");
    }
}

#[test]
fn a_revoked_device_sends_again_what_the_centre_lacks_and_asks_for_nothing() {
    let (shop, ops) = of_two_epochs();
    {
        let mut s = shop.centre.script();
        s.hello.revoked = true;
        s.hello.generation = Generation(2);
        s.hello.lacks = Some(vec![has(2, 0, Hash::ZERO), has(1, 2, ops[1].hash)]);
    }
    shop.engine.shared.keep_hello(None);
    shop.centre.paths();
    let refused = shop.engine.sync_now().unwrap_err();
    assert_eq!(refused.code().0, "revoked");
    assert_eq!(
        shop.centre.paths(),
        ["/v1/hello", "/v1/push", "/v1/push"],
        "an epoch, a push"
    );
    assert_eq!(came(&shop), [(1, 3), (2, 1), (2, 2)]);
    let state = shop.engine.sync_state().unwrap();
    assert_eq!(
        (state.pending, state.problem.as_deref()),
        (0, Some("revoked"))
    );
    let generation = shop.engine.shared.outbox().read(identity::generation);
    assert_eq!(generation.unwrap(), Generation(1), "it reports to nobody");
    // a centre of an older build refuses it at once
    let refused = Err(ErrorCode::Revoked);
    shop.centre
        .script()
        .instead
        .insert("/v1/hello".into(), refused);
    assert_eq!(contact(&shop).unwrap_err().code().0, "revoked");
    assert_eq!(came(&shop), []);
}

#[test]
fn what_a_revoked_device_did_while_it_knew_no_epoch_is_delivered_too() {
    let shop = Shop::open();
    let moved_aside = |tx: &rusqlite::Transaction<'_>| identity::set_epoch(tx, Epoch(0));
    shop.engine.shared.outbox().write(moved_aside).unwrap();
    for no in ["T1", "T2"] {
        let sale = shop.sale(no, &[]);
        shop.engine.record_sale(&shop.clerk(), &sale).unwrap();
    }
    {
        let mut s = shop.centre.script();
        s.hello.revoked = true;
        s.hello.begin_epoch = Some(Epoch(4));
    }
    assert_eq!(contact(&shop).unwrap_err().code().0, "revoked");
    assert_eq!(came(&shop), [(4, 1), (4, 2)]);
    shop.centre.script().hello.begin_epoch = None;
    assert_eq!(contact(&shop).unwrap_err().code().0, "revoked");
    assert_eq!(came(&shop), []);
    assert_eq!(shop.engine.sync_state().unwrap().pending, 0);
}

#[test]
fn what_was_answered_after_a_hello_was_said_is_sent_again_where_its_answer_tells_of_a_restore() {
    type Case<'c> = (&'c [(usize, u32, u64)], u32, &'c [(u32, u64)]);
    let cases: [Case<'_>; 4] = [
        // all was told, and nothing is lacking
        (&[(4, 2, 2), (2, 1, 3)], 2, &[]),
        // said before the last of epoch 2
        (&[(3, 2, 1), (2, 1, 3)], 2, &[(2, 2)]),
        // said before epoch 2, in the middle of epoch 1
        (&[(1, 1, 2)], 2, &[(1, 3), (2, 1), (2, 2)]),
        // no restore: what was answered is there
        (&[], 1, &[]),
    ];
    for (told, generation, again) in cases {
        let (shop, ops) = of_two_epochs();
        contact(&shop).unwrap();
        let mut said: HelloRequest = shop.centre.last("/v1/hello");
        let told = told
            .iter()
            .map(|(op, epoch, seq)| has(*epoch, *seq, ops[*op].hash));
        said.answered = Some(told.collect());
        let late = HelloReply {
            generation: Generation(generation),
            lacks: Some(Vec::new()),
            ..shop.centre.script().hello.clone()
        };
        let mut outbox = shop.engine.shared.outbox();
        // where an effect shows is asked by itself: here all show
        let show = |tx: &rusqlite::Transaction<'_>| {
            tx.execute("UPDATE outbox SET overlay = 0", [])
                .map_err(outbox::failure)
        };
        outbox.write(show).unwrap();
        outbox
            .write(|tx| super::hello::again(tx, &said, &late))
            .unwrap();
        drop(outbox);
        contact(&shop).unwrap();
        assert_eq!(came(&shop), again, "{said:?}");
    }
}

#[test]
fn a_gap_is_filled_however_far_back_it_is() {
    let (shop, _) = of_two_epochs();
    let sale = shop.sale("T6", &[]);
    shop.engine.record_sale(&shop.clerk(), &sale).unwrap();
    // the centre says one at a time what it lacks
    shop.centre.script().gaps = true;
    contact(&shop).unwrap();
    assert_eq!(came(&shop), [(2, 1), (2, 2), (2, 3)]);
    let waiting = shop.engine.shared.outbox().read(outbox::first_waiting);
    assert_eq!(waiting.unwrap(), None);
}

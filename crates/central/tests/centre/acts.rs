//! Acts of a clerk beside sales, redemptions and returns: reversals, behaviours, freezes, extensions, and
//! who approved them.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{
    MANAGER, applied, behaviour, by, done, done_at, freeze, granted, in_order, listed, opened,
    outcomes, reversal,
};
use crate::common::{Bench, Counter, Engine, by_id, redemption, sale};
use chrono::Duration;
use loyalty::{Money, OpId, Points};
use protocol::entity::{self as wire, EntityKind};
use protocol::operation::Approval;
use protocol::operation::{Body, Return, ReturnLine, Reversal, Unfreeze};
use protocol::push::{HeldReason, Outcome, SetAsideReason};

async fn a_redemption_is_undone_once_by_its_own_counter_without_a_manager(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut counter = bench.counter(true).await;
    let grant = granted(&bench, &counter, &member, 300).await;
    let redeemed = done(&mut counter, &redemption(&member, &[(&grant, 200)]));
    counter
        .results(&bench, std::slice::from_ref(&redeemed))
        .await;
    let shown = redemptions(&bench, &counter).await;
    assert_eq!(
        (shown[0].points, shown[0].hers, shown[0].reversed.is_some()),
        (Points(200), Points(200), false)
    );
    assert_eq!(shown[0].device, Some(counter.device));

    let back = applied(&bench, &mut counter, &reversal(&redeemed, &member, None)).await;
    assert_eq!(
        (back.given_back, back.balance),
        (Points(200), Points(1_000))
    );
    assert_eq!(back.loss_reason, None);
    assert!(listed(&bench).await.is_empty());
    assert!(redemptions(&bench, &counter).await[0].reversed.is_some());
    in_order(&bench).await;

    // another clerk's second click: known, without effect, and told
    let twice = applied(&bench, &mut counter, &reversal(&redeemed, &member, None)).await;
    assert_eq!(
        (twice.given_back, twice.balance),
        (Points(0), Points(1_000))
    );
    assert_eq!(twice.loss_reason.as_deref(), Some("already_reversed"));
    assert_eq!(
        listed(&bench).await,
        [("already_reversed".to_owned(), 0, 0)]
    );
    in_order(&bench).await;
}

async fn redemptions(bench: &Bench, counter: &Counter) -> Vec<wire::Redemption> {
    let pulled = counter.pull(bench, "store:S1", 0).await;
    pulled
        .changes
        .iter()
        .filter(|c| c.entity == EntityKind::Redemption.name())
        .map(|c| serde_json::from_str(c.body.as_ref().unwrap().get()).unwrap())
        .collect()
}

async fn another_counters_redemption_or_an_earlier_days_needs_her_manager(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut first = bench.counter(true).await;
    let mut second = bench.counter(true).await;
    let grant = granted(&bench, &first, &member, 400).await;
    let early = centre::Clock::default().now() - Duration::days(3);
    let ops = [
        done_at(&mut first, &redemption(&member, &[(&grant, 100)]), early),
        done(&mut first, &redemption(&member, &[(&grant, 100)])),
        done(&mut first, &redemption(&member, &[(&grant, 100)])),
    ];
    first.results(&bench, &ops).await;

    let own_late = applied(&bench, &mut first, &reversal(&ops[0], &member, None)).await;
    assert_eq!(own_late.given_back, Points(100), "it has happened");
    assert_eq!(own_late.loss_reason.as_deref(), Some("not_approved"));
    let others = applied(&bench, &mut second, &reversal(&ops[1], &member, by("M3"))).await;
    assert_eq!(others.given_back, Points(100));
    assert_eq!(others.loss_reason.as_deref(), Some("approver_not_manager"));
    let approved = applied(
        &bench,
        &mut second,
        &reversal(&ops[2], &member, by(MANAGER)),
    )
    .await;
    assert_eq!(
        (approved.given_back, approved.loss_reason),
        (Points(100), None)
    );
    let list = listed(&bench).await;
    let reasons: Vec<&str> = list.iter().map(|(reason, ..)| reason.as_str()).collect();
    assert_eq!(reasons, ["approver_not_manager", "not_approved"]);
    in_order(&bench).await;
}

async fn a_reversal_waits_for_its_redemption(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut first = bench.counter(true).await;
    let mut second = bench.counter(true).await;
    let grant = granted(&bench, &first, &member, 300).await;
    let redeemed = done(&mut first, &redemption(&member, &[(&grant, 200)]));
    let back = done(&mut second, &reversal(&redeemed, &member, by(MANAGER)));
    let waits = Outcome::Held {
        reason: HeldReason::RedemptionUnknown,
    };
    assert_eq!(
        outcomes(&bench, &second, std::slice::from_ref(&back)).await,
        [waits]
    );
    in_order(&bench).await;
    first.results(&bench, &[redeemed]).await;
    let now = outcomes(&bench, &second, &[back]).await.remove(0);
    let Outcome::Exists(effect) = now else {
        panic!("{now:?}")
    };
    assert_eq!(
        (effect.given_back, effect.balance),
        (Points(200), Points(1_000))
    );
    in_order(&bench).await;
}

async fn what_a_store_bore_of_a_redemption_goes_back_to_the_store(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut counter = bench.counter(true).await;
    let mut other = bench.counter(true).await;
    let grant = granted(&bench, &counter, &member, 100).await;
    // beyond its allowance, as a written-off counter may
    centre::write_off::write_off(&bench.centre, counter.device, "C1")
        .await
        .unwrap();
    let late = done(&mut counter, &redemption(&member, &[(&grant, 100)]));
    let Outcome::Applied(lost) = outcomes(&bench, &counter, std::slice::from_ref(&late))
        .await
        .remove(0)
    else {
        panic!("not applied")
    };
    assert_eq!(lost.loss, Points(100));
    assert_eq!(redemptions(&bench, &other).await[0].hers, Points(0));
    assert_eq!(bench.balance_of(&member, "loss:S1").await, -100);
    let back = applied(&bench, &mut other, &reversal(&late, &member, by(MANAGER))).await;
    assert_eq!((back.given_back, back.balance), (Points(0), Points(1_000)));
    assert_eq!(bench.balance_of(&member, "loss:S1").await, 0);
    in_order(&bench).await;
}

async fn a_behaviour_counts_as_often_as_it_may_and_beyond_at_the_stores_loss(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut first = bench.counter(true).await;
    let mut second = bench.counter(false).await;
    let check_in = behaviour(&member, "check_in");
    let once = applied(&bench, &mut first, &check_in).await;
    assert_eq!(
        (once.earned, once.loss, once.balance),
        (Points(5), Points(0), Points(5))
    );
    let elsewhere = applied(&bench, &mut second, &check_in).await;
    assert_eq!((elsewhere.earned, elsewhere.loss), (Points(5), Points(5)));
    assert_eq!(elsewhere.loss_reason.as_deref(), Some("limit_reached"));
    assert_eq!(
        elsewhere.balance,
        Points(10),
        "she was told that she has them"
    );
    assert_eq!(listed(&bench).await, [("limit_reached".to_owned(), 5, 0)]);
    // another day, and one that may count oftener
    let yesterday = done_at(
        &mut first,
        &check_in,
        centre::Clock::default().now() - Duration::days(1),
    );
    let friends = [
        done(&mut first, &behaviour(&member, "referral")),
        done(&mut first, &behaviour(&member, "referral")),
    ];
    let ops = [&[yesterday][..], &friends].concat();
    let losses: Vec<Points> = outcomes(&bench, &first, &ops)
        .await
        .iter()
        .map(|o| match o {
            Outcome::Applied(e) => e.loss,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(losses, [Points(0); 3]);
    in_order(&bench).await;

    let pulled = second.pull(&bench, "store:S1", 0).await;
    let counted: Vec<wire::Behaved> = pulled
        .changes
        .iter()
        .filter(|c| c.entity == EntityKind::Behaved.name())
        .map(|c| serde_json::from_str(c.body.as_ref().unwrap().get()).unwrap())
        .collect();
    let mut times: Vec<_> = counted
        .iter()
        .map(|b| (b.behaviour.as_str(), b.times))
        .collect();
    times.sort_unstable();
    assert_eq!(times, [("check_in", 2), ("referral", 2)]);
    let today = bench.program.business_date(centre::Clock::default().now());
    assert!(counted.iter().all(|b| b.on == today));
}

async fn frozen_points_stop_everywhere_and_what_was_out_still_counts(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut first = bench.counter(true).await;
    let mut second = bench.counter(true).await;
    let out = granted(&bench, &second, &member, 300).await;
    let frozen = Body::Freeze(freeze(&member, by(MANAGER)));
    let effect = applied(&bench, &mut first, &frozen).await;
    assert_eq!((effect.loss_reason, effect.balance), (None, Points(1_000)));
    assert!(second.sees(&bench, &member).await.frozen);
    // what a counter holds is asked back, and nothing more is given
    let own = second
        .pull(&bench, &format!("device:{}", second.device), 0)
        .await;
    assert!(
        own.changes
            .iter()
            .any(|c| c.entity == EntityKind::Recall.name())
    );
    let reply = first.grant(&bench, &member, Some(100)).await;
    assert!(reply.grants.is_empty());
    // one that had not heard spent of what it held: hers, and no loss
    let spent = applied(&bench, &mut second, &redemption(&member, &[(&out, 100)])).await;
    assert_eq!((spent.loss, spent.balance), (Points(0), Points(900)));
    // again changes nothing; without a manager it counts and is listed
    applied(&bench, &mut first, &frozen).await;
    let open = Body::Unfreeze(Unfreeze(freeze(&member, None)));
    let effect = applied(&bench, &mut first, &open).await;
    assert_eq!(effect.loss_reason.as_deref(), Some("not_approved"));
    assert!(!first.sees(&bench, &member).await.frozen);
    let of_another = Body::Freeze(freeze(&member, by("M2")));
    let effect = applied(&bench, &mut first, &of_another).await;
    assert_eq!(effect.loss_reason.as_deref(), Some("approver_not_manager"));
    in_order(&bench).await;
}

async fn a_receipt_nobody_here_knew_is_taken_back_on_an_approval(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut seller = bench.counter(true).await;
    let mut other = bench.counter(true).await;
    let back = |qty, fen, approval| {
        Body::Return(Return {
            receipt: "T1".into(),
            of: None,
            store: "S1".into(),
            lines: vec![ReturnLine {
                sku: "A1".into(),
                qty,
                line: None,
            }],
            reason: "damaged".into(),
            shown_refund: Money::from_fen(fen),
            approval,
        })
    };
    // the sale has not come yet: held, then applied by itself
    let blind = done(&mut other, &back(1, 10_000, by(MANAGER)));
    let held = outcomes(&bench, &other, std::slice::from_ref(&blind)).await;
    let waits = Outcome::Held {
        reason: HeldReason::ReceiptUnknown,
    };
    assert_eq!(held, [waits]);
    applied(
        &bench,
        &mut seller,
        &Body::Sale(sale("T1", 20_000, by_id(&member))),
    )
    .await;
    let Outcome::Exists(effect) = outcomes(&bench, &other, &[blind]).await.remove(0) else {
        panic!("still held")
    };
    assert_eq!(
        (effect.taken_back, effect.balance),
        (Points(100), Points(100))
    );
    assert!(listed(&bench).await.is_empty());
    // more money than the piece cost, by somebody who may not approve
    let dear = applied(&bench, &mut other, &back(1, 15_000, by("C1"))).await;
    assert_eq!((dear.taken_back, dear.balance), (Points(100), Points(0)));
    // a second refund of the receipt: no points twice, the money is the store's
    let twice = applied(&bench, &mut seller, &back(2, 20_000, None)).await;
    assert_eq!((twice.taken_back, twice.balance), (Points(0), Points(0)));
    assert_eq!(twice.loss_reason.as_deref(), Some("over_returned"));
    assert_eq!(
        listed(&bench).await,
        [
            ("approver_not_manager".to_owned(), 0, 0),
            ("over_returned".to_owned(), 0, 20_000),
            ("refund_over".to_owned(), 0, 5_000),
        ]
    );
    in_order(&bench).await;
}

async fn nonsense_is_set_aside_and_blocks_nothing(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let stranger = bench.member("13900005678", 0).await;
    let mut counter = bench.counter(true).await;
    let grant = granted(&bench, &counter, &member, 100).await;
    let redeemed = done(&mut counter, &redemption(&member, &[(&grant, 100)]));
    counter
        .results(&bench, std::slice::from_ref(&redeemed))
        .await;
    let long = |n| "x".repeat(n);
    let nameless = Reversal {
        of: OpId::from(""),
        member: member.as_str().into(),
        store: "S1".into(),
        reason: "mistake".into(),
        shown_back: Points(-1),
        approval: None,
    };
    let endless = Some(Approval {
        manager: MANAGER.into(),
        reason: long(10_000),
    });
    let aside = [
        (Body::Reversal(nameless), SetAsideReason::Malformed),
        (
            reversal(&redeemed, &stranger, by(MANAGER)),
            SetAsideReason::Conflict,
        ),
        (
            reversal(&redeemed, &member, endless.clone()),
            SetAsideReason::Malformed,
        ),
        (behaviour(&member, "join"), SetAsideReason::Malformed),
        (behaviour(&member, "sing"), SetAsideReason::Malformed),
        (behaviour(&member, ""), SetAsideReason::Malformed),
        (behaviour(&member, &long(41)), SetAsideReason::Malformed),
        (
            Body::Freeze(freeze(&member, endless.clone())),
            SetAsideReason::Malformed,
        ),
        (
            Body::Unfreeze(Unfreeze(freeze(&member, endless))),
            SetAsideReason::Malformed,
        ),
    ];
    for (body, reason) in aside {
        let op = done(&mut counter, &body);
        let found = outcomes(&bench, &counter, &[op]).await;
        assert_eq!(found, [Outcome::SetAside { reason }], "{body:?}");
    }
    let nobody = done(&mut counter, &Body::Freeze(freeze("nobody", by(MANAGER))));
    let found = outcomes(&bench, &counter, &[nobody]).await;
    let waits = HeldReason::MemberUnknown;
    assert_eq!(found, [Outcome::Held { reason: waits }]);
    for text in [r#"{"member":"x"}"#, r#"{"to":"2026-13-45"}"#, "[]", "null"] {
        for kind in ["reversal", "behaviour", "freeze", "unfreeze", "extension"] {
            let json = serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
            let op = counter.append_raw(kind, json, Vec::new(), centre::Clock::default().now());
            let found = outcomes(&bench, &counter, &[op]).await;
            let reason = SetAsideReason::Malformed;
            assert_eq!(found, [Outcome::SetAside { reason }], "{kind} {text}");
        }
    }
    let after = applied(&bench, &mut counter, &behaviour(&member, "check_in")).await;
    assert_eq!(after.balance, Points(905));
    in_order(&bench).await;
}

on_both_engines!(
    a_redemption_is_undone_once_by_its_own_counter_without_a_manager,
    another_counters_redemption_or_an_earlier_days_needs_her_manager,
    a_reversal_waits_for_its_redemption,
    what_a_store_bore_of_a_redemption_goes_back_to_the_store,
    a_behaviour_counts_as_often_as_it_may_and_beyond_at_the_stores_loss,
    frozen_points_stop_everywhere_and_what_was_out_still_counts,
    a_receipt_nobody_here_knew_is_taken_back_on_an_approval,
    nonsense_is_set_aside_and_blocks_nothing,
);

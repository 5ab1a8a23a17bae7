//! Contacts with a scripted centre.

use crate::outbox::{self, identity};
use crate::scripted::{Shop, now};
use chrono::Duration;
use protocol::entity::EntityKind;
use protocol::grant::{GrantRequest, ShortReason};
use protocol::hello::HelloRequest;
use protocol::report::ReportRequest;
use protocol::{Epoch, ErrorCode, Generation, Seq};
use serde_json::json;

fn usable(shop: &Shop) -> i64 {
    let now = shop.engine.shared.now().unwrap();
    let points = shop
        .engine
        .shared
        .outbox()
        .read(|c| outbox::usable(c, "M1", now));
    points.unwrap().0
}

fn paths(shop: &Shop) -> Vec<String> {
    shop.engine.shared.keep_hello(None);
    shop.centre.paths();
    shop.engine.sync_now().unwrap();
    shop.centre.paths()
}

#[test]
fn hello_says_where_the_outbox_stands() {
    let shop = Shop::open();
    shop.centre.script().points = 500;
    shop.redeem("M1", 100).unwrap();
    shop.engine.sync_now().unwrap();
    shop.redeem("M1", 100).unwrap();
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now().unwrap();
    let said: HelloRequest = shop.centre.last("/v1/hello");
    assert_eq!((said.proto_max, said.epoch), (2, Epoch(1)));
    assert_eq!((said.head_seq, said.acked_seq), (Seq(2), Seq(1)));
    assert_eq!(said.grants_taken, Some(2));
    let life = shop.engine.shared.outbox().read(identity::life).unwrap();
    assert!(life.is_some() && said.life == life);
    assert!(said.open_requests.is_empty());
    let asked: GrantRequest = shop.centre.last("/v1/grant");
    assert_eq!(asked.epoch, Some(Epoch(1)));
}

#[test]
fn a_request_whose_answer_was_lost_is_named_and_asked_again() {
    let shop = Shop::open();
    shop.centre.script().points = 100;
    shop.centre.script().silent = vec!["/v1/grant".into()];
    assert_eq!(
        shop.redeem("M1", 100).unwrap_err().code().0,
        "offline_limit"
    );
    shop.centre.script().silent.clear();
    let asked: GrantRequest = shop.centre.last("/v1/grant");
    shop.engine.sync_now().unwrap();
    let said: HelloRequest = shop.centre.last("/v1/hello");
    assert_eq!(said.open_requests, [asked.request_id]);
    assert_eq!(usable(&shop), 100);
}

#[test]
fn a_new_epoch_is_begun_and_hello_is_said_again() {
    let shop = Shop::open();
    shop.centre.script().points = 300;
    shop.redeem("M1", 100).unwrap();
    assert_eq!(usable(&shop), 0);
    let first = {
        let mut s = shop.centre.script();
        let begin = protocol::hello::HelloReply {
            begin_epoch: Some(Epoch(2)),
            ..s.hello.clone()
        };
        s.hellos_first = vec![begin];
        s.hello.epoch = Epoch(2);
        s.points = 300;
        s.heard.len()
    };
    assert_eq!(first, 1);
    let asked = paths(&shop);
    assert_eq!(&asked[..3], ["/v1/hello", "/v1/hello", "/v1/push"]);
    let (epoch, open) = shop
        .engine
        .shared
        .outbox()
        .read(|c| Ok((identity::epoch(c)?, outbox::open_requests(c, 5)?)))
        .unwrap();
    assert_eq!((epoch, open.len()), (Epoch(2), 0));
    let op = shop.centre.script().ops.remove(0);
    assert_eq!(op.epoch, Epoch(1), "what waited goes under its own epoch");
    shop.redeem("M1", 100).unwrap();
    shop.engine.sync_now().unwrap();
    let op = shop.centre.script().ops.remove(0);
    assert_eq!((op.epoch, op.seq), (Epoch(2), Seq(1)));
}

#[test]
fn a_superseded_outbox_delivers_asks_for_nothing_and_says_so() {
    let shop = Shop::open();
    shop.centre.script().hello.superseded = true;
    shop.centre.script().hello.lease_until = None;
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    let asked = paths(&shop);
    assert!(asked.contains(&"/v1/push".to_owned()));
    assert!(!asked.contains(&"/v1/grant".to_owned()));
    let state = shop.engine.sync_state().unwrap();
    assert_eq!(state.problem.as_deref(), Some("superseded"));
    shop.centre.script().short = ShortReason::NoGrants;
    let refused = shop.redeem("M1", 100).unwrap_err().problem();
    assert_eq!(refused.reason.as_deref(), Some("superseded"));
    let shop = shop.again();
    let state = shop.engine.sync_state().unwrap();
    assert_eq!(state.problem.as_deref(), Some("superseded"), "remembered");
    shop.centre.script().hello.superseded = false;
    paths(&shop);
    assert_eq!(shop.engine.sync_state().unwrap().problem, None);
}

#[test]
fn a_revoked_device_still_delivers_and_says_so() {
    let shop = Shop::open();
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    shop.engine.shared.keep_hello(None);
    shop.centre
        .script()
        .instead
        .insert("/v1/hello".into(), Err(ErrorCode::Revoked));
    let refused = shop.engine.sync_now().unwrap_err();
    assert_eq!(refused.code().0, "revoked");
    assert_eq!(shop.centre.paths(), ["/v1/hello", "/v1/push"]);
    assert_eq!(shop.centre.script().ops.len(), 1);
    let state = shop.engine.sync_state().unwrap();
    assert_eq!(
        (state.pending, state.problem.as_deref()),
        (0, Some("revoked"))
    );
}

#[test]
fn a_restored_centre_hears_what_is_held_before_what_was_done() {
    let shop = Shop::open();
    shop.centre.script().points = 300;
    shop.redeem("M1", 200).unwrap();
    shop.engine.sync_now().unwrap();
    assert_eq!(shop.engine.sync_state().unwrap().pending, 0);
    {
        let mut s = shop.centre.script();
        s.ops.clear();
        s.hello.generation = Generation(2);
        s.hello.report = true;
    }
    let asked = paths(&shop);
    assert_eq!(&asked[..3], ["/v1/hello", "/v1/report", "/v1/push"]);
    assert_eq!(shop.centre.script().ops.len(), 1);
    // every scope anew: a cursor of another generation counts as none
    assert_eq!(asked.iter().filter(|p| *p == "/v1/pull").count(), 3);
    let asked = shop.engine.sync_now().map(|_| shop.centre.paths()).unwrap();
    assert!(!asked.contains(&"/v1/report".to_owned()), "once");
}

#[test]
fn a_report_of_nothing_is_a_report() {
    let shop = Shop::open();
    shop.centre.script().hello.report = true;
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now().unwrap();
    let said: ReportRequest = shop.centre.last("/v1/report");
    assert!(said.last && said.allowances.is_empty());
    assert_eq!((said.epoch, said.generation), (Epoch(1), Generation(1)));
}

#[test]
fn a_recall_is_answered_in_the_same_contact() {
    let shop = Shop::open();
    shop.centre.script().points = 300;
    shop.redeem("M1", 100).unwrap();
    shop.centre.script().points = 150;
    // more than is needed is asked for by nobody: an allowance with something left comes late
    shop.centre.script().silent = vec!["/v1/grant".into()];
    let _ = shop.redeem("M1", 150);
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    assert_eq!(usable(&shop), 150);
    let grant: String = shop
        .engine
        .shared
        .outbox()
        .read(|c| {
            c.query_row("SELECT grant_id FROM allowance WHERE spent = 0", [], |r| {
                r.get(0)
            })
            .map_err(outbox::failure)
        })
        .unwrap();
    let scope = shop.centre.device_scope();
    let body = json!({"grant": grant, "member": "M1"});
    shop.centre
        .publish(&scope, EntityKind::Recall.name(), &grant, &body);
    let report = shop.engine.sync_now().unwrap();
    assert_eq!((report.released, report.pushed), (1, 1));
    assert_eq!(usable(&shop), 0);
    let op = shop.centre.script().ops.pop().unwrap();
    assert_eq!(
        (op.kind.as_str(), op.clerk.as_str()),
        ("release", "counter")
    );
    assert_eq!(shop.engine.sync_now().unwrap().released, 0);
}

#[test]
fn a_counter_that_no_longer_checks_out_gives_back_what_came_ahead() {
    let shop = Shop::open();
    shop.centre.script().hello.checkout = Some(false);
    paths(&shop);
    assert!(!shop.engine.device_status().unwrap().checkout);
    let asked = paths(&shop);
    assert!(!asked.contains(&"/v1/grant".to_owned()));
}

#[test]
fn a_centre_of_version_1_still_works() {
    let shop = Shop::open();
    {
        let mut s = shop.centre.script();
        s.hello.proto = 1;
        s.hello.lease_until = None;
        s.hello.server_time = now() + Duration::hours(1);
        s.points = 100;
    }
    shop.redeem("M1", 100).unwrap();
    paths(&shop);
    assert_eq!(shop.centre.script().ops.len(), 1);
    assert!(shop.engine.device_status().unwrap().checkout);
    let refused = shop.engine.look_up("13900000009", None).unwrap_err();
    assert_eq!(refused.code().0, "look_up_unavailable");
}

#[test]
fn without_the_centre_the_reason_is_the_lease_where_that_is_what_bars() {
    let shop = Shop::open();
    shop.centre.script().points = 300;
    shop.centre.script().silent = vec!["/v1/grant".into()];
    let slow = shop.redeem("M1", 300).unwrap_err().problem();
    assert_eq!(slow.reason.as_deref(), Some("slow"));
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    assert_eq!(usable(&shop), 300);
    shop.engine
        .shared
        .outbox()
        .write(|tx| {
            tx.execute("UPDATE allowance SET lease_ms = 1", [])
                .map_err(outbox::failure)
        })
        .unwrap();
    let offline = Ok(json!(null));
    shop.centre
        .script()
        .instead
        .insert("offline".into(), offline);
    let refused = shop.redeem("M1", 300).unwrap_err().problem();
    assert_eq!(refused.reason.as_deref(), Some("lease_over"));
    shop.centre.script().instead.clear();
    for (said, word) in [
        (ShortReason::InDoubt, "in_doubt"),
        (ShortReason::HeldElsewhere, "held_elsewhere"),
        (ShortReason::Cap, "cap"),
        (ShortReason::Frozen, "frozen"),
        (ShortReason::NoGrants, "no_grants"),
    ] {
        shop.centre.script().points = 0;
        shop.centre.script().short = said;
        let refused = shop.redeem("M1", 900).unwrap_err().problem();
        assert_eq!(refused.reason.as_deref(), Some(word));
    }
}

#[test]
fn what_a_clerk_did_is_confirmed_while_a_pull_hangs() {
    let shop = Shop::open();
    let until = |what: &str, done: &dyn Fn() -> bool| {
        let begun = std::time::Instant::now();
        while !done() {
            assert!(begun.elapsed().as_secs() < 20, "{what}");
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    shop.centre.script().silent = vec!["/v1/pull".into()];
    let _worker = super::start(std::sync::Arc::clone(&shop.engine.shared), &runtime);
    let asked = |path: &str| {
        let s = shop.centre.script();
        s.heard.iter().filter(|(p, _)| p == path).count()
    };
    until("a contact begins", &|| asked("/v1/pull") > 0);
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    until("it is confirmed", &|| {
        shop.engine.sync_state().unwrap().pending == 0
    });
    assert_eq!(asked("/v1/push"), 1, "alone");
    assert_eq!(asked("/v1/pull"), 1, "still hanging");
    assert_eq!(asked("/v1/hello"), 0, "the one before still stands");
}

#[test]
fn a_restore_between_hello_and_push_is_met_at_once() {
    let shop = Shop::open();
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    let changed = Err(ErrorCode::GenerationChanged);
    shop.centre
        .script()
        .instead
        .insert("/v1/push".into(), changed);
    let refused = shop.engine.sync_now().unwrap_err();
    assert_eq!(refused.code().0, "centre_refused");
    assert_eq!(shop.centre.paths(), ["/v1/push", "/v1/hello", "/v1/push"]);
}

#[test]
fn a_superseded_counter_is_enrolled_anew_once_it_has_delivered() {
    let shop = Shop::open();
    let enrol = |shop: &Shop| shop.engine.enrol("http://127.0.0.1:1", "another", "1");
    assert_eq!(enrol(&shop).unwrap_err().code().0, "already_enrolled");
    shop.centre.script().hello.superseded = true;
    paths(&shop);
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    shop.centre
        .script()
        .instead
        .insert("offline".into(), Ok(json!(null)));
    assert_eq!(enrol(&shop).unwrap_err().code().0, "still_waiting");
    shop.centre.script().instead.clear();
    let refused = Err(ErrorCode::EnrolCodeInvalid);
    shop.centre
        .script()
        .instead
        .insert("/v1/enrol".into(), refused);
    assert_eq!(enrol(&shop).unwrap_err().code().0, "enrol_code_invalid");
    assert!(
        shop.engine.device_status().unwrap().enrolled,
        "it stays what it was"
    );
    shop.centre.script().instead.clear();

    shop.centre.script().hello.superseded = false;
    enrol(&shop).unwrap();
    let asked = paths(&shop);
    assert_eq!(asked[0], "/v1/hello");
    let (superseded, life, head) = shop
        .engine
        .shared
        .outbox()
        .read(|c| {
            Ok((
                identity::superseded(c)?,
                identity::life(c)?,
                outbox::head(c, 1)?.0,
            ))
        })
        .unwrap();
    assert_eq!((superseded, life.is_some(), head), (false, true, Seq(0)));
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T2", &[]))
        .unwrap();
    let kept = std::fs::read_dir(shop.dir.path()).unwrap();
    let kept = kept.filter(|f| {
        let name = f.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("outbox.aside-")
    });
    assert_eq!(kept.count(), 1, "the old one is kept");
    assert_eq!(shop.again().engine.sync_state().unwrap().pending, 1);
}

//! A counter that was silent for too long, one that was revoked, and what lies in the files of each.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::clock::{ClockSource, Reading, use_on_this_thread};
use crate::engine::Engine;
use crate::home::{FileKey, Home};
use crate::keys::KeyAccess;
use crate::scripted::{Shop, now};
use crate::view::{MemberTarget, RedeemRequest, RedeemWhat, SaleRequest, Scanned};
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::SigningKey;
use loyalty::{Money, Points};
use protocol::manage::ManageAction;
use protocol::operation::{Body, MemberRef};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Clocks that a test sets.
struct Clocks(Mutex<Reading>);

impl ClockSource for Clocks {
    fn read(&self) -> Reading {
        self.0.lock().unwrap().clone()
    }
}

impl Clocks {
    fn on_this_thread() -> OnThisThread {
        let clocks = Arc::new(Self(Mutex::new(Reading {
            boot: "first".into(),
            since_boot_ms: 0,
            wall: now(),
        })));
        use_on_this_thread(Some(clocks.clone()));
        OnThisThread(clocks)
    }

    fn pass(&self, by: Duration) {
        let mut r = self.0.lock().unwrap();
        r.since_boot_ms += by.num_milliseconds();
        r.wall += by;
    }

    /// The device starts anew, with its wall clock set.
    fn restart(&self, wall: DateTime<Utc>) {
        let mut r = self.0.lock().unwrap();
        r.boot.push('+');
        r.since_boot_ms = 0;
        r.wall = wall;
    }

    fn wall(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().wall
    }
}

/// Clocks that this thread reads until it is dropped.
struct OnThisThread(Arc<Clocks>);

impl std::ops::Deref for OnThisThread {
    type Target = Clocks;

    fn deref(&self) -> &Clocks {
        &self.0
    }
}

impl Drop for OnThisThread {
    fn drop(&mut self) {
        use_on_this_thread(None);
    }
}

const CENTRE: [u8; 32] = [9; 32];

/// A shop whose centre has told its key.
fn shop() -> Shop {
    let shop = Shop::open();
    let key = SigningKey::from_bytes(&CENTRE);
    shop.centre.script().hello.centre_key = Some(hex::encode(key.verifying_key().to_bytes()));
    contact(&shop).unwrap();
    shop
}

/// A contact with a hello of its own.
fn contact(shop: &Shop) -> crate::error::Result<()> {
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now().map(|_| ())
}

/// The code that the centre gives at a moment.
fn code(shop: &Shop, at: DateTime<Utc>) -> String {
    let me = shop.engine.shared.identity().unwrap().unwrap();
    let device = me.signing_key().unwrap().verifying_key();
    protocol::unlock::give(&SigningKey::from_bytes(&CENTRE), &device, me.device, at).unwrap()
}

#[track_caller]
fn refusal<T>(of: crate::error::Result<T>) -> &'static str {
    match of {
        Ok(_) => panic!("it was not refused"),
        Err(e) => e.code().0,
    }
}

fn is_locked(shop: &Shop) -> bool {
    shop.engine.device_status().unwrap().locked_since.is_some()
}

/// A sale to whoever a target means.
fn sale_to(shop: &Shop, receipt: &str, member: MemberTarget) -> SaleRequest {
    SaleRequest {
        member,
        ..shop.sale(receipt, &[])
    }
}

#[test]
fn a_silent_counter_shows_nobody_and_sells_on() {
    let clocks = Clocks::on_this_thread();
    let shop = shop();
    clocks.pass(Duration::hours(167));
    assert!(!is_locked(&shop));
    assert!(!shop.engine.find("13800000001", 20).unwrap().is_empty());
    clocks.pass(Duration::hours(1));
    assert!(is_locked(&shop));

    let engine = &shop.engine;
    assert_eq!(refusal(engine.find("13800000001", 20)), "counter_locked");
    assert_eq!(refusal(engine.member_page("M1")), "counter_locked");
    assert_eq!(refusal(engine.points_ledger("M1")), "counter_locked");
    assert_eq!(refusal(engine.coupons("M1")), "counter_locked");
    assert_eq!(refusal(engine.member_coupons("M1")), "counter_locked");
    assert_eq!(refusal(engine.redeem_options("M1")), "counter_locked");
    assert_eq!(refusal(engine.member_acts("M1")), "counter_locked");
    assert_eq!(refusal(engine.sample_options("M1", "")), "counter_locked");
    assert_eq!(
        refusal(engine.look_up("13800000001", None)),
        "counter_locked"
    );
    let clerk = shop.clerk();
    assert_eq!(refusal(engine.reveal(&clerk, "M1")), "counter_locked");
    assert_eq!(refusal(engine.profile_form(&clerk, "M1")), "counter_locked");
    let redeem = RedeemRequest {
        presence: None,
        member_id: "M1".into(),
        what: RedeemWhat::Cash {
            points: Points(100),
            bill: Money::from_fen(100_000),
        },
    };
    assert_eq!(refusal(engine.redeem(&clerk, &redeem)), "counter_locked");
    // whatever reads, and does not ask, finds nobody
    assert_eq!(engine.member_id("M1").unwrap(), None);
    let scanned = engine.scanned("13800000001").unwrap();
    assert!(matches!(scanned, Scanned::Unknown { .. }), "{scanned:?}");
    assert_eq!(engine.device_status().unwrap().members, 0);

    // what was paid for is recorded: by a number, and to whom was found before it locked
    let phone = MemberTarget::Phone {
        phone: "13800000001".into(),
    };
    let done = engine
        .record_sale(&clerk, &sale_to(&shop, "T1", phone))
        .unwrap();
    assert!(done.credited_later);
    let found = MemberTarget::Member { id: "M1".into() };
    engine
        .record_sale(&clerk, &sale_to(&shop, "T2", found))
        .unwrap();

    // a contact opens it, and takes what was recorded
    shop.centre.script().hello.server_time = now() + Duration::hours(168);
    contact(&shop).unwrap();
    assert!(!is_locked(&shop));
    assert_eq!(engine.device_status().unwrap().members, 1);
    engine.member_page("M1").unwrap();
    let ops = shop.centre.script().ops.clone();
    let whose: Vec<MemberRef> = ops
        .iter()
        .map(|op| match op.body().unwrap() {
            Some(Body::Sale(sale)) => sale.member,
            other => panic!("{other:?}"),
        })
        .collect();
    let member = "M1".into();
    assert_eq!(whose, [MemberRef::Phone, MemberRef::Id { member }]);
}

#[test]
fn it_locks_after_a_restart_too_and_its_programme_may_say_when() {
    let clocks = Clocks::on_this_thread();
    let shop = shop();
    let program = serde_json::json!({"version": 2, "allowance": {"offline_hours": 24}});
    shop.centre.publish("brand", "program", "2", &program);
    contact(&shop).unwrap();
    clocks.restart(clocks.wall() + Duration::hours(23));
    let shop = shop.again();
    assert!(!is_locked(&shop));
    clocks.restart(clocks.wall() + Duration::hours(1));
    let shop = shop.again();
    assert!(is_locked(&shop));
    assert_eq!(refusal(shop.engine.member_page("M1")), "counter_locked");
}

#[test]
fn a_clock_that_is_set_back_extends_nothing() {
    let clocks = Clocks::on_this_thread();
    let shop = shop();
    let begun = clocks.wall();
    // while it runs, the wall clock is nobody's
    clocks.pass(Duration::hours(100));
    clocks.0.0.lock().unwrap().wall = begun;
    clocks.pass(Duration::hours(60));
    assert!(!is_locked(&shop));
    // started anew with the clock where it was at the last contact: it was seen later, so it is not believed
    clocks.restart(begun);
    let shop = shop.again();
    assert!(is_locked(&shop), "how long it was off is not known");
    // a code opens it; set back once more, it is locked again, and that code is used
    let given = code(&shop, begun + Duration::hours(161));
    shop.engine.unlock(&given).unwrap();
    assert!(!is_locked(&shop));
    clocks.restart(begun - Duration::days(300));
    let shop = shop.again();
    assert!(is_locked(&shop));
    assert_eq!(refusal(shop.engine.unlock(&given)), "unlock_used");
    contact(&shop).unwrap();
    assert!(!is_locked(&shop));
}

#[test]
fn starts_with_the_clock_set_to_the_last_note_gain_minutes() {
    let clocks = Clocks::on_this_thread();
    let mut shop = shop();
    let mut open = Duration::zero();
    // used for five hours, each time started anew with the clock where it was when it was last looked at
    for _ in 0..60 {
        if is_locked(&shop) {
            break;
        }
        clocks.pass(Duration::hours(5));
        open += Duration::hours(5);
        is_locked(&shop);
        let wall = clocks.wall();
        clocks.restart(wall);
        shop = shop.again();
    }
    assert!(is_locked(&shop) && open <= Duration::hours(175), "{open}");
}

#[test]
fn a_code_opens_it_for_the_rest_of_a_day_once_and_at_this_device_alone() {
    let clocks = Clocks::on_this_thread();
    let shop = shop();
    let early = code(&shop, clocks.wall());
    // one that is open uses none up
    shop.engine.unlock(&early).unwrap();
    clocks.pass(Duration::days(8));
    assert!(is_locked(&shop));
    assert_eq!(refusal(shop.engine.unlock(&early)), "unlock_over");
    for wrong in ["", "nonsense", "0000-0000-0000-0000"] {
        assert_eq!(refusal(shop.engine.unlock(wrong)), "unlock_invalid");
    }
    let other = Shop::open();
    let me = other.engine.shared.identity().unwrap().unwrap();
    let of_other = protocol::unlock::give(
        &SigningKey::from_bytes(&CENTRE),
        &me.signing_key().unwrap().verifying_key(),
        me.device,
        clocks.wall(),
    );
    let of_other = shop.engine.unlock(&of_other.unwrap());
    assert_eq!(refusal(of_other), "unlock_invalid");

    let given = code(&shop, clocks.wall() - Duration::hours(2));
    shop.engine
        .unlock(&given.to_lowercase().replace('-', " "))
        .unwrap();
    assert!(!is_locked(&shop));
    shop.engine.member_page("M1").unwrap();
    let shop = shop.again();
    assert!(!is_locked(&shop), "it outlives a restart of the program");
    clocks.pass(Duration::hours(22));
    assert!(is_locked(&shop));
    assert_eq!(refusal(shop.engine.unlock(&given)), "unlock_used");
    shop.engine.unlock(&code(&shop, clocks.wall())).unwrap();
    assert!(!is_locked(&shop));
}

#[test]
fn a_manager_asks_for_a_code_from_another_counter() {
    let shop = Shop::open();
    let me = shop.engine.shared.identity().unwrap().unwrap().device;
    let reply = serde_json::json!({"store": "S1", "devices": [], "list": [], "unlock_code": "AB"});
    shop.centre
        .script()
        .instead
        .insert("/v1/manage".into(), Ok(reply));
    let action = ManageAction::Unlock { device: me };
    let said = shop.engine.manage("C1", "1234", action).unwrap();
    assert_eq!(said.unlock_code.as_deref(), Some("AB"));
    let what = crate::view::ManageWhat::Unlock {
        device: me.to_string(),
    };
    let shown = shop.engine.store_devices("C1", "1234", what).unwrap();
    assert_eq!(shown.unlock_code.as_deref(), Some("AB"));
}

/// The keys that lie in a test's plain file: the outbox's, the cache's, the device's.
fn keys(dir: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(dir.join("device.key")).unwrap();
    text.split_whitespace().map(str::to_owned).collect()
}

fn opens(file: &Path, key: &str) -> bool {
    let conn = Connection::open(file).unwrap();
    let Some(key) = FileKey::from_hex(key) else {
        return false;
    };
    conn.execute_batch(&key.pragma()).unwrap();
    conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))
        .is_ok()
}

#[test]
fn outbox_and_cache_have_a_key_each_and_the_cache_no_secret_of_the_device() {
    let shop = shop();
    let dir = shop.dir.path().to_owned();
    let secret = {
        let me = shop.engine.shared.identity().unwrap().unwrap();
        me.secret().to_owned()
    };
    drop(shop.engine);
    let keys = keys(&dir);
    assert_eq!(keys[2], secret);
    let copy = |from: &str| {
        let to = dir.join(format!("{from}.copy"));
        std::fs::copy(dir.join(from), &to).unwrap();
        to
    };
    let (outbox, cache) = (copy("outbox.db"), copy("cache.db"));
    assert!(opens(&outbox, &keys[0]) && !opens(&outbox, &keys[1]));
    assert!(opens(&cache, &keys[1]) && !opens(&cache, &keys[0]));
    let conn = Connection::open(&cache).unwrap();
    let key = FileKey::from_hex(&keys[1]).unwrap();
    conn.execute_batch(&key.pragma()).unwrap();
    let mirror: String = conn
        .query_row("SELECT identity FROM identity_mirror", [], |r| r.get(0))
        .unwrap();
    assert!(!mirror.contains(&secret), "{mirror}");
    assert!(mirror.contains("heard"), "{mirror}");
}

#[test]
fn a_cache_of_the_build_before_gets_its_own_key_and_loses_the_secret() {
    let frozen =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/taken_over/counter");
    let dir = tempfile::tempdir().unwrap();
    for file in ["cache.db", "outbox.db", "device.key"] {
        std::fs::copy(frozen.join(file), dir.path().join(file)).unwrap();
    }
    let before = keys(dir.path());
    assert_eq!(before.len(), 1, "one key for both");
    assert!(opens(&dir.path().join("cache.db"), &before[0]));
    let open = || Engine::open(dir.path(), &KeyAccess::insecure()).unwrap();
    let engine = open();
    let secret = engine.shared.identity().unwrap().unwrap();
    let secret = secret.secret().to_owned();
    drop(engine);
    let now = keys(dir.path());
    assert_eq!((&now[0], &now[2]), (&before[0], &secret));
    let cache = dir.path().join("cache.db");
    assert!(opens(&cache, &now[1]) && !opens(&cache, &before[0]));
    let conn = Connection::open(&cache).unwrap();
    let key = FileKey::from_hex(&now[1]).unwrap();
    conn.execute_batch(&key.pragma()).unwrap();
    // the frozen counter has been silent for long: its engine hides them
    let members: u32 = conn
        .query_row("SELECT count(*) FROM member", [], |r| r.get(0))
        .unwrap();
    assert!(members > 0, "nothing of it is lost");
    let copies: i64 = conn
        .query_row(
            "SELECT count(*) FROM identity_mirror WHERE instr(identity, ?1) > 0",
            [&secret],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(copies, 0);
    drop(conn);
    // and once more it is what it is
    drop(open());
    let conn = Connection::open(&cache).unwrap();
    conn.execute_batch(&key.pragma()).unwrap();
    let again: u32 = conn
        .query_row("SELECT count(*) FROM member", [], |r| r.get(0))
        .unwrap();
    assert_eq!(again, members);
}

#[test]
fn a_revoked_counter_forgets_its_members_and_still_delivers() {
    let shop = shop();
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    let (dir, centre) = (shop.dir.path().to_owned(), shop.centre.clone());
    let home = Home::open(&dir).unwrap();
    let before = keys(&dir);
    let stolen = dir.with_extension("stolen");
    std::fs::copy(home.cache(), &stolen).unwrap();
    std::fs::write(dir.join("cache.damaged-20260101T000000000.db"), "old").unwrap();

    centre.script().hello.revoked = true;
    assert_eq!(refusal(contact(&shop)), "revoked");
    assert_eq!(
        centre.script().ops.len(),
        1,
        "what it recorded is delivered"
    );
    let forgot = |shop: &Shop| {
        let status = shop.engine.device_status().unwrap();
        assert_eq!(status.members, 0);
        assert!(shop.engine.clerks().unwrap().is_empty(), "nobody signs in");
        assert!(shop.engine.find("13800000001", 20).unwrap().is_empty());
        assert_eq!(refusal(shop.engine.member_page("M1")), "member_unknown");
        let page = shop.engine.sync_page().unwrap();
        assert_eq!((page.state.pending, page.confirmed.len()), (0, 1));
        let left: Vec<_> = std::fs::read_dir(&dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with("cache."))
            .collect();
        assert_eq!(left, ["cache.erased"]);
        let now = keys(&dir);
        assert_eq!((&now[0], now[1].as_str()), (&before[0], "none"));
    };
    forgot(&shop);
    let shop = shop.again();
    forgot(&shop);
    // a copy of its cache, put back, is opened by nothing that is left
    std::fs::copy(&stolen, home.cache()).unwrap();
    assert!(!keys(&dir).iter().any(|key| opens(&stolen, key)));
    let shop = shop.again();
    forgot(&shop);

    // let in again, it has a key of its own and what the centre tells
    centre.script().hello.revoked = false;
    contact(&shop).unwrap();
    assert_eq!(shop.engine.device_status().unwrap().members, 1);
    let now = keys(&dir);
    assert!(now[1].len() == 64 && now[1] != before[1]);
    let shop = shop.again();
    assert_eq!(shop.engine.device_status().unwrap().members, 1);
    std::fs::remove_file(stolen).unwrap();
}

#[test]
fn a_counter_whose_outbox_was_put_aside_still_knows_how_long_it_was_silent() {
    let clocks = Clocks::on_this_thread();
    let Shop {
        centre,
        engine,
        dir,
    } = shop();
    drop(engine);
    clocks.pass(Duration::days(8));
    std::fs::write(dir.path().join("outbox.db"), vec![7u8; 64 * 1024]).unwrap();
    let aside = Engine::put_outbox_aside(dir.path(), &KeyAccess::insecure()).unwrap();
    assert!(aside.enrolled, "its secret lies with the keys");
    let engine = Engine::open_simulated(dir.path(), Arc::new(centre.clone())).unwrap();
    let shop = Shop {
        centre,
        engine,
        dir,
    };
    assert!(is_locked(&shop));
}

#[test]
fn who_looks_from_a_shell_is_written_down() {
    let shop = Shop::open();
    let clerk = shop.clerk();
    shop.engine.looked(&clerk, "show", Some("M1")).unwrap();
    shop.engine.looked(&clerk, "find", None).unwrap();
    // she is the store's manager
    let looks = shop.engine.looks(&clerk, 1).unwrap();
    let said: Vec<_> = looks
        .iter()
        .map(|l| (l.clerk.as_str(), l.what.as_str(), l.member.as_deref()))
        .collect();
    assert_eq!(said, [("C1", "find", None), ("C1", "show", Some("M1"))]);
}

//! Signing in: the first time on a device, later with no network, and when it ends.

use crate::error::Error;
use crate::outbox;
use crate::scripted::{Shop, clerk, marked};
use crate::view::{Act, ActRequest, Approver};
use ed25519_dalek::VerifyingKey;
use protocol::entity::EntityKind;
use protocol::operation::Operation;
use protocol::signature::public_key_from_hex;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

const PIN: &str = "135790";

impl Shop {
    /// A counter at a centre that tells no hashes: an advisor C2 and a manager C3.
    fn of_today() -> Self {
        let shop = Self::open();
        for (id, role) in [("C2", "advisor"), ("C3", "manager")] {
            shop.centre
                .script()
                .pins
                .insert(id.to_owned(), PIN.to_owned());
            shop.tells(id, &marked(id, role, PIN));
        }
        shop.engine.sync_now().unwrap();
        shop
    }

    fn tells(&self, id: &str, body: &Value) {
        self.centre
            .publish("store:S1", EntityKind::Clerk.name(), id, body);
    }

    fn apart(&self, on: bool) {
        let instead = &mut self.centre.script().instead;
        if on {
            instead.insert("offline".into(), Ok(Value::Null));
        } else {
            instead.remove("offline");
        }
    }

    fn code(&self, clerk: &str, pin: &str) -> &'static str {
        match self.engine.sign_in(clerk, pin) {
            Ok(_) => "in",
            Err(e) => e.code().0,
        }
    }

    fn here(&self, clerk: &str) -> bool {
        let all = self.engine.clerks().unwrap();
        all.iter().find(|c| c.id == clerk).unwrap().here
    }

    /// What the centre has got, and the keys that it knows.
    fn got(&self) -> (Vec<Operation>, impl Fn(&str) -> VerifyingKey + use<>) {
        self.engine.sync_now().unwrap();
        let script = self.centre.script();
        let keys = script.keys.clone();
        let key = move |clerk: &str| public_key_from_hex(&keys[clerk]).unwrap();
        (script.ops.clone(), key)
    }
}

#[test]
fn the_first_time_the_centre_checks_the_pin_and_later_ones_need_no_network() {
    let shop = Shop::of_today();
    shop.centre.paths();
    assert!(!shop.here("C2"));
    assert_eq!(shop.code("C2", "975310"), "pin_wrong");
    assert_eq!(shop.code("C2", PIN), "in");
    assert_eq!(shop.centre.paths(), ["/v1/clerk", "/v1/clerk"]);
    assert!(shop.here("C2") && !shop.here("C3"));
    shop.apart(true);
    let shop = shop.again();
    assert_eq!(shop.code("C2", "975310"), "pin_wrong");
    assert_eq!(shop.code("C2", PIN), "in");
    assert!(shop.centre.paths().is_empty(), "nobody was asked");
}

#[test]
fn a_first_time_with_no_network_is_told_so_and_is_no_try() {
    let shop = Shop::of_today();
    shop.apart(true);
    for _ in 0..8 {
        assert_eq!(shop.code("C2", "975310"), "first_sign_in_offline");
    }
    // a manager who never was here approves nothing either
    let approver = Approver {
        manager: "C3".into(),
        pin: PIN.into(),
    };
    let refused = shop.engine.approve(Some(&approver), "asked").unwrap_err();
    assert_eq!(refused.problem().number, "C-126");
    shop.apart(false);
    assert_eq!(shop.code("C2", PIN), "in");
}

#[test]
fn what_a_clerk_does_is_signed_and_what_a_manager_approves_by_both() {
    let shop = Shop::of_today();
    let advisor = shop.engine.sign_in("C2", PIN).unwrap();
    let freeze = ActRequest {
        member_id: "M1".into(),
        act: Act::Freeze,
        reason: "asked".into(),
        approver: Some(Approver {
            manager: "C3".into(),
            pin: PIN.into(),
        }),
    };
    shop.engine.record_act(&advisor, &freeze).unwrap();
    shop.engine
        .record_sale(&advisor, &shop.sale("T1", &[]))
        .unwrap();
    let (ops, key) = shop.got();
    assert_eq!(ops.len(), 2);
    assert!(ops.iter().all(|op| op.is_by_clerk(&key("C2"))));
    assert!(ops[0].is_by_manager(&"C3".into(), &key("C3")));
    assert!(!ops[0].is_by_manager(&"C3".into(), &key("C2")));
    assert_eq!(ops[1].approval_signature, None);
}

#[test]
fn thirty_at_once_have_no_more_tries_than_one() {
    let shop = Shop::open();
    let looked_at = AtomicU32::new(0);
    std::thread::scope(|threads| {
        for n in 0..30 {
            let (shop, looked_at) = (&shop, &looked_at);
            threads.spawn(move || {
                let wrong = format!("9{n:05}");
                match shop.engine.sign_in("C1", &wrong) {
                    Err(Error::PinWrong { .. }) => looked_at.fetch_add(1, Ordering::Relaxed),
                    Err(Error::PinLocked { .. }) => 0,
                    other => panic!("{other:?}"),
                };
            });
        }
    });
    // the fifth was looked at too, and told of the wait
    assert_eq!(looked_at.load(Ordering::Relaxed), 4);
    assert_eq!(shop.code("C1", "1234"), "pin_locked");
}

#[test]
fn who_was_let_go_is_stopped_at_the_next_contact_in_the_middle_of_things() {
    let shop = Shop::of_today();
    let staff = shop.engine.sign_in("C2", PIN).unwrap();
    shop.engine
        .record_sale(&staff, &shop.sale("T1", &[]))
        .unwrap();
    let mut gone = marked("C2", "advisor", PIN);
    gone["active"] = json!(false);
    shop.tells("C2", &gone);
    shop.engine
        .record_sale(&staff, &shop.sale("T2", &[]))
        .unwrap();
    shop.engine.sync_now().unwrap();
    assert!(shop.engine.is_stopped(&staff).unwrap());
    let refused = shop.engine.record_sale(&staff, &shop.sale("T3", &[]));
    assert_eq!(refused.unwrap_err().code().0, "not_signed_in");
    assert_eq!(shop.code("C2", PIN), "clerk_unknown");
    let kept = shop
        .engine
        .shared
        .outbox()
        .read(|c| outbox::clerk_key(c, "C2"));
    assert!(kept.unwrap().is_none(), "nothing is left to open");
    // what was done before stays done, and is signed
    let (ops, key) = shop.got();
    assert_eq!(ops.len(), 2);
    assert!(ops.iter().all(|op| op.is_by_clerk(&key("C2"))));
    // somebody who comes back is asked for by the centre
    shop.tells("C2", &marked("C2", "advisor", PIN));
    shop.engine.sync_now().unwrap();
    shop.centre.paths();
    assert_eq!(shop.code("C2", PIN), "in");
    assert_eq!(shop.centre.paths(), ["/v1/clerk"]);
}

#[test]
fn a_new_pin_ends_what_the_old_one_opened() {
    let shop = Shop::of_today();
    let staff = shop.engine.sign_in("C2", PIN).unwrap();
    shop.centre
        .script()
        .pins
        .insert("C2".into(), "246802".into());
    shop.tells("C2", &marked("C2", "advisor", "246802"));
    shop.engine.sync_now().unwrap();
    assert!(shop.engine.is_stopped(&staff).unwrap());
    assert_eq!(shop.code("C2", PIN), "pin_wrong");
    assert_eq!(shop.code("C2", "246802"), "in");
    shop.apart(true);
    assert_eq!(shop.code("C2", "246802"), "in");
}

#[test]
fn a_counter_that_was_brought_up_to_date_tells_the_key_and_forgets_the_hash() {
    // the cache of an older build has the hash; there is no network when the clerk signs in
    let shop = Shop::open();
    shop.apart(true);
    assert!(shop.here("C1"));
    let staff = shop.engine.sign_in("C1", "1234").unwrap();
    shop.engine
        .record_sale(&staff, &shop.sale("T1", &[]))
        .unwrap();
    assert_eq!(shop.code("C1", "4321"), "pin_wrong");
    shop.engine.sync_now().unwrap_err();
    // the centre is of today, and takes the PIN of whoever has signed in
    shop.centre.script().pins.insert("C1".into(), "1234".into());
    shop.tells("C1", &marked("C1", "manager", "1234"));
    shop.apart(false);
    shop.centre.paths();
    shop.engine.sync_now().unwrap();
    let asked = shop.centre.paths();
    let at = |path: &str| asked.iter().position(|p| p == path).unwrap();
    assert!(at("/v1/hello") < at("/v1/clerk") && at("/v1/clerk") < at("/v1/push"));
    let (ops, key) = shop.got();
    assert!(ops[0].is_by_clerk(&key("C1")));
    assert!(!shop.engine.is_stopped(&staff).unwrap());
    // from now on neither a hash nor the centre is needed
    shop.apart(true);
    let shop = shop.again();
    assert_eq!(shop.code("C1", "1234"), "in");
    let left = shop.engine.shared.key_to_tell(&"C1".into());
    assert!(left.is_none(), "no PIN is kept");
}

#[test]
fn a_process_that_ended_in_between_is_told_the_pin_by_the_next_sign_in() {
    let shop = Shop::open();
    shop.apart(true);
    shop.engine.sign_in("C1", "1234").unwrap();
    let shop = shop.again();
    shop.centre.script().pins.insert("C1".into(), "1234".into());
    shop.tells("C1", &marked("C1", "manager", "1234"));
    shop.apart(false);
    shop.engine.sync_now().unwrap();
    assert!(shop.centre.script().keys.is_empty(), "nobody knows the PIN");
    assert_eq!(shop.code("C1", "1234"), "in");
    shop.engine.sync_now().unwrap();
    assert_eq!(shop.centre.script().keys.len(), 1);
}

#[test]
fn a_centre_that_was_put_back_takes_its_own_word_for_a_key() {
    let shop = Shop::of_today();
    let staff = shop.engine.sign_in("C2", PIN).unwrap();
    shop.centre.script().keys.clear();
    // nobody types anything
    let shop = shop.again();
    shop.engine.sync_now().unwrap();
    assert_eq!(shop.centre.script().keys.len(), 1);
    shop.engine
        .record_sale(&staff, &shop.sale("T1", &[]))
        .unwrap();
    let (ops, key) = shop.got();
    assert!(ops[0].is_by_clerk(&key("C2")));
    // its word of before does not hold any more: the PIN does
    shop.centre.script().keys.clear();
    let reply = json!({"answer": "ask_pin"});
    shop.centre
        .script()
        .instead
        .insert("/v1/clerk".into(), Ok(reply));
    let shop = shop.again();
    shop.engine.sync_now().unwrap();
    shop.centre.script().instead.remove("/v1/clerk");
    assert_eq!(shop.code("C2", PIN), "in");
    shop.engine.sync_now().unwrap();
    assert_eq!(shop.centre.script().keys.len(), 1);
}

#[test]
fn an_older_centre_is_told_no_pin_and_checks_none() {
    let shop = Shop::open();
    let staff = shop.engine.sign_in("C1", "1234").unwrap();
    shop.engine
        .record_sale(&staff, &shop.sale("T1", &[]))
        .unwrap();
    shop.engine.shared.keep_hello(None);
    shop.engine.sync_now().unwrap();
    assert!(!shop.centre.paths().contains(&"/v1/clerk".to_owned()));
    assert!(shop.engine.shared.key_to_tell(&"C1".into()).is_none());
    // another PIN there is another hash
    let mut other = clerk();
    let hash = other["pin_hash"].take();
    let changed = hash.as_str().unwrap().replace("$v=19$m=8", "$v=19$m=16");
    other["pin_hash"] = json!(changed);
    shop.tells("C1", &other);
    shop.engine.sync_now().unwrap();
    assert!(shop.engine.is_stopped(&staff).unwrap());
    assert_eq!(shop.code("C1", "1234"), "pin_wrong", "by the new hash");
}

//! Whatever comes from outside is read or refused: nothing of it stops the program, and what was read is written as it was
//! read. `COUNTERPART_FUZZ_CASES` says how many texts each reader is given (512 without it).
//!
//! The texts are of three kinds: any characters; documents with the names of fields that the protocol knows and any values;
//! and sound ones of which some bytes were changed.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use identity::scan::Scan;
use identity::{CardNo, MemberCode, MobileNumber};
use loyalty::Program;
use proptest::prelude::*;
use protocol::code::SignUpCode;
use protocol::operation::{Body, Operation};
use protocol::token::{Access, Assertion, Covers, Proof, TokenRequest};
use protocol::{CentreId, DeviceId, WireError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Names of fields, and words that are values of some.
const NAMES: [&str; 64] = [
    "member",
    "store",
    "points",
    "spends",
    "what",
    "for",
    "reward",
    "qty",
    "name",
    "cash",
    "bill",
    "worth",
    "receipt",
    "lines",
    "sku",
    "amount",
    "pay_points",
    "coupons",
    "shown_pay",
    "shown_earned",
    "credit",
    "approval",
    "manager",
    "reason",
    "presence",
    "last_four",
    "by",
    "id",
    "code",
    "phone",
    "seen",
    "set",
    "birthday",
    "skin",
    "consents",
    "allergies_add",
    "grant",
    "epoch",
    "seq",
    "hash",
    "generation",
    "life",
    "acked_seq",
    "open_requests",
    "answered",
    "attested",
    "given",
    "clerk_keys",
    "signed_in",
    "proto_min",
    "proto_max",
    "head_seq",
    "head_hash",
    "scope",
    "cursor",
    "limit",
    "ops",
    "kind",
    "body",
    "personal",
    "clerk",
    "action",
    "device",
    "query",
];

/// Sound texts, each of another kind.
const SOUND: [&str; 9] = [
    r#"{"receipt":"T1","store":"S1","member":{"by":"id","member":"M1"},"lines":[{"sku":"A","name":"霜","qty":1,"amount":"9.90"}],"pay_points":5,"spends":[],"shown_pay":"9.40","shown_earned":9}"#,
    r#"{"member":"M1","store":"S1","points":40,"spends":[],"what":{"for":"cash","bill":"100.00","worth":"2.00"},"presence":"last_four"}"#,
    r#"{"member":"M1","seen":2,"set":{"birthday":"1990-05-06"},"allergies_add":["香精"],"consents":{"skin":true,"text_version":"2026-01"}}"#,
    r#"{"proto_min":1,"proto_max":2,"generation":1,"epoch":1,"head_seq":0,"head_hash":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
    r#"{"scope":"brand","cursor":0,"generation":1,"limit":100}"#,
    r#"{"clerk":"M1","pin":"123456","action":"look"}"#,
    r#"{"version":1,"redeem":{"presence":{"floor":5,"ceiling":9}},"tiers":[{"id":"member"}]}"#,
    r#"{"member":"M1","clerk":"C1","what":"prove","code":"123456"}"#,
    r#"{"query":"13800005678","by":"phone","clerk":"C1","why":"serving"}"#,
];

fn cases() -> u32 {
    let said = std::env::var("COUNTERPART_FUZZ_CASES").ok();
    said.and_then(|n| n.parse().ok()).unwrap_or(512)
}

fn document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[0-9a-f]{64}".prop_map(Value::from),
        "-?[0-9]{0,20}\\.?[0-9]{0,4}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?".prop_map(Value::from),
        prop::sample::select(NAMES.as_slice()).prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(4, 64, 12, |inner| {
        let name = prop::sample::select(NAMES.as_slice()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..12)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    });
    tree.prop_map(|value| value.to_string())
}

fn changed() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..6);
    (prop::sample::select(SOUND.as_slice()), edits).prop_map(|(sound, edits)| {
        let mut bytes = sound.as_bytes().to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![1 => ".{0,200}", 4 => document(), 4 => changed(), 1 => prop::sample::select(SOUND.as_slice()).prop_map(str::to_owned)]
}

/// What can be read is written as something that is read as the same.
fn read<T: DeserializeOwned + Serialize>(text: &str) -> bool {
    let Ok(value) = serde_json::from_str::<T>(text) else {
        return false;
    };
    let written = serde_json::to_string(&value).unwrap();
    let again: T = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn messages(text in text()) {
        read::<protocol::hello::HelloRequest>(&text);
        read::<protocol::hello::HelloReply>(&text);
        read::<protocol::push::PushRequest>(&text);
        read::<protocol::push::PushReply>(&text);
        read::<protocol::pull::PullRequest>(&text);
        read::<protocol::pull::PullReply>(&text);
        read::<protocol::grant::GrantRequest>(&text);
        read::<protocol::grant::GrantReply>(&text);
        read::<protocol::report::ReportRequest>(&text);
        read::<protocol::lookup::LookupRequest>(&text);
        read::<protocol::lookup::LookupReply>(&text);
        read::<protocol::manage::ManageRequest>(&text);
        read::<protocol::clerk::ClerkRequest>(&text);
        read::<protocol::enrol::EnrolRequest>(&text);
        read::<protocol::centre::CentreRequest>(&text);
        read::<protocol::new_phone::NewPhoneRequest>(&text);
        read::<protocol::invited::InvitedRequest>(&text);
        read::<protocol::join::Verify>(&text);
        read::<protocol::join::Check>(&text);
        read::<protocol::join::Joining>(&text);
        read::<protocol::live::LiveEvent>(&text);
        read::<TokenRequest>(&text);
        read::<WireError>(&text);
    }

    #[test]
    fn operations(text in text()) {
        for kind in ["sale", "redemption", "return", "release", "profile", "reveal", "reversal", "behaviour", "freeze",
            "unfreeze", "extension", "sample_given", "of_a_later_build"]
        {
            let Ok(Some(body)) = Body::parse(kind, &text) else { continue };
            let written = body.to_json().unwrap();
            let again = Body::parse(kind, written.get()).unwrap().unwrap();
            let again = again.to_json().unwrap();
            prop_assert_eq!(again.get(), written.get());
            let _ = (body.member(), body.store().cloned(), body.spends().len(), body.points(), body.approval());
            let _ = body.deed("op", None);
        }
        if let Ok(op) = serde_json::from_str::<Operation>(&text) {
            let _ = (op.is_intact(), op.body());
        }
    }

    #[test]
    fn programs(text in text()) {
        if let Ok(program) = Program::from_json(&text) {
            let again = Program::from_json(&serde_json::to_string(program.doc()).unwrap()).unwrap();
            prop_assert_eq!(again.doc(), program.doc());
        }
    }

    #[test]
    fn codes_and_numbers(text in prop_oneof![".{0,80}", "[A-Za-z0-9_-]{0,120}", "CPM:[A-Z0-9:]{0,40}", "[0-9 +*-]{0,24}"]) {
        let _ = SignUpCode::read(&text);
        let _ = Scan::read(&text);
        let _ = (MemberCode::read(&text), MemberCode::typed(&text), CardNo::parse(&text).is_ok());
        if let Ok(number) = MobileNumber::parse(&text) {
            prop_assert_eq!(number.as_str().len(), 11);
            prop_assert_eq!(identity::phone::last_four(number.as_str()).len(), 4);
        }
        let _ = identity::phone::last_four(&text);
    }

    /// Sound tokens of which some bytes were changed are none, and sound ones are what they were.
    #[test]
    fn tokens(at in any::<prop::sample::Index>(), byte in any::<u8>(), which in 0_u8..3) {
        let key = SigningKey::from_bytes(&[5; 32]);
        let own = key.verifying_key();
        let place = (CentreId::fresh(), DeviceId::fresh());
        let now: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let covers = Covers { centre: place.0, method: "POST", path: "/v1/push", token: Some("t"), body: b"{}" };
        let rotated = protocol::token::Rotated {
            epoch: protocol::Epoch(1),
            rotation: protocol::token::Rotation(1),
        };
        let sound = match which {
            0 => Access::new(place, &own, rotated, false, now).unwrap().sign(&key).unwrap(),
            1 => Assertion::new(place, protocol::Epoch(1), None, uuid::Uuid::new_v4(), now).sign(&key).unwrap(),
            _ => Proof::of(&covers, None, now).sign(&key).unwrap(),
        };
        let read = |text: &str| match which {
            0 => Access::read(text, place.0, &own, now).is_ok(),
            1 => Assertion::read(text, place, &own, now).is_ok(),
            _ => Proof::read(text, &covers, &own).is_ok(),
        };
        prop_assert!(read(&sound));
        let mut bytes = sound.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // the last digit of base64 has bits that say nothing: a decoder may or may not mind them
        let is_last = bytes.get(at + 1).is_none_or(|next| *next == b'.');
        prop_assert!(text == sound || is_last || !read(&text), "{}", text);
    }
}

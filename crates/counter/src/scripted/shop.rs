//! A counter at a scripted centre, and who and what is there.

use super::{Scripted, now};
use crate::engine::Engine;
use crate::error::Result;
use argon2::password_hash::{PasswordHasher, SaltString};
use serde_json::{Value, json};
use std::sync::Arc;

/// An enrolled counter that has pulled once, at a scripted centre.
pub(crate) struct Shop {
    pub(crate) centre: Scripted,
    pub(crate) engine: Engine,
    pub(crate) dir: tempfile::TempDir,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let centre = Scripted::new();
        let engine = Engine::open_simulated(dir.path(), Arc::new(centre.clone())).unwrap();
        engine.enrol("http://127.0.0.1:1", "code", "1").unwrap();
        engine.sync_now().unwrap();
        centre.paths();
        Self {
            centre,
            engine,
            dir,
        }
    }

    /// The same counter after its process ended.
    pub(crate) fn again(self) -> Self {
        let Self {
            centre,
            engine,
            dir,
        } = self;
        drop(engine);
        let engine = Engine::open_simulated(dir.path(), Arc::new(centre.clone())).unwrap();
        Self {
            centre,
            engine,
            dir,
        }
    }

    pub(crate) fn clerk(&self) -> crate::ops::SignedIn {
        self.engine.sign_in("C1", "1234").unwrap()
    }

    /// Redeems so many points of a member for money off.
    pub(crate) fn redeem(&self, member: &str, points: i64) -> Result<crate::view::RedeemDone> {
        self.engine.redeem(
            &self.clerk(),
            &crate::view::RedeemRequest {
                presence: Some(crate::view::PresenceGiven {
                    // the number that [`member`] gives the first of them
                    last_four: "0001".into(),
                    approver: None,
                }),
                member_id: member.into(),
                what: crate::view::RedeemWhat::Cash {
                    points: loyalty::Points(points),
                    bill: loyalty::Money::from_fen(1_000_000),
                },
            },
        )
    }

    /// A sale to a member, with coupons.
    pub(crate) fn sale(&self, receipt: &str, coupons: &[&str]) -> crate::view::SaleRequest {
        crate::view::SaleRequest {
            presence: None,
            receipt: receipt.into(),
            member: crate::view::MemberTarget::Member { id: "M1".into() },
            lines: vec![crate::view::LineRequest {
                sku: "P1".into(),
                qty: 1,
                amount: None,
                amount_of: None,
            }],
            pay_points: loyalty::Points(0),
            coupons: coupons.iter().map(ToString::to_string).collect(),
            propose: false,
            fit_points: false,
            credit: None,
            number: Default::default(),
            approver: None,
        }
    }
}

pub(crate) fn clerk() -> Value {
    let salt = SaltString::encode_b64(b"a salt of sixteen").unwrap();
    let cheap = argon2::Params::new(8, 1, 1, None).unwrap();
    let hash = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cheap)
        .hash_password(b"1234", &salt)
        .unwrap()
        .to_string();
    json!({"id": "C1", "name": "王", "role": "manager", "store": "S1", "pin_hash": hash, "active": true})
}

/// Mark of a PIN, as a centre that tells no hashes has it: of the hash where [`clerk`] has that PIN, so that one that was
/// brought up to date goes on with the same.
pub(crate) fn mark(id: &str, pin: &str) -> String {
    let hash = clerk()["pin_hash"].as_str().unwrap().to_owned();
    if (id, pin) == ("C1", "1234") {
        return protocol::pin::mark_of(&hash);
    }
    protocol::pin::mark_of(&format!("{id} {pin}"))
}

/// A clerk of a centre that tells no hash.
pub(crate) fn marked(id: &str, role: &str, pin: &str) -> Value {
    json!({"id": id, "name": "周", "role": role, "store": "S1", "pin_hash": "", "active": true,
           "pin_mark": mark(id, pin)})
}

/// A member with a thousand points.
pub(crate) fn member(id: &str, phone: &str) -> Value {
    json!({
        "id": id, "no": format!("2046{phone}"), "name": "李四", "phone": phone, "home_store": "S1",
        "joined": "2024-01-01", "tier": "", "qualifying": "0.00", "balance": 1000, "available": 1000,
        "as_of": now(),
    })
}

pub(super) fn reward() -> Value {
    json!({"id": "R1", "name": "小样", "kind": "sample", "points": 100})
}

pub(super) fn product() -> Value {
    json!({"sku": "P1", "name": "精华", "price": "500.00", "category": "serum"})
}

#![allow(clippy::unwrap_used)] // a test fails by panicking

use chrono::NaiveDate;
use loyalty::{Money, OpId, Points};

use super::*;
use crate::chain::Hash;
use crate::ids::{DeviceId, Epoch, Generation, Seq};
use crate::join::{Consent, TERMS};
use crate::limits::{BEHAVIOUR_CHARS, EXTENSION_DAYS, OP_ID_CHARS, REASON_CHARS};

fn approval(reason: &str) -> Option<Approval> {
    Some(Approval {
        manager: "M1".into(),
        reason: reason.to_owned(),
    })
}

const ON: &str = "2026-05-31";

/// An operation of this body, without personal values.
fn operation(body: &Body) -> Operation {
    Operation {
        seq: Seq(1),
        op_id: crate::OpId::fresh(),
        device: DeviceId::fresh(),
        epoch: Epoch(1),
        generation: Generation(1),
        clerk: "A1".into(),
        program: 1,
        at: "2026-05-31T02:00:00Z".parse().unwrap(),
        contact: "2026-05-31T01:00:00Z".parse().unwrap(),
        kind: body.kind().to_owned(),
        body: body.to_json().unwrap(),
        personal: Vec::new(),
        prev_hash: Hash::ZERO,
        hash: Hash::ZERO,
        clerk_signature: None,
        approval_signature: None,
    }
}

fn fits(body: impl Into<Body>) -> bool {
    let body = body.into();
    let mut op = operation(&body);
    if body.kind() == "sign_up" {
        op.personal = vec![PersonalField::commit(PHONE, "13900001111").unwrap()];
    }
    body.fits(&op)
}

fn freeze() -> Freeze {
    Freeze {
        member: "m".into(),
        store: "S1".into(),
        approval: approval("asked"),
    }
}

fn reversal() -> Reversal {
    Reversal {
        of: "o".into(),
        member: "m".into(),
        store: "S1".into(),
        reason: "mistake".into(),
        shown_back: Points(5),
        approval: None,
    }
}

fn behaviour() -> Behaviour {
    Behaviour {
        member: "m".into(),
        store: "S1".into(),
        behaviour: "check_in".into(),
        shown_points: Points(5),
    }
}

fn extension() -> Extension {
    Extension {
        member: "m".into(),
        store: "S1".into(),
        to: "2027-05-31".parse().unwrap(),
        approval: approval("asked"),
    }
}

fn sale() -> Sale {
    let line = SaleLine {
        sku: "A".into(),
        name: "霜".into(),
        category: None,
        qty: 1,
        amount: Money::from_fen(100),
    };
    Sale {
        receipt: "T1".into(),
        store: "S1".into(),
        member: MemberRef::Id { member: "m".into() },
        lines: vec![line],
        pay_points: Points(5),
        spends: vec![Spend {
            grant: crate::GrantId::fresh(),
            points: Points(5),
        }],
        coupons: Vec::new(),
        shown_pay: Money::from_fen(95),
        shown_earned: Points::ZERO,
        credit: None,
        new_sale: false,
        presence: None,
        approval: None,
    }
}

fn redemption() -> Redemption {
    Redemption {
        presence: None,
        approval: None,
        member: "m".into(),
        store: "S1".into(),
        points: Points(5),
        spends: sale().spends,
        what: Redeemed::Cash {
            bill: Money::from_fen(100),
            worth: Money::from_fen(50),
        },
    }
}

fn back() -> Return {
    Return {
        receipt: "T1".into(),
        of: None,
        store: "S1".into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::ZERO,
        approval: None,
    }
}

fn release() -> Release {
    Release {
        grant: crate::GrantId::fresh(),
        member: "m".into(),
        points: Points(5),
        coupon: None,
    }
}

fn sample() -> SampleGiven {
    SampleGiven {
        member: "m".into(),
        store: "S1".into(),
        reward: None,
        sku: Some("A".into()),
        name: "霜 3 ml".into(),
        qty: 1,
        reason: "trial".into(),
    }
}

/// A sound body of every kind.
fn sign_up() -> SignUp {
    SignUp {
        member: "0190f3c2a4b57d1e8f00112233445566".into(),
        store: "S1".into(),
        campaign: Some("opening".into()),
        consents: vec![Consent {
            purpose: TERMS.to_owned(),
            given: true,
            version: "1".to_owned(),
        }],
        agreeing: Agreeing::ReadOut,
        told: Told::default(),
    }
}

fn bodies() -> Vec<Body> {
    let profile = r#"{"member":"m","seen":1}"#;
    let bodies = vec![
        sale().into(),
        redemption().into(),
        back().into(),
        release().into(),
        Reveal {
            member: "m".into(),
            date: ON.parse().unwrap(),
        }
        .into(),
        Body::parse("profile", profile).unwrap().unwrap(),
        reversal().into(),
        behaviour().into(),
        freeze().into(),
        Unfreeze(freeze()).into(),
        extension().into(),
        sample().into(),
        sign_up().into(),
    ];
    let kinds: Vec<&str> = bodies.iter().map(Body::kind).collect();
    assert_eq!(kinds, KINDS, "one of each kind, in their order");
    bodies
}

#[test]
fn each_body_has_one_form_and_comes_back_from_it() {
    for body in bodies() {
        assert!(KINDS.contains(&body.kind()));
        let json = body.to_json().unwrap();
        let again = Body::parse(body.kind(), json.get()).unwrap().unwrap();
        assert_eq!(again, body);
        assert_eq!(again.to_json().unwrap().get(), json.get());
    }
    let (reversal, freeze) = (Body::from(reversal()), Body::from(freeze()));
    let unfreeze = Body::from(Unfreeze(self::freeze()));
    assert_eq!(
        unfreeze.to_json().unwrap().get(),
        freeze.to_json().unwrap().get()
    );
    assert_eq!(
        reversal.to_json().unwrap().get(),
        r#"{"of":"o","member":"m","store":"S1","reason":"mistake","shown_back":5}"#
    );
    assert_eq!(
        freeze.to_json().unwrap().get(),
        r#"{"member":"m","store":"S1","approval":{"manager":"M1","reason":"asked"}}"#
    );
}

#[test]
fn what_another_version_says_besides_is_no_obstacle() {
    let newer = r#"{"member":"m","store":"S1","until":"2027-01-01","approval":{"manager":"M1","reason":"court","by":"face"}}"#;
    let Some(Body::Freeze(freeze)) = Body::parse("freeze", newer).unwrap() else {
        unreachable!("no freeze")
    };
    assert!(freeze.approval.unwrap().fits());
    assert_eq!(reason_word("court"), "other");
    let older =
        r#"{"receipt":"T1","store":"S1","lines":[],"reason":"other","shown_refund":"0.00"}"#;
    let Some(Body::Return(back)) = Body::parse("return", older).unwrap() else {
        unreachable!("no return")
    };
    assert_eq!(back.approval, None);
    assert!(
        !Body::Return(back)
            .to_json()
            .unwrap()
            .get()
            .contains("approval")
    );
}

#[test]
fn a_kind_says_one_thing_of_approvals() {
    for mut body in bodies() {
        let has_place = body.approval_mut().is_some();
        assert_eq!(body.approving() != Approving::Never, has_place, "{body:?}");
        if let Some(place) = body.approval_mut() {
            *place = approval("goodwill");
            assert_eq!(body.approval(), approval("goodwill").as_ref());
        }
    }
}

#[test]
fn what_is_spent_adds_up() {
    for body in bodies() {
        assert!(fits(body.clone()), "{body:?}");
        let sum: Points = body.spends().iter().map(|s| s.points).sum();
        assert_eq!(sum, body.points(), "{body:?}");
        // what only time or headquarters does is nobody's operation
        let deeds = body.deed("op", Some("sale"));
        assert_eq!(
            deeds.is_none(),
            ["reveal", "profile", "sample_given", "sign_up"].contains(&body.kind()),
            "{body:?}"
        );
        let may = kinds_that_give_pieces().contains(&body.kind());
        assert!(body.pieces().is_none() || may, "{body:?}");
        // an allowance that is given back is spent by nobody
        let uses = body.deed("op", Some("sale")).is_some_and(|deed| {
            let needs = deed.needs();
            !needs.grants.is_empty() || !needs.coupons.is_empty()
        });
        let spends = kinds_that_spend().contains(&body.kind());
        assert!(!uses || spends || body.kind() == "release", "{body:?}");
    }
    for points in [Points(4), Points(6), Points::ZERO, Points(-5)] {
        let (mut sale, mut redemption) = (sale(), redemption());
        (sale.pay_points, redemption.points) = (points, points);
        assert!(!fits(sale) && !fits(redemption), "{points}");
    }
    let mut nothing_spent = sale();
    (nothing_spent.pay_points, nothing_spent.spends) = (Points::ZERO, Vec::new());
    assert!(fits(nothing_spent));
    let mut nothing_given = redemption();
    (nothing_given.points, nothing_given.spends) = (Points::ZERO, Vec::new());
    assert!(!fits(nothing_given));
}

#[test]
fn limits_hold() {
    for of in [String::new(), "o".repeat(OP_ID_CHARS + 1)] {
        let of = OpId::from(of);
        assert!(!fits(Reversal { of, ..reversal() }));
    }
    for reason in ["", "a\nb", &"r".repeat(REASON_CHARS + 1)] {
        for mut body in bodies() {
            if let Some(place) = body.approval_mut() {
                *place = approval(reason);
                assert!(!fits(body));
            }
        }
    }
    for name in ["", JOIN, &"b".repeat(BEHAVIOUR_CHARS + 1)] {
        let behaviour = Behaviour {
            behaviour: name.to_owned(),
            ..behaviour()
        };
        assert!(!fits(behaviour), "{name}");
    }
    let on: NaiveDate = ON.parse().unwrap();
    for (days, is_within) in [
        (-1, false),
        (0, true),
        (EXTENSION_DAYS, true),
        (EXTENSION_DAYS + 1, false),
    ] {
        let to = on + chrono::Duration::days(days);
        let extension = Extension { to, ..extension() };
        assert_eq!(extension.may_be_chosen(on), is_within, "{days}");
        assert!(fits(extension));
    }
    let with_coupon = Release {
        coupon: Some("C1".into()),
        ..release()
    };
    assert!(!fits(with_coupon.clone()));
    assert!(fits(Release {
        points: Points::ZERO,
        ..with_coupon
    }));
    for receipt in ["", " "] {
        let receipt = receipt.to_owned();
        assert!(!fits(Sale {
            receipt: receipt.clone(),
            ..sale()
        }));
        assert!(!fits(Return { receipt, ..back() }));
    }
    assert!(!fits(Sale {
        lines: Vec::new(),
        ..sale()
    }));
}

#[test]
fn a_sample_has_a_name_and_a_reason() {
    assert_eq!(sample_reason("trial"), "trial");
    assert_eq!(sample_reason("of a later build"), "other");
    let wrong = [
        SampleGiven { qty: 0, ..sample() },
        SampleGiven {
            name: " ".into(),
            ..sample()
        },
        SampleGiven {
            name: "霜\n霜".into(),
            ..sample()
        },
        SampleGiven {
            reason: String::new(),
            ..sample()
        },
        SampleGiven {
            sku: Some(String::new()),
            ..sample()
        },
        SampleGiven {
            reward: Some("r".repeat(1_000)),
            ..sample()
        },
    ];
    for sample in wrong {
        assert!(!fits(sample.clone()), "{sample:?}");
    }
    assert!(fits(SampleGiven {
        sku: None,
        ..sample()
    }));
}

#[test]
fn who_is_signed_up_without_the_network_has_a_number_and_agreed() {
    let told = |change: &dyn Fn(&mut SignUp)| {
        let mut body = sign_up();
        change(&mut body);
        fits(body)
    };
    assert!(told(&|_| ()));
    assert!(!told(&|s| s.consents[0].given = false));
    assert!(!told(&|s| s.consents.clear()));
    assert!(!told(&|s| s.member = "M1".into()));
    assert!(!told(&|s| s.campaign = Some("a b".into())));
    assert!(!told(&|s| s.told.skin.moisture = "wet".into()));
    assert!(!told(&|s| s.told.allergies = vec![String::new()]));
    // without her number it says nothing
    let body = Body::from(sign_up());
    assert!(!body.fits(&operation(&body)));
    // what she told is beside it, and comes back
    let mut body = sign_up();
    let beside = Told {
        name: "陆雪".into(),
        ..Told::default()
    };
    let told = serde_json::to_string(&beside).unwrap();
    body.take_in(&[PersonalField::commit(TOLD, &told).unwrap()])
        .unwrap();
    assert_eq!(body.told, beside);
    assert!(!Body::from(body).to_json().unwrap().get().contains("陆雪"));
}

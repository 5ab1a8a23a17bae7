//! What a signature holds for, and what it does not.

use super::*;
use crate::chain::Hash;
use chrono::NaiveDate;

fn answered(seq: u64) -> Answered {
    Answered {
        epoch: Epoch(2),
        seq: Seq(seq),
        hash: Hash::from_bytes([9; 32]),
        generation: Generation(3),
    }
}

fn lots() -> Vec<GrantedLot> {
    let lot = |lot: &str, points, expires| GrantedLot {
        lot: lot.to_owned(),
        points: Points(points),
        expires,
    };
    vec![
        lot("a", 30, NaiveDate::from_ymd_opt(2027, 1, 31)),
        lot("b", 12, None),
    ]
}

#[test]
fn a_signature_holds_for_one_statement_of_one_centre_and_key() {
    let key = SigningKey::from_bytes(&[5; 32]);
    let (centre, device, grant) = (CentreId::fresh(), DeviceId::fresh(), GrantId::fresh());
    let (member, lots) = (MemberId::new("m-1"), lots());
    let (said, further) = (answered(7), answered(8));
    let given = |answer| Given {
        epoch: Epoch(2),
        chain: Hash::from_bytes([answer; 32]),
        generation: Generation(3),
    };
    let (two, three) = (given(2), given(3));
    let whole = Allowance {
        device,
        epoch: Epoch(2),
        grant,
        member: &member,
        points: Points(42),
        lots: &lots,
        coupon: None,
        ahead: false,
    };
    let other = MemberId::new("m-2");
    let feed = |scope, cursor, generation| Statement::Feed {
        scope,
        cursor,
        generation: Generation(generation),
    };
    let changed = [
        Allowance {
            device: DeviceId::fresh(),
            ..whole
        },
        Allowance {
            epoch: Epoch(3),
            ..whole
        },
        Allowance {
            grant: GrantId::fresh(),
            ..whole
        },
        Allowance {
            member: &other,
            ..whole
        },
        Allowance {
            points: Points(43),
            ..whole
        },
        Allowance {
            lots: &lots[..1],
            ..whole
        },
        Allowance {
            coupon: Some(""),
            ..whole
        },
        Allowance {
            ahead: true,
            ..whole
        },
    ];
    let mut all = vec![
        Statement::Generation(Generation(3)),
        Statement::Generation(Generation(4)),
        Statement::Answered {
            device,
            answered: &said,
        },
        Statement::Answered {
            device,
            answered: &further,
        },
        Statement::Answered {
            device: DeviceId::fresh(),
            answered: &said,
        },
        Statement::Given {
            device,
            given: &two,
        },
        Statement::Given {
            device,
            given: &three,
        },
        feed("store:S1", 3, 1),
        feed("store:S1", 4, 1),
        feed("store:S2", 3, 1),
        feed("store:S1", 3, 2),
        Statement::Allowance(&whole),
    ];
    all.extend(changed.iter().map(Statement::Allowance));
    for (n, statement) in all.iter().enumerate() {
        let signed = Attestation::of(&key, centre, statement);
        for (m, asked) in all.iter().enumerate() {
            assert_eq!(
                signed.is_of(&key.verifying_key(), centre, asked),
                n == m,
                "{statement:?} shown for {asked:?}"
            );
        }
        assert!(!signed.is_of(&key.verifying_key(), CentreId::fresh(), statement));
        let stranger = SigningKey::from_bytes(&[6; 32]);
        assert!(!signed.is_of(&stranger.verifying_key(), centre, statement));
    }
}

#[test]
fn a_signature_comes_back_from_its_digits_and_nothing_else_does() {
    let key = SigningKey::from_bytes(&[5; 32]);
    let signed = Attestation::of(
        &key,
        CentreId::fresh(),
        &Statement::Generation(Generation(1)),
    );
    assert_eq!(signed.to_string().parse(), Ok(signed));
    let json = serde_json::to_string(&signed).unwrap();
    assert_eq!(serde_json::from_str::<Attestation>(&json).unwrap(), signed);
    for text in [
        "",
        "00",
        &"zz".repeat(64),
        &"0".repeat(127),
        &"0".repeat(130),
    ] {
        assert!(text.parse::<Attestation>().is_err(), "{text}");
    }
}

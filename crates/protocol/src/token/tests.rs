use super::*;
use crate::attestation::{Attestation, Statement};
use crate::ids::{CentreId, DeviceId};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

#[test]
fn a_proof_is_of_one_request_by_one_key() {
    let centre = CentreId::fresh();
    let sent = Covers {
        centre,
        method: "POST",
        path: "/v1/push",
        token: Some("token"),
        body: b"{}",
    };
    let text = Proof::of(&sent, Some("n".into()), now())
        .sign(&key(1))
        .unwrap();
    let own = key(1).verifying_key();
    let read = Proof::read(&text, &sent, &own).unwrap();
    assert_eq!(read.nonce.as_deref(), Some("n"));
    for other in [
        Covers {
            centre: CentreId::fresh(),
            ..sent
        },
        Covers {
            method: "GET",
            ..sent
        },
        Covers {
            path: "/v1/pull",
            ..sent
        },
        Covers {
            token: Some("another"),
            ..sent
        },
        Covers {
            token: None,
            ..sent
        },
        Covers {
            body: b"{ }",
            ..sent
        },
    ] {
        assert!(Proof::read(&text, &other, &own).is_err(), "{other:?}");
    }
    assert!(Proof::read(&text, &sent, &key(2).verifying_key()).is_err());
}

#[test]
fn a_token_is_of_one_centre_one_key_and_a_while() {
    let (centre, device) = (CentreId::fresh(), DeviceId::fresh());
    let rotated = Rotated {
        epoch: Epoch(3),
        rotation: Rotation(7),
    };
    let own = key(1).verifying_key();
    let access = Access::new((centre, device), &own, rotated, false, now()).unwrap();
    let (by, not_by) = (key(9), key(8));
    let text = access.sign(&by).unwrap();
    let read = |centre, key: &SigningKey, at| Access::read(&text, centre, &key.verifying_key(), at);
    assert_eq!(read(centre, &by, now()).unwrap(), access);
    let last = now() + TimeDelta::seconds(TOKEN_SECONDS - 1);
    assert!(read(centre, &by, last).is_ok());
    let over = last + TimeDelta::seconds(1);
    assert!(matches!(read(centre, &by, over), Err(Invalid::Expired)));
    assert!(read(CentreId::fresh(), &by, now()).is_err());
    assert!(read(centre, &not_by, now()).is_err());
    assert!(access.is_of(&own).is_ok());
    assert!(access.is_of(&key(2).verifying_key()).is_err());
}

#[test]
fn one_kind_of_token_is_not_taken_for_another() {
    let place = (CentreId::fresh(), DeviceId::fresh());
    let said = Assertion::new(place, Epoch(1), None, Uuid::new_v4(), now());
    let text = said.sign(&key(1)).unwrap();
    let own = key(1).verifying_key();
    assert_eq!(Assertion::read(&text, place, &own, now()).unwrap(), said);
    assert!(Access::read(&text, place.0, &own, now()).is_err());
    let another = (place.0, DeviceId::fresh());
    assert!(Assertion::read(&text, another, &own, now()).is_err());
    for wrong in [-ASSERTION_SECONDS, ASSERTION_SECONDS * 2] {
        let at = now() - TimeDelta::seconds(wrong);
        assert!(Assertion::read(&text, place, &own, at).is_err(), "{wrong}");
    }
}

/// RFC 8037, appendix A.3.
#[test]
fn the_thumbprint_is_the_standards() {
    use base64::Engine as _;
    let x = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        .unwrap();
    let key = ed25519_dalek::VerifyingKey::from_bytes(&x.try_into().unwrap()).unwrap();
    let thumbprint = super::proof::thumbprint(&key).unwrap();
    assert_eq!(thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

/// A token that claims to need no signature, or to be signed by another algorithm with the public key, is none.
#[test]
fn no_other_algorithm_is_taken() {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let centre = CentreId::fresh();
    let own = key(1).verifying_key();
    let access = Access::new(
        (centre, DeviceId::fresh()),
        &own,
        Rotated {
            epoch: Epoch(1),
            rotation: Rotation(1),
        },
        false,
        now(),
    );
    let claims = encode(&serde_json::to_string(&access.unwrap()).unwrap());
    for algorithm in ["none", "HS256", "RS256", "ES256", "EdDSA"] {
        let header = encode(&format!(r#"{{"typ":"at+jwt","alg":"{algorithm}"}}"#));
        for signature in ["", "AAAA"] {
            let text = format!("{header}.{claims}.{signature}");
            assert!(Access::read(&text, centre, &own, now()).is_err(), "{text}");
        }
    }
}

#[test]
fn a_word_about_rotation_is_the_centres_alone() {
    let (centre, device) = (CentreId::fresh(), DeviceId::fresh());
    let rotated = Rotated {
        epoch: Epoch(3),
        rotation: Rotation(7),
    };
    let statement = Statement::Rotated {
        device,
        rotated: &rotated,
    };
    let signed = Attestation::of(&key(9), centre, &statement);
    assert!(signed.is_of(&key(9).verifying_key(), centre, &statement));
    let more = Rotated {
        rotation: Rotation(8),
        ..rotated
    };
    let more = Statement::Rotated {
        device,
        rotated: &more,
    };
    assert!(!signed.is_of(&key(9).verifying_key(), centre, &more));
}

proptest! {
    /// Whatever comes is read or refused, and nothing of it stops the program.
    #[test]
    fn any_text_is_no_token(text in ".{0,300}", parts in proptest::collection::vec("[A-Za-z0-9_-]{0,80}", 0..5)) {
        let own = key(1).verifying_key();
        let place = (CentreId::fresh(), DeviceId::fresh());
        let covers = Covers { centre: place.0, method: "GET", path: "/", token: None, body: b"" };
        for text in [text, parts.join(".")] {
            prop_assert!(Access::read(&text, place.0, &own, now()).is_err());
            prop_assert!(Assertion::read(&text, place, &own, now()).is_err());
            prop_assert!(Proof::read(&text, &covers, &own).is_err());
        }
    }
}

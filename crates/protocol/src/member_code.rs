//! A member's code that proves that she is there: what her page shows, signed by the centre and made anew every minute. A
//! counter checks it with no network, by the centre's key and by the time that it believes.
//!
//! It is her ordinary code ([`identity::MemberCode`]) with a check behind it: the moment and the signature. A scanner that knows
//! nothing of checks reads the number alone.

use crate::attestation::{Attestation, Statement};
use crate::ids::CentreId;
use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE32_NOPAD;
use ed25519_dalek::VerifyingKey;
use identity::{CardNo, MemberCode, member_code};
use serde::{Deserialize, Serialize};

/// A page shows another code after so many seconds.
pub const RENEWED_AFTER_S: i64 = 60;
/// A code proves that she is there for so many seconds: one that is scanned just as it is replaced still does.
pub const FRESH_S: i64 = 90;
/// So far may the counter's time be behind the centre's.
const AHEAD_S: i64 = 120;
/// Bytes of a check: four of the moment, and the signature.
const CHECK_BYTES: usize = 4 + 64;

/// What a code says of whether she is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeSays {
    /// It was made just now: she, or whoever holds her phone, is there.
    Fresh,
    /// It was made earlier: whose it is, and no more. A page without a network shows such.
    Older,
    /// It has a check that the centre did not make.
    Forged,
}

/// A code of this card, made at this moment; `sign` is the centre's signature over a statement.
pub fn write(
    card: &CardNo,
    issued: DateTime<Utc>,
    sign: impl FnOnce(&Statement<'_>) -> Attestation,
) -> String {
    let seconds = u32::try_from(issued.timestamp()).unwrap_or(u32::MAX);
    let attestation = sign(&Statement::MemberCode {
        card: card.as_str(),
        issued: seconds,
    });
    let mut check = seconds.to_be_bytes().to_vec();
    check.extend_from_slice(attestation.as_bytes());
    format!(
        "{}:{}",
        MemberCode::write(card),
        BASE32_NOPAD.encode(&check)
    )
}

/// What a scanned code says of whether she is there, whose card is `card`; none where it has no check.
#[must_use]
pub fn judge(
    scanned: &str,
    card: &str,
    (key, centre): (&VerifyingKey, CentreId),
    now: DateTime<Utc>,
) -> Option<CodeSays> {
    if scanned.len() > member_code::CODE_BYTES {
        return None;
    }
    let code = identity::text::narrow(scanned);
    let (_, check) = code.rsplit_once(':')?;
    let check = BASE32_NOPAD
        .decode(check.to_ascii_uppercase().as_bytes())
        .ok()
        .filter(|check| check.len() == CHECK_BYTES)?;
    let (seconds, signature) = check.split_at(4);
    let issued = u32::from_be_bytes(seconds.try_into().ok()?);
    let attestation = Attestation::from_bytes(signature.try_into().ok()?);
    let statement = Statement::MemberCode { card, issued };
    if !attestation.is_of(key, centre, &statement) {
        return Some(CodeSays::Forged);
    }
    let age = now - DateTime::from_timestamp(i64::from(issued), 0)?;
    let fresh = age >= -Duration::seconds(AHEAD_S) && age <= Duration::seconds(FRESH_S);
    Some(if fresh {
        CodeSays::Fresh
    } else {
        CodeSays::Older
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;

    fn card(text: &str) -> CardNo {
        CardNo::parse(text).unwrap()
    }

    #[test]
    fn a_code_is_fresh_for_a_while_and_hers_alone() {
        let (key, centre) = (SigningKey::from_bytes(&[7; 32]), CentreId::fresh());
        let now = Utc::now();
        for number in ["20460173", "沪88001", "A:B"] {
            let code = write(&card(number), now, |s| Attestation::of(&key, centre, s));
            let by = (&key.verifying_key(), centre);
            let at = |seconds| judge(&code, number, by, now + Duration::seconds(seconds));
            assert_eq!(at(0), Some(CodeSays::Fresh));
            assert_eq!(at(FRESH_S - 1), Some(CodeSays::Fresh));
            assert_eq!(at(FRESH_S + 2), Some(CodeSays::Older));
            assert_eq!(at(-AHEAD_S - 2), Some(CodeSays::Older));
            // as some scanners type it
            let lower = code.to_ascii_lowercase();
            assert_eq!(judge(&lower, number, by, now), Some(CodeSays::Fresh));
            // another card, centre or key; another moment
            assert_eq!(judge(&code, "20460174", by, now), Some(CodeSays::Forged));
            let other = (&key.verifying_key(), CentreId::fresh());
            assert_eq!(judge(&code, number, other, now), Some(CodeSays::Forged));
            let stranger = SigningKey::from_bytes(&[8; 32]).verifying_key();
            assert_eq!(
                judge(&code, number, (&stranger, centre), now),
                Some(CodeSays::Forged)
            );
            // whoever knows nothing of checks reads the card
            let read = MemberCode::read(&code).unwrap();
            assert!(read.likeness(number).is_some(), "{number}");
        }
    }

    #[test]
    fn what_has_no_check_says_nothing() {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        let by = (&key, CentreId::fresh());
        for text in [
            "CPM:20460173",
            "CPM:20460173:x81",
            "20460173",
            "",
            "CPM:A:B",
        ] {
            assert_eq!(judge(text, "20460173", by, Utc::now()), None, "{text}");
        }
    }
}

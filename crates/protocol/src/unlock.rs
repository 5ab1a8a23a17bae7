//! A code that opens a counter that heard nothing of the centre for too long, with no network: sixteen letters and
//! digits, short enough to be said on the telephone.
//!
//! It says when it was given, in minutes, and a check over that and the device's id. The check's key is what centre
//! and device agree on by their own key pairs (X25519 of the two Ed25519 keys, each of which the other has known since
//! enrolment), so only these two can make one, and none is good at another device. For how long it opens, and that it
//! does so once, are rules of [`loyalty::unlocks`].

use crate::chain::Transcript;
use crate::ids::DeviceId;
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use identity::text;

/// Digits without those that are taken for another (I, L, O, U).
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes of the minutes, and of the check: 24 bits reach to 2051, and 56 cannot be tried out.
const MINUTES: usize = 3;
const CHECK: usize = 7;
const LENGTH: usize = (MINUTES + CHECK) * 8 / 5;
/// Seconds from 1970 to 2020, from where the minutes count.
const BEGIN: i64 = 1_577_836_800;

/// Why a code opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoUnlock {
    /// Not sixteen letters and digits.
    #[error("not a code of this kind")]
    Malformed,
    /// Mistyped, of another device, or not this centre's.
    #[error("not a code for this device")]
    NotOurs,
}

/// The code that the centre gives for a device at a moment; none where the moment is beyond what a code can say.
#[must_use]
pub fn give(
    centre: &SigningKey,
    device_key: &VerifyingKey,
    device: DeviceId,
    now: DateTime<Utc>,
) -> Option<String> {
    let minutes = u32::try_from((now.timestamp() - BEGIN).div_euclid(60)).ok()?;
    let [0, said @ ..] = minutes.to_be_bytes() else {
        return None;
    };
    let check = check(&agreed(centre, device_key), device, said);
    let mut bytes = said.to_vec();
    bytes.extend_from_slice(&check);
    Some(written(&bytes))
}

/// When a code was given that somebody typed at the device.
///
/// # Errors
/// [`NoUnlock`].
pub fn read(
    device_key: &SigningKey,
    centre: &VerifyingKey,
    device: DeviceId,
    typed: &str,
) -> Result<DateTime<Utc>, NoUnlock> {
    let bytes = bytes(typed).ok_or(NoUnlock::Malformed)?;
    let (said, checked) = bytes.split_at(MINUTES);
    let said: [u8; MINUTES] = said.try_into().map_err(|_| NoUnlock::Malformed)?;
    // nobody learns from the time that it takes: a wrong one is typed, not sent
    if check(&agreed(device_key, centre), device, said) != *checked {
        return Err(NoUnlock::NotOurs);
    }
    let [a, b, c] = said;
    let minutes = i64::from(u32::from_be_bytes([0, a, b, c]));
    DateTime::from_timestamp(BEGIN, 0)
        .and_then(|begin| begin.checked_add_signed(Duration::minutes(minutes)))
        .ok_or(NoUnlock::Malformed)
}

fn agreed(own: &SigningKey, other: &VerifyingKey) -> [u8; 32] {
    (other.to_montgomery() * own.to_scalar()).to_bytes()
}

fn check(agreed: &[u8; 32], device: DeviceId, said: [u8; MINUTES]) -> [u8; CHECK] {
    let whole = Transcript::new("counterpart.unlock.1")
        .part(agreed)
        .part(device.as_bytes())
        .part(&said)
        .finish();
    let mut check = [0; CHECK];
    for (to, from) in check.iter_mut().zip(whole.as_bytes()) {
        *to = *from;
    }
    check
}

/// In groups of four.
fn written(bytes: &[u8]) -> String {
    let mut number = bytes.iter().fold(0u128, |n, b| n << 8 | u128::from(*b));
    let mut digits = Vec::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        let digit = usize::try_from(number & 31)
            .ok()
            .and_then(|n| DIGITS.get(n));
        digits.push(char::from(*digit.unwrap_or(&b'0')));
        number >>= 5;
    }
    digits.reverse();
    let groups: Vec<String> = digits.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join("-")
}

/// What was typed, however it was spaced, in whatever case and width.
fn bytes(typed: &str) -> Option<Vec<u8>> {
    let mut number = 0u128;
    let mut count = 0;
    for c in text::narrow(typed).chars() {
        if text::is_dash(c) || text::is_blank(c) || text::is_invisible(c) {
            continue;
        }
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let digit = DIGITS.iter().position(|d| char::from(*d) == c)?;
        number = number << 5 | u128::try_from(digit).ok()?;
        count += 1;
        if count > LENGTH {
            return None;
        }
    }
    let all = number.to_be_bytes();
    (count == LENGTH).then(|| all[all.len() - MINUTES - CHECK..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_bytes(&[n; 32])
    }

    fn now() -> DateTime<Utc> {
        "2026-11-29T08:15:30Z".parse().unwrap()
    }

    #[test]
    fn a_code_is_of_one_centre_one_device_and_one_minute() {
        let (centre, tablet, device) = (key(1), key(2), DeviceId::fresh());
        let (centre_public, tablet_public) = (centre.verifying_key(), tablet.verifying_key());
        let code = give(&centre, &tablet_public, device, now()).unwrap();
        assert_eq!(code.len(), 19, "{code}");
        let given = read(&tablet, &centre_public, device, &code).unwrap();
        assert_eq!(given.to_rfc3339(), "2026-11-29T08:15:00+00:00");
        let not_ours = Err(NoUnlock::NotOurs);
        assert_eq!(
            read(&tablet, &centre_public, DeviceId::fresh(), &code),
            not_ours
        );
        assert_eq!(read(&key(3), &centre_public, device, &code), not_ours);
        assert_eq!(
            read(&tablet, &key(3).verifying_key(), device, &code),
            not_ours
        );
        // as it is said and typed
        for said in [
            code.to_lowercase(),
            code.replace('-', " "),
            code.replace('-', "－").replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(
                read(&tablet, &centre_public, device, &said),
                Ok(given),
                "{said}"
            );
        }
        for said in [
            "",
            "ABCD",
            "U234-5678-9ABC-DEFG",
            &format!("{code}0"),
            "一二三四",
        ] {
            assert_eq!(
                read(&tablet, &centre_public, device, said),
                Err(NoUnlock::Malformed),
                "{said}"
            );
        }
        let beyond: DateTime<Utc> = "2060-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(give(&centre, &tablet_public, device, beyond), None);
    }

    proptest! {
        /// A code with any one letter typed wrong opens nothing.
        #[test]
        fn no_slip_of_the_finger_opens(at in 0usize..16, digit in 0usize..32, seed: [u8; 32]) {
            let (centre, tablet) = (SigningKey::from_bytes(&seed), key(2));
            let device = DeviceId::fresh();
            let code = give(&centre, &tablet.verifying_key(), device, now()).unwrap();
            let mut typed: Vec<char> = code.chars().filter(|c| *c != '-').collect();
            let wrong = char::from(DIGITS[digit]);
            prop_assume!(typed[at] != wrong);
            typed[at] = wrong;
            let typed: String = typed.into_iter().collect();
            prop_assert_eq!(read(&tablet, &centre.verifying_key(), device, &typed), Err(NoUnlock::NotOurs));
        }
    }
}

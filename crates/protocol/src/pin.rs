//! PINs: which may be one, how often a wrong one may be tried, and what tells one PIN from the next.
//!
//! Counter and centre count by the same rule: a try counts before it is looked at, so that as many as come at once are
//! still no more than may be.

use crate::chain::Transcript;
use chrono::{DateTime, Duration, Utc};

/// Digits of a PIN.
pub const PIN_DIGITS: usize = 6;
/// Tries before whoever tries must wait.
pub const FREE_TRIES: u32 = 5;
/// How long, in minutes: after the last free try, after the one that follows, and so on; the last one stays.
const WAITS: [i64; 4] = [1, 5, 15, 60];
/// After so many hours without a try the count begins anew.
const FORGOTTEN_AFTER_HOURS: i64 = 24;
/// Most characters that are looked at as a PIN.
pub const PIN_MOST: usize = 64;

/// Whether a PIN may be given to a clerk: so many digits, neither one digit again and again nor digits in a row.
#[must_use]
pub fn may_be_given(pin: &str) -> bool {
    let digits: Vec<u8> = pin.bytes().collect();
    let steps = |by: u8| digits.windows(2).all(|w| w[0].wrapping_add(by) == w[1]);
    digits.len() == PIN_DIGITS
        && digits.iter().all(u8::is_ascii_digit)
        && !(steps(0) || steps(1) || steps(u8::MAX))
}

/// Tries of a PIN that were not right, as they are counted on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub failed: u32,
    /// None is taken before this.
    pub until: Option<DateTime<Utc>>,
    /// When the last one was.
    pub last: Option<DateTime<Utc>>,
}

impl Tries {
    /// The moment before which no try is taken; none where one may be made now.
    #[must_use]
    pub fn locked_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.until.filter(|until| *until > now)
    }

    /// The count with one more try: what is written down before the PIN is looked at. A right PIN clears the count.
    #[must_use]
    pub fn with_one_more(&self, now: DateTime<Utc>) -> Self {
        let anew = Duration::hours(FORGOTTEN_AFTER_HOURS);
        let failed = match self.last {
            Some(last) if now - last < anew => self.failed.saturating_add(1),
            _ => 1,
        };
        Self {
            failed,
            until: wait_after(failed).map(|wait| now + wait),
            last: Some(now),
        }
    }

    /// Tries that are left before the next wait.
    #[must_use]
    pub fn left(&self) -> u32 {
        FREE_TRIES.saturating_sub(self.failed)
    }
}

/// How long whoever made so many wrong tries must wait; none while some are free.
fn wait_after(failed: u32) -> Option<Duration> {
    let beyond = usize::try_from(failed.checked_sub(FREE_TRIES)?).unwrap_or(usize::MAX);
    let minutes = WAITS.get(beyond).or(WAITS.last())?;
    Some(Duration::minutes(*minutes))
}

/// Tells one PIN from the next without saying anything of it: of the hash that the centre keeps, whose salt no counter
/// knows. What a counter made for one mark is of no use under another.
#[must_use]
pub fn mark_of(pin_hash: &str) -> String {
    let mark = Transcript::new("counterpart.pin-mark.1").part(pin_hash.as_bytes());
    hex::encode(&mark.finish().as_bytes()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_a_day_without_a_try_ends_them() {
        let now: DateTime<Utc> = "2026-05-31T02:00:00Z".parse().unwrap();
        let mut tries = Tries::default();
        for left in [4, 3, 2, 1] {
            tries = tries.with_one_more(now);
            assert_eq!((tries.left(), tries.locked_until(now)), (left, None));
        }
        let mut at = now;
        for minutes in [1, 5, 15, 60, 60] {
            tries = tries.with_one_more(at);
            let until = at + Duration::minutes(minutes);
            assert_eq!(tries.left(), 0);
            assert_eq!(tries.locked_until(at), Some(until));
            assert_eq!(tries.locked_until(until), None);
            at = until;
        }
        let anew = tries.with_one_more(at + Duration::hours(24));
        assert_eq!((anew.failed, anew.until), (1, None));
    }

    #[test]
    fn what_everybody_tries_first_is_no_pin() {
        for pin in [
            "000000",
            "123456",
            "987654",
            "12345",
            "1234567",
            "12345a",
            "１２３４５６",
            "",
        ] {
            assert!(!may_be_given(pin), "{pin}");
        }
        for pin in ["135790", "112233", "890123"] {
            assert!(may_be_given(pin), "{pin}");
        }
    }

    #[test]
    fn a_mark_is_of_one_hash() {
        let mark = mark_of("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA");
        assert_eq!(mark.len(), 32);
        assert_ne!(mark, mark_of("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaB"));
    }
}

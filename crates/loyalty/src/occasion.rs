//! Occasions to speak to a member 时机: what she uses runs out, she has not been here for long, her birthday is this
//! month, a little more reaches the next tier. To remind before is a service; to go on about it is not.
//!
//! Pure: whoever asks says what was bought and when it is now. The member's page asks for the one member in front of a
//! clerk; lists of members ask the same.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::money::Money;

/// Days without a purchase or a visit from which a member is dormant 沉睡. The programme for members who stay away begins
/// then (specification, "Care and lifecycle").
pub const DORMANT_DAYS: i64 = 90;

/// A gap to the next tier, in yuan or growth value, up to which it is worth a word. The house's choice: about what one
/// product of a cosmetics counter costs.
pub const NEAR_TIER: Money = Money::from_fen(100_000);

/// Days before something is used up from which to speak of it, at most. The house's choice: the next visit comes within
/// two weeks or it does not.
pub const BEFORE_USE_UP_DAYS: i64 = 14;

/// Days after it until which to speak of it, at most. The house's choice: three weeks later she has bought elsewhere, or
/// does not want it.
pub const AFTER_USE_UP_DAYS: i64 = 21;

/// Purchases from which a member's own rhythm is known: two gaps between them.
const RHYTHM_PURCHASES: usize = 3;
/// Days between the first and the last of them, at least: closer ones are gifts and second baskets.
const RHYTHM_DAYS: i64 = 14;

/// Pieces of one product that a member bought at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bought {
    /// When.
    pub at: DateTime<Utc>,
    /// How many, less what she brought back.
    pub pieces: u32,
}

/// Something that she bought is about to be used up, or was a short while ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replenishment {
    /// When she bought it last.
    pub bought: DateTime<Utc>,
    /// Days that one piece lasts.
    pub lasts_days: u32,
    /// Whether that is her own rhythm, not what is usual of the product.
    pub own_rhythm: bool,
    /// Days until it is used up; below zero where it was.
    pub days_left: i64,
}

/// Whether to speak of a product that she bought at these times, in any order: by her own rhythm where that is known, else
/// by the days that one piece usually lasts (0 = not known).
#[must_use]
pub fn replenishment(
    mut bought: Vec<Bought>,
    usual_days: u32,
    now: DateTime<Utc>,
) -> Option<Replenishment> {
    bought.sort_by_key(|b| b.at);
    let last = *bought.last()?;
    let rhythm = own_rhythm(&bought);
    let piece = rhythm.unwrap_or_else(|| i64::from(usual_days));
    if piece <= 0 {
        return None;
    }
    let lasts = piece.saturating_mul(i64::from(last.pieces));
    let left = (last.at - now).num_days() + lasts;
    speaks_of(lasts).contains(&left).then(|| Replenishment {
        bought: last.at,
        lasts_days: u32::try_from(piece).unwrap_or(u32::MAX),
        own_rhythm: rhythm.is_some(),
        days_left: left,
    })
}

/// Days left at which to speak of what lasts so long: never while most of it is there, and not long after.
fn speaks_of(lasts: i64) -> std::ops::RangeInclusive<i64> {
    -AFTER_USE_UP_DAYS.min(lasts / 2)..=BEFORE_USE_UP_DAYS.min(lasts / 3)
}

/// Mean days that one piece lasted her, where she bought it often enough.
fn own_rhythm(bought: &[Bought]) -> Option<i64> {
    let (first, last) = (bought.first()?, bought.last()?);
    if bought.len() < RHYTHM_PURCHASES {
        return None;
    }
    let used = bought.iter().take(bought.len() - 1);
    let pieces: i64 = used.map(|b| i64::from(b.pieces)).sum();
    let days = (last.at - first.at).num_days();
    (pieces > 0 && days >= RHYTHM_DAYS).then(|| days / pieces)
}

/// For how many days a member has stayed away, where she is dormant. `last` is when she bought or was in a shop last; who
/// never was is not missed.
#[must_use]
pub fn dormant_days(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<u32> {
    let days = (now - last?).num_days();
    u32::try_from(days).ok().filter(|_| days >= DORMANT_DAYS)
}

/// Whether a gap to the next tier is small enough to be spoken of.
#[must_use]
pub fn is_near_tier(gap: Money) -> bool {
    gap <= NEAR_TIER
}

/// Whether a birthday is in the month of a business date.
#[must_use]
pub fn is_birthday_month(birthday: NaiveDate, today: NaiveDate) -> bool {
    birthday.month() == today.month()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        "2026-05-31T04:00:00Z".parse().unwrap()
    }

    fn ago(days: i64) -> DateTime<Utc> {
        now() - Duration::days(days)
    }

    /// So many pieces of what lasts so long, bought so many days ago.
    fn said(lasts: u32, pieces: u32, days: &[i64]) -> Option<Replenishment> {
        let bought = days.iter().map(|days| Bought {
            at: ago(*days),
            pieces,
        });
        replenishment(bought.collect(), lasts, now())
    }

    #[test]
    fn running_out_is_said_shortly_before_and_after_and_then_no_more() {
        for (lasts, pieces, days, says) in [
            (75, 1, 50, false),
            (75, 1, 62, true),
            (75, 1, 75, true),
            (75, 1, 95, true),
            (75, 1, 100, false),
            (75, 1, 195, false),
            (75, 1, 400, false),
            (75, 2, 75, false),
            (75, 2, 140, true),
            // what lasts ten days is not nearly used up on the second day, nor news three weeks later
            (10, 1, 2, false),
            (10, 1, 8, true),
            (10, 1, 14, true),
            (10, 1, 18, false),
            (0, 1, 30, false),
        ] {
            let is = said(lasts, pieces, &[days]).is_some();
            assert_eq!(is, says, "{pieces} of {lasts} days, {days} days ago");
        }
        assert_eq!(said(75, 1, &[]), None, "what she never bought");
    }

    #[test]
    fn her_own_rhythm_goes_before_what_is_usual() {
        let hers = said(200, 1, &[90, 60, 30]).unwrap();
        assert_eq!(
            (hers.lasts_days, hers.own_rhythm, hers.days_left),
            (30, true, 0)
        );
        assert_eq!(said(200, 1, &[200, 170, 140]), None);
        // twice is no rhythm, nor is thrice in a fortnight
        assert!(!said(30, 1, &[60, 30]).unwrap().own_rhythm);
        assert!(!said(30, 1, &[33, 32, 30]).unwrap().own_rhythm);
    }

    #[test]
    fn who_was_never_here_is_not_missed() {
        assert_eq!(dormant_days(Some(ago(89)), now()), None);
        assert_eq!(dormant_days(Some(ago(90)), now()), Some(90));
        assert_eq!(dormant_days(Some(ago(-1)), now()), None);
        assert_eq!(dormant_days(None, now()), None);
    }

    #[test]
    fn a_tier_is_near_and_a_birthday_this_month_at_their_edges() {
        assert!(is_near_tier(NEAR_TIER));
        assert!(!is_near_tier(NEAR_TIER + Money::from_fen(1)));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(is_birthday_month(day("1990-05-31"), day("2026-05-01")));
        assert!(!is_birthday_month(day("1990-05-31"), day("2026-06-01")));
    }

    proptest! {
        /// Said while at most half of it is left, and for at most so long after.
        #[test]
        fn it_is_said_within_its_days(lasts in 0_u32..1_000, pieces in 0_u32..20, days in proptest::collection::vec(0_i64..2_000, 0..5)) {
            if let Some(due) = said(lasts, pieces, &days) {
                let all = i64::from(due.lasts_days) * i64::from(pieces);
                prop_assert!(due.days_left <= BEFORE_USE_UP_DAYS && due.days_left * 2 <= all);
                prop_assert!(-due.days_left <= AFTER_USE_UP_DAYS);
                prop_assert_eq!(due.bought, ago(days.iter().copied().min().unwrap()));
            }
        }
    }
}

//! When a new version may be put in: never in the middle of something, and rather when the shop is closed.

use chrono::NaiveTime;
use std::time::Duration;

/// Nobody has touched anything for so long, whatever the hour.
const HANDS_OFF: Duration = Duration::from_secs(60);
/// A shop that closes late is still closed before this.
const OPENS_NEVER_BEFORE: NaiveTime = NaiveTime::from_hms_opt(5, 0, 0).unwrap();

/// How the counter is used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Something is begun on the screen that is not recorded yet.
    pub work_open: bool,
    /// Since when nobody has touched it.
    pub idle: Duration,
}

/// Why not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotNow {
    /// Something is begun on the screen.
    WorkOpen,
    /// Somebody has just touched it.
    InUse,
    /// The shop is open, and the counter is not quiet enough.
    ShopOpen,
}

/// Whether a new version may be put in. `local` is the store's own clock, `closes_at` when it closes, `quiet_after` how long
/// a counter is untouched in an open shop before it counts as quiet.
pub(super) fn may_put_in(
    now: Situation,
    local: NaiveTime,
    closes_at: Option<NaiveTime>,
    quiet_after: Duration,
) -> Result<(), NotNow> {
    if now.work_open {
        return Err(NotNow::WorkOpen);
    }
    if now.idle >= quiet_after {
        return Ok(());
    }
    if now.idle < HANDS_OFF {
        return Err(NotNow::InUse);
    }
    if closes_at.is_some_and(|closes| is_closed(local, closes)) {
        Ok(())
    } else {
        Err(NotNow::ShopOpen)
    }
}

/// Whether a store that closes at a time is closed: from then until early in the morning.
fn is_closed(local: NaiveTime, closes: NaiveTime) -> bool {
    if closes < OPENS_NEVER_BEFORE {
        // after midnight
        (closes..OPENS_NEVER_BEFORE).contains(&local)
    } else {
        local >= closes || local < OPENS_NEVER_BEFORE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Duration = Duration::from_secs(20 * 60);

    fn at(h: u32, m: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(h, m, 0).unwrap()
    }

    fn asked(
        work_open: bool,
        idle: u64,
        local: NaiveTime,
        closes: Option<NaiveTime>,
    ) -> Result<(), NotNow> {
        let now = Situation {
            work_open,
            idle: Duration::from_secs(idle),
        };
        may_put_in(now, local, closes, QUIET)
    }

    #[test]
    fn never_in_the_middle_of_something() {
        for (h, idle) in [(3, 0), (12, 99_999), (23, 99_999)] {
            assert_eq!(
                asked(true, idle, at(h, 0), Some(at(22, 0))),
                Err(NotNow::WorkOpen)
            );
        }
    }

    #[test]
    fn after_closing_or_on_a_quiet_counter() {
        let closes = Some(at(22, 0));
        assert_eq!(asked(false, 59, at(22, 30), closes), Err(NotNow::InUse));
        assert_eq!(asked(false, 60, at(22, 30), closes), Ok(()));
        assert_eq!(asked(false, 60, at(4, 59), closes), Ok(()));
        assert_eq!(asked(false, 60, at(5, 0), closes), Err(NotNow::ShopOpen));
        assert_eq!(asked(false, 60, at(21, 59), closes), Err(NotNow::ShopOpen));
        assert_eq!(
            asked(false, 1_199, at(12, 0), closes),
            Err(NotNow::ShopOpen)
        );
        assert_eq!(asked(false, 1_200, at(12, 0), closes), Ok(()));
        assert_eq!(asked(false, 60, at(23, 0), None), Err(NotNow::ShopOpen));
        // a store that closes after midnight is open before it
        assert_eq!(
            asked(false, 60, at(1, 0), Some(at(2, 0))),
            Err(NotNow::ShopOpen)
        );
        assert_eq!(asked(false, 60, at(2, 0), Some(at(2, 0))), Ok(()));
        assert_eq!(
            asked(false, 60, at(23, 0), Some(at(2, 0))),
            Err(NotNow::ShopOpen)
        );
    }
}

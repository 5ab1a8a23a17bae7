//! The year of a cosmetics counter in the mainland: opening hours, member day, festivals.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Utc};

use super::dice::Dice;

/// Weight of each hour from 10 to 21: around noon and after work.
#[rustfmt::skip]
const HOURS: [(u32, u32); 12] = [
    (10, 4), (11, 7), (12, 10), (13, 9), (14, 7), (15, 7), (16, 8), (17, 9), (18, 12), (19, 13),
    (20, 10), (21, 4),
];

/// Days on which people wait for an offer: month, day, days around it that people shift from,
/// and how likely they do.
const FESTIVALS: [(u32, u32, i64, f64); 5] = [
    (11, 11, 24, 0.5),
    (6, 18, 14, 0.3),
    (3, 8, 9, 0.25),
    (5, 20, 6, 0.2),
    (12, 12, 6, 0.12),
];

/// An instant in the business timezone, which has had no summer time since 1991.
pub(crate) fn moment(day: NaiveDate, minute: u32, second: u32) -> DateTime<Utc> {
    let china = FixedOffset::east_opt(8 * 3600);
    day.and_hms_opt(minute / 60 % 24, minute % 60, second % 60)
        .zip(china)
        .and_then(|(local, zone)| local.and_local_timezone(zone).single())
        .map(|t| t.with_timezone(&Utc))
        .unwrap_or_default()
}

/// A minute of the day at which the store is open.
pub(crate) fn opening_minute(dice: &mut Dice) -> u32 {
    dice.weighted(&HOURS).unwrap_or(15) * 60 + dice.between(0, 59)
}

/// The day on which somebody comes who meant to come on `day`, but waits for an offer.
/// `member_day` is how likely she waits for the 18th.
pub(crate) fn shifted(dice: &mut Dice, day: NaiveDate, member_day: f64) -> NaiveDate {
    for (month, on, around, likely) in FESTIVALS {
        let Some(festival) = NaiveDate::from_ymd_opt(day.year(), month, on) else {
            continue;
        };
        if (festival - day).num_days().abs() <= around && dice.chance(likely) {
            return festival - Days::new(u64::from(dice.between(0, 2)));
        }
    }
    let eighteenth = day.with_day(18).unwrap_or(day);
    if (eighteenth - day).num_days().abs() <= 6 && dice.chance(member_day) {
        return eighteenth;
    }
    // weekends are twice as busy: half of a working day's visits wait for Saturday or Sunday
    let weekday = day.weekday().num_days_from_monday();
    if weekday < 5 && dice.chance(0.3) {
        return day + Days::new(u64::from(5 - weekday + dice.between(0, 1)));
    }
    day
}

/// What is charged of a hundred on this day.
pub(crate) fn per_cent_charged(day: NaiveDate) -> i64 {
    match (day.month(), day.day()) {
        (11, 9..=12) => 80,
        (6, 16..=18) => 88,
        (3, 6..=8) => 90,
        _ => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noon_in_shanghai_is_four_in_utc() {
        let day = NaiveDate::from_ymd_opt(2025, 11, 11).unwrap();
        assert_eq!(
            moment(day, 12 * 60 + 5, 9).to_rfc3339(),
            "2025-11-11T04:05:09+00:00"
        );
    }

    #[test]
    fn stores_are_open_from_ten_to_ten() {
        let mut dice = Dice::new(1, "hours");
        for _ in 0..1_000 {
            assert!((600..1_320).contains(&opening_minute(&mut dice)));
        }
    }
}

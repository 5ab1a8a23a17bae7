//! Dates and times as people, tills and spreadsheets write them.

use chrono::{
    DateTime, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc,
};
use chrono_tz::Tz;

/// Nothing that a brand still keeps is older.
const OLDEST: i32 = 1990;
/// A longer text says no time; in bytes.
const LONGEST: usize = 256;
/// Day numbers of spreadsheets that are taken for dates: from 1927 to the end of 2099.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=73_050;

/// What a text says of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// A day.
    Day(NaiveDate),
    /// A time of the map's time zone.
    Local(NaiveDateTime),
    /// A moment, written with its offset.
    At(DateTime<Utc>),
}

/// A date or time, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found<T> {
    /// What it is.
    pub value: T,
    /// It was the number of a day, as a spreadsheet keeps one.
    pub serial: bool,
}

/// A date. One that is made of a moment is the date of that moment in `zone`.
///
/// # Errors
/// Why the text is none.
pub(crate) fn date(
    text: &str,
    format: Option<&str>,
    zone: Tz,
    what: &str,
) -> Result<Found<NaiveDate>, String> {
    let found = when(text, format).map_err(|why| told(text, "a date", &why, what))?;
    let value = match found.value {
        When::Day(day) => day,
        When::Local(local) => local.date(),
        When::At(at) => at.with_timezone(&zone).date_naive(),
    };
    Ok(Found {
        value,
        serial: found.serial,
    })
}

/// A moment: written with its offset, or local to `zone`; a day alone is its noon. Not after `now`.
///
/// # Errors
/// Why the text is none.
pub(crate) fn time(
    text: &str,
    format: Option<&str>,
    zone: Tz,
    now: DateTime<Utc>,
    what: &str,
) -> Result<Found<DateTime<Utc>>, String> {
    let found = when(text, format).map_err(|why| told(text, "a time", &why, what))?;
    let at = match found.value {
        When::At(at) => Some(at),
        When::Local(local) => in_zone(local, zone),
        When::Day(day) => day
            .and_hms_opt(12, 0, 0)
            .and_then(|noon| in_zone(noon, zone)),
    };
    let value = at.ok_or_else(|| {
        format!("{what}: {text:?} is not a time: the clocks were put forward over it")
    })?;
    if value > now {
        return Err(format!("{what}: {text:?} is in the future"));
    }
    if chrono::Datelike::year(&value.with_timezone(&zone)) < OLDEST {
        return Err(format!("{what}: {text:?} is before {OLDEST}"));
    }
    Ok(Found {
        value,
        serial: found.serial,
    })
}

fn told(text: &str, kind: &str, why: &str, what: &str) -> String {
    if why.is_empty() {
        format!("{what}: {text:?} is not {kind}")
    } else {
        format!("{what}: {text:?} is not {kind}: {why}")
    }
}

fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => Some(t.with_timezone(&Utc)),
        LocalResult::None => None,
    }
}

fn when(text: &str, format: Option<&str>) -> Result<Found<When>, String> {
    if text.len() > LONGEST {
        return Err(String::new());
    }
    let plain = identity::text::narrow(text);
    let found = |value| Found {
        value,
        serial: false,
    };
    match format {
        Some(format) => written(&plain, &identity::text::narrow(format))
            .map(found)
            .ok_or_else(|| format!("not written as {format}")),
        None => unwritten(&plain),
    }
}

/// By a format of strftime. A `Z` at its end is the letter that stands for UTC.
fn written(text: &str, format: &str) -> Option<When> {
    if let Ok(at) = DateTime::parse_from_str(text, format) {
        return Some(When::At(at.with_timezone(&Utc)));
    }
    if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
        let letters = |t: &str| t.ends_with('Z') && !t.ends_with("%Z");
        let utc = letters(format)
            || format.ends_with("UTC")
            || format.ends_with("GMT")
            // a count of seconds is of UTC, whatever the clocks on the wall say
            || format.contains("%s")
            || (format.contains("%Z") && ["Z", "UTC", "GMT"].iter().any(|name| text.ends_with(name)));
        return Some(if utc {
            When::At(local.and_utc())
        } else {
            When::Local(local)
        });
    }
    NaiveDate::parse_from_str(text, format).ok().map(When::Day)
}

/// As it is found out where the map gives no format: year, month and day in this order.
fn unwritten(text: &str) -> Result<Found<When>, String> {
    let found = |value| Found {
        value,
        serial: false,
    };
    if let Some(value) = serial(text) {
        return Ok(Found {
            value,
            serial: true,
        });
    }
    if let Some(value) = digits_only(text) {
        return value.map(found);
    }
    let (half, text) = half_of_day(text);
    let (date, rest) = date_part(&text)?;
    let rest = rest.trim_start_matches(['T', 't', ',']).trim();
    if rest.is_empty() {
        return match half {
            None => Ok(found(When::Day(date))),
            Some(_) => Err("it has no time".to_owned()),
        };
    }
    let (clock, offset) = offset_part(rest);
    let local = date.and_time(clock_of(clock, half).ok_or("its time cannot be read")?);
    let value = match offset {
        None => When::Local(local),
        Some(offset) => {
            let offset = offset_of(offset).ok_or("its time zone cannot be read")?;
            let at = offset.from_local_datetime(&local).single();
            When::At(at.ok_or("its time cannot be")?.with_timezone(&Utc))
        }
    };
    Ok(found(value))
}

/// The number of a day, as a spreadsheet keeps one: 45000 is 15 March 2023, 45000.5 its noon.
fn serial(text: &str) -> Option<When> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (text, None),
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 5 || !digits(whole) || part.is_some_and(|p| !digits(p) || p.len() > 15) {
        return None;
    }
    let n: i64 = whole.parse().ok().filter(|n| SERIALS.contains(n))?;
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(Duration::days(n))?;
    let Some(part) = part else {
        return Some(When::Day(day));
    };
    let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let part: i128 = part.parse().ok()?;
    // to the second, half up, as spreadsheets show it
    let seconds = (part * 86_400 * 2 + i128::from(scale)) / (i128::from(scale) * 2);
    let seconds = i64::try_from(seconds).ok()?;
    if seconds == 0 {
        return Some(When::Day(day));
    }
    let local = day
        .and_hms_opt(0, 0, 0)?
        .checked_add_signed(Duration::seconds(seconds))?;
    Some(When::Local(local))
}

/// `20260501` and `20260501110000`; none where there is something else than digits.
fn digits_only(text: &str) -> Option<Result<When, String>> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let read = |format| {
        NaiveDateTime::parse_from_str(text, format)
            .map(When::Local)
            .map_err(|_| String::new())
    };
    Some(match text.len() {
        8 => {
            let number =
                |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse().ok());
            let day = || {
                let year = number(0..4).and_then(|y| i32::try_from(y).ok())?;
                NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)
            };
            day().map(When::Day).ok_or_else(String::new)
        }
        14 => read("%Y%m%d%H%M%S"),
        6 => Err(TWO_DIGITS.to_owned()),
        10 | 13 => Err("a count of seconds is read with a `format`, such as %s".to_owned()),
        _ => Err(String::new()),
    })
}

const TWO_DIGITS: &str =
    "a year of two digits says no century; export it with four, or give a `format`";

/// Half of the day where it is said in words, and the text without it.
fn half_of_day(text: &str) -> (Option<Half>, String) {
    let words = [
        ("上午", Half::Morning),
        ("凌晨", Half::Morning),
        ("早上", Half::Morning),
        ("下午", Half::Afternoon),
        ("晚上", Half::Afternoon),
        ("中午", Half::Afternoon),
    ];
    for (word, half) in words {
        if let Some((before, after)) = text.split_once(word) {
            return (Some(half), format!("{before} {after}"));
        }
    }
    let upper = text.to_ascii_uppercase();
    for (word, half) in [
        ("A.M.", Half::Morning),
        ("P.M.", Half::Afternoon),
        ("AM", Half::Morning),
        ("PM", Half::Afternoon),
    ] {
        if let Some(at) = upper.find(word) {
            let (before, after) = (text.get(..at), text.get(at + word.len()..));
            let text = format!(
                "{} {}",
                before.unwrap_or_default(),
                after.unwrap_or_default()
            );
            return (Some(half), text);
        }
    }
    (None, text.to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// The date at the beginning of a text, and what stands behind it.
fn date_part(text: &str) -> Result<(NaiveDate, &str), String> {
    let mut rest = text.trim();
    let mut numbers = [(0_u32, 0_usize); 3];
    for (i, slot) in numbers.iter_mut().enumerate() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        let n = digits.parse().map_err(|_| String::new())?;
        if end > 4 {
            return Err(String::new());
        }
        *slot = (n, end);
        let after = after.trim_start();
        let marks: &[char] = match i {
            0 => &['-', '/', '.', '年'],
            1 => &['-', '/', '.', '月'],
            _ => &['日', '号'],
        };
        rest = match after.strip_prefix(marks) {
            Some(after) => after.trim_start(),
            None if i == 2 => after,
            None => return Err(String::new()),
        };
    }
    let [(year, digits), (month, _), (day, last)] = numbers;
    match (digits, last) {
        (4, 1 | 2) => {
            let year = i32::try_from(year).map_err(|_| String::new())?;
            let date = NaiveDate::from_ymd_opt(year, month, day).ok_or("there is no such day")?;
            Ok((date, rest))
        }
        (1 | 2, 4) => Err("day and month cannot be told apart; give a `format`".to_owned()),
        (1 | 2, 1 | 2) => Err(TWO_DIGITS.to_owned()),
        _ => Err(String::new()),
    }
}

/// The clock, and the offset behind it where one is written.
fn offset_part(text: &str) -> (&str, Option<&str>) {
    // Java puts the zone's name behind the offset
    let text = text
        .split_once('[')
        .map_or(text, |(before, _)| before)
        .trim();
    let begins = |c: char| matches!(c, '+' | '-') || c.is_ascii_alphabetic();
    match text.find(begins) {
        Some(at) => {
            let (clock, offset) = text.split_at(at);
            (clock.trim(), Some(offset.trim()))
        }
        None => (text, None),
    }
}

/// `Z`, `UTC`, `+08:00`, `+0800`, `GMT+8`.
fn offset_of(text: &str) -> Option<FixedOffset> {
    let upper = text.to_ascii_uppercase();
    let rest = ["UTC", "GMT", "Z"]
        .iter()
        .find_map(|name| upper.strip_prefix(name));
    let rest = rest.unwrap_or(&upper).trim();
    if rest.is_empty() {
        return FixedOffset::east_opt(0);
    }
    let (sign, digits) = match rest.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(parts), _) => parts,
        (None, 1 | 2) => (digits, "0"),
        (None, 4) => digits.split_at(2),
        (None, _) => return None,
    };
    let number = |t: &str, most: i32| -> Option<i32> {
        let digits = !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        t.parse().ok().filter(|n| digits && *n <= most)
    };
    FixedOffset::east_opt(sign * (number(hours, 14)? * 3_600 + number(minutes, 59)? * 60))
}

fn clock_of(text: &str, half: Option<Half>) -> Option<chrono::NaiveTime> {
    let plain = text.replace(['时', '点', '分'], ":").replace('秒', "");
    let mut parts = plain.trim().trim_end_matches(':').split(':').map(str::trim);
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next().map_or(Some(0), |t| t.parse().ok())?;
    let (second, fraction) = match parts.next() {
        None => (0, ""),
        Some(text) => {
            let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
            (whole.parse().ok()?, fraction)
        }
    };
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // an hour alone is a time only where its half of the day is said, or the word for it
    if !plain.contains(':') && half.is_none() {
        return None;
    }
    let hour = match half {
        None => hour,
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Afternoon) if hour < 12 => hour + 12,
        Some(Half::Morning) if hour > 12 => return None,
        Some(_) => hour,
    };
    let millis: u32 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    chrono::NaiveTime::from_hms_milli_opt(hour, minute, second, millis)
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;

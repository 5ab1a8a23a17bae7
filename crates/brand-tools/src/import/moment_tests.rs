//! Dates and times in many forms.

use super::*;
use proptest::prelude::*;

const SHANGHAI: Tz = Tz::Asia__Shanghai;

fn day(text: &str, format: Option<&str>) -> Result<String, String> {
    date(text, format, SHANGHAI, "birthday").map(|d| d.value.to_string())
}

fn at(text: &str, format: Option<&str>) -> Result<String, String> {
    let now = "2030-01-01T00:00:00Z".parse().unwrap();
    time(text, format, SHANGHAI, now, "time").map(|t| t.value.to_rfc3339())
}

#[test]
fn the_date_of_a_moment_is_that_of_the_zone() {
    for (text, format) in [
        ("1990-05-11T16:00:00.000Z", Some("%Y-%m-%dT%H:%M:%S%.3fZ")),
        ("1990-05-11T16:00:00.000Z", Some("%Y-%m-%dT%H:%M:%S%.fZ")),
        ("1990-05-11T16:00:00+00:00", Some("%Y-%m-%dT%H:%M:%S%:z")),
        ("1990-05-11 16:00:00 UTC", Some("%Y-%m-%d %H:%M:%S UTC")),
        ("1990-05-11 16:00:00 UTC", Some("%Y-%m-%d %H:%M:%S %Z")),
        ("642441600", Some("%s")),
        ("1990-05-11T16:00:00.000Z", None),
        ("1990-05-11T16:00:00Z", None),
        ("1990-05-11 16:00:00 +0000", None),
        ("1990-05-11 16:00:00 UTC", None),
        ("1990-05-12T00:00:00+08:00", None),
        ("1990-05-12 01:00:00 GMT+9", None),
        ("1990-05-12T00:00:00+08:00[Asia/Shanghai]", None),
        ("1990-05-12", None),
        ("1990-5-12", None),
        ("1990/5/12", None),
        ("1990.05.12", None),
        ("1990年5月12日", None),
        ("１９９０／０５／１２", None),
        ("19900512", None),
        ("1990/5/12 0:00:00", None),
        ("1990-05-12 00:00", None),
    ] {
        assert_eq!(
            day(text, format).as_deref(),
            Ok("1990-05-12"),
            "{text} {format:?}"
        );
    }
    let west = date(
        "1990-05-11T16:00:00Z",
        None,
        Tz::America__Los_Angeles,
        "birthday",
    );
    assert_eq!(west.unwrap().value.to_string(), "1990-05-11");
}

#[test]
fn times_in_many_forms() {
    for (text, format) in [
        ("2026-05-01 15:05:00", None),
        ("2026/5/1 15:05", None),
        ("2026-05-01T15:05:00", None),
        ("2026-05-01T15:05:00+08:00", None),
        ("2026-05-01T07:05:00Z", None),
        ("2026-05-01T07:05:00.000Z", None),
        ("2026-05-01 07:05:00Z", None),
        ("2026-05-01 15:05:00.000", None),
        ("2026/5/1 下午 3:05", None),
        ("2026/5/1 下午3:05:00", None),
        ("下午 3:05 2026/5/1", Some("下午 %H:%M %Y/%m/%d")),
        ("2026/5/1 3:05 PM", None),
        ("2026/5/1 3:05:00 pm", None),
        ("2026年5月1日 15时05分", None),
        ("2026年5月1日 15点05分00秒", None),
        ("20260501150500", None),
        ("2026-05-01T07:05:00Z", Some("%Y-%m-%dT%H:%M:%SZ")),
        ("1777619100", Some("%s")),
        ("46143.6284722222", None),
    ] {
        if text.starts_with("下午") {
            // a format is taken at its word
            assert_eq!(at(text, format).as_deref(), Ok("2026-04-30T19:05:00+00:00"));
            continue;
        }
        assert_eq!(
            at(text, format).as_deref(),
            Ok("2026-05-01T07:05:00+00:00"),
            "{text}"
        );
    }
    assert_eq!(
        at("2026/5/1 上午 12:05", None).as_deref(),
        Ok("2026-04-30T16:05:00+00:00")
    );
    assert_eq!(
        at("2026/5/1 12:05 PM", None).as_deref(),
        Ok("2026-05-01T04:05:00+00:00")
    );
    assert_eq!(
        at("2026/5/1 下午 15:05", None).as_deref(),
        Ok("2026-05-01T07:05:00+00:00")
    );
    assert_eq!(
        at("2026-05-01", None).as_deref(),
        Ok("2026-05-01T04:00:00+00:00")
    );
    assert_eq!(
        at("2017-01-01", Some("%Y-%m-%d")).as_deref(),
        Ok("2017-01-01T04:00:00+00:00")
    );
}

#[test]
fn day_numbers_of_spreadsheets() {
    let found = date("45000", None, SHANGHAI, "birthday").unwrap();
    assert_eq!(
        (found.value.to_string().as_str(), found.serial),
        ("2023-03-15", true)
    );
    assert_eq!(
        at("45000.5", None).as_deref(),
        Ok("2023-03-15T04:00:00+00:00")
    );
    assert_eq!(
        at("45000.9999999", None).as_deref(),
        Ok("2023-03-15T16:00:00+00:00")
    );
    assert!(!date("19900512", None, SHANGHAI, "birthday").unwrap().serial);
    assert!(day("99999", None).is_err());
}

#[test]
fn what_is_none_says_why() {
    for (text, why) in [
        ("26-05-01", "two digits"),
        ("260501", "two digits"),
        ("1/5/26", "two digits"),
        ("01/05/2026", "give a `format`"),
        ("5.1.2026", "give a `format`"),
        ("2026-02-30", "no such day"),
        ("0000-00-00", "no such day"),
        ("1900/1/0", "no such day"),
        ("1900-01-00", "no such day"),
        ("2026-05-01 25:00:00", "its time"),
        ("2026-05-01 10:00:00 XYZ", "time zone"),
        ("2026-05-01 上午", "no time"),
        ("1777619100", "%s"),
        ("tomorrow", "not a time"),
        ("", "not a time"),
        ("0", "not a time"),
        ("2026-05", "not a time"),
        ("2031-01-01 00:00:00", "in the future"),
        ("1989-12-31", "before 1990"),
        ("0017-01-01 00:00:00", "before 1990"),
    ] {
        let told = at(text, None).unwrap_err();
        assert!(told.contains(why), "{text}: {told}");
    }
    let told = at("2026-05-01", Some("%d/%m/%Y")).unwrap_err();
    assert!(told.contains("not written as %d/%m/%Y"), "{told}");
    // the hour that was left out when the clocks went forward
    let now = "2030-01-01T00:00:00Z".parse().unwrap();
    let gap = time("2026-03-29 02:30:00", None, Tz::Europe__Berlin, now, "time");
    assert!(gap.unwrap_err().contains("put forward"));
}

proptest! {
    #[test]
    fn any_moment_has_one_date_however_it_is_written(seconds in 631_152_000_i64..1_893_456_000, hours in -11_i32..14) {
        let moment = DateTime::from_timestamp(seconds, 0).unwrap();
        let expected = moment.with_timezone(&SHANGHAI).date_naive();
        let offset = FixedOffset::east_opt(hours * 3_600).unwrap();
        let text = moment.with_timezone(&offset).to_rfc3339();
        prop_assert_eq!(date(&text, None, SHANGHAI, "d").map(|d| d.value), Ok(expected));
        let zulu = moment.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        prop_assert_eq!(date(&zulu, None, SHANGHAI, "d").map(|d| d.value), Ok(expected));
        let written = date(&zulu, Some("%Y-%m-%dT%H:%M:%S%.3fZ"), SHANGHAI, "d");
        prop_assert_eq!(written.map(|d| d.value), Ok(expected));
        let local = moment.with_timezone(&SHANGHAI).format("%Y-%m-%d %H:%M:%S").to_string();
        prop_assert_eq!(date(&local, None, SHANGHAI, "d").map(|d| d.value), Ok(expected));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,20}|[0-9:/. TZ+年月日上午-]{0,24}") {
        let _ = date(&text, None, SHANGHAI, "d");
        let _ = date(&text, Some("%Y-%m-%d"), SHANGHAI, "d");
    }
}

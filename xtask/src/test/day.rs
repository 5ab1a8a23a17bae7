//! Made-up days and settings that the tests are run under: a test that names no day of its own must pass on each.
//! A small library, loaded before the tests' own, shifts the wall clock; clocks that count time go on as they are.

use super::harness::Half;
use crate::failure::{Doing, Failure, Outcome};
use crate::process;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The library's source: the same one by which tests give one process a wrong clock.
const SOURCE: &str = include_str!("../../../tests/src/wall.c");

/// A day, and where the machine thinks that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its name, for headings and `--day`.
    pub name: &'static str,
    /// What is special about it.
    pub why: &'static str,
    /// When the tests begin, in seconds since 1970.
    begins: u64,
    /// The machine's time zone.
    zone: &'static str,
    /// The machine's locale.
    locale: &'static str,
}

const fn day(
    name: &'static str,
    begins: u64,
    zone: &'static str,
    locale: &'static str,
    why: &'static str,
) -> Day {
    Day {
        name,
        why,
        begins,
        zone,
        locale,
    }
}

/// Days on which calendars have gone wrong elsewhere. Times in brackets are those of the brand, in Shanghai.
pub const DAYS: &[Day] = &[
    day(
        "leap-day",
        1_835_409_600, // 2028-02-29 12:00
        "Asia/Shanghai",
        "zh_CN.UTF-8",
        "29 February (noon)",
    ),
    day(
        "new-year",
        1_798_732_500, // 2026-12-31 23:55
        "UTC",
        "C.UTF-8",
        "the last minutes of a year for the brand, the afternoon of it for the machine",
    ),
    day(
        "new-year-morning",
        1_798_733_100, // 2027-01-01 00:05
        "America/Los_Angeles",
        "en_US.UTF-8",
        "the first minutes of a year for the brand, the day before for the machine",
    ),
    day(
        "january-ends",
        1_801_369_800, // 2027-01-31 12:30
        "Asia/Kathmandu",
        "zh_CN.UTF-8",
        "31 January, a zone with a quarter of an hour",
    ),
    day(
        "february-ends",
        1_803_828_900, // 2027-02-28 23:35
        "Asia/Shanghai",
        "zh_CN.UTF-8",
        "the last day of a short February (late evening)",
    ),
    day(
        "spring-new-york",
        1_805_007_300, // 2027-03-14 06:55 UTC
        "America/New_York",
        "en_US.UTF-8",
        "five minutes before New York's clocks go forward",
    ),
    day(
        "spring-berlin",
        1_806_195_300, // 2027-03-28 00:55 UTC
        "Europe/Berlin",
        "de_DE.UTF-8",
        "five minutes before Berlin's clocks go forward; a decimal comma",
    ),
    day(
        "autumn-sydney",
        1_806_767_700, // 2027-04-03 15:55 UTC
        "Australia/Sydney",
        "en_AU.UTF-8",
        "five minutes before Sydney's clocks go back",
    ),
    day(
        "april-ends",
        1_809_100_500, // 2027-04-30 23:55
        "Asia/Urumqi",
        "zh_CN.UTF-8",
        "the last minutes of a month of 30 days",
    ),
    day(
        "member-day",
        1_813_287_600, // 2027-06-18 11:00
        "Pacific/Kiritimati",
        "zh_TW.UTF-8",
        "a member day of June, tomorrow for the machine",
    ),
    day(
        "singles-day",
        1_825_898_400, // 2027-11-11 02:00 UTC
        "Asia/Shanghai",
        "tr_TR.UTF-8",
        "11 November; a language with another small I",
    ),
    day(
        "autumn-berlin",
        1_824_944_100, // 2027-10-31 00:55 UTC
        "Europe/Berlin",
        "de_DE.UTF-8",
        "five minutes before Berlin's clocks go back",
    ),
    day(
        "december-ends-leap",
        1_861_833_600, // 2028-12-31 08:00
        "Pacific/Pago_Pago",
        "C.UTF-8",
        "day 366 of a year, the day before for the machine",
    ),
    day(
        "leap-day-far",
        1_961_598_600, // 2032-02-29 00:30
        "Africa/Casablanca",
        "ar_MA.UTF-8",
        "29 February (half past midnight), years on; a zone with its own summer time",
    ),
];

/// How many of them every run takes.
pub const ALWAYS: usize = 2;

impl Day {
    /// Which half of the tests this day takes in a run of every day: on the next real day it takes the other, so that each
    /// test meets each of the two. None for a day that not every run takes.
    pub fn half(&self) -> Option<Half> {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.half_on(since.as_secs() / (24 * 60 * 60))
    }

    fn half_on(&self, real_day: u64) -> Option<Half> {
        let at = DAYS
            .iter()
            .take(ALWAYS)
            .position(|day| day.name == self.name)?;
        let halves = [Half::First, Half::Second];
        let turned = usize::from(!real_day.is_multiple_of(2));
        Some(halves[(at + turned) % halves.len()])
    }
}

/// The days with this in their name.
pub fn named(name: &str) -> Outcome<Vec<&'static Day>> {
    let found: Vec<&Day> = DAYS.iter().filter(|day| day.name.contains(name)).collect();
    if found.is_empty() {
        let names: Vec<&str> = DAYS.iter().map(|day| day.name).collect();
        return Err(Failure::because(format!(
            "no day of this name; there are: {}",
            names.join(", ")
        )));
    }
    Ok(found)
}

/// The library, built; gone when it is dropped.
#[derive(Debug)]
pub struct Clock {
    dir: PathBuf,
    library: PathBuf,
}

impl Clock {
    /// Builds it in a temporary folder: the loader's list is split at spaces, which this workspace's path may have.
    pub fn build() -> Outcome<Self> {
        let dir = std::env::temp_dir().join(format!("counterpart-day-{}", std::process::id()));
        if dir.to_string_lossy().contains([' ', ':']) {
            return Err(Failure::because(format!(
                "a made-up day needs a temporary folder (TMPDIR) without spaces and colons, not {}",
                dir.display()
            )));
        }
        std::fs::create_dir_all(&dir).doing(format!("making {}", dir.display()))?;
        let (source, library) = (dir.join("wall.c"), dir.join("wall.so"));
        let clock = Self { dir, library };
        std::fs::write(&source, SOURCE).doing(format!("writing {}", source.display()))?;
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-w", "-o"])
            .args([&clock.library, &source]);
        process::run("cc", &mut cc)?;
        // whoever the tests become may read it
        std::fs::set_permissions(&clock.dir, std::fs::Permissions::from_mode(0o755))
            .doing(format!("opening {}", clock.dir.display()))?;
        Ok(clock)
    }

    /// Makes a command, and whatever it starts, live on that day.
    pub fn set(&self, day: &Day, command: &mut Command) {
        let begins = UNIX_EPOCH + Duration::from_secs(day.begins);
        let now = SystemTime::now();
        let shift = match begins.duration_since(now) {
            // whole seconds, and not before the day begins
            Ok(ahead) => (ahead.as_secs() + 1).to_string(),
            Err(behind) => format!("-{}", behind.duration().as_secs()),
        };
        command
            .env("LD_PRELOAD", &self.library)
            .env("COUNTERPART_TEST_WALL", shift)
            .env("TZ", day.zone)
            .env("LC_ALL", day.locale)
            .env("LANG", day.locale);
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // a few kilobytes in a temporary folder are no reason to fail
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_every_run_share_the_tests_and_change_over() {
        let halves = |real_day| -> Vec<Option<Half>> {
            DAYS.iter()
                .take(ALWAYS + 1)
                .map(|day| day.half_on(real_day))
                .collect()
        };
        assert_eq!(
            halves(20_000),
            [Some(Half::First), Some(Half::Second), None]
        );
        assert_eq!(
            halves(20_001),
            [Some(Half::Second), Some(Half::First), None]
        );
    }

    #[test]
    fn there_are_at_least_twelve_days_of_different_names() {
        let mut names: Vec<&str> = DAYS.iter().map(|day| day.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DAYS.len());
        assert!(DAYS.len() >= 12);
        assert_eq!(named("leap-day-far").unwrap().len(), 1);
        assert!(named("doomsday").is_err());
    }

    #[test]
    fn a_process_lives_on_its_day() {
        let clock = Clock::build().unwrap();
        let wanted = [
            ("leap-day", "2028-02-29 12:00"),
            ("new-year-morning", "2026-12-31 08:05"),
            ("january-ends", "2027-01-31 10:15"),
            ("spring-new-york", "2027-03-14 01:55"),
            ("autumn-sydney", "2027-04-04 02:55"),
            ("member-day", "2027-06-18 17:00"),
            ("autumn-berlin", "2027-10-31 02:55"),
            ("december-ends-leap", "2028-12-30 13:00"),
            ("leap-day-far", "2032-02-28 17:30"),
        ];
        for (name, there) in wanted {
            let day = named(name).unwrap()[0];
            let mut command = Command::new("date");
            clock.set(day, command.args(["+%Y-%m-%d %H:%M"]));
            let said = process::output("date", &mut command).unwrap();
            assert_eq!(said.trim(), there, "{name}");
        }
    }
}

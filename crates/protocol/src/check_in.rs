//! `POST /v1/check-in`: how a device is, for whoever looks after a thousand of them, and what headquarters wants of it.
//! Beside the contact, never in its way: a centre that does not know the request, and a counter that does not make it, sell
//! and sync as before.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::RequestId;
use crate::limits::as_line;
use crate::sign_up::CodesShown;
use crate::store_settings::StoreSettings;

/// Bytes of a device's log that are sent at once.
pub const LOG_BYTES: usize = 256 * 1024;
/// Characters of a word of a device's health.
const WORD_CHARS: usize = 80;
/// A device's clock that is further off than this is wrong: receipts and points would have another day.
const CLOCK_OFF: TimeDelta = TimeDelta::minutes(2);
/// Less room than this and a day's work may not fit: 500 MB.
const DISK_LOW: u64 = 500_000_000;
/// What waits for longer than this is stuck.
const WAITS_LONG: TimeDelta = TimeDelta::hours(24);
/// A device that was not heard for longer than this is out of use, or its network is.
const SILENT: TimeDelta = TimeDelta::hours(36);

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInRequest {
    /// How it is.
    pub health: DeviceHealth,
    /// Sign-up codes that it has shown in the last days, at most [`SHOWN`] figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes_shown: Vec<CodesShown>,
}

/// Figures of codes that a check-in brings at most: a week of a shop with a dozen clerks and as many campaigns.
pub const SHOWN: usize = 500;

/// How a device is. Nothing of members, and nothing of clerks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceHealth {
    /// Version of its program.
    pub version: String,
    /// Its operating system, in the system's own words.
    pub system: String,
    /// What its program is built for, as updates name it: `windows-x86_64`.
    pub target: String,
    /// Its own wall clock, as it stands.
    pub clock: DateTime<Utc>,
    /// Bytes that are free where its files lie; none where the system does not say.
    #[serde(default)]
    pub disk_free: Option<u64>,
    /// Operations that wait to be sent.
    #[serde(default)]
    pub waiting: u32,
    /// When the oldest of them was made.
    #[serde(default)]
    pub waiting_since: Option<DateTime<Utc>>,
    /// Operations that need a person.
    #[serde(default)]
    pub attention: u32,
    /// Members that are held there.
    #[serde(default)]
    pub members: u32,
    /// Its printer.
    #[serde(default)]
    pub printer: PrinterHealth,
    /// Stable code of what is in its way.
    #[serde(default)]
    pub trouble: Option<String>,
    /// How the last new version went.
    #[serde(default)]
    pub update: Option<UpdateReport>,
}

/// How a device's printer is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterHealth {
    /// As far as is known.
    pub state: PrinterState,
    /// Why not, where the last print failed: a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// As far as is known of a printer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// There is none.
    #[default]
    None,
    /// It took the last print.
    Good,
    /// The last print failed.
    Failing,
    /// Nothing was printed since the program was started; and what a later build says.
    #[serde(other)]
    Unknown,
}

/// How a new version went on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateReport {
    /// Which.
    pub version: String,
    /// How far it came.
    pub stage: UpdateStage,
    /// Why not, where it failed: a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How far a new version came on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateStage {
    /// It is being fetched, or could not be yet.
    Fetching,
    /// It is there and waits for a quiet moment.
    Fetched,
    /// It was put in and has not reached the centre yet.
    Trying,
    /// It has reached the centre: it stays.
    Good,
    /// It did not, and the version before is back.
    Failed,
    /// What a later build says.
    #[serde(other)]
    Unknown,
}

/// The centre's half: what headquarters wants of the device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInReply {
    /// What it sets for the counters of the store; none where it sets nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<StoreSettings>,
    /// Its log is asked for, by this request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_wanted: Option<RequestId>,
    /// A newer version that is for this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseOffer>,
}

/// A version of the program that a device is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseOffer {
    /// Which: newer than the device's own.
    pub version: String,
    /// Where it is fetched, below the centre's address.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of the package, 64 hex digits.
    pub sha256: String,
    /// The brand's signature over the package, as minisign writes it.
    pub signature: String,
}

/// `POST /v1/device-log`: the last lines of a device's log, as they were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLog {
    /// By which request.
    pub request: RequestId,
    /// The lines, at most [`LOG_BYTES`]: causes and codes, nobody's name or number.
    pub lines: String,
}

/// What is wrong with a device, as whoever looks after it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DeviceTrouble {
    /// It was not heard for so long.
    Silent {
        /// Whole hours.
        hours: i64,
    },
    /// Its wall clock is off by so much; above zero it is ahead.
    ClockOff {
        /// Whole seconds.
        seconds: i64,
    },
    /// Its disk is nearly full.
    DiskLow {
        /// Whole megabytes that are free.
        megabytes: u64,
    },
    /// Operations wait there for longer than a day.
    WaitsLong {
        /// Whole hours.
        hours: i64,
    },
    /// The last print failed.
    Printer {
        /// Why.
        reason: String,
    },
    /// The last new version did not hold.
    UpdateFailed {
        /// Which.
        version: String,
    },
    /// Something else is in its way.
    Code {
        /// Stable code.
        code: String,
    },
}

impl DeviceTrouble {
    /// The words of all kinds.
    pub const WORDS: [&str; 7] = [
        "silent", "clock", "disk", "waiting", "printer", "update", "other",
    ];

    /// The word of its kind, as figures name it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Silent { .. } => "silent",
            Self::ClockOff { .. } => "clock",
            Self::DiskLow { .. } => "disk",
            Self::WaitsLong { .. } => "waiting",
            Self::Printer { .. } => "printer",
            Self::UpdateFailed { .. } => "update",
            Self::Code { .. } => "other",
        }
    }
}

impl DeviceHealth {
    /// What is told, held to what may be kept: words on one line and of some length.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let word = |text: &mut String| *text = as_line(text, WORD_CHARS);
        word(&mut self.version);
        word(&mut self.system);
        word(&mut self.target);
        self.printer.reason.as_mut().map(word);
        self.trouble.as_mut().map(word);
        if let Some(update) = &mut self.update {
            word(&mut update.version);
            update.reason.as_mut().map(word);
        }
        self
    }

    /// What is wrong with the device itself. `clock_off` is how far its wall clock is ahead of the centre's time, `now` the
    /// centre's time. The counter asks it of itself, and the centre of every device.
    #[must_use]
    pub fn troubles(&self, clock_off: TimeDelta, now: DateTime<Utc>) -> Vec<DeviceTrouble> {
        let mut found = Vec::new();
        if clock_off.abs() > CLOCK_OFF {
            let seconds = clock_off.num_seconds();
            found.push(DeviceTrouble::ClockOff { seconds });
        }
        if let Some(free) = self.disk_free.filter(|free| *free < DISK_LOW) {
            let megabytes = free / 1_000_000;
            found.push(DeviceTrouble::DiskLow { megabytes });
        }
        let waits = self.waiting_since.map(|since| now - since);
        if let Some(long) = waits.filter(|long| self.waiting > 0 && *long > WAITS_LONG) {
            let hours = long.num_hours();
            found.push(DeviceTrouble::WaitsLong { hours });
        }
        if self.printer.state == PrinterState::Failing {
            let reason = self.printer.reason.clone().unwrap_or_default();
            found.push(DeviceTrouble::Printer { reason });
        }
        if let Some(update) = &self.update
            && update.stage == UpdateStage::Failed
        {
            let version = update.version.clone();
            found.push(DeviceTrouble::UpdateFailed { version });
        }
        if let Some(code) = &self.trouble {
            found.push(DeviceTrouble::Code { code: code.clone() });
        }
        found
    }
}

/// Whether a device was not heard for so long that somebody should ask.
#[must_use]
pub fn silent(heard: DateTime<Utc>, now: DateTime<Utc>) -> Option<DeviceTrouble> {
    let long = now - heard;
    (long > SILENT).then(|| DeviceTrouble::Silent {
        hours: long.num_hours(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> DeviceHealth {
        DeviceHealth {
            version: "0.1.0".into(),
            system: "Linux".into(),
            target: "linux-x86_64".into(),
            clock: DateTime::UNIX_EPOCH,
            disk_free: Some(DISK_LOW),
            waiting: 0,
            waiting_since: None,
            attention: 0,
            members: 1,
            printer: PrinterHealth::default(),
            trouble: None,
            update: None,
        }
    }

    #[test]
    fn each_trouble_is_told_from_its_own_bound_on() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(9);
        let none = TimeDelta::zero();
        assert_eq!(well().troubles(none, now), []);
        assert_eq!(well().troubles(CLOCK_OFF, now), []);
        let behind = -(CLOCK_OFF + TimeDelta::seconds(1));
        let told = well().troubles(behind, now);
        assert_eq!(told, [DeviceTrouble::ClockOff { seconds: -121 }]);
        let full = DeviceHealth {
            disk_free: Some(DISK_LOW - 1),
            ..well()
        };
        assert_eq!(
            full.troubles(none, now),
            [DeviceTrouble::DiskLow { megabytes: 499 }]
        );
        let stuck = |hours| DeviceHealth {
            waiting: 2,
            waiting_since: Some(now - TimeDelta::hours(hours)),
            ..well()
        };
        assert_eq!(stuck(24).troubles(none, now), []);
        assert_eq!(
            stuck(25).troubles(none, now),
            [DeviceTrouble::WaitsLong { hours: 25 }]
        );
        let failed = DeviceHealth {
            printer: PrinterHealth {
                state: PrinterState::Failing,
                reason: Some("paper".into()),
            },
            update: Some(UpdateReport {
                version: "0.2.0".into(),
                stage: UpdateStage::Failed,
                reason: None,
            }),
            trouble: Some("disk_full".into()),
            ..well()
        };
        assert_eq!(failed.troubles(none, now).len(), 3);
        assert_eq!(silent(now - SILENT, now), None);
        assert!(silent(now - SILENT - TimeDelta::hours(1), now).is_some());
    }

    #[test]
    fn what_a_later_build_says_is_read_as_far_as_it_can_be() {
        let said = r#"{"version":"9","system":"x","target":"y","clock":"2026-01-01T00:00:00Z",
            "printer":{"state":"dreaming"},"update":{"version":"9","stage":"sleeping"},"more":1}"#;
        let read: DeviceHealth = serde_json::from_str(said).unwrap();
        assert_eq!(read.printer.state, PrinterState::Unknown);
        assert_eq!(read.update.unwrap().stage, UpdateStage::Unknown);
        let reply: CheckInReply = serde_json::from_str("{}").unwrap();
        assert_eq!(reply, CheckInReply::default());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let long = DeviceHealth {
            system: format!("a\u{7}b{}", "x".repeat(1_000)),
            trouble: Some("y".repeat(1_000)),
            ..well()
        }
        .bounded();
        assert_eq!(long.system.chars().count(), WORD_CHARS);
        assert!(long.system.starts_with("ab"));
        assert_eq!(long.trouble.unwrap().len(), WORD_CHARS);
    }
}

//! What a customer tells of an adverse reaction (不良反应) when she brings goods back: the words that a counter offers,
//! how serious it is by what she said, and until when the brand has to report it.
//!
//! In China whoever registers or files a cosmetic, makes it or sells it reports such reactions to the national
//! monitoring system: Measures for the Administration of Cosmetic Adverse Reaction Monitoring
//! (化妆品不良反应监测管理办法, National Medical Products Administration, announcement no. 16 of 2022, in force since
//! 1 October 2022), and for how a brand collects and reports them the Guideline for the Collection and Reporting of
//! Adverse Reactions to Cosmetics by Cosmetic Registrant and Filing Entity (Interim) of the National Center for ADR
//! Monitoring (2024). Counted from the day on which it was found or learned of: a general one within
//! [`GENERAL_DAYS`], a serious one within [`SERIOUS_DAYS`]; one that may stir the public within 3 days, which nobody
//! can tell from what one customer says, so that it is not decided here.
//!
//! As serious count harm that lasts (scars, loss of hair), harm to the whole body, harm to an unborn child, danger to
//! life, and what a hospital takes somebody in for. A shop makes no diagnosis: [`Reaction::severity`] says which date
//! to be on time for, and the brand's own evaluation has the last word.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize};

/// Days in which a general reaction is reported.
pub const GENERAL_DAYS: u64 = 30;
/// Days in which a serious one is.
pub const SERIOUS_DAYS: u64 = 15;
/// Length of the note, in characters.
pub const REACTION_NOTE_CHARS: usize = 200;

/// Words of a choice: their text on the wire is stable, and a word of a later version reads as the last one.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $word:ident = $text:literal,)* } else $rest:ident) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $word,)*
        }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$word),*];

            /// Its word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }

            /// The one of a word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = String::deserialize(from)?;
                Ok(Self::of_word(&word).unwrap_or(Self::$rest))
            }
        }
    };
}

words! {
    /// What she noticed.
    Sign {
        /// 红肿: red, swollen.
        Redness = "redness",
        /// 刺痛: stinging or burning.
        Stinging = "stinging",
        /// 瘙痒: itching.
        Itching = "itching",
        /// 脱皮: peeling.
        Peeling = "peeling",
        /// 起疹: a rash, spots.
        Rash = "rash",
        /// 起水疱或破溃: blisters, weeping skin.
        Blisters = "blisters",
        /// 留疤、脱发: a scar, lost hair; harm that stays.
        Lasting = "lasting",
        /// 胸闷、头晕等全身不适: unwell in the whole body, short of breath.
        WholeBody = "whole_body",
        /// 其他: something else, which the note tells.
        Other = "other",
    } else Other
}

words! {
    /// Where.
    Place {
        /// The face.
        Face = "face",
        /// Around the eyes.
        Eyes = "eyes",
        /// The lips.
        Lips = "lips",
        /// The scalp, hair.
        Scalp = "scalp",
        /// Body, hands.
        Body = "body",
        /// Somewhere else.
        Other = "other",
    } else Other
}

words! {
    /// How soon after use.
    Onset {
        /// At once, within the hour.
        AtOnce = "at_once",
        /// The same day or the next.
        Day = "day",
        /// Within the week.
        Week = "week",
        /// After longer use.
        Later = "later",
        /// She did not say.
        Untold = "untold",
    } else Untold
}

words! {
    /// Whether it is still there.
    Course {
        /// It is.
        Still = "still",
        /// It is gone.
        Gone = "gone",
        /// She did not say.
        Untold = "untold",
    } else Untold
}

words! {
    /// Whether she saw a doctor.
    Doctor {
        /// No.
        No = "no",
        /// She did.
        Seen = "seen",
        /// A hospital took her in.
        Hospital = "hospital",
        /// She did not say.
        Untold = "untold",
    } else Untold
}

/// What she told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Reaction {
    /// What she noticed; at least one thing.
    pub signs: BTreeSet<Sign>,
    /// Where; may be empty.
    #[serde(default)]
    pub places: BTreeSet<Place>,
    /// How soon after use.
    #[serde(default = "untold_onset")]
    pub onset: Onset,
    /// Whether it is still there.
    #[serde(default = "untold_course")]
    pub course: Course,
    /// Whether she saw a doctor.
    #[serde(default = "untold_doctor")]
    pub doctor: Doctor,
    /// In her own words, short; may be empty.
    #[serde(default)]
    pub note: String,
}

const fn untold_onset() -> Onset {
    Onset::Untold
}

const fn untold_course() -> Course {
    Course::Untold
}

const fn untold_doctor() -> Doctor {
    Doctor::Untold
}

/// How serious a reaction is, as far as what was said tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 一般: general.
    General,
    /// 严重: serious.
    Serious,
}

impl Severity {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Serious => "serious",
        }
    }

    /// The last day on which the brand reports in time what it learned on a day. That day itself is not counted
    /// (Civil Code of China, article 201).
    #[must_use]
    pub fn report_by(self, learned: NaiveDate) -> NaiveDate {
        let days = match self {
            Self::General => GENERAL_DAYS,
            Self::Serious => SERIOUS_DAYS,
        };
        learned.checked_add_days(Days::new(days)).unwrap_or(learned)
    }
}

impl Reaction {
    /// Whether something is said, and the note keeps to its limit and does no more than show.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.signs.is_empty()
            && self.note.chars().count() <= REACTION_NOTE_CHARS
            && !self.note.chars().any(|c| c.is_control() && c != '\n')
    }

    /// How serious it is by what was said.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let grave = |sign: &Sign| match sign {
            Sign::Lasting | Sign::WholeBody => true,
            Sign::Redness
            | Sign::Stinging
            | Sign::Itching
            | Sign::Peeling
            | Sign::Rash
            | Sign::Blisters
            | Sign::Other => false,
        };
        let taken_in = match self.doctor {
            Doctor::Hospital => true,
            Doctor::No | Doctor::Seen | Doctor::Untold => false,
        };
        if taken_in || self.signs.iter().any(grave) {
            Severity::Serious
        } else {
            Severity::General
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(signs: &[Sign], doctor: Doctor) -> Reaction {
        Reaction {
            signs: signs.iter().copied().collect(),
            places: BTreeSet::from([Place::Face]),
            onset: Onset::Day,
            course: Course::Still,
            doctor,
            note: String::new(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_lasts_or_goes_through_the_whole_body_or_into_hospital_is_serious() {
        use Severity::{General, Serious};
        for (signs, doctor, severity) in [
            (&[Sign::Redness, Sign::Itching][..], Doctor::No, General),
            (&[Sign::Blisters], Doctor::Seen, General),
            (&[Sign::Other], Doctor::Untold, General),
            (&[Sign::Rash], Doctor::Hospital, Serious),
            (&[Sign::Itching, Sign::Lasting], Doctor::No, Serious),
            (&[Sign::WholeBody], Doctor::Untold, Serious),
        ] {
            assert_eq!(
                told(signs, doctor).severity(),
                severity,
                "{signs:?} {doctor:?}"
            );
        }
    }

    #[test]
    fn the_days_are_counted_from_the_day_after() {
        let learned = day("2026-11-28");
        assert_eq!(Severity::General.report_by(learned), day("2026-12-28"));
        assert_eq!(Severity::Serious.report_by(learned), day("2026-12-13"));
        assert_eq!(
            Severity::Serious.report_by(day("2028-02-20")),
            day("2028-03-06")
        );
    }

    #[test]
    fn something_is_said_and_the_note_is_short() {
        let sound = told(&[Sign::Rash], Doctor::No);
        assert!(sound.is_sound());
        let note = |note: String| Reaction {
            note,
            ..sound.clone()
        };
        assert!(note("脸颊\n第二天".into()).is_sound());
        assert!(note("红".repeat(REACTION_NOTE_CHARS)).is_sound());
        assert!(!note("红".repeat(REACTION_NOTE_CHARS + 1)).is_sound());
        assert!(!note("\u{1b}[2J".into()).is_sound());
        assert!(!told(&[], Doctor::Hospital).is_sound());
    }

    #[test]
    fn a_word_of_a_later_version_is_read_as_something_else() {
        let later = r#"{"signs":["glow","rash"],"places":["knee"],"onset":"2h","doctor":"online","mood":1}"#;
        let read: Reaction = serde_json::from_str(later).unwrap();
        assert_eq!(read.signs, BTreeSet::from([Sign::Rash, Sign::Other]));
        assert_eq!(read.places, BTreeSet::from([Place::Other]));
        assert_eq!(
            (read.onset, read.course, read.doctor),
            (Onset::Untold, Course::Untold, Doctor::Untold)
        );
        assert!(read.is_sound());
    }

    #[test]
    fn each_word_is_what_the_wire_has() {
        for sign in Sign::ALL {
            assert_eq!(serde_json::to_value(sign).unwrap(), sign.word());
        }
        for place in Place::ALL {
            assert_eq!(serde_json::to_value(place).unwrap(), place.word());
        }
        for onset in Onset::ALL {
            assert_eq!(serde_json::to_value(onset).unwrap(), onset.word());
        }
        for course in Course::ALL {
            assert_eq!(serde_json::to_value(course).unwrap(), course.word());
        }
        for doctor in Doctor::ALL {
            assert_eq!(serde_json::to_value(doctor).unwrap(), doctor.word());
        }
    }

    proptest! {
        /// Saying more never makes it less serious, and what is written is read again as it was.
        #[test]
        fn more_said_is_no_less_serious(
            some in proptest::collection::vec(0..Sign::ALL.len(), 1..5),
            more in 0..Sign::ALL.len(),
            doctor in 0..Doctor::ALL.len(),
        ) {
            let signs: Vec<Sign> = some.iter().map(|i| Sign::ALL[*i]).collect();
            let before = told(&signs, Doctor::ALL[doctor]);
            let mut after = before.clone();
            after.signs.insert(Sign::ALL[more]);
            prop_assert!(after.severity() >= before.severity());
            let text = serde_json::to_string(&after).unwrap();
            prop_assert_eq!(serde_json::from_str::<Reaction>(&text).unwrap(), after);
        }
    }
}

//! What a customer told of a reaction, as it is typed.

use clap::Args;
use loyalty::{Course, Doctor, Onset, Place, Reaction, Sign};

/// What she told of a reaction to the goods; without `--reaction`, nothing.
#[derive(Args)]
pub(super) struct ReactionArgs {
    /// What she noticed: redness, stinging, itching, peeling, rash, blisters, lasting, `whole_body` or other;
    /// several by commas.
    #[arg(long = "reaction", value_delimiter = ',', value_parser = sign)]
    signs: Vec<Sign>,
    /// Where: face, eyes, lips, scalp, body or other; several by commas.
    #[arg(long = "reaction-place", value_delimiter = ',', value_parser = place, requires = "signs")]
    places: Vec<Place>,
    /// How soon after use: `at_once`, day, week or later.
    #[arg(long = "reaction-onset", value_parser = onset, requires = "signs")]
    onset: Option<Onset>,
    /// Whether it is still there: still or gone.
    #[arg(long = "reaction-course", value_parser = course, requires = "signs")]
    course: Option<Course>,
    /// Whether she saw a doctor: no, seen or hospital.
    #[arg(long = "reaction-doctor", value_parser = doctor, requires = "signs")]
    doctor: Option<Doctor>,
    /// In her own words, up to 200 characters.
    #[arg(long = "reaction-note", requires = "signs")]
    note: Option<String>,
}

impl ReactionArgs {
    /// What she told; none where nothing was said.
    pub(super) fn told(self) -> Option<Reaction> {
        if self.signs.is_empty() {
            return None;
        }
        Some(Reaction {
            signs: self.signs.into_iter().collect(),
            places: self.places.into_iter().collect(),
            onset: self.onset.unwrap_or(Onset::Untold),
            course: self.course.unwrap_or(Course::Untold),
            doctor: self.doctor.unwrap_or(Doctor::Untold),
            note: self.note.unwrap_or_default(),
        })
    }
}

fn one_of<T>(found: Option<T>, all: impl Iterator<Item = &'static str>) -> Result<T, String> {
    found.ok_or_else(|| format!("one of {}", all.collect::<Vec<_>>().join(", ")))
}

fn sign(text: &str) -> Result<Sign, String> {
    one_of(Sign::of_word(text), Sign::ALL.iter().map(|w| w.word()))
}

fn place(text: &str) -> Result<Place, String> {
    one_of(Place::of_word(text), Place::ALL.iter().map(|w| w.word()))
}

fn onset(text: &str) -> Result<Onset, String> {
    one_of(Onset::of_word(text), Onset::ALL.iter().map(|w| w.word()))
}

fn course(text: &str) -> Result<Course, String> {
    one_of(Course::of_word(text), Course::ALL.iter().map(|w| w.word()))
}

fn doctor(text: &str) -> Result<Doctor, String> {
    one_of(Doctor::of_word(text), Doctor::ALL.iter().map(|w| w.word()))
}

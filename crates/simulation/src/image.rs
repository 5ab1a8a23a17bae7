//! What a run begins with: a picture of the disks of a brand.

use chrono::{DateTime, Utc};
use counter::SignedIn;
use tempfile::TempDir;

use crate::people::Person;
use crate::population::Population;
use crate::rogue::Rogue;

/// A counter as it stands in the image.
pub(crate) struct Seat {
    pub(crate) name: String,
    pub(crate) device: String,
    pub(crate) store: String,
    pub(crate) staff: Option<SignedIn>,
}

/// All that a run begins with.
pub(crate) struct Image {
    pub(crate) population: Population,
    pub(crate) folder: TempDir,
    pub(crate) seats: Vec<Seat>,
    pub(crate) people: Vec<Person>,
    pub(crate) rogue: Option<Rogue>,
    pub(crate) time: DateTime<Utc>,
}

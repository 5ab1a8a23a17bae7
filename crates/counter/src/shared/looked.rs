//! What was seen when it was last looked whether members may be shown.

use crate::clock::Moment;
use chrono::{DateTime, Utc};

/// What was seen, and when.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) at: Option<Moment>,
    /// Since when no members are shown; none where they are.
    pub(super) since: Option<DateTime<Utc>>,
}

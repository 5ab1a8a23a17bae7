//! What happened, in words that hold no ids: two runs of one seed have the same trace.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Lines shown where a run fails.
const SHOWN: usize = 60;

/// The story of a run.
#[derive(Default)]
pub(crate) struct Trace {
    lines: Vec<String>,
}

impl Trace {
    pub(crate) fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The end of the story.
    pub(crate) fn tail(&self) -> String {
        let from = self.lines.len().saturating_sub(SHOWN);
        self.lines.get(from..).unwrap_or_default().join("\n")
    }

    /// The same for the same story, in one build.
    pub(crate) fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.lines.hash(&mut hasher);
        hasher.finish()
    }
}

//! What a command answers, and how it is printed.

use crate::error::{Error, Problem, Result};
use serde::Serialize;
use std::io::Write;

/// What a command answers: JSON for programs; for people the same, laid out.
pub(super) trait Shown {
    fn shown(&self, json: bool) -> Result<String>;
}

impl<T: Serialize> Shown for T {
    fn shown(&self, json: bool) -> Result<String> {
        Ok(if json {
            serde_json::to_string(self)?
        } else {
            serde_json::to_string_pretty(self)?
        })
    }
}

/// Prints an answer.
pub(super) fn print(text: &str) {
    // a reader that went away is not a failure of what was done
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints why something failed.
pub(super) fn fail(error: &Error, json: bool) {
    let problem: Problem = error.problem();
    if json && let Ok(text) = serde_json::to_string(&serde_json::json!({ "error": problem })) {
        print(&text);
    }
    let _ = writeln!(
        std::io::stderr().lock(),
        "counter: {} ({})",
        problem.message,
        problem.number
    );
}

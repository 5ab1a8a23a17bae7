//! Nothing changed: what a counter holds, looked at before and after something that is refused.

use crate::Counter;
use serde_json::{Value, json};

/// What a refusal must not change.
#[derive(Debug, PartialEq)]
pub struct Still(Value);

impl Counter {
    /// What this counter holds now: operations in every state, members, her page.
    ///
    /// # Panics
    /// Where the files cannot be read.
    #[track_caller]
    pub fn still(&self, member: &str) -> Still {
        let (device, page) = self.status();
        let mut her = self.page(member);
        if let Some(points) = her["points"].as_object_mut() {
            points.remove("as_of");
        }
        Still(json!({
            "enrolled": device["enrolled"],
            "members": device["members"],
            "waiting": page["waiting"],
            "attention": page["attention"],
            "confirmed": page["confirmed_total"],
            "her": her,
        }))
    }

    /// Runs a command that must be refused with this code and must change nothing.
    ///
    /// # Panics
    /// Where it is not, or does.
    #[track_caller]
    pub fn refused_still<S: AsRef<std::ffi::OsStr>>(
        &self,
        still: &Still,
        member: &str,
        code: &str,
        args: &[S],
    ) -> Value {
        let error = self.refused(code, args);
        let after = self.still(member);
        assert_eq!(*still, after, "{code} changed something");
        error
    }
}

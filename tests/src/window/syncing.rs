//! The pill and the page of sync.

use super::page::Window;
use serde_json::json;
use std::time::Duration;

/// A counter that was alone asks again after twenty seconds at most.
const BACK: Duration = Duration::from_secs(60);

impl Window {
    /// Waits until the pill is of a kind: `in_step`, `sending`, `offline`, `attention`.
    ///
    /// # Panics
    /// Where it does not become so.
    pub fn wait_pill(&self, kind: &str) -> String {
        self.within(BACK, &format!("a pill that says {kind}"), || {
            (self.attribute("sync-pill", "data-kind").as_deref() == Some(kind)).then_some(())
        });
        self.text("sync-pill")
    }

    /// Opens the page of sync.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn go_sync(&self) {
        self.click("sync-pill");
        self.wait_for("sync-page");
        self.text("sync-head");
    }

    /// Kinds of the operations on that page that are in a state, sorted.
    pub fn operations(&self, state: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll('[data-testid=op]')]
            .filter((one) => one.dataset.state === arguments[0]).map((one) => one.dataset.kind)";
        let found = self.script(script, vec![json!(state)]);
        let kinds = found.as_array().into_iter().flatten();
        let mut kinds: Vec<String> = kinds
            .filter_map(|k| k.as_str().map(str::to_owned))
            .collect();
        kinds.sort();
        kinds
    }
}

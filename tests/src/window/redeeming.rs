//! The page of rewards.

use super::page::Window;
use serde_json::json;

impl Window {
    /// Ids of the rewards that are shown with a status.
    pub fn rewards(&self, status: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll('[data-status=\"' + arguments[0] + '\"]')]
            .map((one) => one.dataset.testid)";
        let found = self.script(script, vec![json!(status)]);
        let names = found.as_array().into_iter().flatten();
        names
            .filter_map(|n| Some(n.as_str()?.trim_start_matches("reward-").to_owned()))
            .collect()
    }

    /// Whether a reward is the chosen one.
    pub fn is_chosen(&self, reward: &str) -> bool {
        self.attribute(&format!("reward-{reward}"), "aria-checked")
            .as_deref()
            == Some("true")
    }

    /// Chooses a kind of reward: `sample`, `product`, `service` or `cash`.
    ///
    /// # Panics
    /// Where there is no such kind.
    pub fn choose_kind(&self, kind: &str) {
        self.click(&format!("redeem-tab-{kind}"));
        self.still();
    }
}

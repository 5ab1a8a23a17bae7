//! The clerk's menu.

use super::page::Window;
use std::time::{Duration, Instant};

/// How long the menu takes to open on a busy machine.
const OPENS: Duration = Duration::from_secs(3);
/// Taps of somebody who wants it.
const TAPS: usize = 3;

impl Window {
    /// Opens the menu and chooses from it: `menu-language`, `menu-theme`, `clerk-switch`.
    ///
    /// # Panics
    /// Where there is no such entry.
    pub fn choose_menu(&self, entry: &str) {
        for _ in 0..TAPS {
            self.click("clerk-menu");
            self.still();
            // a tap that ends what was typed may be all that it does: whoever meant the menu taps again
            let begun = Instant::now();
            while !self.has(entry) && begun.elapsed() < OPENS {
                std::thread::sleep(Duration::from_millis(50));
            }
            if self.has(entry) {
                break;
            }
        }
        self.click(entry);
        self.still();
    }

    /// The language of the page.
    pub fn language(&self) -> String {
        let lang = self.script("return document.documentElement.lang", vec![]);
        lang.as_str().unwrap_or_default().to_owned()
    }

    /// The theme of the page.
    pub fn theme(&self) -> String {
        let theme = self.script(
            "return document.documentElement.dataset.theme ?? ''",
            vec![],
        );
        theme.as_str().unwrap_or_default().to_owned()
    }
}

//! The sign-in page.

use super::page::{Window, part};
use crate::Clerk;

impl Window {
    /// Chooses a clerk.
    ///
    /// # Panics
    /// Where there is no such clerk.
    pub fn choose_clerk(&self, clerk: &Clerk) {
        self.click(&format!("clerk-{}", clerk.id));
        self.text_where("pin-prompt", "her name", |w| w.contains(&clerk.name));
    }

    /// Taps a PIN on the pad.
    ///
    /// # Panics
    /// Where the pad does not take it.
    pub fn tap_pin(&self, pin: &str) {
        for digit in pin.chars() {
            self.click(&format!("pin-{digit}"));
        }
    }

    /// Signs in by the pad and waits for the search.
    ///
    /// # Panics
    /// Where that fails.
    pub fn sign_in(&self, clerk: &Clerk) {
        self.choose_clerk(clerk);
        self.tap_pin(&clerk.pin);
        self.signed_in();
    }

    /// Waits for the search.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn signed_in(&self) {
        self.wait_for("find-field");
    }

    /// Whether the pad takes digits.
    pub fn pad_is_locked(&self) -> bool {
        let script =
            "return document.querySelector(arguments[0])?.className.includes('disabled') ?? true";
        self.script(script, vec![part("pin-dots").into()]) == true
    }
}

//! Acts on a member's account, and the dialog in which a manager approves.

use super::page::Window;
use crate::Clerk;

impl Window {
    /// Opens what more may be done to the account of the member on the screen.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn open_more(&self) {
        self.click("act-more");
        self.wait_for("acts");
    }

    /// Chooses a reason in the open dialog, and who approves.
    ///
    /// # Panics
    /// Where she is not among those who may.
    pub fn approval_for(&self, reason: &str, manager: &Clerk) {
        self.wait_for("approval");
        if self.has(&format!("approval-reason-{reason}")) {
            self.click(&format!("approval-reason-{reason}"));
        }
        self.until("the manager of the approval", || {
            let named = self.words("approval-manager")?.contains(&manager.name);
            if !named && self.has("approval-swap") {
                self.click("approval-swap");
            }
            named.then_some(())
        });
        self.text_where("approval-prompt", "her PIN", |w| w.contains("密码"));
    }

    /// The manager's PIN is the approval.
    ///
    /// # Panics
    /// Where the dialog stays.
    pub fn give_approval(&self, manager: &Clerk) {
        self.tap_pin(&manager.pin);
        self.wait_gone("approval");
    }
}

//! The manager's page of devices and exceptions, and how this device stands.

use super::page::Window;
use crate::Clerk;
use std::time::Duration;

/// The centre may take its time over a fork.
const DONE: Duration = Duration::from_secs(60);

impl Window {
    /// How this device stands with the centre, as the pill has it; none where as it should.
    pub fn standing(&self) -> Option<String> {
        self.attribute("sync-pill", "data-standing")
    }

    /// Waits until this device stands so.
    ///
    /// # Panics
    /// Where it does not become so.
    pub fn wait_standing(&self, standing: &str) {
        self.within(DONE, &format!("a device that is {standing}"), || {
            (self.standing().as_deref() == Some(standing)).then_some(())
        });
    }

    /// Opens the page from the page of sync.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn go_devices(&self) {
        self.go_sync();
        self.click("sync-devices");
        self.wait_for("devices-page");
        self.wait_for("approve");
    }

    /// The manager's PIN is the approval of what is asked.
    ///
    /// # Panics
    /// Where the pad does not take it.
    pub fn approve(&self, manager: &Clerk) {
        self.text_where("approve-prompt", "her name", |w| w.contains(&manager.name));
        self.tap_pin(&manager.pin);
        self.within(DONE, "what was approved", || {
            (!self.has("approve")).then_some(())
        });
    }

    /// How a device of the store stands on that page.
    ///
    /// # Panics
    /// Where it is not listed.
    pub fn device_standing(&self, device: &str) -> String {
        let row = format!("device-{device}");
        self.until(&row, || self.attribute(&row, "data-standing"))
    }
}

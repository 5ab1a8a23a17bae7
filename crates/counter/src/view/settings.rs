//! What people chose for this device.

use serde::{Deserialize, Serialize};

/// What people chose for this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeviceSettings {
    /// The longest pause between two keys of one scan, in milliseconds: 30 to 300. A scanner with longer ones is
    /// taken for a hand.
    pub scan_pause_ms: u32,
    /// After how many seconds without a touch or a key the screen is covered, until the clerk's PIN: 15 to 900.
    pub cover_after_s: u32,
}

impl Default for DeviceSettings {
    fn default() -> Self {
        Self {
            // scanners with 100 ms between keys are sold; their clocks are not exact
            scan_pause_ms: 120,
            // a tablet left lying is open to whoever passes by for so long
            cover_after_s: 120,
        }
    }
}

//! What people chose for this device, over what headquarters sets for its store.

use protocol::store_settings::HeldIn as WireHeldIn;
use serde::{Deserialize, Serialize};

/// How this device is set: what people chose on it, what headquarters sets for its store, or as every device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeviceSettings {
    /// The longest pause between two keys of one scan, in milliseconds: 30 to 300. A scanner with longer ones is
    /// taken for a hand.
    pub scan_pause_ms: u32,
    /// After how many seconds without a touch or a key the screen is covered, until the clerk's PIN: 15 to 900.
    pub cover_after_s: u32,
    /// The longest of these that headquarters lets the store's devices have; none where it sets none.
    pub cover_at_most_s: Option<u32>,
    /// The hand that holds the tablet: the rail lies under its thumb.
    pub held_in: HeldIn,
}

/// The hand that holds the tablet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum HeldIn {
    /// The left one.
    #[default]
    Left,
    /// The right one.
    Right,
}

impl From<WireHeldIn> for HeldIn {
    fn from(hand: WireHeldIn) -> Self {
        match hand {
            WireHeldIn::Left => Self::Left,
            WireHeldIn::Right => Self::Right,
        }
    }
}

impl Default for DeviceSettings {
    fn default() -> Self {
        Self {
            // scanners with 100 ms between keys are sold; their clocks are not exact
            scan_pause_ms: 120,
            // a tablet left lying is open to whoever passes by for so long
            cover_after_s: 120,
            cover_at_most_s: None,
            held_in: HeldIn::Left,
        }
    }
}

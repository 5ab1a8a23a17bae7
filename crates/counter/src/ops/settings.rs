//! What people choose for this device.

use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::Result;
use crate::settings;
use crate::view::DeviceSettings;

impl Engine {
    /// What people chose for this device.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`](crate::Error::SettingInvalid) where the file is not what was written there.
    pub fn device_settings(&self) -> Result<DeviceSettings> {
        settings::read(&self.shared.home().settings())
    }

    /// Keeps what people choose for this device.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`](crate::Error::SettingInvalid) where one is out of its range; where it cannot be
    /// written.
    pub fn set_device_settings(&self, settings: DeviceSettings) -> Result<DeviceSettings> {
        let kept = settings::keep(&self.shared.home().settings(), settings)?;
        self.shared.changed(Changed::settings());
        Ok(kept)
    }
}

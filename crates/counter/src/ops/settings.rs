//! How this device is set.

use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::Result;
use crate::settings;
use crate::view::DeviceSettings;

impl Engine {
    /// How this device is set: what people chose on it, over what headquarters sets for its store.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`](crate::Error::SettingInvalid) where a file is not what was written there.
    pub fn device_settings(&self) -> Result<DeviceSettings> {
        let home = self.shared.home();
        let store = settings::of_store(&home.store_settings())?;
        Ok(settings::chosen(&home.settings())?.over(&store))
    }

    /// Keeps what people choose for this device: what they left as it was goes on following the store.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`](crate::Error::SettingInvalid) where one is out of its range; where it cannot be
    /// written.
    pub fn set_device_settings(&self, wanted: DeviceSettings) -> Result<DeviceSettings> {
        let home = self.shared.home();
        let store = settings::of_store(&home.store_settings())?;
        let chosen = settings::chosen(&home.settings())?.changed(&wanted, &store)?;
        settings::keep(&home.settings(), &chosen)?;
        self.shared.changed(Changed::settings());
        Ok(chosen.over(&store))
    }
}

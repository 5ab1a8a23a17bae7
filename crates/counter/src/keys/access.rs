//! How a program may come to a counter's keys.

use super::keychain::{Keychain, System};
use crate::error::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Says that the keys may lie in a plain file, for development and tests.
const INSECURE: &str = "COUNTERPART_INSECURE_KEY_FILE";
/// A file with the passphrase, for a device that starts with nobody there.
const PASSPHRASE_FILE: &str = "COUNTERPART_PASSPHRASE_FILE";

/// How a program may come to the keys of a counter's files.
#[derive(Clone)]
pub struct KeyAccess {
    pub(super) chain: Arc<dyn Keychain>,
    pub(super) passphrase: Option<Zeroizing<String>>,
    pub(super) insecure: bool,
}

impl KeyAccess {
    /// By the system's keychain alone.
    pub fn system() -> Self {
        Self {
            chain: Arc::new(System),
            passphrase: None,
            insecure: false,
        }
    }

    /// By a plain file, which whoever copies the folder copies too. For development, simulations and measurements.
    pub fn insecure() -> Self {
        Self {
            insecure: true,
            ..Self::system()
        }
    }

    /// As the environment says: `COUNTERPART_INSECURE_KEY_FILE=1`, `COUNTERPART_PASSPHRASE_FILE=FILE`; without either,
    /// by the keychain alone.
    ///
    /// # Errors
    /// [`Error::Home`] where the file with the passphrase cannot be read.
    pub fn from_environment() -> Result<Self> {
        let said = std::env::var(INSECURE).is_ok_and(|v| matches!(v.as_str(), "1" | "true"));
        let mut access = Self::system();
        access.insecure = said;
        if let Some(file) = std::env::var_os(PASSPHRASE_FILE).map(PathBuf::from) {
            let text = std::fs::read_to_string(&file).map_err(Error::home(&file))?;
            let text = Zeroizing::new(text);
            return Ok(access.with_passphrase(text.trim_end_matches(['\r', '\n'])));
        }
        Ok(access)
    }

    /// The same, and a plain file may be used.
    #[must_use]
    pub fn or_insecure(mut self) -> Self {
        self.insecure = true;
        self
    }

    /// The same with a manager's passphrase.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: &str) -> Self {
        self.passphrase = Some(Zeroizing::new(passphrase.to_owned()));
        self
    }
}

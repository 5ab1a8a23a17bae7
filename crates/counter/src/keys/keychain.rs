//! The system's keychain: the Secret Service of a desktop, the Credential Manager of Windows, the Keychain of macOS.

use keyring::v1::{Entry, Error as Refused};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Under what all counters of this user lie.
const SERVICE: &str = "Counterpart counter";
/// How long it is waited for: somebody may have to unlock it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a keychain gives or takes nothing, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unusable(pub(crate) String);

/// A keychain.
pub(crate) trait Keychain: Send + Sync {
    /// What lies there under a name; none where nothing does, or where it is locked and says so.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, Unusable>;
    /// Puts it there, in the place of what there was.
    fn set(&self, name: &str, text: &str) -> Result<(), Unusable>;
    /// Takes it away.
    fn remove(&self, name: &str) -> Result<(), Unusable>;
}

/// Whether things can be put there and read again. A locked one says of what it has that it is not there.
pub(super) fn probe(chain: &dyn Keychain, name: &str) -> Result<(), Unusable> {
    let name = format!("{name} probe");
    let text = "is read again";
    chain.set(&name, text)?;
    let found = chain.get(&name)?;
    chain.remove(&name)?;
    match found {
        Some(found) if found.as_str() == text => Ok(()),
        _ => Err(Unusable("what was written is not read again".into())),
    }
}

/// The one of this user's session.
pub(super) struct System;

impl Keychain for System {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, Unusable> {
        within(name, |entry| match entry.get_secret() {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                let text = std::str::from_utf8(&bytes).map_err(|e| Unusable(e.to_string()))?;
                Ok(Some(Zeroizing::new(text.to_owned())))
            }
            Err(Refused::NoEntry) => Ok(None),
            Err(e) => Err(Unusable(e.to_string())),
        })
    }

    fn set(&self, name: &str, text: &str) -> Result<(), Unusable> {
        let text = Zeroizing::new(text.to_owned());
        within(name, move |entry| {
            let set = entry.set_secret(text.as_bytes());
            set.map_err(|e| Unusable(e.to_string()))
        })
    }

    fn remove(&self, name: &str) -> Result<(), Unusable> {
        within(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Refused::NoEntry) => Ok(()),
            Err(e) => Err(Unusable(e.to_string())),
        })
    }
}

/// Asks on a thread of its own: a keychain may wait for somebody, or for ever.
fn within<T: Send + 'static>(
    name: &str,
    ask: impl FnOnce(Entry) -> Result<T, Unusable> + Send + 'static,
) -> Result<T, Unusable> {
    let name = name.to_owned();
    let (said, answer) = mpsc::channel();
    std::thread::Builder::new()
        .name("keychain".into())
        .spawn(move || {
            let entry = Entry::new(SERVICE, &name).map_err(|e| Unusable(e.to_string()));
            // nobody waits any more where it took too long
            let _ = said.send(entry.and_then(ask));
        })
        .map_err(|e| Unusable(e.to_string()))?;
    answer
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| Err(Unusable("it does not answer".into())))
}

//! The data folder of one counter, and the files in it that are this user's alone.

mod fit;

use crate::error::{Error, Result, Trouble, Unfit};
use crate::seal::SECRET;
use hkdf::Hkdf;
use platform::files;
use sha2::Sha256;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Files that a counter writes to, each with a part of the engine that needs it.
const WRITTEN: [&str; 11] = [
    "outbox.db",
    "outbox.db-wal",
    "outbox.db-shm",
    "cache.db",
    "cache.db-wal",
    "cache.db-shm",
    "sync.lock",
    "print.lock",
    "pin.lock",
    "printer.json",
    "settings.json",
];

/// The app's name to the system, under which its folder lies.
const APP: &str = "app.counterpart.counter";

/// The data folder of this user's counter, whether it is there or not; none where the system has no place for it.
pub fn of_this_user() -> Option<PathBuf> {
    let own = platform::person::kept_here()?.join(APP);
    // the web view keeps its things there too, so a counter that begins has a folder of its own in it
    let before = own.join("outbox.db").exists() || own.join("device.key").exists();
    Some(if before { own } else { own.join("counter") })
}

/// Paths inside the data folder.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// Makes the folder where it is missing, for this user only. One that is there is taken where it is this
    /// counter's own, or empty and this user's; nothing in it is touched before that is known.
    ///
    /// # Errors
    /// [`Error::Home`] where it cannot be made; [`Error::HomeUnfit`] where it is not a folder, belongs to
    /// somebody else, or is used by others.
    pub fn open(dir: &Path) -> Result<Self> {
        // whole, so that no name in it is taken for anything but a path
        let dir = std::path::absolute(dir).map_err(Error::home(dir))?;
        fit::check(&dir)?;
        fit::make(&dir)?;
        Ok(Self { dir })
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Server state; may be made anew.
    pub fn cache(&self) -> PathBuf {
        self.dir.join("cache.db")
    }
    /// What only this counter knows; never deleted.
    pub fn outbox(&self) -> PathBuf {
        self.dir.join("outbox.db")
    }
    /// The keys of the files as a plain file: of a build before, or where that was asked for.
    pub fn key(&self) -> PathBuf {
        self.dir.join("device.key")
    }
    /// The keys behind a passphrase.
    pub fn sealed_key(&self) -> PathBuf {
        self.dir.join("device.key.sealed")
    }
    /// The name under which the keys lie in the system's keychain.
    pub fn id(&self) -> PathBuf {
        self.dir.join("device.id")
    }
    /// Held while one process settles where the keys are.
    pub fn key_lock(&self) -> PathBuf {
        self.dir.join("device.lock")
    }
    /// Says that there was a cache, and that it was erased for good.
    pub fn cache_erased(&self) -> PathBuf {
        self.dir.join("cache.erased")
    }

    /// Removes the files of the folder that a counter puts there and that this says; what is in folders stays.
    ///
    /// # Errors
    /// [`Error::Home`] where one cannot be removed.
    pub(crate) fn remove_own(&self, goes: impl Fn(&str) -> bool) -> Result<()> {
        for entry in fs::read_dir(&self.dir).map_err(Error::home(&self.dir))? {
            let entry = entry.map_err(Error::home(&self.dir))?;
            let (name, path) = (entry.file_name(), entry.path());
            let name = name.to_string_lossy();
            if path.is_file() && fit::is_own(&name) && goes(&name) {
                fs::remove_file(&path).map_err(Error::home(&path))?;
            }
        }
        Ok(())
    }

    /// Whether this counter has had files.
    pub(crate) fn is_used(&self) -> bool {
        self.outbox().exists() || self.cache().exists() || self.cache_erased().exists()
    }
    /// This device's printer.
    pub fn printer(&self) -> PathBuf {
        self.dir.join("printer.json")
    }
    /// What people chose for this device: its scanner, how soon the screen is covered.
    pub fn settings(&self) -> PathBuf {
        self.dir.join("settings.json")
    }
    /// What headquarters sets for the counters of this store.
    pub fn store_settings(&self) -> PathBuf {
        self.dir.join("store-settings.json")
    }
    /// What this counter noted of its work, for whoever looks after it.
    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }
    /// New versions of the program on their way, and the last one that was good.
    pub fn updates(&self) -> PathBuf {
        self.dir.join("updates")
    }
    /// Held while one receipt goes to the printer.
    pub fn print_lock(&self) -> PathBuf {
        self.dir.join("print.lock")
    }
    /// Held while a PIN is looked at.
    pub fn pin_lock(&self) -> PathBuf {
        self.dir.join("pin.lock")
    }
    /// Held while a token is asked for.
    pub fn token_lock(&self) -> PathBuf {
        self.dir.join("token.lock")
    }
    /// Where receipts are saved as pictures and PDF where no other folder was chosen.
    pub fn receipts(&self) -> PathBuf {
        self.dir.join("receipts")
    }
    /// Held while one process of this device talks to the centre.
    pub fn sync_lock(&self) -> PathBuf {
        self.dir.join("sync.lock")
    }
}

/// How the names of caches begin that were damaged and put aside.
const DAMAGED_CACHE: &str = "cache.damaged-";

impl Home {
    /// The name under which a damaged cache is put aside.
    pub(crate) fn damaged_cache(&self, stamp: &str) -> PathBuf {
        self.dir.join(format!("{DAMAGED_CACHE}{stamp}.db"))
    }

    /// Deletes caches that were damaged and put aside: members stand in them of whom this counter may not know by now.
    /// One that cannot be deleted is tried again at the next contact.
    pub(crate) fn forget_damaged_caches(&self) {
        let Ok(files) = fs::read_dir(&self.dir) else {
            return;
        };
        for file in files.filter_map(std::result::Result::ok) {
            if !file
                .file_name()
                .to_string_lossy()
                .starts_with(DAMAGED_CACHE)
            {
                continue;
            }
            match fs::remove_file(file.path()) {
                Ok(()) => tracing::info!("a damaged cache that was put aside is deleted"),
                Err(e) => tracing::warn!("a damaged cache cannot be deleted: {e}"),
            }
        }
    }

    /// What keeps files of the folder from being written, the folder itself first. Changes nothing.
    pub(crate) fn troubles(&self) -> Vec<Trouble> {
        let mut found = Vec::new();
        if !files::writable(&self.dir) {
            found.push(Trouble {
                path: self.dir.clone(),
                why: Unfit::ReadOnly,
            });
        }
        for name in WRITTEN {
            let path = self.dir.join(name);
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                continue;
            };
            let why = if !metadata.is_file() {
                Some(Unfit::NotAFile)
            } else if let Some(files::Stranger { owner, me }) = files::stranger(&path) {
                Some(Unfit::FileOwner { owner, me })
            } else if files::writable(&path) {
                None
            } else {
                Some(Unfit::ReadOnly)
            };
            found.extend(why.map(|why| Trouble { path, why }));
        }
        found
    }
}

/// 32 bytes that encrypt a file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey(Zeroizing<String>);

impl FileKey {
    /// A key that nobody has had.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub(crate) fn fresh() -> Result<Self> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self(Zeroizing::new(hex::encode(bytes.as_slice()))))
    }

    /// A key of 64 hex digits; none for any other text.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let is_key = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_key.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// Its 64 hex digits.
    pub(crate) fn hex(&self) -> &str {
        self.0.as_str()
    }

    /// The key as SQLCipher takes it: raw, so that opening costs no key derivation.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", self.0.as_str()))
    }

    /// The key as it is given with a file that is attached.
    pub(crate) fn attached(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("x'{}'", self.0.as_str()))
    }
}

/// A secret of this device that no copied database has: what clerks' keys are sealed under besides their PINs. Derived from
/// the device's key, so that it is where that is, and nowhere else.
///
/// # Errors
/// [`Error::Key`] where the key is none.
pub(crate) fn device_secret(key: &FileKey) -> Result<Zeroizing<[u8; SECRET]>> {
    let unusable = || Error::Key("the device's key is none".into());
    let mut bytes = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(key.0.as_str(), bytes.as_mut_slice()).map_err(|_| unusable())?;
    let mut secret = Zeroizing::new([0u8; SECRET]);
    Hkdf::<Sha256>::new(None, bytes.as_slice())
        .expand(b"counterpart.device-secret.1", secret.as_mut_slice())
        .map_err(|_| unusable())?;
    Ok(secret)
}

/// Writes a file for this user only, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    files::write_whole(path, text.as_bytes()).map_err(unusable(path))
}

/// Reads such a file; none where there is none.
pub(crate) fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unusable(path)(e)),
    }
}

/// Overwrites a file and removes it, both for good before this returns.
pub(crate) fn erase_private(path: &Path) -> Result<()> {
    let overwritten = fs::OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|mut file| {
            let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
            file.write_all(&vec![0; length])?;
            file.sync_all()
        });
    overwritten
        .and_then(|()| fs::remove_file(path))
        .and_then(|()| files::flush_folder_of(path))
        .map_err(unusable(path))
}

fn unusable(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    move |e| match e.kind() {
        ErrorKind::StorageFull => Error::DiskFull,
        _ => Error::Key(format!("{}: {e}", path.display())),
    }
}

/// The key of a test's files, in a plain file.
#[cfg(test)]
pub(crate) fn device_key(home: &Home) -> Result<FileKey> {
    let keys = crate::keys::Keyring::open(home, &crate::keys::KeyAccess::insecure())?;
    Ok(keys.outbox().clone())
}

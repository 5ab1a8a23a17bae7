//! The data folder of one counter and the key of its files.

use crate::error::{Error, Result};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Paths inside the data folder.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// Makes the folder where it is missing, for this user only.
    ///
    /// # Errors
    /// [`Error::Home`] where it cannot be made or is not a folder.
    pub fn open(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).map_err(Error::Home)?;
        restrict(dir, 0o700).map_err(Error::Home)?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// Server state; may be made anew.
    pub fn cache(&self) -> PathBuf {
        self.dir.join("cache.db")
    }
    /// What only this counter knows; never deleted.
    pub fn outbox(&self) -> PathBuf {
        self.dir.join("outbox.db")
    }
    /// The key of both files.
    pub fn key(&self) -> PathBuf {
        self.dir.join("device.key")
    }
    /// This device's printer.
    pub fn printer(&self) -> PathBuf {
        self.dir.join("printer.json")
    }
    /// What people chose for this device: its scanner, how soon the screen is covered.
    pub fn settings(&self) -> PathBuf {
        self.dir.join("settings.json")
    }
    /// Held while one receipt goes to the printer.
    pub fn print_lock(&self) -> PathBuf {
        self.dir.join("print.lock")
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

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(()) // the profile folder is this user's own there
}

/// The 32 bytes that encrypt both files.
pub struct FileKey(Zeroizing<String>);

impl FileKey {
    /// The key as SQLCipher takes it: raw, so that opening costs no key derivation.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", self.0.as_str()))
    }
}

/// The device's key: read, or made where there are no files yet.
///
/// Where the key is kept is this function's business alone.
///
/// # Errors
/// [`Error::Key`] where the files are there and the key is not, or it is not a key.
pub fn device_key(home: &Home) -> Result<FileKey> {
    let path = home.key();
    match fs::read_to_string(&path) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            let key = text.trim();
            if key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit()) {
                Ok(FileKey(Zeroizing::new(key.to_owned())))
            } else {
                Err(Error::Key("the key file does not hold a key".into()))
            }
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            if home.outbox().exists() {
                return Err(Error::Key(
                    "the key file is missing, the files are there".into(),
                ));
            }
            make_key(&path)
        }
        Err(e) => Err(Error::Key(e.to_string())),
    }
}

fn make_key(path: &Path) -> Result<FileKey> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    let key = Zeroizing::new(hex::encode(bytes.as_slice()));
    let unusable = |e: std::io::Error| match e.kind() {
        ErrorKind::StorageFull => Error::DiskFull,
        _ => Error::Key(e.to_string()),
    };
    // written beside, made durable, then named: a crash leaves a whole key or none
    let part = path.with_extension("new");
    let mut file = fs::File::create(&part).map_err(unusable)?;
    restrict(&part, 0o600).map_err(unusable)?;
    file.write_all(key.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(unusable)?;
    fs::rename(&part, path).map_err(unusable)?;
    if let Some(dir) = path.parent() {
        fs::File::open(dir)
            .and_then(|d| d.sync_all())
            .map_err(unusable)?;
    }
    Ok(FileKey(key))
}

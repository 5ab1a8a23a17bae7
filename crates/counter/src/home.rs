//! The data folder of one counter and the key of its files.

mod fit;
mod owner;

use crate::error::{Error, Result, Trouble, Unfit};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Files that a counter writes to, each with a part of the engine that needs it.
const WRITTEN: [&str; 10] = [
    "outbox.db",
    "outbox.db-wal",
    "outbox.db-shm",
    "cache.db",
    "cache.db-wal",
    "cache.db-shm",
    "sync.lock",
    "print.lock",
    "printer.json",
    "settings.json",
];

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
        if !owner::writable(&self.dir) {
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
            } else if let Some(Unfit::Owner { owner, me }) = owner::differs(&metadata) {
                Some(Unfit::FileOwner { owner, me })
            } else if owner::writable(&path) {
                None
            } else {
                Some(Unfit::ReadOnly)
            };
            found.extend(why.map(|why| Trouble { path, why }));
        }
        found
    }
}

/// The 32 bytes that encrypt both files.
#[derive(Clone)]
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
                Err(Error::Key(format!(
                    "{} does not hold a key",
                    path.display()
                )))
            }
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            if home.outbox().exists() {
                return Err(Error::Key(format!(
                    "{} is missing, the files are there",
                    path.display()
                )));
            }
            make_key(&path)
        }
        Err(e) => Err(Error::Key(format!("{}: {e}", path.display()))),
    }
}

fn make_key(path: &Path) -> Result<FileKey> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    let key = Zeroizing::new(hex::encode(bytes.as_slice()));
    let unusable = |e: std::io::Error| match e.kind() {
        ErrorKind::StorageFull => Error::DiskFull,
        _ => Error::Key(format!("{}: {e}", path.display())),
    };
    // written beside, made durable, then named: a crash leaves a whole key or none
    let part = path.with_extension("new");
    let written = fs::File::create(&part)
        .and_then(|mut file| {
            owner::restrict(&part, 0o600)?;
            file.write_all(key.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    if let Err(e) = written {
        // half a key is none; where it cannot be removed either, the error is told all the same
        let _ = fs::remove_file(&part);
        return Err(unusable(e));
    }
    if let Some(dir) = path.parent() {
        fs::File::open(dir)
            .and_then(|d| d.sync_all())
            .map_err(unusable)?;
    }
    Ok(FileKey(key))
}

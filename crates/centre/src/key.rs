//! The centre's own key: what it says is signed by it, and only that it believes later.
//!
//! It lies in a file outside the database, so that a database that was put back can still tell what was said in its
//! name, and whoever reads or writes the database cannot speak for the centre. The database has the public half, by
//! which it knows its file.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use centre_store::files;
use centre_store::seal::SealingKey;
use ed25519_dalek::{SigningKey, VerifyingKey};
use protocol::signature::public_key_from_hex;

/// Where the key is kept.
#[derive(Debug, Clone)]
pub enum KeyPlace {
    /// In the file of this name beside the embedded database: `central.key` beside `central.db`.
    Beside,
    /// In this file. A database that several processes serve has one key, and each has the file.
    File(PathBuf),
}

/// Why there is no key. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database is no file, so nothing lies beside it.
    #[error("a database on a server needs --key FILE: the centre's key lies outside the database")]
    NoPlace,
    /// The file cannot be read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} does not hold a key", .0.display())]
    Invalid(PathBuf),
    /// The database was served with a key before, and its file is not there.
    #[error(
        "{} is missing: this database was served with a key. Put the file back from where it was kept; where it is \
         lost, say `central replace-key`",
        .0.display()
    )]
    Missing(PathBuf),
    /// The file holds another centre's key.
    #[error(
        "{} is the key of another centre than this database's. Put the right file there; where it is lost, say `central replace-key`",
        .0.display()
    )]
    Other(PathBuf),
    /// The database has sealed with a key, and its file is not there.
    #[error(
        "{} is missing: what is sensitive in this database is sealed with it. Put the file back from where it was kept; \
         where it is lost, so is all that was sealed: say `central replace-key --sensitive`",
        .0.display()
    )]
    SealingMissing(PathBuf),
    /// The file holds a key that has not sealed this database.
    #[error(
        "{} is not the key with which this database is sealed. Put the right file there; where it is lost, so is all that \
         was sealed: say `central replace-key --sensitive`",
        .0.display()
    )]
    SealingOther(PathBuf),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// The key by which what is sensitive is sealed, in its file; made where neither the file nor the database has one.
///
/// # Errors
/// Where the file is missing, is another centre's, or cannot be read or written.
pub fn open_sealing(file: &Path, known: Option<&str>) -> Result<SealingKey, KeyError> {
    let secret = match (read(file)?, known) {
        (Some(secret), _) => secret,
        (None, Some(_)) => return Err(KeyError::SealingMissing(file.to_owned())),
        (None, None) => keep(file, random()?)?,
    };
    let key = SealingKey::of(&secret);
    if known.is_some_and(|mark| mark != key.mark()) {
        return Err(KeyError::SealingOther(file.to_owned()));
    }
    Ok(key)
}

/// Another key in the place of one that is lost, to seal what comes from now on. The file of another key stays, under
/// another name.
///
/// # Errors
/// Where the file cannot be written.
pub fn replace_sealing(file: &Path) -> Result<SealingKey, KeyError> {
    put_aside(file)?;
    Ok(SealingKey::of(&keep(file, random()?)?))
}

/// What the database knows of its key.
#[derive(Debug)]
pub struct Known<'a> {
    /// The public half.
    pub public: Option<&'a str>,
    /// The secret half, where an older build kept it in the database.
    pub secret: Option<&'a str>,
}

impl KeyPlace {
    /// Which file it is for a database at an address.
    ///
    /// # Errors
    /// [`KeyError::NoPlace`].
    pub fn file(&self, database: &str) -> Result<PathBuf, KeyError> {
        match self {
            Self::File(file) => Ok(file.clone()),
            Self::Beside => centre_store::db::file_of(database)
                .map(|file| file.with_extension("key"))
                .ok_or(KeyError::NoPlace),
        }
    }

    /// In which file the key for what is sensitive is: `central.sensitive.key` beside `central.key`.
    ///
    /// # Errors
    /// [`KeyError::NoPlace`].
    pub fn sealing_file(&self, database: &str) -> Result<PathBuf, KeyError> {
        Ok(self.file(database)?.with_extension("sensitive.key"))
    }
}

/// The key in a file, as a database knows it; made where neither has one. One that an older build kept in the database
/// goes to the file.
///
/// # Errors
/// Where the file is missing, is another centre's, or cannot be read or written.
pub fn open(file: &Path, known: &Known<'_>) -> Result<SigningKey, KeyError> {
    let there = read(file)?.map(|secret| SigningKey::from_bytes(&secret));
    let of_old = known.secret.and_then(parse);
    let of_old = of_old.map(|secret| SigningKey::from_bytes(&secret));
    let public = known
        .public
        .and_then(public_key_from_hex)
        .or(of_old.as_ref().map(SigningKey::verifying_key));
    match (there, public) {
        (Some(key), Some(public)) if key.verifying_key() == public => Ok(key),
        (Some(_), Some(_)) => Err(KeyError::Other(file.to_owned())),
        (Some(key), None) => Ok(key),
        (None, public) => match (of_old, public) {
            (Some(key), _) => keep(file, key.to_bytes()).map(|s| SigningKey::from_bytes(&s)),
            (None, Some(_)) => Err(KeyError::Missing(file.to_owned())),
            (None, None) => keep(file, random()?).map(|s| SigningKey::from_bytes(&s)),
        },
    }
}

/// A new key in the place of one that is lost. The file of another key stays, under another name.
///
/// # Errors
/// Where the file cannot be written.
pub fn replace(file: &Path) -> Result<VerifyingKey, KeyError> {
    put_aside(file)?;
    Ok(SigningKey::from_bytes(&keep(file, random()?)?).verifying_key())
}

fn put_aside(file: &Path) -> Result<(), KeyError> {
    if file.exists() {
        let aside = file.with_extension("key.old");
        fs::rename(file, &aside).map_err(failed(file))?;
    }
    Ok(())
}

/// A key as its file has it.
type Secret = [u8; 32];

fn random() -> Result<Secret, KeyError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn parse(text: &str) -> Option<Secret> {
    let mut bytes = [0u8; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
    Some(bytes)
}

fn failed(file: &Path) -> impl Fn(io::Error) -> KeyError {
    move |source| KeyError::File {
        file: file.to_owned(),
        source,
    }
}

fn read(file: &Path) -> Result<Option<Secret>, KeyError> {
    match fs::read_to_string(file) {
        Ok(text) => match parse(&text) {
            Some(key) => {
                // who copied it here may have left it open to others
                files::shut(file);
                Ok(Some(key))
            }
            None => Err(KeyError::Invalid(file.to_owned())),
        },
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) if e.kind() == ErrorKind::InvalidData => Err(KeyError::Invalid(file.to_owned())),
        Err(e) => Err(failed(file)(e)),
    }
}

/// Writes a key down: whole or not at all, for this user alone, and on the disk before anything is signed with it. Where
/// another process was first, its key is taken.
fn keep(file: &Path, key: Secret) -> Result<Secret, KeyError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // the crate makes it readable by this user alone
    let mut made = tempfile::NamedTempFile::new_in(folder).map_err(failed(file))?;
    made.write_all(hex::encode(key).as_bytes())
        .and_then(|()| made.as_file().sync_all())
        .map_err(failed(file))?;
    match made.persist_noclobber(file) {
        Ok(_) => {
            platform::files::flush_folder_of(file).map_err(failed(file))?;
            Ok(key)
        }
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => {
            read(file)?.ok_or_else(|| KeyError::Missing(file.to_owned()))
        }
        Err(e) => Err(failed(file)(e.error)),
    }
}

#[cfg(test)]
mod tests;

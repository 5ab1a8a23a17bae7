//! What the database says when it fails, and how its file is addressed.

use super::Error;
use std::path::Path;

/// What a failing statement says of the file that it ran on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failing {
    Full,
    Busy,
    Damaged,
    Other,
}

pub(crate) fn failing(error: &rusqlite::Error) -> Failing {
    use rusqlite::ErrorCode as K;
    let rusqlite::Error::SqliteFailure(e, _) = error else {
        return Failing::Other;
    };
    match e.code {
        K::DiskFull => Failing::Full,
        // the index beside the log could not grow
        K::SystemIoFailure if e.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => {
            Failing::Full
        }
        K::DatabaseBusy | K::DatabaseLocked => Failing::Busy,
        // a page that does not decrypt is said to be memory that could not be had
        K::DatabaseCorrupt | K::NotADatabase | K::OutOfMemory => Failing::Damaged,
        _ => Failing::Other,
    }
}

/// What is wrong with a damaged file, in words.
pub(crate) fn damage(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        // SQLCipher says so of a page that does not decrypt
        Some(rusqlite::ErrorCode::OutOfMemory) => "a page of it cannot be decrypted".to_owned(),
        _ => error.to_string(),
    }
}

/// The address of a database file with options for how it is opened: any path, whatever is in it.
pub(crate) fn uri(path: &Path, options: &str) -> String {
    use std::fmt::Write;
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
        let _ = if plain {
            address.write_char(char::from(*byte))
        } else {
            write!(address, "%{byte:02X}")
        };
    }
    address.push('?');
    address.push_str(options);
    address
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match failing(&error) {
            Failing::Full => Self::DiskFull,
            Failing::Busy => Self::Busy,
            Failing::Damaged => Self::CacheDamaged(damage(&error)),
            Failing::Other => Self::NotSaved(error.to_string()),
        }
    }
}

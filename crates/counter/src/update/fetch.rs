//! Fetching a package: goes on where it was cut off, and takes nothing that the brand has not signed.

use crate::client::Client;
use crate::trial::{package, part};
use protocol::check_in::ReleaseOffer;
use protocol::package::{PackageError, PackageKey};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// A package and what it unpacks to need room, and so does the version before: so many times its size.
const ROOM: u64 = 4;

/// Why a package is not here.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotFetched {
    /// The centre could not be reached, or the way broke off: tried again.
    #[error("the centre does not send it: {0}")]
    Network(#[from] crate::error::Error),
    /// It cannot be kept: tried again.
    #[error("it cannot be kept: {0}")]
    Disk(#[from] std::io::Error),
    /// There is no room for it: tried again.
    #[error("{free} bytes are free, and {needed} are needed")]
    NoRoom {
        /// What is free.
        free: u64,
        /// What is needed.
        needed: u64,
    },
    /// It is not what was offered, or not signed by the brand: never tried again.
    #[error("it is not the brand's: {0}")]
    NotTheBrands(String),
}

impl NotFetched {
    /// Stable word, where it is not to be tried again.
    pub(super) fn for_good(&self) -> Option<&'static str> {
        match self {
            Self::NotTheBrands(_) => Some("not_signed"),
            Self::Network(_) | Self::Disk(_) | Self::NoRoom { .. } => None,
        }
    }
}

/// Fetches a package, unless it is here.
pub(super) async fn fetch(
    client: &Client,
    updates: &Path,
    key: &PackageKey,
    offer: &ReleaseOffer,
) -> Result<(), NotFetched> {
    let whole = package(updates, &offer.version);
    if whole.exists() && check(&whole, key, offer).is_ok() {
        return Ok(());
    }
    platform::files::private_folder(updates)?;
    let needed = offer.bytes.saturating_mul(ROOM);
    if let Some(free) = platform::files::free_space(updates).filter(|free| *free < needed) {
        return Err(NotFetched::NoRoom { free, needed });
    }
    let part = part(updates, &offer.version);
    let here = part.metadata().map_or(0, |m| m.len());
    // more than there is of it is something else
    let from = if here < offer.bytes { here } else { 0 };
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(from == 0)
        .append(from > 0)
        .open(&part)?;
    let mut answer = client.download(&offer.path, from).await?;
    if from > 0 && !answer.goes_on() {
        // whoever answers knows no parts: from the beginning
        file = File::create(&part)?;
    }
    let mut bytes = file.metadata()?.len();
    while let Some(piece) = answer.piece().await? {
        bytes += piece.len() as u64;
        if bytes > offer.bytes {
            break;
        }
        file.write_all(&piece)?;
    }
    file.sync_all()?;
    drop(file);
    let checked = check(&part, key, offer);
    if checked.is_err() {
        fs::remove_file(&part)?;
    }
    checked?;
    platform::files::rename_over(&part, &whole)?;
    Ok(())
}

/// Whether a file is what was offered, and the brand's.
fn check(file: &Path, key: &PackageKey, offer: &ReleaseOffer) -> Result<(), NotFetched> {
    let measured = key.verify(&offer.signature, File::open(file)?);
    let measured = measured.map_err(|e| match e {
        PackageError::Io(e) => NotFetched::Disk(e),
        other => NotFetched::NotTheBrands(other.to_string()),
    })?;
    if measured.bytes == offer.bytes && measured.sha256 == offer.sha256 {
        Ok(())
    } else {
        Err(NotFetched::NotTheBrands(
            "another package than was offered".to_owned(),
        ))
    }
}

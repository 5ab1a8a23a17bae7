//! The packages of versions: signed by the brand, kept under their hashes.

use std::fs::File;
use std::path::{Path, PathBuf};

use protocol::limits::is_line;
use protocol::package::{PackageError, PackageKey};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use semver::Version;
use serde::Serialize;

use super::releases::malformed;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::tables::{release, release_file};

/// Characters of a package's name, and of what it is built for.
const NAME_CHARS: usize = 120;
/// Characters of what is said of a version.
const NOTES_CHARS: usize = 2_000;

/// Where packages lie, each under its hash: beside the embedded database, or wherever all processes of a brand find it.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The packages of this folder.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where the package of a hash lies.
    fn of(&self, sha256: &str) -> PathBuf {
        self.0.join(format!("{sha256}.package"))
    }
}

/// A package to be added.
#[derive(Debug, Clone)]
pub struct NewRelease {
    /// Its version, as semantic versioning writes it.
    pub version: String,
    /// What it is built for: `windows-x86_64`.
    pub target: String,
    /// What is new in it.
    pub notes: String,
    /// The package.
    pub file: PathBuf,
    /// The brand's signature over it.
    pub signature: String,
}

/// What was added.
#[derive(Debug, Clone, Serialize)]
pub struct Added {
    /// Which version.
    pub version: String,
    /// For what.
    pub target: String,
    /// Size of the package.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// Adds a package, where the brand's key has signed it. Nobody gets it before it is staged. A package that was added
/// before stays what it was: another needs another version.
///
/// # Errors
/// [`ErrorCode::Malformed`] where the version is none or has another package for that target, where the package is not the
/// brand's or cannot be read or kept; where the database fails.
#[boxed]
pub async fn add(
    centre: &Centre,
    folder: &Folder,
    key: &PackageKey,
    new: &NewRelease,
) -> Result<Added, ServiceError> {
    let version = Version::parse(&new.version)
        .map_err(|e| malformed(format!("{} is no version: {e}", new.version)))?
        .to_string();
    let name = new
        .file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned());
    let name = name.filter(|name| is_line(name, NAME_CHARS));
    let name = name.ok_or_else(|| malformed("the package's file has no name"))?;
    if !is_line(&new.target, NAME_CHARS) || new.target.contains(['/', ' ']) {
        return Err(malformed("no such target"));
    }
    let not_read = |e: PackageError| malformed(format!("{}: {e}", new.file.display()));
    let measured = File::open(&new.file)
        .map_err(PackageError::Io)
        .and_then(|file| key.verify(&new.signature, file))
        .map_err(not_read)?;
    keep_file(&new.file, folder, &measured.sha256).map_err(|e| {
        malformed(format!(
            "the package cannot be kept in {}: {e}",
            folder.0.display()
        ))
    })?;
    let mut work = centre.work().await?;
    let row = release::ActiveModel {
        version: Set(version.clone()),
        added_at: Set(work.now().into()),
        notes: Set(new.notes.chars().take(NOTES_CHARS).collect()),
        held_at: Set(None),
        held_why: Set(String::new()),
    };
    release::Entity::insert(row)
        .on_conflict(
            OnConflict::column(release::Column::Version)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    let before = release_file::Entity::find_by_id((version.clone(), new.target.clone()))
        .one(work.on())
        .await?;
    if let Some(before) = before {
        if before.sha256 != measured.sha256 {
            return Err(malformed(format!(
                "{version} has another package for {}: give this one a version of its own",
                new.target
            )));
        }
    } else {
        let file = release_file::ActiveModel {
            version: Set(version.clone()),
            target: Set(new.target.clone()),
            name: Set(name),
            bytes: Set(measured.bytes.into()),
            sha256: Set(measured.sha256.clone()),
            signature: Set(new.signature.trim().to_owned()),
        };
        release_file::Entity::insert(file)
            .exec_without_returning(work.on())
            .await?;
        work.note(Entry::of(Kind::ReleaseAdded).what(format!("{version} for {}", new.target)));
    }
    work.commit().await?;
    Ok(Added {
        version,
        target: new.target.clone(),
        bytes: measured.bytes,
        sha256: measured.sha256,
    })
}

/// Copies a package to where packages lie: whole, or not at all.
fn keep_file(from: &Path, folder: &Folder, sha256: &str) -> std::io::Result<()> {
    let to = folder.of(sha256);
    if to.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(&folder.0)?;
    let mut part = tempfile::NamedTempFile::new_in(&folder.0)?;
    std::io::copy(&mut File::open(from)?, &mut part)?;
    part.as_file().sync_all()?;
    part.persist(&to).map_err(|e| e.error)?;
    platform::files::flush_folder_of(&to)
}

/// Where a package lies, and what it is called; none where there is none, or it is held.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn package(
    centre: &Centre,
    folder: &Folder,
    version: &str,
    target: &str,
) -> Result<Option<(PathBuf, String)>, ServiceError> {
    let db = centre.db().read();
    let row = release::Entity::find_by_id(version).one(db).await?;
    if row.is_none_or(|row| row.held_at.is_some()) {
        return Ok(None);
    }
    let key = (version.to_owned(), target.to_owned());
    let file = release_file::Entity::find_by_id(key).one(db).await?;
    Ok(file.map(|file| (folder.of(&file.sha256), file.name)))
}

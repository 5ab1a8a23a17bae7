//! `central release`: new versions of the counters' program, given out by and by.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use protocol::StoreId;
use protocol::check_in::UpdateStage;
use protocol::package::PackageKey;

use super::serve::packages_in;
use crate::cli::{CommandError, DatabaseArgs, say};
use centre::fleet::{self, Folder, NewRelease, Release};
use centre_store::boxed;

/// What `central release` is told.
#[derive(Debug, Clone, Args)]
pub struct ReleaseArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Folder of the packages; without it, `packages` in --data
    #[arg(long, value_name = "DIR", env = "CENTRAL_PACKAGES", global = true)]
    pub packages: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// Add a package that the brand's key has signed; nobody gets it before it is staged
    Add {
        /// The package
        file: PathBuf,
        /// Its version: 1.4.0
        #[arg(long)]
        version: String,
        /// What it is built for
        #[arg(long, default_value = "windows-x86_64")]
        target: String,
        /// Its signature, as minisign or `tauri signer sign` writes it; without it, FILE.minisig or FILE.sig
        #[arg(long, value_name = "FILE")]
        signature: Option<PathBuf>,
        /// The brand's public key for packages
        #[arg(long, value_name = "FILE", env = "CENTRAL_PACKAGE_KEY")]
        key: PathBuf,
        /// What is new in it
        #[arg(long, default_value = "")]
        notes: String,
    },
    /// Say how many counters of a store, or of all stores that have no stage of their own, are to have a version
    Stage {
        /// Which version
        version: String,
        /// Of how many hundredths of the counters
        #[arg(long, value_name = "PERCENT")]
        share: u32,
        /// Only of this store
        #[arg(long)]
        store: Option<String>,
        /// Give it to those too on which it failed
        #[arg(long)]
        again: bool,
    },
    /// Give a version to nobody any more; who has it keeps it
    Hold {
        /// Which version
        version: String,
        /// Why
        #[arg(long, default_value = "")]
        why: String,
    },
    /// List versions, who is to have them, and how it goes
    List,
}

/// Runs the command.
///
/// # Errors
/// Where what is named is not there, the package is not the brand's, or the database cannot be had.
#[boxed]
pub async fn run(args: &ReleaseArgs) -> Result<(), CommandError> {
    let folder = Folder::at(packages_in(args.packages.as_deref(), &args.database));
    args.database
        .with(async |centre| match &args.what {
            What::Add {
                file,
                version,
                target,
                signature,
                key,
                notes,
            } => {
                let new = NewRelease {
                    version: version.clone(),
                    target: target.clone(),
                    notes: notes.clone(),
                    file: file.clone(),
                    signature: signature_of(file, signature.as_deref())?,
                };
                let key = PackageKey::read(&text(key)?)
                    .map_err(|e| CommandError::Usage(format!("{}: {e}", key.display())))?;
                let added = fleet::add(centre, &folder, &key, &new).await?;
                say(args.json, &added, || {
                    format!(
                        "{} for {}: {} bytes, signed by the brand; nobody gets it before it is staged\n",
                        added.version, added.target, added.bytes
                    )
                })
            }
            What::Stage {
                version,
                share,
                store,
                again,
            } => {
                let store = store.as_deref().map(StoreId::from);
                fleet::stage(centre, version, store.as_ref(), *share, *again).await?;
                list(centre, args.json).await
            }
            What::Hold { version, why } => {
                fleet::hold(centre, version, why).await?;
                list(centre, args.json).await
            }
            What::List => list(centre, args.json).await,
        })
        .await
}

fn text(file: &Path) -> Result<String, CommandError> {
    std::fs::read_to_string(file)
        .map_err(|e| CommandError::Usage(format!("{}: {e}", file.display())))
}

/// The signature that is named, or that lies beside the package.
fn signature_of(file: &Path, named: Option<&Path>) -> Result<String, CommandError> {
    if let Some(named) = named {
        return text(named);
    }
    for ending in ["minisig", "sig"] {
        let mut beside = file.as_os_str().to_owned();
        beside.push(format!(".{ending}"));
        if Path::new(&beside).exists() {
            return text(Path::new(&beside));
        }
    }
    Err(CommandError::Usage(format!(
        "{} has no signature beside it (.minisig or .sig): name it by --signature",
        file.display()
    )))
}

async fn list(centre: &centre::Centre, json: bool) -> Result<(), CommandError> {
    let all = fleet::releases(centre).await?;
    say(json, &all, || {
        if all.is_empty() {
            "no versions\n".to_owned()
        } else {
            all.iter().map(words).collect()
        }
    })
}

fn words(release: &Release) -> String {
    let mut said = format!("{}  added {}\n", release.version, release.added);
    if let Some((since, why)) = &release.held {
        let _ = writeln!(said, "  held since {since}: {why}");
    }
    for file in &release.files {
        let _ = writeln!(
            said,
            "  {}  {} ({} bytes)",
            file.target, file.name, file.bytes
        );
    }
    if release.stages.is_empty() {
        said.push_str("  for nobody yet\n");
    }
    for stage in &release.stages {
        let whom = stage.store.as_ref();
        let whom = whom.map_or_else(|| "all other stores".to_owned(), |s| format!("store {s}"));
        let _ = writeln!(said, "  for {} % of {whom}", stage.share);
    }
    for (stage, many) in &release.devices {
        let _ = writeln!(said, "  {many} {}", stage_words(*stage));
    }
    said
}

fn stage_words(stage: UpdateStage) -> &'static str {
    match stage {
        UpdateStage::Fetching => "are fetching it",
        UpdateStage::Fetched => "have it and wait for a quiet moment",
        UpdateStage::Trying => "have put it in and have not reached the centre yet",
        UpdateStage::Good => "run it",
        UpdateStage::Failed => "went back to the version before",
        UpdateStage::Unknown => "say what this build does not know",
    }
}

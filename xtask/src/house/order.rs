//! The order itself: `house.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

use super::graph::written;
use super::read::{Module, Wing};

/// What `house.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    /// By crate: the workspace's crates that it may use.
    pub crates: BTreeMap<String, Vec<String>>,
    /// By crate: its modules from the ground up. Each may use those before it.
    pub rooms: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: toml::Table,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

impl House {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(file: &Path) -> io::Result<Self> {
        toml::from_str(&fs::read_to_string(file)?).map_err(io::Error::other)
    }
}

/// Crates that use what they may not, and crates of which the house says nothing.
///
/// # Errors
/// Where a manifest cannot be read.
pub fn crates(root: &Path, house: &House) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut manifests: Vec<_> = fs::read_dir(root.join("crates"))?
        .map(|entry| entry.map(|e| e.path().join("Cargo.toml")))
        .collect::<Result<_, _>>()?;
    manifests.push(root.join("src-tauri/Cargo.toml"));
    manifests.retain(|file| file.exists());
    manifests.sort();
    let mut all = Vec::new();
    for file in manifests {
        let text = fs::read_to_string(&file)?;
        let manifest: Manifest = toml::from_str(&text)
            .map_err(|e| io::Error::other(format!("{}: {e}", file.display())))?;
        all.push(manifest);
    }
    for manifest in &all {
        let name = &manifest.package.name;
        let Some(may) = house.crates.get(name) else {
            found.push(format!("{name}: a crate of which house.toml says nothing"));
            continue;
        };
        let ours = |used: &&String| all.iter().any(|m| m.package.name == **used);
        for used in manifest.dependencies.keys().filter(ours) {
            if !may.contains(used) {
                found.push(format!("{name}: it may not use the crate {used}"));
            }
        }
    }
    Ok(found)
}

/// Modules of a crate that use one above them, and those of which the order says nothing.
pub fn modules(name: &str, wing: &Wing, order: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let place = |room: &str| order.iter().position(|r| r == room);
    let rooms: Vec<&String> = wing.modules().filter_map(|m| m.first()).collect();
    for room in order.iter().filter(|room| !rooms.contains(room)) {
        found.push(format!(
            "{name}: house.toml names {room}, which is not there"
        ));
    }
    let mut unknown: Vec<&String> = rooms.into_iter().filter(|r| place(r).is_none()).collect();
    unknown.dedup();
    for room in unknown {
        found.push(format!(
            "{name}: house.toml does not say where {room} stands"
        ));
    }
    for (from, used) in wing.uses() {
        for to in used {
            let upward = match (from.first(), to.first()) {
                // the root is the crate's face: what stands behind it must not lean on it
                (Some(_), None) => true,
                (Some(from), Some(to)) => place(from)
                    .zip(place(to))
                    .is_some_and(|(from, to)| from < to),
                (None, _) => false,
            };
            if upward {
                found.push(against(name, from, to));
            }
        }
    }
    found
}

fn against(name: &str, from: &Module, to: &Module) -> String {
    format!(
        "{name}: {} uses {}, which stands above it",
        written(from),
        written(to)
    )
}

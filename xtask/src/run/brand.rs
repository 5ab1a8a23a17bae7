//! The demo brand: made once, its clerks and their PINs shown at every run.

use super::folder::RunFolder;
use crate::failure::{Doing, Failure, Outcome};
use crate::process;
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What is known of the brand: the words of `central demo --json`.
#[derive(Debug)]
pub struct Brand(Value);

/// Someone who can sign in.
#[derive(Debug, PartialEq, Eq)]
struct Clerk<'b> {
    id: &'b str,
    name: &'b str,
    role: &'b str,
    pin: &'b str,
}

/// Makes the brand where there is none. Another seed than the one that it was made from is an error.
pub fn make_if_none(central: &Path, folder: &RunFolder, seed: Option<u64>) -> Outcome<Brand> {
    let note = folder.brand();
    let brand = match fs::read_to_string(&note) {
        Ok(said) => Brand::read(&said)?,
        Err(_) => {
            println!(
                "Demo brand: making one; every sale goes through the rules, so this takes a moment."
            );
            let mut command = super::central(central);
            command
                .args(["demo", "--json", "--data"])
                .arg(folder.centre());
            if let Some(seed) = seed {
                command.args(["--seed", &seed.to_string()]);
            }
            let said = process::output("central demo", &mut command)?;
            let brand = Brand::read(&said)?;
            keep_private(&note, &said)?;
            brand
        }
    };
    match (seed, brand.0["seed"].as_u64()) {
        (Some(asked), Some(made)) if asked != made => Err(Failure::because(format!(
            "the brand in {} was made from seed {made}; give one from seed {asked} its own data with --dir",
            folder.centre().display()
        ))),
        _ => Ok(brand),
    }
}

impl Brand {
    fn read(said: &str) -> Outcome<Self> {
        serde_json::from_str(said)
            .map(Self)
            .doing("reading what the centre says of the demo brand")
    }

    /// The store where the counter stands: the first that has clerks.
    pub fn store(&self) -> Outcome<&str> {
        self.0["clerks"][0]["store"]
            .as_str()
            .ok_or_else(|| Failure::because("the demo brand has no clerks"))
    }

    /// Shows who can sign in at the counter.
    pub fn say_clerks(&self, folder: &RunFolder) -> Outcome {
        let store = self.store()?;
        let word = |name: &str| self.0[name].as_str().unwrap_or_default();
        let store_name = self.0["clerks"][0]["store_name"]
            .as_str()
            .unwrap_or_default();
        println!(
            "Demo brand {} (all of it made up), seed {}, {} members. Sign in at {store} {store_name} as:",
            word("brand"),
            self.0["seed"],
            self.0["members"]
        );
        for clerk in self.clerks_of(store) {
            println!(
                "   PIN {}   {:<8}  {}   {}",
                clerk.pin, clerk.role, clerk.id, clerk.name
            );
        }
        println!(
            "The other stores' PINs are in {}.",
            folder.brand().display()
        );
        Ok(())
    }

    fn clerks_of(&self, store: &str) -> Vec<Clerk<'_>> {
        let clerks = self.0["clerks"].as_array().into_iter().flatten();
        clerks
            .filter(|clerk| clerk["store"] == store)
            .map(|clerk| {
                let word = |name: &str| clerk[name].as_str().unwrap_or_default();
                let pin = clerk["pin"].as_str().unwrap_or("(changed since)");
                Clerk {
                    id: word("id"),
                    name: word("name"),
                    role: word("role"),
                    pin,
                }
            })
            .collect()
    }
}

/// Writes a file that only this user can read.
fn keep_private(file: &Path, text: &str) -> Outcome {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut open| open.write_all(text.as_bytes()))
        .doing(format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const SAID: &str = r#"{"brand": "X", "seed": 3, "members": 9, "clerks": [
        {"id": "C1", "name": "A", "role": "advisor", "store": "S1", "store_name": "One", "pin": "2468"},
        {"id": "C2", "name": "B", "role": "cashier", "store": "S2", "store_name": "Two", "pin": "1357"},
        {"id": "C3", "name": "C", "role": "manager", "store": "S1", "store_name": "One", "pin": null}]}"#;

    #[test]
    fn the_first_stores_clerks_are_shown() {
        let brand = Brand::read(SAID).unwrap();
        assert_eq!(brand.store().unwrap(), "S1");
        let pins: Vec<_> = brand
            .clerks_of("S1")
            .iter()
            .map(|clerk| (clerk.id, clerk.pin))
            .collect();
        assert_eq!(pins, [("C1", "2468"), ("C3", "(changed since)")]);
    }

    /// A stand-in for the centre that counts how often it was asked.
    fn centre_in(dir: &Path) -> std::path::PathBuf {
        let program = dir.join("central");
        let script = format!(
            "echo \"$@\" >> {}/asked\ncat <<'END'\n{SAID}\nEND",
            dir.display()
        );
        process::stand_in(&program, &script);
        program
    }

    #[test]
    fn it_is_made_once_and_keeps_its_seed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder::open(dir.path()).unwrap();
        let central = centre_in(dir.path());
        make_if_none(&central, &folder, Some(3)).unwrap();
        make_if_none(&central, &folder, None).unwrap();
        let failure = make_if_none(&central, &folder, Some(4))
            .unwrap_err()
            .to_string();
        assert!(failure.contains("seed 3"), "{failure}");
        let asked = fs::read_to_string(dir.path().join("asked")).unwrap();
        assert_eq!(asked.lines().count(), 1);
        assert!(asked.trim().ends_with("--seed 3"), "{asked}");
        assert_eq!(
            fs::metadata(folder.brand()).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

//! A made-up brand, made once by `central demo` and copied for each test.

use crate::programs::{Build, program};
use crate::{Ledger, process};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Members of the brand. Enough for many of one surname, few enough for a quick start.
const SIZE: [&str; 6] = ["--seed", "7", "--members", "240", "--stores", "2"];

/// What `central demo` made.
pub struct Brand {
    /// What it said.
    pub report: Value,
    files: Vec<(OsString, Vec<u8>)>,
}

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// PIN; only the demo tells it.
    pub pin: String,
    /// Store.
    pub store: String,
}

/// A member as the centre knows her.
#[derive(Debug, Clone)]
pub struct Person {
    /// Id.
    pub id: String,
    /// Number on the card.
    pub no: String,
    /// Full phone number.
    pub phone: String,
    /// Full name.
    pub name: String,
    /// Points in all.
    pub points: i64,
    /// Her home store.
    pub store: String,
}

impl Brand {
    /// The brand of this test program. Made for today: the centre's own clock cannot be set, and
    /// points of a brand of long ago would all have expired.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn demo() -> &'static Self {
        Self::demo_of(Build::This)
    }

    /// The same brand, made by this build.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn demo_of(build: Build) -> &'static Self {
        static THIS: OnceLock<Brand> = OnceLock::new();
        static OTHER: OnceLock<Brand> = OnceLock::new();
        let demo = match build {
            Build::This => &THIS,
            Build::Other => &OTHER,
        };
        demo.get_or_init(|| {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let made = process::output(
                Command::new(build.program("central"))
                    .args(["demo", "--json"])
                    .args(SIZE)
                    .arg("--data")
                    .arg(dir.path()),
            );
            assert!(
                made.status.success(),
                "central demo: {}",
                String::from_utf8_lossy(&made.stderr)
            );
            let files = fs::read_dir(dir.path())
                .expect("the brand's folder")
                .map(|entry| {
                    let entry = entry.expect("an entry of the brand's folder");
                    let bytes = fs::read(entry.path()).expect("a file of the brand");
                    (entry.file_name(), bytes)
                })
                .collect();
            Self {
                report: serde_json::from_slice(&made.stdout).expect("central demo prints JSON"),
                files,
            }
        })
    }

    /// Puts a copy of the brand's database into a folder.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn copy_to(&self, dir: &Path) {
        fs::create_dir_all(dir).expect("the centre's folder");
        for (name, bytes) in &self.files {
            fs::write(dir.join(name), bytes).expect("a copy of the brand");
        }
    }

    /// Makes the same brand, with the same ids, in the database at an address.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn make_on(&self, database: &str) {
        let made = process::output(
            Command::new(program("central"))
                .args(["demo", "--json"])
                .args(SIZE)
                .args(["--database", database])
                .env("CENTRAL_KEY", crate::postgres::key_of(database)),
        );
        assert!(
            made.status.success(),
            "central demo: {}",
            String::from_utf8_lossy(&made.stderr)
        );
    }

    /// The first store.
    ///
    /// # Panics
    /// Where there is none.
    pub fn store(&self) -> String {
        self.clerk("cashier").store
    }

    /// The first clerk with this role.
    ///
    /// # Panics
    /// Where there is none.
    pub fn clerk(&self, role: &str) -> Clerk {
        self.clerk_where(role, |_| true)
    }

    /// The first clerk with this role in a store.
    ///
    /// # Panics
    /// Where there is none.
    pub fn clerk_of(&self, store: &str, role: &str) -> Clerk {
        self.clerk_where(role, |c| c["store"] == store)
    }

    fn clerk_where(&self, role: &str, fits: impl Fn(&Value) -> bool) -> Clerk {
        let clerks = self.report["clerks"].as_array().expect("clerks");
        let found = clerks
            .iter()
            .find(|c| c["role"] == role && c["pin"].is_string() && fits(c))
            .unwrap_or_else(|| panic!("no {role} in {}", self.report));
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        Clerk {
            id: text("id"),
            name: text("name"),
            pin: text("pin"),
            store: text("store"),
        }
    }

    /// Members of a store with at least so many points, none of which expires soon, most points
    /// first.
    ///
    /// # Panics
    /// Where there are fewer than `count`.
    pub fn people(ledger: &Ledger, store: &str, points: i64, count: usize) -> Vec<Person> {
        let mut found = ledger.people(store, points);
        assert!(
            found.len() >= count,
            "only {} members of {store} with {points} points",
            found.len()
        );
        found.truncate(count);
        found
    }
}

//! The demo brand: made once, its PINs shown at every run.

use super::place::Place;
use crate::failure::{Doing, Failure, Outcome};
use crate::process;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

/// Makes the brand where there is none.
pub fn make_if_none(central: &Path, place: &Place, seed: u64) -> Outcome {
    if place.centre().exists() {
        return same_seed(place, seed);
    }
    println!("Demo brand: making one from seed {seed}.");
    // made beside and then named: what was cut short is made anew
    let part = place.centre().with_extension("new");
    match fs::remove_dir_all(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).doing("removing an unfinished brand");
        }
        _ => {}
    }
    let mut command = Command::new(central);
    command
        .arg("demo")
        .arg("--data")
        .arg(&part)
        .arg("--seed")
        .arg(seed.to_string());
    let said = process::output("central demo", &mut command)?;
    keep_private(&place.brand(), &said)?;
    keep_private(&place.seed(), &seed.to_string())?;
    fs::rename(&part, place.centre()).doing("naming the brand's data")
}

/// Shows what making the brand said: who can sign in, and how.
pub fn say_pins(place: &Place) {
    println!("\nDemo brand (made-up people; only for trying things out):");
    match fs::read_to_string(place.brand()) {
        Ok(said) => println!("{}", said.trim_end()),
        Err(_) => println!("   its PINs were not kept; --dir makes another brand"),
    }
    println!();
}

fn same_seed(place: &Place, seed: u64) -> Outcome {
    let kept = fs::read_to_string(place.seed()).unwrap_or_default();
    if kept.is_empty() || kept == seed.to_string() {
        return Ok(());
    }
    Err(Failure::because(format!(
        "the brand in {} was made from seed {kept}; use that, or give a brand from seed {seed} its own data with --dir",
        place.centre().display()
    )))
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

/// The store where this run's counter is enrolled.
pub fn store(_place: &Place) -> Outcome<String> {
    Ok("S001".to_owned())
}

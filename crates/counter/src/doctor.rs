//! What is wrong on this machine, in words, and what to do: for whoever is called to a counter that does not work. It looks
//! from the outside in, so that it says something also where nothing can be opened.

mod found;
mod looks;
mod way;
mod words;

pub use found::{Examined, Finding, Part, State, Words};

use crate::engine::Engine;
use crate::error::Result;
use crate::keys::KeyAccess;
use std::path::Path;

/// Examines the counter of a folder. Makes nothing, and changes nothing but what any contact does.
#[must_use]
pub fn examine(home: &Path, access: &KeyAccess) -> Examined {
    let mut all = vec![looks::program()];
    match looks::folder(home) {
        Ok(found) => all.extend(found),
        Err(found) => {
            all.push(found);
            return Examined::of(all);
        }
    }
    match Engine::open(home, access) {
        Ok(engine) => all.extend(inside(&engine)),
        Err(e) => all.push(looks::unopened(&e)),
    }
    Examined::of(all)
}

impl Engine {
    /// Examines this counter.
    #[must_use]
    pub fn examine(&self) -> Examined {
        let mut all = vec![looks::program()];
        match looks::folder(self.shared.home().dir()) {
            Ok(found) => all.extend(found),
            Err(found) => all.push(found),
        }
        all.extend(inside(self));
        Examined::of(all)
    }
}

/// One look at an engine that opened.
type Look = fn(&Engine) -> Result<Vec<Finding>>;

/// What an engine that opened tells of itself.
fn inside(engine: &Engine) -> Vec<Finding> {
    let mut all = vec![looks::keys(engine)];
    let me = match engine.shared.identity() {
        Ok(Some(me)) => me,
        Ok(None) => {
            all.push(looks::not_enrolled());
            return all;
        }
        Err(e) => {
            all.push(looks::unopened(&e));
            return all;
        }
    };
    all.push(way::centre(engine, &me));
    let looks: [Look; 4] = [looks::standing, looks::work, looks::device, looks::printer];
    for look in looks {
        match look(engine) {
            Ok(found) => all.extend(found),
            Err(e) => all.push(looks::unopened(&e)),
        }
    }
    all
}

#[cfg(test)]
#[path = "doctor/tests.rs"]
mod tests;

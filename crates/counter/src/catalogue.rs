//! What every screen needs of the brand, read once per change of the brand's scope.

use crate::cache;
use crate::error::{Error, Result};
use crate::lock::lock;
use crate::view::StoreCard;
use chrono::{DateTime, Utc};
use loyalty::Program;
use protocol::entity::{Brand, Store};
use protocol::pull::BRAND_SCOPE;
use protocol::{Generation, StoreId};
use rusqlite::Connection;
use std::sync::{Arc, Mutex};

/// The brand's rules, stores and words.
pub(crate) struct Catalogue {
    at: Option<(u64, Generation)>,
    /// Newest first, never empty.
    programs: Vec<(Option<DateTime<Utc>>, Program)>,
    /// Whether these are the brand's rules; else the cache has none yet, and the plain ones stand in for showing.
    known: bool,
    pub(crate) brand: Brand,
    stores: Vec<Store>,
}

impl Catalogue {
    /// The rules that hold at a moment: the newest that have begun; the oldest where none has.
    pub(crate) fn program(&self, now: DateTime<Utc>) -> &Program {
        let begun = |from: &Option<DateTime<Utc>>| from.is_none_or(|from| from <= now);
        let holds = self.programs.iter().find(|(from, _)| begun(from));
        &holds.unwrap_or(&self.programs[self.programs.len() - 1]).1
    }

    /// The version of the rules under which an operation of this moment is recorded.
    ///
    /// # Errors
    /// [`Error::RulesNotHere`] before the first pull: nothing is recorded by rules that are not the brand's.
    pub(crate) fn version(&self, now: DateTime<Utc>) -> Result<u32> {
        if self.known {
            Ok(self.program(now).version())
        } else {
            Err(Error::RulesNotHere)
        }
    }

    /// The rules of a version; those of a moment where that one is not here.
    pub(crate) fn rules_of(&self, version: u32, now: DateTime<Utc>) -> &Program {
        let mut all = self.programs.iter().map(|(_, p)| p);
        all.find(|p| p.version() == version)
            .unwrap_or_else(|| self.program(now))
    }

    /// A store by id; one that is not known shows its id.
    pub(crate) fn store(&self, id: &StoreId) -> StoreCard {
        let name = self
            .stores
            .iter()
            .find(|s| s.id == *id)
            .map(|s| s.name.clone());
        StoreCard {
            id: id.to_string(),
            name: name.unwrap_or_else(|| id.to_string()),
        }
    }
}

/// The catalogue last read.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<Arc<Catalogue>>>);

impl Kept {
    /// The catalogue as the cache has it now. Another process of this device may have pulled, so
    /// the cursor in the file decides whether it is read anew.
    pub(crate) fn read(&self, conn: &Connection) -> Result<Arc<Catalogue>> {
        let at = cache::cursor(conn, BRAND_SCOPE)?;
        let mut kept = lock(&self.0);
        if let Some(c) = kept.as_ref().filter(|c| c.at == at && at.is_some()) {
            return Ok(Arc::clone(c));
        }
        let mut programs = cache::programs(conn)?;
        let known = !programs.is_empty();
        if !known {
            // before the first pull
            programs.push((None, Program::default()));
        }
        let fresh = Arc::new(Catalogue {
            at,
            programs,
            known,
            brand: cache::brand(conn)?,
            stores: cache::all::<Store>(conn)?,
        });
        *kept = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(programs: &[(u32, Option<&str>)]) -> Catalogue {
        let program =
            |version: u32| Program::from_json(&format!(r#"{{"version": {version}}}"#)).unwrap();
        Catalogue {
            at: None,
            known: true,
            programs: programs
                .iter()
                .map(|(version, from)| (from.map(|f| f.parse().unwrap()), program(*version)))
                .collect(),
            brand: Brand::default(),
            stores: Vec::new(),
        }
    }

    #[test]
    fn a_version_holds_from_its_time_on_with_no_network() {
        let all = catalogue(&[
            (3, Some("2026-12-31T16:00:00Z")),
            (2, Some("2026-06-30T16:00:00Z")),
            (1, None),
        ]);
        let at = |time: &str| all.program(time.parse().unwrap()).version();
        assert_eq!(at("2026-06-30T15:59:59Z"), 1);
        assert_eq!(at("2026-06-30T16:00:00Z"), 2);
        assert_eq!(at("2026-12-31T15:59:59Z"), 2);
        assert_eq!(at("2027-01-01T00:00:00Z"), 3);
        // an operation is done over again under its own version, whatever holds now
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        assert_eq!(all.rules_of(1, now).version(), 1);
        assert_eq!(all.rules_of(9, now).version(), 2);
        // none has begun: the oldest is all there is
        let early = catalogue(&[
            (2, Some("2027-01-01T00:00:00Z")),
            (1, Some("2026-12-30T00:00:00Z")),
        ]);
        assert_eq!(early.program(now).version(), 1);
    }
}

//! Hiding members from whoever reads, while the counter is locked: before each table that has something of members
//! stands an empty one of the same name, in the memory of each reading connection. So nothing that reads can forget to
//! ask, and for all of the engine these members are not held here.

use super::file::Cache;
use crate::error::Result;
use crate::lock::lock;
use std::sync::atomic::Ordering;

const HIDE: &str = "PRAGMA query_only = OFF;
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE member AS SELECT * FROM main.member WHERE false;
CREATE TEMP TABLE search_row AS SELECT * FROM main.search_row WHERE false;
CREATE TEMP TABLE search_key AS SELECT * FROM main.search_key WHERE false;
CREATE TEMP TABLE search_top AS SELECT * FROM main.search_top WHERE false;
CREATE TEMP TABLE receipt AS SELECT * FROM main.receipt WHERE false;
CREATE TEMP TABLE joined AS SELECT * FROM main.joined WHERE false;
CREATE TEMP TABLE entity AS SELECT * FROM main.entity WHERE member IS NULL;
CREATE INDEX temp.entity_of_member ON entity (kind, member) WHERE member IS NOT NULL;
PRAGMA query_only = ON;";

const SHOW: &str = "PRAGMA query_only = OFF;
DROP TABLE IF EXISTS temp.member;
DROP TABLE IF EXISTS temp.search_row;
DROP TABLE IF EXISTS temp.search_key;
DROP TABLE IF EXISTS temp.search_top;
DROP TABLE IF EXISTS temp.receipt;
DROP TABLE IF EXISTS temp.joined;
DROP TABLE IF EXISTS temp.entity;
PRAGMA query_only = ON;";

impl Cache {
    /// Whether members are hidden from whoever reads.
    pub(crate) fn hides_members(&self) -> bool {
        self.hidden.load(Ordering::Acquire)
    }

    /// Hides members from whoever reads, or shows them again.
    pub(crate) fn hide_members(&self, hide: bool) -> Result<()> {
        if self.hides_members() == hide {
            return Ok(());
        }
        for reader in &self.readers {
            let conn = lock(reader);
            // what was half done before is done anew
            conn.execute_batch(SHOW)?;
            if hide {
                conn.execute_batch(HIDE)?;
            }
        }
        self.hidden.store(hide, Ordering::Release);
        Ok(())
    }
}

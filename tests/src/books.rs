//! The centre's books on either engine, asked with SQL.

use crate::Ledger;
use crate::postgres::Database;
use std::collections::BTreeMap;

/// Where they are.
pub enum Books<'a> {
    /// In a file.
    File(Ledger),
    /// On a server.
    Server(&'a Database),
}

impl Books<'_> {
    /// One column of text; no value may have a line break.
    ///
    /// # Panics
    /// Where the question is none.
    #[track_caller]
    pub fn column(&self, sql: &str) -> Vec<String> {
        match self {
            Self::File(ledger) => ledger.column(sql, []),
            Self::Server(database) => database.ask(sql).lines().map(str::to_owned).collect(),
        }
    }

    /// One whole number.
    ///
    /// # Panics
    /// Where the question gives none.
    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        let sql = format!("SELECT CAST(({sql}) AS TEXT)");
        let found = self.column(&sql);
        let first = found.first().and_then(|n| n.parse().ok());
        first.unwrap_or_else(|| panic!("{sql}: {found:?}"))
    }

    /// How often each operation has had its effect, by its id: in a counter's main chain, or from a
    /// copy of it.
    ///
    /// # Panics
    /// Where the database cannot be read.
    pub fn applied(&self) -> BTreeMap<String, u32> {
        let mut times = BTreeMap::new();
        for id in self.column(
            "SELECT op_id FROM operation WHERE state = 'applied' AND owns_id IS NOT NULL
             UNION ALL
             SELECT op_id FROM quarantined WHERE state = 'applied' AND owns_id IS NOT NULL",
        ) {
            *times.entry(id).or_insert(0) += 1;
        }
        times
    }

    /// A member's points, those in counters' hands included.
    ///
    /// # Panics
    /// Where the database cannot be read.
    #[track_caller]
    pub fn points(&self, member: &str) -> i64 {
        self.number(&format!(
            "SELECT coalesce(sum(available + in_escrow), 0) FROM lot WHERE member_id = '{member}'"
        ))
    }

    /// What a device holds of a member, in one life of its outbox or in all.
    ///
    /// # Panics
    /// Where the database cannot be read.
    #[track_caller]
    pub fn held(&self, device: &str, epoch: Option<u32>, member: &str) -> i64 {
        let epoch = epoch.map_or_else(String::new, |n| format!(" AND epoch = {n}"));
        self.number(&format!(
            "SELECT coalesce(sum(outstanding), 0) FROM allowance
             WHERE device_id = '{device}' AND member_id = '{member}'{epoch}"
        ))
    }

    /// Points that the stores bear.
    ///
    /// # Panics
    /// Where the database cannot be read.
    #[track_caller]
    pub fn losses(&self) -> i64 {
        // a loss is a source of points: its account is below zero
        self.number("SELECT coalesce(-sum(points), 0) FROM balance WHERE account LIKE 'loss:%'")
    }
}

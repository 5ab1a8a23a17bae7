//! The centre's database, read with SQL beside the running centre.

use crate::Person;
use rusqlite::{Connection, OpenFlags, Params};
use std::path::Path;
use std::time::Duration;

/// A connection that only reads.
pub struct Ledger {
    db: Connection,
}

impl Ledger {
    /// Opens the file.
    ///
    /// # Panics
    /// Where it cannot be opened.
    pub fn open(file: &Path) -> Self {
        let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .expect("the centre's database");
        db.pragma_update(None, "query_only", true)
            .expect("reading only");
        db.busy_timeout(Duration::from_secs(20))
            .expect("a time limit");
        Self { db }
    }

    /// Writes a copy of the whole database, as it is at one moment.
    ///
    /// # Panics
    /// Where that cannot be written.
    pub(crate) fn copy_to(&self, file: &Path) {
        let reading_only = |on: bool| {
            self.db
                .pragma_update(None, "query_only", on)
                .expect("reading only, or not");
        };
        reading_only(false);
        self.db
            .execute("VACUUM INTO ?1", [file.to_string_lossy()])
            .expect("a copy of the database");
        reading_only(true);
    }

    /// One whole number.
    ///
    /// # Panics
    /// Where the question gives none.
    #[track_caller]
    pub fn number(&self, sql: &str, params: impl Params) -> i64 {
        self.db
            .query_row(sql, params, |r| r.get(0))
            .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// One column of text.
    ///
    /// # Panics
    /// Where the question is none.
    #[track_caller]
    pub fn column(&self, sql: &str, params: impl Params) -> Vec<String> {
        let mut statement = self
            .db
            .prepare(sql)
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let rows = statement
            .query_map(params, |r| r.get(0))
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        rows.map(|r| r.expect("a row")).collect()
    }

    /// Members of a store with points that do not expire soon, most points first.
    ///
    /// # Panics
    /// Where the database cannot be read.
    pub fn people(&self, store: &str, points: i64) -> Vec<Person> {
        let mut statement = self
            .db
            .prepare(include_str!("people.sql"))
            .expect("a question");
        let rows = statement
            .query_map((store, points), |r| {
                Ok(Person {
                    id: r.get(0)?,
                    no: r.get(1)?,
                    phone: r.get(2)?,
                    name: r.get(3)?,
                    store: r.get(4)?,
                    points: r.get(5)?,
                })
            })
            .expect("members");
        rows.map(|r| r.expect("a member")).collect()
    }

    /// A member's points, those in counters' hands included.
    ///
    /// # Panics
    /// Where the database cannot be read.
    pub fn points(&self, member: &str) -> i64 {
        self.number(
            "SELECT coalesce(sum(available + in_escrow), 0) FROM lot WHERE member_id = ?1",
            [member],
        )
    }

    /// Asserts what must hold of every ledger, whatever happened to the processes around it.
    ///
    /// # Panics
    /// Naming the first rows that break a rule.
    #[track_caller]
    pub fn assert_sound(&self) {
        for (rule, sql) in RULES {
            let broken = self.column(sql, []);
            assert!(broken.is_empty(), "{rule}: {broken:?}");
        }
    }
}

/// What must hold, with a question that gives the rows that break it.
const RULES: [(&str, &str); 9] = [
    (
        "a balance is the sum of its transfers",
        include_str!("rules/balance.sql"),
    ),
    (
        "a member's accounts sum to zero",
        "SELECT member_id || ' ' || sum(points) FROM balance GROUP BY member_id HAVING sum(points) <> 0",
    ),
    (
        "no account but its sources is below zero",
        "SELECT member_id || ' ' || account || ' ' || points FROM balance WHERE points < 0
         AND account NOT IN ('earned', 'debt', 'adjusted') AND account NOT LIKE 'loss:%'",
    ),
    (
        "lots are what is available and in escrow",
        include_str!("rules/lots.sql"),
    ),
    (
        "an allowance is granted = spent + released + outstanding",
        "SELECT id FROM allowance WHERE granted <> spent + released + outstanding OR spent > granted",
    ),
    (
        "escrow of a counter is what its allowances have left",
        include_str!("rules/escrow.sql"),
    ),
    (
        "an operation has one effect",
        "SELECT op_id FROM operation WHERE state = 'applied' GROUP BY op_id HAVING count(*) > 1",
    ),
    (
        "a counter's operations have no gap",
        "SELECT device_id || ' ' || count(*) || ' of ' || max(seq) FROM operation
         GROUP BY device_id, epoch HAVING count(*) <> max(seq)",
    ),
    (
        "debt and available points are never both above zero",
        "SELECT a.member_id FROM account a WHERE a.debt > 0 AND
         (SELECT sum(available) FROM lot l WHERE l.member_id = a.member_id) > 0",
    ),
];

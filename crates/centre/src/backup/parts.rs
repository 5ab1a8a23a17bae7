//! What says who a member is, table by table: a backup seals it with her own key, so that she can be taken out of every
//! backup by forgetting that key.
//!
//! [`crate::rights::holdings`] says the same of erasing; a test reads a whole backup and looks for a member in it.

/// What stands in a column once a member's key is forgotten. Erasing her then does the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Nothing.
    Null,
    /// This text.
    Text(&'static str),
    /// A number that no card has, and no other member: `erased:` and her id.
    Number,
    /// What was sealed: the row is deleted, unread.
    Stays,
    /// What erasing leaves of it, which stands beside what was sealed.
    Left,
    /// What it says is never sealed: the hash of what the column before it said.
    Hash,
}

/// A part of a table.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The table.
    pub table: &'static str,
    /// The column that says whose a row is.
    pub member: &'static str,
    /// Which rows.
    pub only: &'static str,
    /// A column that says how its content is read.
    pub kind: &'static str,
    /// What is sealed.
    pub columns: &'static [(&'static str, Gone)],
}

/// All parts.
pub const ALL: &[Part] = &[
    Part {
        table: "member",
        member: "id",
        only: "erased_at IS NULL",
        kind: "''",
        columns: &[
            ("card_no", Gone::Number),
            ("card_key", Gone::Text("")),
            ("phone", Gone::Null),
            ("name", Gone::Text("")),
            ("birthday", Gone::Null),
            ("called", Gone::Text("")),
            ("skin", Gone::Null),
            ("allergies", Gone::Text("[]")),
            ("concerns", Gone::Text("[]")),
            ("phone_waits", Gone::Null),
        ],
    },
    by_member("member_alias", "''", &[("alias", Gone::Stays)]),
    by_member("member_note", "''", &[("note", Gone::Stays)]),
    by_member("profile_mark", "''", &[("what", Gone::Stays)]),
    by_member("former_phone", "''", &[("phone", Gone::Stays)]),
    by_member("reaction", "''", &[("told", Gone::Null)]),
    by_member(
        "operation",
        "kind",
        &[("openings", Gone::Text("")), ("body", Gone::Left)],
    ),
    by_member(
        "quarantined",
        "state",
        &[("document", Gone::Left), ("content_hash", Gone::Hash)],
    ),
    Part {
        table: "feed",
        member: "entity_key",
        only: "entity = 'member'",
        kind: "''",
        columns: &[("body", Gone::Text("{}"))],
    },
];

const fn by_member(
    table: &'static str,
    kind: &'static str,
    columns: &'static [(&'static str, Gone)],
) -> Part {
    Part {
        table,
        member: "member_id",
        only: "member_id IS NOT NULL",
        kind,
        columns,
    }
}

/// Tables of which a backup has nothing: numbers that codes were sent to, and the codes. They are over in minutes, and
/// nobody could say whose they are.
pub const LEFT_OUT: &[&str] = &["sent_code", "code_try", "phone_proof"];

impl Part {
    /// Rows after a place, in order: `$1`; at most `$2`.
    pub fn select(&self) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        format!(
            "SELECT rowid AS place, {} AS whose, {} AS kind, {} FROM {} WHERE rowid > $1 AND {} ORDER BY rowid LIMIT $2",
            self.member,
            self.kind,
            columns.join(", "),
            self.table,
            self.only
        )
    }

    /// Rows of one member: `$1`.
    pub fn select_hers(&self) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        format!(
            "SELECT rowid AS place, {} AS whose, {} AS kind, {} FROM {} WHERE {} = $1 AND {}",
            self.member,
            self.kind,
            columns.join(", "),
            self.table,
            self.member,
            self.only
        )
    }

    /// Writes rows: `$1` is a JSON array of arrays of place and values.
    pub fn update(&self) -> String {
        let columns = self.columns.iter().enumerate();
        let columns: Vec<String> = columns
            .map(|(n, (name, _))| format!("{name} = json_extract(j.value, '$[{}]')", n + 1))
            .collect();
        format!(
            "UPDATE {0} SET {1} FROM json_each($1) j WHERE {0}.rowid = json_extract(j.value, '$[0]')",
            self.table,
            columns.join(", ")
        )
    }
}

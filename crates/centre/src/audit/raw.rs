//! Rows as the engine has them: the audit looks at those that nothing else can read.

use sea_orm::FromQueryResult;

/// A row of `operation`.
#[derive(Debug, FromQueryResult)]
pub(super) struct RawOperation {
    pub device_id: String,
    pub epoch: i32,
    pub seq: i64,
    pub op_id: String,
    pub owns_id: Option<String>,
    pub kind: String,
    pub clerk_id: String,
    pub program: i32,
    pub generation: i32,
    pub at: i64,
    pub contact: i64,
    pub body: String,
    pub personal: String,
    pub openings: String,
    pub prev_hash: String,
    pub hash: String,
    pub state: String,
    pub outcome: String,
}

/// A row of `quarantined`.
#[derive(Debug, FromQueryResult)]
pub(super) struct RawQuarantined {
    pub device_id: String,
    pub epoch: i32,
    pub seq: i64,
    pub hash: String,
    pub document: String,
    pub state: String,
    pub op_id: String,
    pub owns_id: Option<String>,
    pub outcome: String,
}

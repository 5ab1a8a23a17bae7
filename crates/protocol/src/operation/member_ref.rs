//! Whom an operation is about, where that may not have been known offline.

use serde::{Deserialize, Serialize};

use crate::ids::MemberId;

/// Whose operation it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum MemberRef {
    /// A member that the counter holds.
    Id {
        /// The member.
        member: MemberId,
    },
    /// A phone number that was not found offline; the number itself is the personal value
    /// [`PHONE`].
    Phone,
    /// A member number or member code that was not found offline.
    Code {
        /// What was scanned or typed.
        code: String,
    },
}

/// Name of the personal value that holds a phone number: `+86` numbers as 11 digits.
pub const PHONE: &str = "member.phone";

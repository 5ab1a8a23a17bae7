//! `…/phone/v1/me`: a member's own page, where she sees what she agreed to and withdraws it.
//!
//! She proves her number by a code each time. Strangers are answered as members are, up to the code.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The address below which the page's requests lie.
pub const PATH: &str = "/phone/v1/me";

/// `GET …`: whose page it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The brand's name, where it has been told.
    pub brand: Option<String>,
    /// True for made-up data; the page says so.
    pub demo: bool,
}

/// `POST …/open`: shows what she agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Her number, as it was typed.
    pub phone: String,
    /// The code from the message.
    pub verification: String,
    /// What this page is known by, as at [`Verify`](crate::join::Verify).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// `POST …/withdraw`: withdraws one consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdraw {
    /// Who she is, as before.
    #[serde(flatten)]
    pub who: Open,
    /// Which: `skin`, `marketing` or `guardian`.
    pub purpose: String,
}

/// The answer to [`Open`] and [`Withdraw`]: what holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreements {
    /// Business date on which she joined.
    pub joined: NaiveDate,
    /// Her last word on each purpose that she was asked, in the order in which they are asked.
    pub consents: Vec<Agreement>,
}

/// Her last word on one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Whether it is given now.
    pub given: bool,
    /// The version of the words that she saw; may be empty where it came with an import.
    pub version: String,
    /// When.
    pub at: DateTime<Utc>,
}

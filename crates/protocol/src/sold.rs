//! Which sale an operation is about: a till's number alone does not say it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::StoreId;
use crate::limits;

/// A sale that was recorded, as the counter had it on its screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldAs {
    /// The store that sold: a till's number is its store's.
    pub store: StoreId,
    /// Its operation: a counter's id, or the name of one from history; none where the clerk has only the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was, as far as that is known: tills begin their numbers anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

impl SoldAs {
    /// Whether it is within the limits of length.
    pub fn fits(&self) -> bool {
        let id = self.id.as_deref();
        id.is_none_or(|id| !id.is_empty() && id.chars().count() <= limits::SALE_ID_CHARS)
    }
}

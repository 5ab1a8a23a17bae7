//! `GET /v1/live`: server-sent events. They carry no data, only "there is something to pull".

use crate::ids::GrantId;
use serde::{Deserialize, Serialize};

/// One event; its name on the wire is its variant's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum LiveEvent {
    /// A scope has changes up to `cursor`.
    Poke {
        /// Which scope.
        scope: String,
        /// Its head.
        cursor: u64,
    },
    /// The centre asks for an allowance back.
    Recall {
        /// Which.
        grant: GrantId,
    },
    /// Headquarters wants something of the device: it is to say hello and check in. A build that does not know this takes
    /// it for a poke.
    CheckIn,
}

//! Members who were erased: every counter lets go of what it still has of them.

use serde::{Deserialize, Serialize};

use super::{Entity, EntityKind};
use crate::ids::{MemberId, OpId};

/// A member who was erased; keyed by the member's id, which is all that is left. That nobody is by that id any more, each
/// store's scope says by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Who.
    pub member: MemberId,
    /// Operations whose personal values the centre has let go of: the counter that made one does so too.
    #[serde(default)]
    pub ops: Vec<OpId>,
}

impl Entity for Erased {
    const KIND: EntityKind = EntityKind::Erased;

    fn key(&self) -> String {
        self.member.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
}

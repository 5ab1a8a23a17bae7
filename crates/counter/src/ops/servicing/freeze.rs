//! Freezing points, and making them usable again.

use super::plan::{ALWAYS, Ground, Plan};
use protocol::operation::{Body, Freeze, Unfreeze};

pub(super) fn plan(ground: &Ground, freeze: bool) -> Plan {
    let body = Freeze {
        member: ground.member.id.clone(),
        store: ground.store.clone(),
        approval: None,
    };
    let kind = if freeze { "freeze" } else { "unfreeze" };
    let so_already = ground.books.frozen() == freeze;
    let mut ops = ground.books.ops().iter().rev();
    let by_this_counter = ops.find(|op| op.row.kind == kind);
    Plan {
        needs_manager: Some(ALWAYS),
        exists: so_already.then(|| {
            by_this_counter
                .map(|op| op.row.op_id.clone())
                .unwrap_or_default()
        }),
        ..Plan::of(if freeze {
            Body::Freeze(body)
        } else {
            Body::Unfreeze(Unfreeze(body))
        })
    }
}

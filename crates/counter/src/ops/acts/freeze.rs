//! Freezing points, and making them usable again.

use super::{ALWAYS, Ground, Plan};
use protocol::operation::{Body, Freeze};

pub(super) fn plan(ground: &Ground<'_>, freeze: bool) -> Plan {
    let body = Freeze {
        member: ground.member.id.clone(),
        store: ground.store.clone(),
        approval: None,
    };
    let kind = if freeze { "freeze" } else { "unfreeze" };
    let so_already = ground.member.frozen == freeze;
    let by_this_counter = ground.rows.iter().rev().find(|r| r.kind == kind);
    Plan {
        needs_manager: Some(ALWAYS),
        exists: so_already.then(|| by_this_counter.map(|r| r.op_id.clone()).unwrap_or_default()),
        ..Plan::of(if freeze {
            Body::Freeze(body)
        } else {
            Body::Unfreeze(body)
        })
    }
}

//! Releases, and what a device is asked to give back.

use loyalty::Points;
use protocol::entity::{self as wire, EntityKind};
use protocol::grant::Grant;
use protocol::ids::GrantId;
use protocol::operation::{Body, Release};

use super::{Bench, Counter};

/// An allowance, or part of it, given back by its holder.
pub fn release(grant: &Grant, member: &str, points: i64) -> Body {
    Body::Release(Release {
        grant: grant.grant,
        member: member.into(),
        points: Points(points),
        coupon: grant.coupon.clone(),
    })
}

/// Allowances that a device is asked to give back, as its own feed shows them.
pub async fn recalled(bench: &Bench, counter: &Counter) -> Vec<GrantId> {
    let scope = format!("device:{}", counter.device);
    let pulled = counter.pull(bench, &scope, 0).await;
    pulled
        .changes
        .iter()
        .filter(|c| c.entity == EntityKind::Recall.name())
        .map(|c| {
            let recall: wire::Recall =
                serde_json::from_str(c.body.as_ref().unwrap().get()).unwrap();
            recall.grant
        })
        .collect()
}

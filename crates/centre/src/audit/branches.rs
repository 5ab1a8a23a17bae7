//! I4 in what came from forked outboxes: each kept operation is what its row says, and those that were
//! applied hang together and moved what they say.

use std::collections::{HashMap, HashSet};

use protocol::chain::Hash;
use protocol::operation::Operation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::chain::intact;
use super::effect::{self, Claims, Kept, Moved};
use super::erasures::Less;
use super::raw::RawQuarantined;
use super::report::CheckReport;
use super::report::Invariant::I4;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use centre_store::seal::opened;
use centre_store::tables::{operation, quarantined};

/// Looks at all of them; adds to what operations say was spent.
pub(super) async fn check(
    at: &mut Snapshot<'_>,
    mut claims: Claims,
    less: &Less,
) -> Result<Claims, ServiceError> {
    let mut branch = CheckReport::new(I4, "branch");
    let mut effects = CheckReport::new(I4, "branch_effect");
    let moved: Vec<Moved> = at
        .ask(include_str!("sql/i4_moved_by_branches.sql"), Vec::new())
        .await?;
    let moved: HashMap<String, Moved> = moved.into_iter().map(|m| (m.id.clone(), m)).collect();
    for (device, epoch) in lives(at).await? {
        let rows = rows_of(at, &device, epoch).await?;
        let main = hashes_of(at, &device, epoch).await?;
        let mut known: HashSet<&str> = main.iter().map(|(_, hash)| hash.as_str()).collect();
        known.extend(rows.iter().map(|r| r.hash.as_str()));
        let zeros = Hash::ZERO.to_string();
        known.insert(&zeros);
        for row in &rows {
            branch.rows += 1;
            let place = format!(
                "quarantined {}/{}/{}/{}",
                row.device_id, row.epoch, row.seq, row.hash
            );
            let document = opened(row.document.clone()).unwrap_or_default();
            let Ok(op) = serde_json::from_str::<Operation>(&document) else {
                branch.breaks(place, "an operation", "a document that is not an operation");
                continue;
            };
            if !is_row_of(row, &op) {
                branch.breaks(&*place, "the operation of its row", "another one");
            }
            if row.state == "main" && !main.contains(&(row.seq, row.hash.clone())) {
                branch.breaks(&*place, "an operation of the main chain", "none there");
            }
            if row.state == "applied" {
                intact(&mut branch, &place, &op, less);
                let before = op.prev_hash.to_string();
                if !known.contains(before.as_str()) {
                    branch.breaks(&*place, "built on an operation that is here", before);
                }
            }
            if matches!(row.state.as_str(), "applied" | "held" | "set_aside") {
                effects.rows += 1;
                let kept = Kept {
                    place: &place,
                    kind: &op.kind,
                    body: op.body.get(),
                    state: &row.state,
                    outcome: &row.outcome,
                    owns: row.owns_id.is_some(),
                };
                let own = moved.get(&row.op_id);
                effect::judge(&mut effects, &kept, own, &mut claims);
            }
        }
    }
    at.done(branch);
    at.done(effects);
    Ok(claims)
}

fn is_row_of(row: &RawQuarantined, op: &Operation) -> bool {
    op.device.to_string() == row.device_id
        && i64::from(op.epoch.0) == i64::from(row.epoch)
        && i64::try_from(op.seq.0).is_ok_and(|seq| seq == row.seq)
        && op.hash.to_string() == row.hash
        // rows of before branches were resolved have none
        && (row.op_id.is_empty() || op.op_id.to_string() == row.op_id)
}

async fn lives(at: &Snapshot<'_>) -> Result<Vec<(String, i32)>, ServiceError> {
    Ok(quarantined::Entity::find()
        .select_only()
        .columns([quarantined::Column::DeviceId, quarantined::Column::Epoch])
        .distinct()
        .order_by_asc(quarantined::Column::DeviceId)
        .order_by_asc(quarantined::Column::Epoch)
        .into_tuple()
        .all(at.on())
        .await?)
}

/// What was kept of one life: no more than one counter sent while it was quarantined.
async fn rows_of(
    at: &Snapshot<'_>,
    device: &str,
    epoch: i32,
) -> Result<Vec<RawQuarantined>, ServiceError> {
    Ok(quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(device))
        .filter(quarantined::Column::Epoch.eq(epoch))
        .order_by_asc(quarantined::Column::Seq)
        .order_by_asc(quarantined::Column::Hash)
        .into_model()
        .all(at.on())
        .await?)
}

/// Numbers and hashes of the main chain of that life.
async fn hashes_of(
    at: &Snapshot<'_>,
    device: &str,
    epoch: i32,
) -> Result<HashSet<(i64, String)>, ServiceError> {
    let rows: Vec<(i64, String)> = operation::Entity::find()
        .select_only()
        .columns([operation::Column::Seq, operation::Column::Hash])
        .filter(operation::Column::DeviceId.eq(device))
        .filter(operation::Column::Epoch.eq(epoch))
        .into_tuple()
        .all(at.on())
        .await?;
    Ok(rows.into_iter().collect())
}

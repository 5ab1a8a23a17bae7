//! I4, and I3 by operation: the chain of each life is walked from its first operation to its last.
//!
//! Each hash is worked out anew from what is stored, and must be the one that the next row builds on; the
//! personal values that are still there must open their commitments. On the way each operation's outcome is
//! held against what it moved, and what it says that it spent is added up by grant.

use protocol::chain::Hash;
use protocol::operation::Operation;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Value,
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::effect::{self, Claims, Kept, Moved};
use super::erasures::Less;
use super::raw::RawOperation;
use super::report::CheckReport;
use super::report::Invariant::{I3, I4};
use super::snapshot::Snapshot;
use crate::beside;
use crate::error::ServiceError;
use crate::rights::left;
use centre_store::column::{Col, read};
use centre_store::seal::opened;
use centre_store::tables::operation;

/// Rows that are read at once.
const PAGE: u64 = 1_000;

#[derive(FromQueryResult)]
struct Life {
    device_id: String,
    epoch: i32,
}

/// Walks all chains. What operations say was spent, by grant.
pub(super) async fn check(at: &mut Snapshot<'_>, less: &Less) -> Result<Claims, ServiceError> {
    let mut chain = CheckReport::new(I4, "chain");
    let mut effects = CheckReport::new(I4, "effect");
    let mut claims = Claims::new();
    let lives: Vec<Life> = at
        .ask(
            "SELECT DISTINCT device_id, epoch FROM operation ORDER BY device_id, epoch",
            Vec::new(),
        )
        .await?;
    for life in lives {
        let mut last = (0, Hash::ZERO.to_string());
        loop {
            let rows = page(at, &life, last.0).await?;
            let (Some(first), Some(end)) = (rows.first(), rows.last()) else {
                break;
            };
            let moved = moved(at, &life, first.seq, end.seq).await?;
            for row in &rows {
                chain.rows += 1;
                let body = opened(row.body.clone()).unwrap_or_default();
                link(&mut chain, row, &last, less);
                last = (row.seq, row.hash.clone());
                effects.rows += 1;
                let kept = Kept {
                    place: &place(row),
                    kind: &row.kind,
                    body: &body,
                    state: &row.state,
                    outcome: &row.outcome,
                    owns: row.owns_id.is_some(),
                };
                let own = moved.get(&row.op_id);
                effect::judge(&mut effects, &kept, own, &mut claims);
            }
        }
    }
    at.done(chain);
    at.done(effects);
    Ok(claims)
}

/// No allowance was spent beyond what operations of all branches say that they spent of it.
pub(super) async fn check_claims(
    at: &mut Snapshot<'_>,
    claims: Claims,
) -> Result<(), ServiceError> {
    #[derive(FromQueryResult)]
    struct Spent {
        member_id: String,
        id: String,
        spent: i64,
    }
    let mut check = CheckReport::new(I3, "spent");
    let mut last = (String::new(), String::new());
    loop {
        let values: Vec<Value> = vec![
            last.0.clone().into(),
            last.1.clone().into(),
            Col(PAGE).into(),
        ];
        let rows: Vec<Spent> = at.ask(include_str!("sql/i3_spent.sql"), values).await?;
        let Some(end) = rows.last() else { break };
        last = (end.member_id.clone(), end.id.clone());
        for row in rows {
            check.rows += 1;
            let grant = Uuid::parse_str(&row.id).ok();
            let claimed = grant
                .and_then(|grant| claims.get(&grant))
                .copied()
                .unwrap_or(0);
            if row.spent > claimed {
                check.breaks(
                    format!("allowance {}/{}", row.member_id, row.id),
                    format!("at most {claimed}, by the operations"),
                    format!("spent {}", row.spent),
                );
            }
        }
    }
    at.done(check);
    Ok(())
}

async fn page(
    at: &Snapshot<'_>,
    life: &Life,
    after: i64,
) -> Result<Vec<RawOperation>, ServiceError> {
    Ok(operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(&life.device_id))
        .filter(operation::Column::Epoch.eq(life.epoch))
        .filter(operation::Column::Seq.gt(after))
        .order_by_asc(operation::Column::Seq)
        .limit(PAGE)
        .into_model()
        .all(at.on())
        .await?)
}

async fn moved(
    at: &Snapshot<'_>,
    life: &Life,
    first: i64,
    last: i64,
) -> Result<std::collections::HashMap<String, Moved>, ServiceError> {
    let values: Vec<Value> = vec![
        life.device_id.clone().into(),
        life.epoch.into(),
        first.into(),
        last.into(),
    ];
    let rows: Vec<Moved> = at
        .ask(include_str!("sql/i4_moved_by_operations.sql"), values)
        .await?;
    Ok(rows.into_iter().map(|m| (m.id.clone(), m)).collect())
}

fn place(row: &RawOperation) -> String {
    format!("operation {}/{}/{}", row.device_id, row.epoch, row.seq)
}

/// One link: it builds on the row before it and is what its hash says.
fn link(check: &mut CheckReport, row: &RawOperation, before: &(i64, String), less: &Less) {
    // where a number is missing, the gap is told by another check
    if row.seq == before.0 + 1 && row.prev_hash != before.1 {
        check.breaks(
            place(row),
            format!("built on {}", before.1),
            format!("on {}", row.prev_hash),
        );
    }
    match operation(row) {
        None => check.breaks(place(row), "an operation", "columns that do not make one"),
        Some(op) => intact(check, &place(row), &op, less),
    }
}

/// Whether an operation is what its hash says, and its personal values what it committed to. What was taken out of the
/// text of one whose member was erased, the record of the erasure says.
pub(super) fn intact(check: &mut CheckReport, place: &str, op: &Operation, less: &Less) {
    let expected = op.expected_hash();
    let said_less = || less.get(&op.op_id) == Some(&left(op.body.get()));
    if op.hash != expected && !said_less() {
        check.breaks(place, format!("hash {expected}"), op.hash.to_string());
    }
    for field in &op.personal {
        if !field.holds() {
            check.breaks(
                place,
                "personal values that open their commitments",
                field.name.clone(),
            );
        }
    }
}

/// The operation that a row keeps; none where its columns make none.
fn operation(row: &RawOperation) -> Option<Operation> {
    let openings = opened(row.openings.clone()).ok()?;
    let personal = beside::fields(&row.personal, &openings).ok()?;
    Some(Operation {
        seq: read(row.seq)?,
        op_id: read(row.op_id.clone())?,
        device: read(row.device_id.clone())?,
        epoch: read(row.epoch)?,
        generation: read(row.generation)?,
        clerk: read(row.clerk_id.clone())?,
        program: read(row.program)?,
        at: read(row.at)?,
        contact: read(row.contact)?,
        kind: row.kind.clone(),
        body: RawValue::from_string(opened(row.body.clone()).ok()?).ok()?,
        personal,
        prev_hash: read(row.prev_hash.clone())?,
        hash: read(row.hash.clone())?,
        // no part of the chain
        clerk_signature: None,
        approval_signature: None,
    })
}

//! Operations as they are kept: applied, held, set aside, quarantined.

use chrono::{DateTime, SubsecRound, Utc};
use protocol::chain::{Hash, Transcript};
use protocol::operation::Operation;
use protocol::push::{Outcome, PushRequest};
use protocol::{DeviceId, MemberId, OpId, Seq};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QueryTrait,
};
use serde_json::value::RawValue;

use super::awaited;
use super::verdict::{Verdict, repeated};
use crate::beside;
use crate::clerks::Proven;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::{BranchState, Claimed, Col, OpState, Proof};
use centre_store::db::{Later, read_together};
use centre_store::tables::{device, held, operation, quarantined, set_aside};

/// The row of an operation that has just come. Its time is clamped between the device's last
/// contact and the arrival: a wall clock decides nothing.
pub fn row(
    op: &Operation,
    device: DeviceId,
    arrived: DateTime<Utc>,
) -> Result<operation::Model, ServiceError> {
    let contact = op.contact.min(arrived);
    // whole milliseconds, as it is read again
    let effective = op.at.clamp(contact, arrived).trunc_subsecs(3);
    let (personal, openings) = beside::columns(&op.personal)?;
    Ok(operation::Model {
        device_id: device.into(),
        epoch: op.epoch.into(),
        seq: op.seq.into(),
        op_id: op.op_id.into(),
        owns_id: None,
        kind: op.kind.clone(),
        clerk_id: op.clerk.clone().into(),
        program: op.program.into(),
        generation: op.generation.into(),
        at: Col(Claimed(op.at)),
        contact: Col(Claimed(op.contact)),
        body: beside::body(&op.kind, op.body.get()),
        personal,
        openings,
        prev_hash: op.prev_hash.into(),
        hash: op.hash.into(),
        content_hash: content_hash(op).into(),
        // until it is recorded what became of it
        state: OpState::Held,
        outcome: String::new(),
        member_id: None,
        arrived_at: arrived.into(),
        effective_at: effective.into(),
        clerk_signature: op.clerk_signature.clone(),
        approval_signature: op.approval_signature.clone(),
        // until it is judged
        clerk_proof: Proof::Older,
        approval_proof: Proof::Older,
        erased_at: None,
    })
}

/// Notes in a row what is proven of who did it.
pub fn note_proof(row: &mut operation::Model, proven: Proven) {
    row.clerk_proof = proven.clerk;
    row.approval_proof = proven.approval;
}

/// What an operation says, without its place: the same where it is sent again in another epoch.
pub fn content_hash(op: &Operation) -> Hash {
    let mut t = Transcript::new("counterpart.content.1")
        .part(op.clerk.as_str().as_bytes())
        .number(u64::from(op.program))
        .part(&op.at.timestamp_millis().to_be_bytes())
        .part(op.kind.as_bytes())
        .part(op.body.get().as_bytes());
    for field in &op.personal {
        t = t
            .part(field.name.as_bytes())
            .part(field.commitment.as_bytes());
    }
    t.finish()
}

/// The operation that a row keeps.
pub fn operation(row: &operation::Model) -> Result<Operation, ServiceError> {
    Ok(Operation {
        seq: *row.seq,
        op_id: *row.op_id,
        device: *row.device_id,
        epoch: *row.epoch,
        generation: *row.generation,
        clerk: row.clerk_id.0.clone(),
        program: *row.program,
        at: row.at.0.0,
        contact: row.contact.0.0,
        kind: row.kind.clone(),
        body: RawValue::from_string(row.body.text().to_owned())?,
        personal: beside::fields(&row.personal, row.openings.text())?,
        prev_hash: *row.prev_hash,
        hash: *row.hash,
        clerk_signature: row.clerk_signature.clone(),
        approval_signature: row.approval_signature.clone(),
    })
}

/// What became of a stored operation.
pub fn outcome(row: &operation::Model) -> Result<Outcome, ServiceError> {
    Ok(serde_json::from_str(&row.outcome)?)
}

/// Operations that are here from the request's first number on, as far as the request goes.
pub async fn stored<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    request: &PushRequest,
) -> Result<Vec<operation::Model>, ServiceError> {
    let first = request.first_seq;
    let after = Seq(first.0.saturating_add(request.ops.len() as u64));
    Ok(operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(Col(device)))
        .filter(operation::Column::Epoch.eq(Col(request.epoch)))
        .filter(operation::Column::Seq.gte(Col(first)))
        .filter(operation::Column::Seq.lt(Col(after)))
        .order_by_asc(operation::Column::Seq)
        .all(db)
        .await?)
}

/// Who has the one effect of an operation id.
#[derive(Debug)]
pub struct Owner {
    /// What the operation said.
    pub content_hash: Hash,
    /// What became of it.
    pub outcome: Outcome,
    /// Whose it is.
    pub member: Option<MemberId>,
    /// What it waits for, where it is held.
    pub waits: Option<(&'static str, String)>,
}

impl Owner {
    /// What its repetition is told.
    pub fn verdict(self) -> Verdict {
        Verdict {
            member: self.member,
            waits: self.waits,
            ..Verdict::done(repeated(self.outcome))
        }
    }
}

/// Who has the one effect of an operation id, in the main chain of whichever outbox or in a branch.
pub async fn owner<C: ConnectionTrait>(db: &C, op_id: OpId) -> Result<Option<Owner>, ServiceError> {
    let engine = db.get_database_backend();
    let questions = vec![
        operation::Entity::find()
            .filter(operation::Column::OwnsId.eq(Col(op_id)))
            .build(engine),
        quarantined::Entity::find()
            .filter(quarantined::Column::OwnsId.eq(Col(op_id)))
            .build(engine),
    ];
    let answers = read_together(db, questions).await?;
    let [main, branch] = answers.as_slice() else {
        return Err(ServiceError::Answers {
            asked: 2,
            given: answers.len(),
        });
    };
    if let Some(row) = main.first() {
        let row = operation::Model::from_query_result(row, "")?;
        let place = (row.device_id, row.epoch, row.seq);
        let waits = held::Entity::find_by_id(place).one(db).await?;
        return Ok(Some(Owner {
            waits: waits
                .and_then(|h| awaited::known(&h.waits_kind).map(|kind| (kind, h.waits_for))),
            outcome: outcome(&row)?,
            content_hash: *row.content_hash,
            member: row.member_id.map(Col::into_inner),
        }));
    }
    let branch = branch
        .first()
        .map(|row| quarantined::Model::from_query_result(row, ""))
        .transpose()?;
    branch
        .map(|row| {
            let op: Operation = serde_json::from_str(row.document.text())?;
            Ok(Owner {
                // the document may say less by now
                content_hash: row
                    .content_hash
                    .map_or_else(|| content_hash(&op), |hash| *hash),
                outcome: serde_json::from_str(&row.outcome)?,
                waits: awaited::known(&row.waits_kind).map(|kind| (kind, row.waits_for)),
                member: row.member_id.map(Col::into_inner),
            })
        })
        .transpose()
}

/// Keeps an operation with what became of it.
pub async fn keep(
    work: &UnitOfWork,
    row: &mut operation::Model,
    verdict: &Verdict,
) -> Result<(), ServiceError> {
    record(row, verdict)?;
    let kept = operation::Entity::insert(row.clone().into_active_model());
    work.on().write_later(kept).await?;
    note(work, row, verdict).await
}

/// Keeps what became of an operation that was held, or set aside, until now.
pub async fn keep_retried(
    work: &UnitOfWork,
    row: &mut operation::Model,
    verdict: &Verdict,
) -> Result<(), ServiceError> {
    record(row, verdict)?;
    row.clone()
        .into_active_model()
        .reset_all()
        .update(work.on())
        .await?;
    let place = (row.device_id, row.epoch, row.seq);
    held::Entity::delete_by_id(place).exec(work.on()).await?;
    set_aside::Entity::delete_by_id(place)
        .exec(work.on())
        .await?;
    note(work, row, verdict).await
}

/// The word for what became of an operation.
pub fn state(outcome: &Outcome) -> OpState {
    match outcome {
        Outcome::Applied(_) | Outcome::Exists(_) => OpState::Applied,
        Outcome::Held { .. } => OpState::Held,
        Outcome::SetAside { .. } => OpState::SetAside,
    }
}

/// Notes in its row what became of an operation.
pub fn record(row: &mut operation::Model, verdict: &Verdict) -> Result<(), ServiceError> {
    row.state = state(&verdict.outcome);
    row.outcome = serde_json::to_string(&verdict.outcome)?;
    if let Some(member) = &verdict.member {
        row.member_id = Some(member.into());
    }
    Ok(())
}

async fn note(
    work: &UnitOfWork,
    row: &operation::Model,
    verdict: &Verdict,
) -> Result<(), ServiceError> {
    match &verdict.outcome {
        Outcome::Held { .. } => {
            let (kind, key) = verdict.waits.clone().unwrap_or_default();
            let model = held::ActiveModel {
                device_id: Set(row.device_id),
                epoch: Set(row.epoch),
                seq: Set(row.seq),
                waits_kind: Set(kind.to_owned()),
                waits_for: Set(key),
                since: Set(work.now().into()),
            };
            work.on().write_later(held::Entity::insert(model)).await?;
        }
        Outcome::SetAside { reason } => {
            let reason = serde_json::to_value(reason)?;
            let model = set_aside::ActiveModel {
                device_id: Set(row.device_id),
                epoch: Set(row.epoch),
                seq: Set(row.seq),
                reason: Set(reason.as_str().unwrap_or("unknown").to_owned()),
                at: Set(work.now().into()),
            };
            work.on()
                .write_later(set_aside::Entity::insert(model))
                .await?;
        }
        Outcome::Applied(_) | Outcome::Exists(_) => {}
    }
    Ok(())
}

/// Keeps everything that came from a forked outbox, once; the first number that differs.
pub async fn quarantine<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    ops: &[Operation],
    arrived: DateTime<Utc>,
) -> Result<Seq, ServiceError> {
    for op in ops {
        let row = quarantined::ActiveModel {
            device_id: Set(device.id),
            epoch: Set(op.epoch.into()),
            seq: Set(op.seq.into()),
            hash: Set(op.hash.into()),
            document: Set(Col::secret(serde_json::to_string(op)?)),
            arrived_at: Set(arrived.into()),
            state: Set(BranchState::Kept),
            op_id: Set(op.op_id.to_string()),
            owns_id: Set(None),
            outcome: Set(String::new()),
            member_id: Set(None),
            waits_kind: Set(String::new()),
            waits_for: Set(String::new()),
            erased_at: Set(None),
            content_hash: Set(None),
        };
        // kept before is as good
        quarantined::Entity::insert_many([row])
            .on_conflict(
                OnConflict::columns([
                    quarantined::Column::DeviceId,
                    quarantined::Column::Epoch,
                    quarantined::Column::Seq,
                    quarantined::Column::Hash,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    let kept = quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(device.id))
        .order_by_asc(quarantined::Column::Epoch)
        .order_by_asc(quarantined::Column::Seq)
        .all(db)
        .await?;
    for row in &kept {
        let known = operation::Entity::find_by_id((row.device_id, row.epoch, row.seq))
            .one(db)
            .await?;
        if known.is_none_or(|k| k.hash != row.hash) {
            return Ok(*row.seq);
        }
    }
    Ok(device.head_seq.next())
}

//! Taking a counter's operations in: in order, each once, none thrown away.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use protocol::attestation::{Answered, Attested};
use protocol::limits::{OP_BODY_BYTES, PUSH_BYTES, PUSH_OPS, REPORT_ALLOWANCES};
use protocol::operation::Operation;
use protocol::push::{OpResult, PushReply, PushRequest, ScopeCursor};
use protocol::{ErrorCode, Generation, MemberId};

use crate::Centre;
use crate::clerks::Proofs;
use crate::devices;
use crate::error::ServiceError;
use crate::feed;
use crate::ledger;
use crate::operations::{self, ChainPosition, Delivered, repeated, result};
use crate::recovery;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::device;

/// Takes a push in: one transaction for the whole batch.
///
/// # Errors
/// [`ErrorCode::TooLarge`], [`ErrorCode::Malformed`], [`ErrorCode::GenerationChanged`]; where the
/// database fails, and then nothing of the batch was taken.
#[boxed]
pub async fn push(
    centre: &Centre,
    signer: &device::Model,
    request: &PushRequest,
) -> Result<PushReply, ServiceError> {
    check(signer, request)?;
    // signatures are verified before anybody has to wait for this
    let proofs = Proofs::of(centre.db().read(), signer, &request.ops).await?;
    let mut work = centre.work().await?;
    let (before, generation) = devices::lock_and_generation(work.on(), *signer.id).await?;
    let mut device = before.clone();
    let arrived = centre.now();
    device.last_contact_at = arrived.into();
    // one that was revoked learns of no generation: hello is refused to it, and it only delivers
    let asked = device.revoked_at.is_none();
    if asked && request.generation != generation {
        centre.look_generation().await?;
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    if device.quarantined_at.is_some() {
        let at = operations::quarantine(work.on(), &device, &request.ops, arrived).await?;
        finish(work, &before, device).await?;
        return Ok(PushReply::Quarantined { at });
    }
    let epoch = request.epoch;
    if !asked && epoch >= *device.epoch {
        // nobody will claim a life of this device any more: this one, of which a database that was put
        // back does not know, is over as well
        devices::pass_over(work.on(), &mut device, epoch, arrived).await?;
        work.changed(feed::Changed::device(*device.id));
    }
    if epoch > *device.epoch {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "an epoch that has not begun: say hello first",
        ));
    }
    // one that names no life has none of a device whose life is claimed
    let other_life = device.life.is_some() && device.life != request.life.map(Col);
    if epoch < *device.epoch || other_life {
        let taken = (request, arrived, generation);
        return deliver(centre, work, (&before, device), taken, &proofs).await;
    }
    if device.life.is_some() && *device.reported_generation < generation {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "report what you hold first",
        ));
    }
    let head = head(&device);
    let stored = if request.first_seq == head.seq.next() {
        // the usual case: it goes on where the last push ended
        Vec::new()
    } else {
        operations::stored(work.on(), *device.id, request).await?
    };
    let new_from = match operations::position(&request.ops, request.first_seq, head, &stored) {
        ChainPosition::Follows { new_from } => new_from,
        ChainPosition::Gap { expected } => {
            work.rollback().await?;
            return Ok(PushReply::Gap { expected });
        }
        ChainPosition::Forks { at } => {
            tracing::warn!(device = %device.id, seq = at.0, "the outbox forks: quarantined");
            if before.quarantined_at.is_none() {
                work.changed(feed::Changed::device(*device.id));
            }
            device.quarantined_at = Some(arrived.into());
            let at = operations::quarantine(work.on(), &device, &request.ops, arrived)
                .await?
                .min(at);
            finish(work, &before, device).await?;
            return Ok(PushReply::Quarantined { at });
        }
    };
    let (known, new) = request.ops.split_at(new_from);
    let mut results: Vec<OpResult> = known
        .iter()
        .zip(&stored)
        .map(|(op, row)| Ok(result(op, repeated(operations::outcome(row)?))))
        .collect::<Result<_, ServiceError>>()?;
    ledger::lock_accounts(work.on(), members_named(new)).await?;
    recovery::keep_proven(centre, work.on(), &device, epoch, &request.allowances).await?;
    results.extend(operations::take_all(centre, &mut work, &device, new, arrived, &proofs).await?);
    if work.unknown_spent()
        && devices::gave_what_is_not_here(centre, work.on(), &device, &request.given, generation)
            .await?
            .is_some()
    {
        // the database was put back from a backup under a counter whose hello still stood: were its spends taken in
        // now, before it has reported, its store would bear them
        tracing::warn!(device = %device.id, "it spends from what is not here: asked to say hello");
        work.rollback().await?;
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    let (head_seq, head_hash) = match new.last() {
        Some(last) => (last.seq, last.hash),
        None => (head.seq, head.hash),
    };
    device.head_seq = head_seq.into();
    device.head_hash = head_hash.into();
    let scopes = devices::scopes(&device);
    let answered = answered(centre, &device, request, generation);
    let mut visible = finish(work, &before, device).await?;
    if known.is_empty() {
        visible.retain(|v| scopes.contains(&v.scope));
    } else {
        // what came again shows where it showed before
        visible = feed::heads(centre.db().read(), &scopes).await?;
    }
    Ok(PushReply::Done {
        results,
        head_seq,
        head_hash,
        visible,
        answered,
        server_time: centre.now(),
    })
}

/// That all of a push is answered.
fn answered(
    centre: &Centre,
    device: &device::Model,
    request: &PushRequest,
    generation: Generation,
) -> Option<Attested<Answered>> {
    let last = request.ops.last()?;
    let answered = Answered {
        epoch: request.epoch,
        seq: last.seq,
        hash: last.hash,
        generation,
    };
    Some(devices::attested_answered(centre, *device.id, answered))
}

fn check(signer: &device::Model, request: &PushRequest) -> Result<(), ServiceError> {
    let refuse = |code, what: &str| Err(ServiceError::refused(code, what));
    if signer.id != request.device {
        return refuse(ErrorCode::Malformed, "another device's outbox");
    }
    if request.ops.is_empty() || request.first_seq.0 == 0 {
        return refuse(ErrorCode::Malformed, "no operations");
    }
    let size: usize = request.ops.iter().map(|op| op.body.get().len()).sum();
    if request.allowances.len() > REPORT_ALLOWANCES {
        return refuse(ErrorCode::TooLarge, "more allowances than a push may show");
    }
    if request.ops.len() > PUSH_OPS || size > PUSH_BYTES {
        return refuse(
            ErrorCode::TooLarge,
            "more operations than one push may have",
        );
    }
    if request
        .ops
        .iter()
        .any(|op| op.body.get().len() > OP_BODY_BYTES)
    {
        return refuse(ErrorCode::TooLarge, "an operation larger than one may be");
    }
    let last = i64::try_from(request.first_seq.0)
        .ok()
        .and_then(|n| n.checked_add(1_000));
    if request.epoch.0 > i32::MAX.unsigned_abs() || last.is_none() {
        return refuse(ErrorCode::Malformed, "a number beyond all numbers");
    }
    Ok(())
}

/// The last operation of the current epoch.
fn head(device: &device::Model) -> operations::Head {
    operations::Head {
        seq: *device.head_seq,
        hash: *device.head_hash,
    }
}

/// Takes what an outbox brings of a life that is over: it may still deliver, and only deliver.
async fn deliver(
    centre: &Centre,
    mut work: UnitOfWork,
    (before, device): (&device::Model, device::Model),
    (request, arrived, generation): (&PushRequest, DateTime<Utc>, Generation),
    proofs: &Proofs,
) -> Result<PushReply, ServiceError> {
    ledger::lock_accounts(work.on(), members_named(&request.ops)).await?;
    recovery::keep_proven(
        centre,
        work.on(),
        &device,
        request.epoch,
        &request.allowances,
    )
    .await?;
    let delivered =
        operations::deliver(centre, &mut work, &device, &request.ops, arrived, proofs).await?;
    let results = match delivered {
        Delivered::Done(results) => results,
        Delivered::Gap(expected) => {
            work.rollback().await?;
            return Ok(PushReply::Gap { expected });
        }
    };
    let (head_seq, head_hash) = devices::old_head(work.on(), *device.id, request.epoch).await?;
    let scopes = devices::scopes(&device);
    let answered = answered(centre, &device, request, generation);
    finish(work, before, device).await?;
    Ok(PushReply::Done {
        results,
        head_seq,
        head_hash,
        visible: feed::heads(centre.db().read(), &scopes).await?,
        answered,
        server_time: centre.now(),
    })
}

/// Members whom operations name by their ids.
fn members_named(ops: &[Operation]) -> Vec<MemberId> {
    let member = |op: &Operation| {
        let body = op.body().ok().flatten()?;
        body.member().cloned()
    };
    ops.iter().filter_map(member).collect()
}

async fn finish(
    work: UnitOfWork,
    before: &device::Model,
    device: device::Model,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    devices::keep_changed(work.on(), before, &device).await?;
    work.commit().await
}

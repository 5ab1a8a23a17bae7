//! What the centre does not have of an outbox that it once answered: a database that was put back from a
//! backup has forgotten it.
//!
//! Every hello asks, of every life that the outbox still has, whichever is current and whether or not the
//! device may do more than deliver. So it hangs on no moment that could be missed: not on the generation
//! that the outbox heard of last, and not on anybody having told the centre that it was put back.

use protocol::ErrorCode;
use protocol::hello::{HelloRequest, Reached};
use protocol::ids::Seq;
use protocol::limits::HELLO_EPOCHS;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::lives::old_head;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{device, operation, quarantined};

/// Of the epochs that an outbox tells of, those whose last answered operation is not here, each with
/// how far it is; none where the outbox tells of none.
///
/// # Errors
/// [`ErrorCode::TooLarge`] for more epochs than a hello may tell of; where the database fails.
pub(crate) async fn lacks<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    said: &HelloRequest,
) -> Result<Option<Vec<Reached>>, ServiceError> {
    let Some(told) = &said.answered else {
        return Ok(None);
    };
    if told.len() > HELLO_EPOCHS {
        return Err(ServiceError::refused(
            ErrorCode::TooLarge,
            "more epochs than a hello may tell of",
        ));
    }
    let mut lacks = Vec::new();
    for reached in told {
        if has(db, row, reached).await? {
            continue;
        }
        let (seq, hash) = old_head(db, *row.id, reached.epoch).await?;
        lacks.push(Reached {
            epoch: reached.epoch,
            seq,
            hash,
        });
    }
    if !lacks.is_empty() {
        tracing::warn!(
            device = %row.id, epochs = lacks.len(),
            "an outbox was answered what is not here: it is asked for again"
        );
    }
    Ok(Some(lacks))
}

/// Whether an operation is here with its effect, in whichever branch. Those before it are then too: none
/// is taken before the one that it goes on from.
pub(super) async fn has<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    reached: &Reached,
) -> Result<bool, ServiceError> {
    if reached.seq == Seq(0) {
        return Ok(true);
    }
    let (epoch, seq) = (Col(reached.epoch), Col(reached.seq));
    let hash = Col(reached.hash);
    // the usual case: nothing has to be read
    if (row.epoch, row.head_seq, row.head_hash) == (epoch, seq, hash) {
        return Ok(true);
    }
    let main = operation::Entity::find_by_id((row.id, epoch, seq))
        .one(db)
        .await?;
    if main.is_some_and(|found| found.hash == hash) {
        return Ok(true);
    }
    let branch = quarantined::Entity::find_by_id((row.id, epoch, seq, hash))
        .one(db)
        .await?;
    Ok(branch.is_some_and(|kept| !kept.outcome.is_empty()))
}

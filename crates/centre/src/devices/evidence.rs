//! What proves that this database is older than it was: the centre's own word for something that is not here.
//!
//! A device shows what the centre once told it, with the centre's signature. Whatever it claims without one begins
//! nothing. What was said in an earlier generation proves nothing either: that generation has ended, and everybody who
//! holds something was asked since.

use protocol::attestation::{Answered, Attested, Given, Statement};
use protocol::hello::{HelloRequest, Reached};
use protocol::ids::{DeviceId, Generation};
use protocol::limits::HELLO_ATTESTED;
use sea_orm::ConnectionTrait;

use super::lacks::has;
use super::lives::given_in;
use crate::Centre;
use crate::error::ServiceError;
use centre_store::tables::device;

/// The latest generation in which the centre said, by what this hello shows, what is not here; none where all that it
/// shows is here. The device's row must be as it was before the hello.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn forgotten<C: ConnectionTrait>(
    centre: &Centre,
    db: &C,
    row: &device::Model,
    said: &HelloRequest,
    generation: Generation,
) -> Result<Option<Generation>, ServiceError> {
    let mut latest = None;
    if said.generation > generation
        && said
            .generation_attestation
            .as_ref()
            .is_some_and(|told| centre.attested(&Statement::Generation(said.generation), told))
    {
        latest = latest.max(Some(said.generation));
    }
    for told in said.attested.iter().take(HELLO_ATTESTED) {
        if answered_what_is_not_here(centre, db, row, told, generation).await? {
            latest = latest.max(Some(told.said.generation));
        }
    }
    if let Some(told) = &said.given
        && gave_what_is_not_here(centre, db, row, told, generation).await?
    {
        latest = latest.max(Some(told.said.generation));
    }
    Ok(latest)
}

async fn answered_what_is_not_here<C: ConnectionTrait>(
    centre: &Centre,
    db: &C,
    row: &device::Model,
    told: &Attested<Answered>,
    generation: Generation,
) -> Result<bool, ServiceError> {
    let answered = &told.said;
    if answered.generation < generation {
        return Ok(false);
    }
    let reached = Reached {
        epoch: answered.epoch,
        seq: answered.seq,
        hash: answered.hash,
    };
    // the usual case costs no signature
    if has(db, row, &reached).await? {
        return Ok(false);
    }
    let statement = Statement::Answered {
        device: *row.id,
        answered,
    };
    Ok(centre.attested(&statement, &told.attestation))
}

/// Whether the centre's own word shows that it gave more allowances to an epoch of this device than its books know.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn gave_what_is_not_here<C: ConnectionTrait>(
    centre: &Centre,
    db: &C,
    row: &device::Model,
    told: &Attested<Given>,
    generation: Generation,
) -> Result<bool, ServiceError> {
    let given = &told.said;
    if given.generation < generation {
        return Ok(false);
    }
    // an epoch of which the centre spoke, and that has not begun here
    let ahead = given.epoch > *row.epoch;
    if !ahead && i64::from(given.allowances) <= given_in(db, *row.id, given.epoch).await? {
        return Ok(false);
    }
    let statement = Statement::Given {
        device: *row.id,
        given,
    };
    Ok(centre.attested(&statement, &told.attestation))
}

/// What the centre says of how many allowances the current epoch of a device was given.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn attested_given<C: ConnectionTrait>(
    centre: &Centre,
    db: &C,
    row: &device::Model,
    generation: Generation,
) -> Result<Attested<Given>, ServiceError> {
    let all = given_in(db, *row.id, *row.epoch).await?;
    let given = Given {
        epoch: *row.epoch,
        allowances: u32::try_from(all).unwrap_or(u32::MAX),
        generation,
    };
    let statement = Statement::Given {
        device: *row.id,
        given: &given,
    };
    Ok(Attested {
        attestation: centre.attest(&statement),
        said: given,
    })
}

/// That the operations of a device are answered up to this one.
pub(crate) fn attested_answered(
    centre: &Centre,
    device: DeviceId,
    answered: Answered,
) -> Attested<Answered> {
    let statement = Statement::Answered {
        device,
        answered: &answered,
    };
    Attested {
        attestation: centre.attest(&statement),
        said: answered,
    }
}

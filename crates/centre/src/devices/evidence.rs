//! What proves that this database is older than it was: the centre's own word for something that is not here.
//!
//! A device shows what the centre once told it, with the centre's signature. Whatever it claims without one begins
//! nothing. What was said in an earlier generation proves nothing either: that generation has ended, and everybody who
//! holds something was asked since.

use protocol::attestation::{Answered, Attested, Given, Statement};
use protocol::chain::Hash;
use protocol::hello::{HelloRequest, Reached};
use protocol::ids::{DeviceId, Generation};
use protocol::limits::{GIVEN_SHOWN, HELLO_ATTESTED};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::lacks::has;
use crate::Centre;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{device, grant_request};

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
    latest = latest.max(gave_what_is_not_here(centre, db, row, &said.given, generation).await?);
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

/// The latest generation in which the centre said, by what is shown, that it gave what its books do not know; none where
/// all that is shown is here.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn gave_what_is_not_here<C: ConnectionTrait>(
    centre: &Centre,
    db: &C,
    row: &device::Model,
    shown: &[Attested<Given>],
    generation: Generation,
) -> Result<Option<Generation>, ServiceError> {
    let mut latest = None;
    for told in shown.iter().take(GIVEN_SHOWN) {
        let given = &told.said;
        if given.generation < generation || gave(db, row, given).await? {
            continue;
        }
        let statement = Statement::Given {
            device: *row.id,
            given,
        };
        if centre.attested(&statement, &told.attestation) {
            latest = latest.max(Some(given.generation));
        }
    }
    Ok(latest)
}

/// Whether these books know of all that was given then.
async fn gave<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
    given: &Given,
) -> Result<bool, ServiceError> {
    if given.epoch > *row.epoch {
        // an epoch of which the centre spoke, and that has not begun here
        return Ok(false);
    }
    // the usual case asks nothing
    if given.chain == Hash::ZERO || (given.epoch, given.chain) == (*row.epoch, *row.given_chain) {
        return Ok(true);
    }
    let links = grant_request::Entity::find()
        .filter(grant_request::Column::DeviceId.eq(row.id))
        .filter(grant_request::Column::Chain.eq(Col(given.chain)))
        .filter(grant_request::Column::Epoch.eq(Col(given.epoch)))
        .count(db)
        .await?;
    Ok(links > 0)
}

/// What the centre says of what it gave to the current epoch of a device.
pub(crate) fn attested_given(
    centre: &Centre,
    row: &device::Model,
    generation: Generation,
) -> Attested<Given> {
    let given = Given {
        epoch: *row.epoch,
        chain: *row.given_chain,
        generation,
    };
    let statement = Statement::Given {
        device: *row.id,
        given: &given,
    };
    Attested {
        attestation: centre.attest(&statement),
        said: given,
    }
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

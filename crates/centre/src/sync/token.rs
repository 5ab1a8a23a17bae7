//! Tokens of devices: which number the next one has, and what two users of one key show.
//!
//! Each token that a life of an outbox is given has the next number, and with it goes the centre's signed word. The counter
//! shows its newest word when it asks again. A word that is older than the newest was kept by somebody who has not heard
//! the last answers: a copy of the folder that goes on beside the first, or one that was put back. Which it is cannot be
//! told from here. It goes on the store's list, and whoever says hello next begins another life: the other, where there
//! is one, is superseded then. A word that is newer than the centre's books is this centre's own all the same: its
//! database was put back.

use centre_store::boxed;
use protocol::attestation::{Attested, Statement};
use protocol::signature::public_key_from_hex;
use protocol::token::{Access, Assertion, Rotated, Rotation, SCHEME, TOKEN_SECONDS, TokenReply};

use crate::Centre;
use crate::devices::{keep_changed, lock, two_users};
use crate::error::ServiceError;
use crate::log::{Entry, Kind, Who};
use crate::pace::{self, Beyond};
use centre_store::tables::device;

/// What an asking is to the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// Of a life that is not the current one: it delivers, and says hello.
    OtherLife,
    /// Of one whose answer was lost: it has the same.
    Again,
    /// The next.
    Next(Rotation),
    /// The next, by whoever shows an older word than the newest.
    Older(Rotation),
}

fn judge(centre: &Centre, row: &device::Model, said: &Assertion) -> Asking {
    if said.epoch != *row.epoch {
        return Asking::OtherLife;
    }
    let known = *row.rotation;
    // a word that was not signed here, or about another life, is none
    let shown = said.rotated.filter(|word| {
        let statement = Statement::Rotated {
            device: *row.id,
            rotated: &word.said,
        };
        word.said.epoch == *row.epoch && centre.attested(&statement, &word.attestation)
    });
    let shown = shown.map_or(Rotation::default(), |word| word.said.rotation);
    if shown.next() == known && row.rotation_request == said.request.to_string() {
        return Asking::Again;
    }
    if shown < known {
        return Asking::Older(known.next());
    }
    Asking::Next(shown.next())
}

/// Gives a device a token for minutes. One that was revoked gets one too: it may still deliver.
///
/// # Errors
/// Where the database fails, or the device's key cannot be used.
#[boxed]
pub async fn token(
    centre: &Centre,
    device: &device::Model,
    said: &Assertion,
) -> Result<TokenReply, ServiceError> {
    let now = centre.now();
    let mut work = centre.work().await?;
    let before = lock(work.on(), *device.id).await?;
    let mut row = before.clone();
    row.tokens_since.get_or_insert_with(|| now.into());
    let asking = judge(centre, &row, said);
    match asking {
        Asking::OtherLife | Asking::Again => {}
        Asking::Next(rotation) | Asking::Older(rotation) => {
            row.rotation = rotation.into();
            row.rotation_request = said.request.to_string();
        }
    }
    if let Asking::Older(_) = asking
        && !row.rotation_copied
    {
        row.rotation_copied = true;
        let day = now.date_naive();
        pace::list(&work, &row.store_id, *row.id, Beyond::KeyUsedTwice, day).await?;
        let who = Who::Device {
            device: *row.id,
            store: row.store_id.0.clone(),
        };
        work.note(Entry::of(Kind::KeyUsedTwice).by(who));
    }
    let rotated = Rotated {
        epoch: said.epoch,
        rotation: match asking {
            Asking::OtherLife => Rotation::default(),
            Asking::Again | Asking::Next(_) | Asking::Older(_) => *row.rotation,
        },
    };
    let copied = row.rotation_copied && asking != Asking::OtherLife;
    keep_changed(work.on(), &before, &row).await?;
    work.commit().await?;
    let unusable = || ServiceError::corrupt("device", *row.id, "has an invalid public_key");
    let key = public_key_from_hex(&row.public_key).ok_or_else(unusable)?;
    let access = Access::new((centre.id(), *row.id), &key, rotated, copied, now)
        .and_then(|access| centre.sign_access(&access))
        .map_err(|_| unusable())?;
    let statement = Statement::Rotated {
        device: *row.id,
        rotated: &rotated,
    };
    Ok(TokenReply {
        access_token: access,
        token_type: SCHEME.to_owned(),
        expires_in: TOKEN_SECONDS.unsigned_abs(),
        rotated: (asking != Asking::OtherLife).then(|| Attested {
            said: rotated,
            attestation: centre.attest(&statement),
        }),
    })
}

/// Whether a token is the newest of the current life, so that everything may be asked with it.
#[must_use]
pub fn is_newest(row: &device::Model, access: &Access) -> bool {
    access.epoch == *row.epoch && access.rotation == *row.rotation && !two_users(row)
}

/// Whether hello may be said with a token, and operations delivered: of the current life with its newest alone, so that a
/// second user is seen; of any other life with any.
#[must_use]
pub fn may_deliver(row: &device::Model, access: &Access) -> bool {
    access.epoch != *row.epoch || access.rotation == *row.rotation
}

//! A clerk's key on a device becomes known: by the PIN, which the centre checks itself this once.

use centre_store::boxed;
use centre_store::tables::{clerk, device};
use chrono::{DateTime, Utc};
use ed25519_dalek::VerifyingKey;
use protocol::ErrorCode;
use protocol::clerk::{Certificate, ClerkKey, ClerkReply, ClerkRequest, KnownBy};
use protocol::pin::mark_of;
use protocol::signature::public_key_from_hex;
use sea_orm::EntityTrait;

use crate::Centre;
use crate::clerks::{self, Checked};
use crate::error::ServiceError;
use crate::operations;

/// Makes a clerk's key on a device known, by the PIN or by what this centre said of it before.
///
/// # Errors
/// [`ErrorCode::Malformed`] where whoever asks has not the private half; where the database fails.
#[boxed]
pub async fn known(
    centre: &Centre,
    signer: &device::Model,
    request: &ClerkRequest,
) -> Result<ClerkReply, ServiceError> {
    let no_proof = || ServiceError::refused(ErrorCode::Malformed, "no proof of the key");
    let key = public_key_from_hex(&request.public_key).ok_or_else(no_proof)?;
    let found = clerk::Entity::find_by_id(&request.clerk)
        .one(centre.db().read())
        .await?
        .filter(|c| c.active && c.store_id == signer.store_id && !c.pin_hash.is_empty());
    let Some(found) = found else {
        return Ok(ClerkReply::NotHere);
    };
    let mark = mark_of(&found.pin_hash);
    match &request.by {
        KnownBy::Pin { pin, proof } => {
            if !request.is_proof(proof, centre.id(), *signer.id) {
                return Err(no_proof());
            }
            match clerks::check_pin(centre, *signer.id, &found, pin).await? {
                Checked::Right => {}
                Checked::Wrong { left: tries_left } => {
                    return Ok(ClerkReply::PinWrong { tries_left });
                }
                Checked::Locked { until } => return Ok(ClerkReply::Locked { until }),
            }
        }
        KnownBy::Certificate { certificate } => {
            let own = ClerkKey {
                clerk: request.clerk.clone(),
                public_key: request.public_key.clone(),
            };
            let said = certificate.clerk == own.clerk
                && certificate.public_key == own.public_key
                && certificate.pin_mark == mark
                && certificate.is_of(centre.id(), *signer.id, &centre.public_key());
            if !said || clerks::has_ended(centre.db().read(), *signer.id, &own).await? {
                return Ok(ClerkReply::AskPin);
            }
        }
    }
    let note = || keep(centre, signer, &found, (&request.public_key, &key));
    let Some(since) = centre.retrying(note).await? else {
        return Ok(ClerkReply::NotHere);
    };
    tracing::info!(device = %signer.id, clerk = %found.id, "a clerk's key is known");
    let mut certificate = Certificate {
        clerk: request.clerk.clone(),
        public_key: request.public_key.clone(),
        pin_mark: mark,
        since,
        signature: String::new(),
    };
    certificate.signature = centre.sign(&certificate.statement(centre.id(), *signer.id));
    Ok(ClerkReply::Known { certificate })
}

/// Writes a key down. Since when it is known; none where the clerk was changed since the PIN was looked at.
async fn keep(
    centre: &Centre,
    signer: &device::Model,
    as_looked_at: &clerk::Model,
    (public_key, key): (&str, &VerifyingKey),
) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let mut work = centre.work().await?;
    work.in_turn("clerk", as_looked_at.id.as_str()).await?;
    let clerk = clerk::Entity::find_by_id(&*as_looked_at.id)
        .one(work.on())
        .await?;
    if clerk.as_ref() != Some(as_looked_at) {
        work.rollback().await?;
        return Ok(None);
    }
    let since = clerks::keep_key(&mut work, *signer.id, as_looked_at, public_key).await?;
    operations::prove_late(&work, *signer.id, &as_looked_at.id, key).await?;
    work.commit().await?;
    Ok(Some(since))
}

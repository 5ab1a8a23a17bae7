//! Checking a sign-up code: a counter's, a poster's, or a friend's.

use centre_store::boxed;
use centre_store::tables::device;
use protocol::code::{CodeError, FriendCode, PosterCode, SignUpCode};
use protocol::signature::public_key_from_hex;
use sea_orm::EntityTrait;

use super::invitation::{Invitation, InvitedBy, invalid};
use super::{campaigns, friends, posters};
use crate::Centre;
use crate::error::ServiceError;

/// Checks a code: made by a counter that may still invite, and in its time; a poster's that hangs; or a
/// member's who invites friends.
///
/// # Errors
/// [`ErrorCode::SignUpCodeInvalid`] with a stable word for why; where the database fails.
#[boxed]
pub async fn check(centre: &Centre, text: &str) -> Result<Invitation, ServiceError> {
    let invitation = match (PosterCode::read(text), FriendCode::read(text)) {
        (Some(poster), _) => posters::invitation(centre, poster).await?,
        (_, Some(friend)) => friends::invitation(centre, friend).await?,
        (None, None) => by_counter(centre, text).await?,
    };
    // one whose campaign is over invites as the brand does
    let campaign = match invitation.campaign {
        Some(id) => campaigns::running(centre.db().read(), &id).await?,
        None => None,
    };
    Ok(Invitation {
        campaign,
        ..invitation
    })
}

async fn by_counter(centre: &Centre, text: &str) -> Result<Invitation, ServiceError> {
    let (code, signature) = SignUpCode::read(text).map_err(|e| invalid(word(e)))?;
    let device = device::Entity::find_by_id(code.device)
        .one(centre.db().read())
        .await?
        .filter(|d| d.revoked_at.is_none())
        .ok_or_else(|| invalid("no such counter"))?;
    let key = public_key_from_hex(&device.public_key)
        .ok_or_else(|| ServiceError::corrupt("device", device.id, "has an invalid public_key"))?;
    code.check(&signature, &key, centre.now())
        .map_err(|e| invalid(word(e)))?;
    // a counter that stands elsewhere since signs no one up for the store in which it was
    let elsewhere = code
        .terms
        .as_ref()
        .is_some_and(|t| device.store_id != t.store);
    if elsewhere {
        return Err(invalid("another store"));
    }
    Ok(Invitation {
        id: hex::encode(code.nonce),
        store: device.store_id.0.clone(),
        channel: code.channel(),
        campaign: code.terms.as_ref().and_then(|t| t.campaign.clone()),
        until: Some(code.valid_until()),
        by: InvitedBy::Counter {
            device: Box::new(device),
            clerk: code.clerk,
        },
    })
}

/// The stable word that the page words for the member.
fn word(error: CodeError) -> &'static str {
    match error {
        CodeError::Malformed => "malformed",
        CodeError::Forged => "forged",
        CodeError::Expired => "expired",
    }
}

//! What a sign-up code leads to: who invites, where, for which campaign. A code that was checked is an [`Invitation`].

use centre_store::boxed;
use centre_store::tables::device;
use chrono::{DateTime, Utc};
use protocol::code::{CodeError, PosterCode, SignUpCode};
use protocol::sign_up::Channel;
use protocol::signature::public_key_from_hex;
use protocol::{CampaignId, ClerkId, ErrorCode, StoreId};
use sea_orm::EntityTrait;

use super::{campaigns, posters};
use crate::Centre;
use crate::error::ServiceError;

/// A code that was checked.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// By what it is known: of a counter's code its nonce, of a poster its own id, in hex.
    pub id: String,
    /// Who invites.
    pub by: InvitedBy,
    /// The store that it counts for.
    pub store: StoreId,
    /// By what it reached whoever joins.
    pub channel: Channel,
    /// For which campaign.
    pub campaign: Option<CampaignId>,
    /// The last moment at which it may be used; none of a poster, which holds until it is taken down.
    pub until: Option<DateTime<Utc>>,
}

/// Who invites.
#[derive(Debug, Clone)]
pub enum InvitedBy {
    /// A clerk at a counter.
    Counter {
        /// The counter that made the code.
        device: Box<device::Model>,
        /// Whose it is.
        clerk: ClerkId,
    },
    /// A poster of the store: nobody.
    Poster {
        /// How many may join by it on a day.
        joins_a_day: u64,
        /// How many messages may be sent by it on a day.
        messages_a_day: u64,
    },
}

impl Invitation {
    /// The counter that made the code.
    #[must_use]
    pub fn device(&self) -> Option<&device::Model> {
        match &self.by {
            InvitedBy::Counter { device, .. } => Some(device),
            InvitedBy::Poster { .. } => None,
        }
    }

    /// The clerk whose code it is.
    #[must_use]
    pub fn clerk(&self) -> Option<&ClerkId> {
        match &self.by {
            InvitedBy::Counter { clerk, .. } => Some(clerk),
            InvitedBy::Poster { .. } => None,
        }
    }

    /// By what its messages are counted in the place of a counter.
    pub(super) fn counted_as(&self) -> String {
        match &self.by {
            InvitedBy::Counter { device, .. } => device.id.to_string(),
            InvitedBy::Poster { .. } => format!("poster:{}", self.id),
        }
    }
}

/// Checks a code: made by a counter that may still invite, and in its time; or a poster's that hangs.
///
/// # Errors
/// [`ErrorCode::SignUpCodeInvalid`] with a stable word for why; where the database fails.
#[boxed]
pub async fn check(centre: &Centre, text: &str) -> Result<Invitation, ServiceError> {
    let invitation = match PosterCode::read(text) {
        Some(poster) => posters::invitation(centre, poster).await?,
        None => by_counter(centre, text).await?,
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

pub(super) fn invalid(why: &str) -> ServiceError {
    ServiceError::refused(ErrorCode::SignUpCodeInvalid, why)
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

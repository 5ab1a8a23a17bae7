//! What whoever joins is shown and asked first.

use centre_store::boxed;
use centre_store::tables::{clerk, store};
use protocol::join::{Asked, Begin, GUARDIAN, MARKETING, Named, OPEN_ID, SKIN, TERMS};
use protocol::operation::JOIN;
use protocol::profile::TEXT_VERSION;
use sea_orm::EntityTrait;

use super::invitation::{Invitation, InvitedBy};
use super::{friends, gift};
use crate::Centre;
use crate::error::ServiceError;

/// How the ledger's name of those points begins; the member's id follows.
pub const WELCOME: &str = "welcome:";

/// What the page shows first. `providers` may tell who she is.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn begin(
    centre: &Centre,
    invitation: &Invitation,
    providers: &[&str],
) -> Result<Begin, ServiceError> {
    let db = centre.db().read();
    let brand = gift::brand(db).await?;
    let store = store::Entity::find_by_id(&invitation.store).one(db).await?;
    let clerk = match invitation.clerk() {
        Some(id) => clerk::Entity::find_by_id(id).one(db).await?,
        None => None,
    };
    let program = centre.current_program().await?;
    let join = program.doc().behaviours.get(&JOIN.into());
    let gift = gift::promised(db, invitation).await?;
    let asked = |purpose: &str, required| Asked {
        purpose: purpose.to_owned(),
        required,
        version: TEXT_VERSION.to_owned(),
    };
    Ok(Begin {
        demo: brand.as_ref().is_some_and(|b| b.demo),
        welcome_gift: gift.words,
        welcome_gift_en: gift.english,
        friend: match &invitation.by {
            InvitedBy::Friend { inviter } => Some(friends::shown(inviter)),
            InvitedBy::Counter { .. } | InvitedBy::Poster { .. } => None,
        },
        brand: brand.map(|b| b.name),
        store: Named {
            id: invitation.store.to_string(),
            name: store.map(|s| s.name).unwrap_or_default(),
        },
        clerk: Named {
            id: invitation
                .clerk()
                .map(ToString::to_string)
                .unwrap_or_default(),
            name: clerk.map(|c| c.name).unwrap_or_default(),
        },
        welcome_points: join.map_or(0, |b| b.points.get()),
        steps: ["phone", "skin", "done"].map(str::to_owned).to_vec(),
        consents: [
            Some(asked(TERMS, true)),
            Some(asked(SKIN, false)),
            Some(asked(MARKETING, false)),
            (!providers.is_empty()).then(|| asked(OPEN_ID, false)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        providers: providers.iter().map(|id| (*id).to_owned()).collect(),
        guardian: Some(asked(GUARDIAN, false)),
        valid_until: invitation.until,
        server_time: centre.now(),
    })
}

//! What a sign-up code leads to: who invites, and what the member is asked for.

use centre_store::boxed;
use protocol::ErrorCode;
use protocol::code::{CodeError, SignUpCode};
use protocol::join::{Asked, Begin, MARKETING, Named, SKIN, TERMS};
use protocol::operation::JOIN;
use protocol::profile::TEXT_VERSION;
use protocol::signature::public_key_from_hex;
use sea_orm::EntityTrait;

use crate::Centre;
use crate::error::ServiceError;
use centre_store::tables::{brand, clerk, device, store};

/// How the ledger's name of those points begins; the member's id follows.
pub const WELCOME: &str = "welcome:";

/// A code that was checked.
#[derive(Debug)]
pub struct Invitation {
    /// What it says.
    pub code: SignUpCode,
    /// The counter that made it.
    pub device: device::Model,
}

/// Checks a code: made by a counter that may still invite, and in its time.
///
/// # Errors
/// [`ErrorCode::SignUpCodeInvalid`]; where the database fails.
#[boxed]
pub async fn check(centre: &Centre, text: &str) -> Result<Invitation, ServiceError> {
    let invalid = |why: &str| ServiceError::refused(ErrorCode::SignUpCodeInvalid, why);
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
    Ok(Invitation { code, device })
}

/// The stable word that the page words for the member.
fn word(error: CodeError) -> &'static str {
    match error {
        CodeError::Malformed => "malformed",
        CodeError::Forged => "forged",
        CodeError::Expired => "expired",
    }
}

/// What the page shows first.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn begin(centre: &Centre, invitation: &Invitation) -> Result<Begin, ServiceError> {
    let db = centre.db().read();
    let brand = brand::Entity::find().one(db).await?;
    let store = store::Entity::find_by_id(invitation.device.store_id.clone())
        .one(db)
        .await?;
    let clerk_id = &invitation.code.clerk;
    let clerk = clerk::Entity::find_by_id(clerk_id).one(db).await?;
    let program = centre.current_program().await?;
    let join = program.doc().behaviours.get(&JOIN.into());
    let asked = |purpose: &str, required| Asked {
        purpose: purpose.to_owned(),
        required,
        version: TEXT_VERSION.to_owned(),
    };
    Ok(Begin {
        demo: brand.as_ref().is_some_and(|b| b.demo),
        welcome_gift: brand
            .as_ref()
            .map(|b| b.welcome_gift.clone())
            .unwrap_or_default(),
        brand: brand.map(|b| b.name),
        store: Named {
            id: invitation.device.store_id.to_string(),
            name: store.map(|s| s.name).unwrap_or_default(),
        },
        clerk: Named {
            id: clerk_id.to_string(),
            name: clerk.map(|c| c.name).unwrap_or_default(),
        },
        welcome_points: join.map_or(0, |b| b.points.get()),
        steps: ["phone", "skin", "done"].map(str::to_owned).to_vec(),
        consents: vec![
            asked(TERMS, true),
            asked(SKIN, false),
            asked(MARKETING, false),
        ],
        valid_until: invitation.code.valid_until(),
        server_time: centre.now(),
    })
}

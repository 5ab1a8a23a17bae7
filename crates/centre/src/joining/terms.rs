//! What a brand sets for its sign-up codes.

use centre_store::boxed;
use centre_store::tables::brand;
use protocol::ErrorCode;
use protocol::entity::EntityKind;
use protocol::sign_up::SignUpTerms;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::campaigns;
use crate::Centre;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind};
use crate::sign_ups::terms;

/// Changes what is set: `change` is given what holds now. Counters are told at once.
///
/// # Errors
/// [`ErrorCode::Malformed`] where a term is out of its range; [`ErrorCode::NotFound`] where no such campaign runs, or there
/// is no brand yet; where the database fails.
#[boxed]
pub async fn set_terms(
    centre: &Centre,
    change: &(dyn Fn(SignUpTerms) -> SignUpTerms + Sync),
) -> Result<SignUpTerms, ServiceError> {
    let mut work = centre.work().await?;
    let after = change(terms(work.on()).await?);
    after
        .check()
        .map_err(|e| ServiceError::refused(ErrorCode::Malformed, e.to_string()))?;
    if let Some(id) = &after.campaign
        && campaigns::running(work.on(), id).await?.is_none()
    {
        return Err(ServiceError::refused(
            ErrorCode::NotFound,
            format!("no campaign {id} runs"),
        ));
    }
    let changed = brand::Entity::update_many()
        .set(brand::ActiveModel {
            sign_up: Set(Some(serde_json::to_string(&after)?)),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    if changed.rows_affected == 0 {
        return Err(ServiceError::refused(ErrorCode::NotFound, "no brand"));
    }
    work.changed(Changed::of_brand(EntityKind::Brand, ""));
    work.note(Entry::of(Kind::SignUpsChanged).what("terms"));
    work.commit().await?;
    Ok(after)
}

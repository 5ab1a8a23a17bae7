//! Sales that an older build set aside, because another sale stood under the till's number: both count, and these are
//! taken at the first start that knows it.

use centre_store::boxed;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::case::Case;
use super::{apply, held, store};
use crate::Centre;
use crate::clerks::Proofs;
use crate::error::ServiceError;
use centre_store::column::OpState;
use centre_store::tables::{device, operation, set_aside};

/// Tries them. How many count now.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn retry(centre: &Centre) -> Result<usize, ServiceError> {
    let aside = set_aside::Entity::find()
        .filter(set_aside::Column::Reason.eq("conflict"))
        .all(centre.db().read())
        .await?;
    let mut done = 0;
    for one in aside {
        let place = (one.device_id, one.epoch, one.seq);
        let mut work = centre.work().await?;
        let row = operation::Entity::find_by_id(place).one(work.on()).await?;
        // one whose id another operation has is a conflict of ids, and stays
        let sale =
            row.filter(|r| r.kind == "sale" && r.owns_id.is_some() && r.state == OpState::SetAside);
        let Some(mut row) = sale else {
            work.rollback().await?;
            continue;
        };
        let Some(device) = device::Entity::find_by_id(row.device_id)
            .one(work.on())
            .await?
        else {
            work.rollback().await?;
            continue;
        };
        let op = store::operation(&row)?;
        let proofs = Proofs::of(work.on(), &device, std::slice::from_ref(&op)).await?;
        let case = Case::new(&op, &device, (*row.effective_at, *row.arrived_at), &proofs);
        let verdict = apply::apply(centre, &mut work, &case).await?;
        if store::state(&verdict.outcome) == OpState::SetAside {
            work.rollback().await?;
            continue;
        }
        store::keep_retried(&work, &mut row, &verdict).await?;
        if let Some(what) = &verdict.arrived {
            held::retry_for_arrived(centre, &mut work, what).await?;
        }
        work.commit().await?;
        done += 1;
    }
    Ok(done)
}

//! Trying what waits for this build, or for the rules, or for the centre's own books.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::held::retry_alone;
use super::{awaited, conflicts};
use crate::Centre;
use crate::error::ServiceError;
use centre_store::boxed;
use centre_store::column::BranchState;
use centre_store::tables::{held, program, quarantined};

/// Tries what waited for a kind that this build knows, for a program that was published or can be read since,
/// and what the centre could not digest when it came.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn retry_known(centre: &Centre) -> Result<usize, ServiceError> {
    let mut done = 0;
    for kind in protocol::operation::KINDS {
        done += retry_alone(centre, awaited::KIND, kind).await?;
    }
    for version in program::Entity::find().all(centre.db().read()).await? {
        done += retry_alone(centre, awaited::PROGRAM, &version.version.to_string()).await?;
    }
    done += retry_alone(centre, awaited::SERVICE, awaited::BOOKS).await?;
    for number in receipts_waited_for(centre).await? {
        done += retry_alone(centre, awaited::RECEIPT, &number).await?;
    }
    Ok(done + conflicts::retry(centre).await?)
}

/// Numbers that returns wait for since before a number was its store's.
async fn receipts_waited_for(centre: &Centre) -> Result<BTreeSet<String>, ServiceError> {
    let db = centre.db().read();
    let main: Vec<String> = held::Entity::find()
        .select_only()
        .column(held::Column::WaitsFor)
        .filter(held::Column::WaitsKind.eq(awaited::RECEIPT))
        .into_tuple()
        .all(db)
        .await?;
    let branches: Vec<String> = quarantined::Entity::find()
        .select_only()
        .column(quarantined::Column::WaitsFor)
        .filter(quarantined::Column::WaitsKind.eq(awaited::RECEIPT))
        .filter(quarantined::Column::State.eq(BranchState::Held))
        .into_tuple()
        .all(db)
        .await?;
    Ok(main.into_iter().chain(branches).collect())
}

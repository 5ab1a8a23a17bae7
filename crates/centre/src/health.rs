//! Whether the service can do its work: for whoever watches it, and said in the log.

use centre_store::boxed;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use crate::Centre;
use crate::error::ServiceError;
use crate::operations;
use centre_store::tables::{held, program};

/// How the service is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// What keeps it from its work, each in a sentence; nothing where all is well.
    pub faults: Vec<String>,
    /// Operations that wait because the centre could not digest them.
    pub undigested: u64,
}

impl Health {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.faults.is_empty() && self.undigested == 0
    }
}

/// How many operations wait, by what they wait for: `phone`, `receipt`, `service` and so on.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn held_by_kind(centre: &Centre) -> Result<Vec<(String, i64)>, ServiceError> {
    Ok(held::Entity::find()
        .select_only()
        .column(held::Column::WaitsKind)
        .column_as(held::Column::Seq.count(), "many")
        .group_by(held::Column::WaitsKind)
        .order_by_asc(held::Column::WaitsKind)
        .into_tuple()
        .all(centre.db().read())
        .await?)
}

/// Looks how the service is: whether the database answers, whether every version of the rules can be read,
/// and whether operations wait for the service itself.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn look(centre: &Centre) -> Result<Health, ServiceError> {
    let mut health = Health::default();
    for row in program::Entity::find().all(centre.db().read()).await? {
        let version = *row.version;
        if let Err(error) = centre.program(version).await {
            health.faults.push(error.to_string());
        }
    }
    match centre.current_program().await {
        Ok(_) | Err(ServiceError::NoProgram) => {}
        Err(error) => health.faults.push(format!(
            "nothing expires, nobody is reviewed and nothing is granted: {error}"
        )),
    }
    health.undigested = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(operations::SERVICE))
        .count(centre.db().read())
        .await?;
    if health.undigested > 0 {
        health.faults.push(format!(
            "{} operations wait because the books could not be read",
            health.undigested
        ));
    }
    Ok(health)
}

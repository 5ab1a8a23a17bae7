//! Sums over what a life of a device has.

use protocol::{DeviceId, Epoch};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::error::ServiceError;
use centre_store::column::Col;

/// What a statement sums for a device ($1) in an epoch ($2), as `value`.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn sum<C: ConnectionTrait>(
    db: &C,
    sql: &str,
    device: DeviceId,
    epoch: Epoch,
) -> Result<i64, ServiceError> {
    #[derive(FromQueryResult)]
    struct Sum {
        value: i64,
    }
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        sql,
        [Col(device).into(), Col(epoch).into()],
    );
    let found = Sum::find_by_statement(statement).one(db).await?;
    Ok(found.map_or(0, |s| s.value))
}

//! Keeping others away from accounts while several of them are changed.

use protocol::ids::MemberId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::account;

/// Locks accounts until the transaction ends, in one order for everybody, so that two units of
/// work on the same members do not wait for each other. SQLite has one writer and needs none.
///
/// # Errors
/// Where the database fails.
pub async fn lock_accounts<C: ConnectionTrait>(
    db: &C,
    members: Vec<MemberId>,
) -> Result<(), ServiceError> {
    if members.is_empty() || db.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let _: Vec<Col<MemberId>> = account::Entity::find()
        .select_only()
        .column(account::Column::MemberId)
        .filter(account::Column::MemberId.is_in(members.into_iter().map(Col)))
        .order_by_asc(account::Column::MemberId)
        .lock_exclusive()
        .into_tuple()
        .all(db)
        .await?;
    Ok(())
}

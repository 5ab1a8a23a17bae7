//! Redemptions as they are stored, there and back.

use loyalty::{OpId, Redemption};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::receipts::rule_portion;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{portion, redemption};

/// A redemption: what the rules keep of it, and what stands beside it.
#[derive(Debug, Clone)]
pub struct StoredRedemption {
    /// What stands beside it.
    pub row: redemption::Model,
    /// What the rules keep.
    pub redemption: Redemption,
}

impl StoredRedemption {
    /// Loads a redemption with what it was paid from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        row: redemption::Model,
    ) -> Result<Self, ServiceError> {
        let portions = portion::Entity::find()
            .filter(portion::Column::MemberId.eq(&row.member_id))
            .filter(portion::Column::OpId.eq(&row.op_id))
            .order_by_asc(portion::Column::N)
            .all(db)
            .await?;
        let redemption = Redemption {
            id: row.op_id.0.clone(),
            points: *row.points,
            portions: portions.iter().map(rule_portion).collect(),
            reversed: row.reversed_at.is_some(),
        };
        Ok(Self { row, redemption })
    }
}

/// A redemption by its operation's id, whosever it is.
///
/// # Errors
/// Where the database fails.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    op_id: &OpId,
) -> Result<Option<redemption::Model>, ServiceError> {
    Ok(redemption::Entity::find()
        .filter(redemption::Column::OpId.eq(Col::from(op_id)))
        .one(db)
        .await?)
}

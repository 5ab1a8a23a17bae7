//! What concerns one counter: how it stands, and what is asked back of it.

use protocol::entity as wire;
use protocol::ids::{Epoch, MemberId};
use protocol::pull::DEVICE_SCOPE;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{Row, gone, row};
use crate::error::ServiceError;
use centre_store::tables::{allowance, coupon, device};

/// How a device stands at the centre.
pub async fn status<C: ConnectionTrait>(db: &C, id: &str) -> Result<Option<Row>, ServiceError> {
    let Some(d) = device::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let status = wire::DeviceStatus {
        checkout: d.checkout,
        quarantined: d.quarantined_at.is_some(),
        epoch: Epoch(u32::try_from(d.epoch).unwrap_or(0)),
    };
    let scope = format!("{DEVICE_SCOPE}{}", d.id);
    row(scope, wire::DEVICE, wire::DEVICE.to_owned(), &status).map(Some)
}

/// There while it is asked back and something is left of it, and gone otherwise.
pub async fn recall<C: ConnectionTrait>(
    db: &C,
    device: &str,
    grant: &str,
    member: &str,
) -> Result<Row, ServiceError> {
    let scope = format!("{DEVICE_SCOPE}{device}");
    let allowance = allowance::Entity::find_by_id((member.to_owned(), grant.to_owned()))
        .one(db)
        .await?;
    let open = match allowance {
        Some(a) => a.device_id == device && a.recalled_at.is_some() && a.outstanding > 0,
        None => coupon::Entity::find()
            .filter(coupon::Column::MemberId.eq(member))
            .filter(coupon::Column::HolderGrant.eq(grant))
            .filter(coupon::Column::HolderDevice.eq(device))
            .filter(coupon::Column::RecalledAt.is_not_null())
            .filter(coupon::Column::UsedBy.is_null())
            .one(db)
            .await?
            .is_some(),
    };
    if !open {
        return Ok(gone(&scope, wire::RECALL, grant.to_owned()));
    }
    let recall = wire::Recall {
        grant: grant
            .parse()
            .map_err(|_| ServiceError::broken("a grant whose id is none"))?,
        member: MemberId::from(member),
    };
    row(scope, wire::RECALL, grant.to_owned(), &recall)
}

//! What is asked back of devices, each in its own scope.

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::{DeviceId, MemberId};
use protocol::pull::{DEVICE_SCOPE, device_scope};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::told::{Expected, Told, Which, belongs_to_no_member, of_devices};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing, recall_id};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::{allowance, coupon};

/// An allowance or coupon that a device is asked to give back: there while something of it is left, and gone otherwise.
/// Its id is the grant and whose it is: [`recall_id`].
pub enum Recall {}

impl Told for Recall {
    const KIND: EntityKind = EntityKind::Recall;
    const SENSITIVE: bool = false;
    type Wire = wire::Recall;
    const EXPECTED: Expected = Expected {
        from: "allowance x",
        place: "x.member_id || '/' || x.id",
        scope: "'device:' || x.device_id",
        key: "x.id",
        only: "x.recalled_at IS NOT NULL AND x.outstanding > 0",
        waits: None,
    };

    fn source(scope: &str, key: &str, body: &str) -> Option<Thing> {
        let device: DeviceId = scope.strip_prefix(DEVICE_SCOPE)?.parse().ok()?;
        let member = Self::KIND.member_of(key, body)?;
        Some(Thing::new(Self::KIND, device, recall_id(key, &member)))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        let all: Vec<(DeviceId, &String)> = of_devices(which)
            .flat_map(|(device, ids)| ids.iter().map(move |id| (device, id)))
            .collect();
        for (device, id) in all {
            let Some((grant, member)) = id.split_once('/') else {
                continue;
            };
            let member = MemberId::from(member);
            let scope = device_scope(&device);
            rows.push(if is_open(db, device, grant, &member).await? {
                let recall = wire::Recall {
                    grant: grant.parse().map_err(|_| {
                        ServiceError::corrupt("allowance", grant, "has an invalid id")
                    })?,
                    member,
                };
                Row::with(scope, grant.to_owned(), &recall)?
            } else {
                Row::gone(scope, Self::KIND, grant.to_owned())
            });
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

/// Whether it is asked back and something is left of it.
async fn is_open<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
    grant: &str,
    member: &MemberId,
) -> Result<bool, ServiceError> {
    let allowance = allowance::Entity::find_by_id((member.into(), grant.into()))
        .one(db)
        .await?;
    Ok(match allowance {
        Some(a) => a.device_id == device && a.recalled_at.is_some() && a.outstanding.is_positive(),
        None => coupon::Entity::find()
            .filter(coupon::Column::MemberId.eq(Col::from(member)))
            .filter(coupon::Column::HolderGrant.eq(grant))
            .filter(coupon::Column::HolderDevice.eq(Col(device)))
            .filter(coupon::Column::RecalledAt.is_not_null())
            .filter(coupon::Column::UsedBy.is_null())
            .one(db)
            .await?
            .is_some(),
    })
}

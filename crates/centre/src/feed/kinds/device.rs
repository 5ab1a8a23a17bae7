//! State of devices, each in its own scope.

use protocol::entity::{self as wire, Entity as _, EntityKind};
use protocol::ids::DeviceId;
use protocol::pull::{DEVICE_SCOPE, device_scope};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{Expected, Told, Which, belongs_to_no_member, of_devices};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::tables::device;

/// How a device stands; it needs no id beside its device.
pub enum Device {}

impl Told for Device {
    const KIND: EntityKind = EntityKind::Device;
    const SENSITIVE: bool = false;
    type Wire = wire::DeviceStatus;
    const EXPECTED: Expected = Expected {
        from: "device x",
        place: "x.id",
        scope: "'device:' || x.id",
        key: "'device'",
        // one whose state never changed is told of at its hello alone
        only: "x.quarantined_at IS NOT NULL OR x.epoch > 1",
        waits: None,
    };

    fn source(scope: &str, _key: &str, _body: &str) -> Option<Thing> {
        let device: DeviceId = scope.strip_prefix(DEVICE_SCOPE)?.parse().ok()?;
        Some(Thing::new(Self::KIND, device, ""))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for (id, _) in of_devices(which) {
            let Some(d) = device::Entity::find_by_id(id).one(db).await? else {
                continue;
            };
            let status = wire::DeviceStatus {
                checkout: d.checkout,
                quarantined: d.quarantined_at.is_some(),
                epoch: *d.epoch,
            };
            rows.push(Row::with(device_scope(&id), status.key(), &status)?);
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

//! The store's devices as a manager's screen shows them.

use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{DeviceCard, ExceptionView, KeptView, ManageWhat, StoreDevices};
use protocol::entity::Clerk;
use protocol::manage::{KeptOperation, ListEntry, ManageAction, ManageReply, ManagedDevice};
use protocol::{ClerkId, DeviceId};

impl Engine {
    /// Looks at the store's devices and what the store bears, or does something about them, with the
    /// manager's own PIN; the answer is how the store stands after it.
    ///
    /// # Errors
    /// [`Error::DeviceUnknown`]; as [`Engine::manage`].
    pub fn store_devices(&self, clerk: &str, pin: &str, what: ManageWhat) -> Result<StoreDevices> {
        let reply = self.manage(clerk, pin, action(what)?)?;
        self.shown_devices(reply)
    }

    fn shown_devices(&self, reply: ManageReply) -> Result<StoreDevices> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let store = self.catalogue()?.store(&reply.store);
        let devices = reply.devices.into_iter().map(|d| device(d, me.device));
        let exceptions = reply.list.into_iter().map(|e| self.exception(e));
        Ok(StoreDevices {
            store,
            devices: devices.collect::<Result<_>>()?,
            exceptions: exceptions.collect::<Result<_>>()?,
            recovering: reply.recovering,
            unlock_code: reply.unlock_code,
        })
    }

    fn exception(&self, entry: ListEntry) -> Result<ExceptionView> {
        let id = ClerkId::new(entry.clerk);
        let named = self.cache(|c| cache::one::<Clerk>(c, id.as_str()))?;
        Ok(ExceptionView {
            id: entry.id,
            reason: entry.reason,
            points: entry.points,
            money: Some(entry.money).filter(|money| !money.is_zero()),
            clerk: named.map_or_else(|| id.to_string(), |c| c.name),
            device: entry.device,
            at: entry.at.into(),
        })
    }
}

fn action(what: ManageWhat) -> Result<ManageAction> {
    let id = |text: &str| text.parse::<DeviceId>().map_err(|_| Error::DeviceUnknown);
    Ok(match what {
        ManageWhat::Look => ManageAction::Look,
        ManageWhat::Resolve { device } => ManageAction::Resolve {
            device: id(&device)?,
        },
        ManageWhat::WriteOff { device } => ManageAction::WriteOff {
            device: id(&device)?,
        },
        ManageWhat::Revoke { device } => ManageAction::Revoke {
            device: id(&device)?,
        },
        ManageWhat::Unlock { device } => ManageAction::Unlock {
            device: id(&device)?,
        },
        ManageWhat::Seen { entries } => ManageAction::Seen { entries },
    })
}

fn device(seen: ManagedDevice, me: DeviceId) -> Result<DeviceCard> {
    let state = serde_json::to_value(seen.state)?;
    Ok(DeviceCard {
        id: seen.device.to_string(),
        name: seen.name,
        this: seen.device == me,
        checkout: seen.checkout,
        standing: state.as_str().unwrap_or("unknown").to_owned(),
        last_contact: seen.last_contact.into(),
        holds: seen.holds,
        in_doubt: seen.in_doubt,
        unreported: seen.unreported,
        members: seen.members,
        coupons: seen.coupons,
        kept: seen.kept.into_iter().map(kept).collect(),
    })
}

fn kept(op: KeptOperation) -> KeptView {
    KeptView {
        hash: op.hash,
        kind: op.kind,
        at: op.at.into(),
        points: op.points,
        receipt: op.receipt,
        copy: op.copy,
    }
}

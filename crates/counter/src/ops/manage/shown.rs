//! The store's devices as a manager's screen shows them.

use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::search::mask;
use crate::view::{
    DeviceCard, DuplicateView, ExceptionView, JoinsView, KeptView, ManageWhat, MemberSideView,
    MergeView, SignUpsView, StoreDevices, SuspiciousView, WaitingView,
};
use loyalty::watch::{Finding, Suspicion};
use protocol::entity::{Clerk, Member, Product};
use protocol::manage::{
    JoinsOfClerk, KeptOperation, ListEntry, ManageAction, ManageReply, ManagedDevice, MemberSide,
    WaitingSale, WaitingSignUps,
};
use protocol::{DeviceId, StoreId};

impl Engine {
    /// Looks at the store's devices and what the store bears, or does something about them, with the
    /// manager's own PIN; the answer is how the store stands after it.
    ///
    /// # Errors
    /// [`Error::DeviceUnknown`]; as [`Engine::manage`].
    pub fn store_devices(&self, clerk: &str, pin: &str, what: ManageWhat) -> Result<StoreDevices> {
        let reply = self.manage(clerk, pin, action(what)?)?;
        self.shown_devices(reply, clerk)
    }

    fn shown_devices(&self, reply: ManageReply, asks: &str) -> Result<StoreDevices> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let store = self.catalogue()?.store(&reply.store);
        let devices = reply.devices.into_iter().map(|d| device(d, me.device));
        let exceptions = reply.list.into_iter().map(|e| self.exception(e));
        let waiting = reply
            .waiting
            .into_iter()
            .map(|sale| self.waiting(sale, asks));
        let suspicious = reply.suspicious.into_iter().map(|f| self.suspicious(f));
        Ok(StoreDevices {
            store,
            devices: devices.collect::<Result<_>>()?,
            exceptions: exceptions.collect::<Result<_>>()?,
            recovering: reply.recovering,
            unlock_code: reply.unlock_code,
            waiting: waiting.collect::<Result<_>>()?,
            sign_ups: reply
                .sign_ups
                .into_iter()
                .map(|s| self.sign_ups(&s, asks))
                .collect::<Result<_>>()?,
            suspicious: suspicious.collect::<Result<_>>()?,
            joins: reply
                .joins
                .into_iter()
                .map(|one| self.joins(&one))
                .collect::<Result<_>>()?,
            duplicates: reply
                .duplicates
                .into_iter()
                .map(|pair| {
                    Ok(DuplicateView {
                        stays: self.side(pair.stays)?,
                        goes: self.side(pair.goes)?,
                        why: pair.why,
                    })
                })
                .collect::<Result<_>>()?,
            merges: reply
                .merges
                .into_iter()
                .map(|one| {
                    Ok(MergeView {
                        merge: one.merge,
                        at: one.at.into(),
                        by: self.clerk_called(&one.by)?,
                        stayed: self.side(one.stayed)?,
                        went: self.side(one.went)?,
                    })
                })
                .collect::<Result<_>>()?,
        })
    }

    fn exception(&self, entry: ListEntry) -> Result<ExceptionView> {
        Ok(ExceptionView {
            id: entry.id,
            reason: entry.reason,
            points: entry.points,
            money: Some(entry.money).filter(|money| !money.is_zero()),
            clerk: self.clerk_called(&entry.clerk)?,
            device: entry.device,
            at: entry.at.into(),
        })
    }

    fn waiting(&self, sale: WaitingSale, asks: &str) -> Result<WaitingView> {
        Ok(WaitingView {
            member: self.member_called(sale.member.as_str())?,
            clerk: self.clerk_called(&sale.clerk)?,
            own: sale.clerk == asks,
            sale: sale.sale,
            receipt: sale.receipt,
            at: sale.at.into(),
            net: sale.net,
            counted: sale.counted,
            waiting: sale.waiting,
        })
    }

    fn sign_ups(&self, told: &WaitingSignUps, asks: &str) -> Result<SignUpsView> {
        Ok(SignUpsView {
            clerk: self.clerk_called(told.clerk.as_str())?,
            own: told.clerk.as_str() == asks,
            clerk_id: told.clerk.to_string(),
            day: told.day.to_string(),
            sign_ups: told.sign_ups,
        })
    }

    fn joins(&self, one: &JoinsOfClerk) -> Result<JoinsView> {
        let steps = [
            one.shown,
            one.opened,
            one.proven,
            one.joined,
            one.first_purchase,
            one.second_purchase,
        ];
        Ok(JoinsView {
            clerk: self.clerk_called(one.clerk.as_str())?,
            steps: steps.map(|n| u32::try_from(n).unwrap_or(u32::MAX)).to_vec(),
        })
    }

    fn side(&self, one: MemberSide) -> Result<MemberSideView> {
        Ok(MemberSideView {
            name: mask::shown_as(&one.name, &one.phone),
            phone: mask::phone(&one.phone),
            store: self.catalogue()?.store(&one.store).name,
            id: one.id.to_string(),
            no: one.no,
            joined: one.joined.into(),
            last_purchase: one.last_purchase.map(Into::into),
            receipts: one.receipts,
            points: one.points,
        })
    }

    fn suspicious(&self, finding: Finding) -> Result<SuspiciousView> {
        let what = match (&finding.what, finding.rule) {
            (None, _) => String::new(),
            (Some(store), Suspicion::OtherStore) => {
                self.catalogue()?.store(&StoreId::from(store.as_str())).name
            }
            (Some(sku), _) => {
                let product = self.cache(|c| cache::one::<Product>(c, sku))?;
                product.map_or_else(|| sku.clone(), |product| product.name)
            }
        };
        Ok(SuspiciousView {
            rule: finding.rule,
            clerk: self.clerk_called(finding.clerk.as_str())?,
            day: finding.day.to_string(),
            member: self.member_called(finding.member.as_deref().unwrap_or_default())?,
            count: finding.count,
            limit: finding.limit,
            amount: finding.amount,
            against: finding.against,
            what,
            receipts: finding.receipts,
        })
    }

    /// A clerk's name, or the id where the name is not known here.
    fn clerk_called(&self, id: &str) -> Result<String> {
        let named = self.cache(|c| cache::one::<Clerk>(c, id))?;
        Ok(named.map_or_else(|| id.to_owned(), |clerk| clerk.name))
    }

    /// A member's name, else the number on the card; empty where she is not known here.
    fn member_called(&self, id: &str) -> Result<String> {
        let known = self.cache(|c| cache::one::<Member>(c, id))?;
        Ok(known.map_or_else(
            String::new,
            |m| if m.name.is_empty() { m.no } else { m.name },
        ))
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
        ManageWhat::Confirm { sales } => ManageAction::Confirm { sales },
        ManageWhat::SignUps { clerk, day, count } => ManageAction::SignUps {
            clerk: clerk.as_str().into(),
            day: day.parse().map_err(|_| Error::ProfileInvalid {
                field: "day".to_owned(),
            })?,
            count,
        },
        ManageWhat::Merge { went, stays, why } => ManageAction::Merge {
            went: went.as_str().into(),
            stays: stays.as_str().into(),
            why,
        },
        ManageWhat::Part { merge } => ManageAction::Part { merge },
        ManageWhat::NotSame { one, other } => ManageAction::NotSame {
            one: one.as_str().into(),
            other: other.as_str().into(),
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

//! How the device and its sync stand.

use crate::cache;
use crate::engine::Engine;
use crate::error::Result;
use crate::outbox::{self, Row, identity};
use crate::view::{
    Abilities, Ability, DeviceStatus, OpState, OpView, Restriction, SyncKind, SyncPage, SyncState,
};
use chrono::{DateTime, Utc};
use protocol::push::Outcome;

/// Most confirmed operations that the sync page lists.
const LISTED: u32 = 100;

impl Engine {
    /// What the first screen needs.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn device_status(&self) -> Result<DeviceStatus> {
        let me = self.shared.identity()?;
        let locked_since = self.shared.look_at_silence();
        let catalogue = self.catalogue()?;
        let members = self.cache(cache::member_count)?;
        let checkout = self.shared.outbox().read(identity::checks_out)?;
        Ok(DeviceStatus {
            enrolled: me.is_some(),
            brand: catalogue.brand.name.clone(),
            demo: catalogue.brand.demo,
            store: me.as_ref().map(|i| catalogue.store(&i.store)),
            device_name: me
                .as_ref()
                .map(|i| i.device_name.clone())
                .unwrap_or_default(),
            checkout,
            members,
            sync: self.sync_state()?,
            locked_since: locked_since.map(Into::into),
            key_place: self.shared.key_place(),
        })
    }

    /// How sync stands.
    ///
    /// # Errors
    /// Where the outbox cannot be read.
    pub fn sync_state(&self) -> Result<SyncState> {
        let net = self.shared.net();
        let (enrolled, (pending, attention), last, standing) = self.shared.outbox().read(|c| {
            let enrolled = identity::identity(c)?.is_some();
            let standing = if identity::revoked(c)? {
                Some(Restriction::Revoked)
            } else if identity::superseded(c)? {
                Some(Restriction::Superseded)
            } else if net.quarantined {
                Some(Restriction::Quarantined)
            } else {
                net.grants_nothing().then_some(Restriction::Recovering)
            };
            Ok((
                enrolled,
                outbox::open_counts(c)?,
                identity::last_contact(c)?,
                standing,
            ))
        })?;
        let waits_for_manager = standing.filter(|s| s.needs_manager());
        let stuck = self.shared.stuck().map(|s| s.error().problem());
        let attention =
            attention + u32::from(waits_for_manager.is_some()) + u32::from(stuck.is_some());
        let offline =
            net.reached == Some(false) || (net.problem.is_some() && net.reached.is_some());
        let kind = if !enrolled {
            SyncKind::NotEnrolled
        } else if attention > 0 {
            SyncKind::Attention
        } else if offline {
            SyncKind::Offline
        } else if pending > 0 || net.reached.is_none() {
            SyncKind::Sending
        } else {
            SyncKind::InStep
        };
        Ok(SyncState {
            kind,
            pending,
            attention,
            offline_since: net.offline_since.map(Into::into),
            last_contact: last.map(Into::into),
            problem: waits_for_manager
                .map(|s| s.word().to_owned())
                .or(stuck.as_ref().map(|p| p.code.clone()))
                .or(net.problem),
            file: stuck.and_then(|p| p.file),
            standing,
        })
    }

    /// The sync page.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn sync_page(&self) -> Result<SyncPage> {
        let midnight = self.start_of_business_day()?;
        let (attention, waiting, confirmed, confirmed_total) = self.shared.outbox().read(|c| {
            Ok((
                outbox::attention(c)?,
                outbox::waiting(c)?,
                outbox::confirmed_since(c, midnight, LISTED)?,
                outbox::confirmed_count(c, midnight)?,
            ))
        })?;
        let views = |rows: Vec<Row>| rows.into_iter().map(op_view).collect::<Vec<_>>();
        let state = self.sync_state()?;
        let offline = state.kind == SyncKind::Offline || self.shared.net().reached == Some(false);
        Ok(SyncPage {
            attention: views(attention),
            waiting: views(waiting),
            confirmed: views(confirmed),
            confirmed_total,
            abilities: abilities(
                offline,
                state.standing,
                self.shared.locked_since().is_some(),
            ),
            state,
        })
    }

    /// One operation of this counter, and how it stands now; none where it recorded no such one.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn op(&self, op_id: &str) -> Result<Option<OpView>> {
        let row = self.shared.outbox().read(|c| outbox::operation(c, op_id))?;
        Ok(row.map(op_view))
    }

    /// When the business date began.
    pub(super) fn start_of_business_day(&self) -> Result<DateTime<Utc>> {
        let program = self.program()?;
        let today = program.business_date(self.shared.now()?);
        Ok(program.day_begins(today))
    }
}

fn abilities(offline: bool, standing: Option<Restriction>, locked: bool) -> Abilities {
    let mut can = Vec::new();
    let mut cannot = vec![Ability::SpendPending];
    let revoked = standing == Some(Restriction::Revoked);
    // one that was revoked has nobody and nothing to sell to; one that is locked sells by phone and card number
    for (ability, possible) in [
        (Ability::FindMembers, !locked && !revoked),
        (Ability::SellAndReturn, !revoked),
        (Ability::SignUpCodes, !revoked),
    ] {
        if possible {
            can.push(ability);
        } else {
            cannot.push(ability);
        }
    }
    match standing {
        // what was held is no longer this outbox's to spend
        Some(Restriction::Superseded | Restriction::Revoked) => {
            cannot.extend([Ability::RedeemWithinAllowance, Ability::RedeemAll]);
        }
        _ if locked => cannot.extend([Ability::RedeemWithinAllowance, Ability::RedeemAll]),
        Some(Restriction::Quarantined | Restriction::Recovering) => {
            can.push(Ability::RedeemWithinAllowance);
            cannot.push(Ability::RedeemAll);
        }
        None if offline => {
            can.push(Ability::RedeemWithinAllowance);
            cannot.push(Ability::RedeemAll);
        }
        None => can.push(Ability::RedeemAll),
    }
    if offline || standing == Some(Restriction::Revoked) {
        cannot.push(Ability::SeeJoined);
    } else {
        can.push(Ability::SeeJoined);
    }
    Abilities { can, cannot }
}

fn op_view(row: Row) -> OpView {
    let state = match row.state.as_str() {
        "held" => OpState::Held,
        "confirmed" => OpState::Confirmed,
        "set_aside" => OpState::SetAside,
        _ => OpState::Waiting,
    };
    let word = |v: serde_json::Result<serde_json::Value>| {
        v.ok().and_then(|v| v.as_str().map(str::to_owned))
    };
    let problem = match &row.outcome {
        Some(Outcome::Held { reason }) => word(serde_json::to_value(reason)),
        Some(Outcome::SetAside { reason }) => word(serde_json::to_value(reason)),
        Some(Outcome::Applied(e) | Outcome::Exists(e)) => e.loss_reason.clone(),
        None => None,
    };
    OpView {
        op_id: row.op_id,
        at: row.at.into(),
        kind: row.kind,
        points: row.summary.net(),
        who: row.summary.who,
        member_id: row.summary.member,
        receipt: row.summary.receipt,
        pieces: row.summary.pieces,
        what: row.summary.what,
        money: row.summary.money,
        state,
        problem,
    }
}

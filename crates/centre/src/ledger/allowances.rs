//! Allowances of a loaded account: given, freed without their holder, set up again.

use chrono::NaiveDate;
use loyalty::deed::{GATHERED, Source};
use loyalty::{Error, Grant, GrantId, Granted, Moment, OpId, Points};

use super::Ledger;
use crate::error::ServiceError;
use crate::ledger_accounts::Holder;
use centre_store::column::Col;
use centre_store::tables::{allowance, allowance_lot};

impl Ledger {
    /// Moves points into an allowance of a device: the rules say how many there are.
    ///
    /// # Errors
    /// As [`loyalty::grant`].
    pub fn grant(
        &mut self,
        now: &Moment,
        mut allowance: allowance::Model,
        want: Points,
    ) -> Result<Granted, Error> {
        let id = allowance.id.0.clone();
        let granted = loyalty::grant(&mut self.account, now, &id, want)?;
        if granted.points.is_positive() {
            allowance.granted = granted.points.into();
            let holder = Holder {
                device: *allowance.device_id,
                epoch: *allowance.epoch,
            };
            self.holders.insert(id, holder);
            for (n, portion) in (0..).map(Col).zip(&granted.portions) {
                self.parts.push(allowance_lot::Model {
                    member_id: self.member.id.clone(),
                    allowance_id: allowance.id.clone(),
                    n,
                    lot: portion.lot.into(),
                    granted: portion.points.into(),
                    // written by `save`, as for all parts
                    outstanding: Points::ZERO.into(),
                });
            }
            let by = OpId::from(allowance.id.as_str());
            self.note(&by, None, now.clock(), &granted.outcome);
            self.allowances.push(allowance);
        }
        Ok(granted)
    }

    /// Frees what is left in an allowance, without its holder: a write-off. How many points that is.
    ///
    /// # Errors
    /// As [`loyalty::release`].
    pub fn write_off(
        &mut self,
        now: &Moment,
        id: &GrantId,
        op_id: &OpId,
    ) -> Result<Points, ServiceError> {
        let left = self.account.grant(id).map_or(Points::ZERO, Grant::left);
        let outcome = loyalty::release(&mut self.account, now, id, left)
            .map_err(ServiceError::rules("writing an allowance off"))?;
        self.note(op_id, None, now.clock(), &outcome);
        *self.freed.entry(id.clone()).or_default() += left;
        Ok(left)
    }

    /// Sets an allowance up again that the books have forgotten: its points, each part with its last
    /// day.
    ///
    /// # Errors
    /// As [`loyalty::reinstate`].
    pub fn reinstate(
        &mut self,
        now: &Moment,
        mut allowance: allowance::Model,
        parts: &[(Points, Option<NaiveDate>)],
    ) -> Result<(), ServiceError> {
        let id = allowance.id.0.clone();
        let (owed, outcome) = loyalty::reinstate(&mut self.account, now, &id, parts)
            .map_err(ServiceError::rules("setting an allowance up again"))?;
        let held = self.account.grant(&id).map(|g| g.held.clone());
        allowance.granted = parts
            .iter()
            .map(|(points, _)| *points)
            .sum::<Points>()
            .into();
        allowance.reinstated = owed.into();
        let holder = Holder {
            device: *allowance.device_id,
            epoch: *allowance.epoch,
        };
        self.holders.insert(id, holder);
        for (n, held) in (0..).map(Col).zip(&held.unwrap_or_default()) {
            self.parts.push(allowance_lot::Model {
                member_id: self.member.id.clone(),
                allowance_id: allowance.id.clone(),
                n,
                lot: held.lot.into(),
                granted: held.points.into(),
                // written by `save`, as for all parts
                outstanding: Points::ZERO.into(),
            });
        }
        let by = OpId::from(allowance.id.as_str());
        self.note(&by, None, now.clock(), &outcome);
        self.allowances.push(allowance);
        Ok(())
    }

    /// Points left in an allowance of this holder; none where it holds no such.
    pub fn left(&self, holder: &Holder, id: &GrantId) -> Points {
        if self.holders.get(id) != Some(holder) {
            return Points::ZERO;
        }
        self.account.grant(id).map_or(Points::ZERO, Grant::left)
    }

    /// Where the points of an operation come from: of the allowances that it names, those that its counter holds; what
    /// none of them can give is missing then, and the rules book it as the store's loss.
    pub(super) fn source(
        &mut self,
        holder: Option<&Holder>,
        spends: &[(GrantId, Points)],
    ) -> Source {
        let Some(holder) = holder else {
            return Source::Available;
        };
        let own = spends
            .iter()
            .filter(|(grant, _)| self.holders.get(grant) == Some(holder))
            .cloned()
            .collect();
        // movements out of what is gathered are this holder's
        self.holders.insert(GrantId::from(GATHERED), holder.clone());
        Source::Allowances(own)
    }
}

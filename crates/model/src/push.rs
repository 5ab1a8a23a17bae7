//! The centre's half of push, quarantine, resolving and write-off.

use crate::books::Points;
use crate::centre::{Cause, Centre, LifeEnd};
use crate::setup::Setup;
use crate::wire::{Message, Op, OpId, What};

impl Centre {
    /// Takes operations of one epoch; the answer, or none where it takes nothing.
    pub fn push(
        &mut self,
        setup: &Setup,
        (copy, device): (u8, u8),
        generation: u8,
        ops: &[Op],
    ) -> Option<Message> {
        let at = usize::from(device);
        // one that was revoked hears of no generation, and reports nothing
        let revoked = self.devices[at].revoked;
        if setup.rules.report_before_push
            && !revoked
            && (generation != self.generation || self.devices[at].reported < self.generation)
        {
            return None;
        }
        let mut answered = Vec::new();
        for op in ops {
            if self.has(op.id) {
                answered.push(op.id);
                continue;
            }
            if revoked && setup.rules.revoked_delivers_all && op.epoch >= self.devices[at].epoch {
                self.pass_over(device, op.epoch);
            }
            if op.epoch > self.devices[at].epoch {
                break; // it has not claimed that epoch yet: hello first
            }
            if self.devices[at].quarantined {
                self.keep(op);
                if !setup.rules.branches_are_applied {
                    answered.push(op.id);
                }
                continue;
            }
            let head = self.devices[at].head(op.epoch);
            let fits = self.continues(op);
            if fits || (self.ended(device, op.epoch, Cause::Fork) && self.known(op)) {
                self.apply(setup, op);
                self.extend(op);
                answered.push(op.id);
            } else if op.seq <= head + 1 {
                self.devices[at].quarantine(op.epoch);
                self.keep(op);
            } else {
                break; // a gap: the counter says hello again
            }
        }
        (!answered.is_empty()).then_some(Message::Pushed {
            copy,
            generation,
            answered,
        })
    }

    /// Epochs of a revoked device up to this one are over, whether or not they are known here.
    fn pass_over(&mut self, device: u8, epoch: u8) {
        for over in self.devices[usize::from(device)].epoch..=epoch {
            self.ends.push(LifeEnd {
                device,
                epoch: over,
                cause: Cause::WriteOff,
                escrow: 0,
                branches: 1,
                coupon: false,
            });
        }
        let d = &mut self.devices[usize::from(device)];
        d.epoch = epoch + 1;
        d.life = None;
        d.open_epoch(epoch + 1);
    }

    fn keep(&mut self, op: &Op) {
        let kept = &mut self.devices[usize::from(op.device)].kept;
        if !kept.contains(op) {
            kept.push(*op);
        }
    }

    /// Whether it continues the main chain of its epoch.
    fn continues(&self, op: &Op) -> bool {
        let chain = self.devices[usize::from(op.device)].chain(op.epoch);
        usize::from(op.seq) == chain.len() + 1 && chain.last().copied() == op.prev
    }

    /// Whether the operation before it is known, on the main chain or a branch.
    fn known(&self, op: &Op) -> bool {
        op.prev.is_none_or(|prev| self.has(prev))
    }

    fn extend(&mut self, op: &Op) {
        if self.continues(op) {
            self.devices[usize::from(op.device)].chains[usize::from(op.epoch) - 1].push(op.id);
        }
    }

    /// The effect of an operation, once.
    pub fn apply(&mut self, setup: &Setup, op: &Op) {
        let Err(place) = self.applied.binary_search_by_key(&op.id, |op| op.id) else {
            return;
        };
        self.applied.insert(place, *op);
        let held_open = self.holds_expiry(setup);
        let row = self.rows.iter_mut();
        let own = |grant| move |row: &&mut crate::centre::Row| row.grant == grant;
        match op.what {
            What::Sale => self.books.earn(1),
            What::Return => self.books.take_back(1),
            What::Spend(grant, points) => {
                let mut missing = points;
                let found = row.filter(|row| row.device == op.device && row.epoch == op.epoch);
                if let Some(row) = { found }.find(own(grant)) {
                    for held in &mut row.held {
                        let part = (*held).min(missing);
                        *held -= part;
                        missing -= part;
                    }
                }
                self.books.redeemed += points - missing;
                self.books.loss += missing;
            }
            What::Release(grant, points) => {
                let mut missing = points;
                if let Some(row) = { row }.find(own(grant)) {
                    // what would be spent last comes back first
                    for (lot, held) in row.held.iter_mut().enumerate().rev() {
                        let part = (*held).min(missing);
                        *held -= part;
                        missing -= part;
                        self.books.put_back(lot, part, held_open);
                    }
                }
            }
            What::UseCoupon(grant) => {
                let holds = self.coupon.holder == Some(grant) && { row }
                    .find(own(grant))
                    .is_some_and(|row| row.device == op.device && row.epoch == op.epoch);
                if holds || !setup.rules.late_coupon_is_loss {
                    self.coupon.uses += 1;
                } else {
                    self.coupon.losses += 1;
                }
                if holds {
                    self.coupon.holder = None;
                }
            }
            What::ReleaseCoupon(grant) => {
                if self.coupon.holder == Some(grant) {
                    self.coupon.holder = None;
                }
            }
        }
        self.recall_for_debt();
    }

    /// A manager resolves a fork: every branch is applied, and the epochs that forked are closed.
    pub fn resolve(&mut self, setup: &Setup, device: u8) {
        let at = usize::from(device);
        let mut kept = std::mem::take(&mut self.devices[at].kept);
        kept.sort_by_key(|op| (op.epoch, op.seq));
        let forked = std::mem::take(&mut self.devices[at].forked);
        let current = self.devices[at].epoch;
        let mut forked: Vec<u8> = if setup.rules.resolve_closes_forked_only {
            forked
        } else {
            forked.into_iter().take(1).collect()
        };
        if setup.rules.resolve_closes_forked_only {
            // other epochs may turn out to fork among what was kept
            for op in &kept {
                let chain = self.devices[at].chain(op.epoch);
                let parts = usize::from(op.seq) <= chain.len()
                    || kept
                        .iter()
                        .any(|o| o.id != op.id && (o.epoch, o.seq) == (op.epoch, op.seq));
                if parts && !forked.contains(&op.epoch) {
                    forked.push(op.epoch);
                }
            }
        }
        for &epoch in &forked {
            self.end_forked(setup, device, epoch, &kept);
        }
        if setup.rules.branches_are_applied {
            for op in kept {
                if self.has(op.id) {
                    continue;
                }
                if self.known(&op) {
                    self.apply(setup, &op);
                    self.extend(&op);
                } else {
                    self.devices[at].kept.push(op);
                }
            }
        }
        for &epoch in &forked {
            self.free(setup, |row| (row.device, row.epoch) == (device, epoch));
        }
        let d = &mut self.devices[at];
        d.quarantined = false;
        if forked.contains(&current) || !setup.rules.resolve_closes_forked_only {
            d.epoch += 1;
            d.life = None;
            d.open_epoch(current + 1);
        }
    }

    /// Notes the end of an epoch that forked, with what its branches can cost.
    fn end_forked(&mut self, setup: &Setup, device: u8, epoch: u8, kept: &[Op]) {
        let here = |op: &&Op| (op.device, op.epoch) == (device, epoch);
        let main = self.devices[usize::from(device)].chain(epoch).last();
        let ends = kept
            .iter()
            .filter(here)
            .filter(|op| !kept.iter().any(|next| next.prev == Some(op.id)) && main != Some(&op.id));
        let branches = Points::try_from(ends.count()).unwrap_or(Points::MAX) + 1;
        let own = self
            .rows
            .iter()
            .filter(|row| (row.device, row.epoch) == (device, epoch));
        // each branch may have had all of it, whatever became of it on the main chain since
        let escrow = if setup.rules.fork_bound_is_granted {
            own.clone().flat_map(|row| row.granted).sum()
        } else {
            own.clone().map(crate::centre::Row::outstanding).sum()
        };
        let coupon = own.clone().any(|row| row.coupon);
        self.ends.push(LifeEnd {
            device,
            epoch,
            cause: Cause::Fork,
            escrow,
            branches: branches.max(2),
            coupon,
        });
    }

    /// A manager writes a device off: all that it holds is freed, and a new epoch waits to be claimed.
    pub fn write_off(&mut self, setup: &Setup, device: u8) {
        let current = self.devices[usize::from(device)].epoch;
        for epoch in 1..=current {
            let own = self
                .rows
                .iter()
                .filter(|row| (row.device, row.epoch) == (device, epoch));
            let escrow = own.clone().map(crate::centre::Row::outstanding).sum();
            let coupon = own.clone().any(|row| self.coupon.holder == Some(row.grant));
            if epoch == current || escrow > 0 || coupon {
                self.ends.push(LifeEnd {
                    device,
                    epoch,
                    cause: Cause::WriteOff,
                    escrow,
                    branches: 1,
                    coupon,
                });
            }
        }
        self.free(setup, |row| row.device == device);
        let generation = self.generation;
        let d = &mut self.devices[usize::from(device)];
        d.epoch += 1;
        d.life = None;
        d.reported = generation;
        d.open_epoch(current + 1);
    }

    /// A manager revokes a device: a write-off after which it only delivers.
    pub fn revoke(&mut self, setup: &Setup, device: u8) {
        if self.devices[usize::from(device)].quarantined {
            self.resolve(setup, device);
        }
        self.write_off(setup, device);
        self.devices[usize::from(device)].revoked = true;
    }

    /// Wrong variant: takes a redemption that timed out a second way, from free points.
    pub fn pay_online(&mut self, op: &Op) -> OpId {
        if let Err(place) = self.applied.binary_search_by_key(&op.id, |op| op.id) {
            self.applied.insert(place, *op);
            if let What::Spend(_, points) = op.what {
                let taken: Points = self.books.take(points).iter().sum();
                self.books.redeemed += points;
                self.books.debt += points - taken;
            }
            self.extend(op);
        }
        op.id
    }

    /// Wrong variant: takes a release that is no operation, as often as it comes.
    pub fn loose_release(&mut self, grant: crate::wire::GrantId, points: Points) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.grant == grant) {
            row.held[crate::books::LASTING] -= points;
            self.books.put_back(crate::books::LASTING, points, false);
        }
    }
}

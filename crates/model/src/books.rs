//! The member's points at the centre.

/// Points, as few as do.
pub type Points = i8;

/// Lots with a last day.
pub const EXPIRING: usize = 0;
/// Lots without one.
pub const LASTING: usize = 1;

/// The member's accounts. What devices hold stands in the allowances.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Books {
    /// Ever earned.
    pub earned: Points,
    /// Free, by lot.
    pub free: [Points; 2],
    /// Owed.
    pub debt: Points,
    /// Redeemed against the member.
    pub redeemed: Points,
    /// Expired.
    pub expired: Points,
    /// Taken back by returns.
    pub taken_back: Points,
    /// Spent beyond what a device held: the store's loss, no matter of the member.
    pub loss: Points,
    /// Whether the last day of the expiring lot has passed.
    pub passed: bool,
}

impl Books {
    /// Free points in all.
    #[must_use]
    pub fn available(&self) -> Points {
        self.free.iter().sum()
    }

    /// Takes up to `points` out of free lots, soonest expiry first; what was taken, by lot.
    pub fn take(&mut self, points: Points) -> [Points; 2] {
        let mut taken = [0, 0];
        let mut missing = points;
        for (free, taken) in self.free.iter_mut().zip(&mut taken) {
            let part = (*free).min(missing);
            *free -= part;
            *taken = part;
            missing -= part;
        }
        taken
    }

    /// New points: debt first.
    pub fn earn(&mut self, points: Points) {
        self.earned += points;
        let settled = points.min(self.debt);
        self.debt -= settled;
        self.free[LASTING] += points - settled;
    }

    /// Points taken back by a return: from what is free, else owed.
    pub fn take_back(&mut self, points: Points) {
        let taken: Points = self.take(points).iter().sum();
        self.taken_back += points;
        self.debt += points - taken;
    }

    /// Points out of escrow back into their lot: debt first; what has passed expires, unless it is `held_open`.
    pub fn put_back(&mut self, lot: usize, points: Points, held_open: bool) {
        let settled = points.min(self.debt);
        self.debt -= settled;
        let rest = points - settled;
        if lot == EXPIRING && self.passed && !held_open {
            self.expired += rest;
        } else {
            self.free[lot] += rest;
        }
    }

    /// The last day passes, or a recovery ends after it.
    pub const fn expire(&mut self) {
        if self.passed {
            self.expired += self.free[EXPIRING];
            self.free[EXPIRING] = 0;
        }
    }

    /// Points into an allowance that was forgotten: out of the lots that it names, then others, then owed.
    pub fn reinstate(&mut self, lots: [Points; 2]) {
        let mut missing = 0;
        for (free, wanted) in self.free.iter_mut().zip(lots) {
            let part = (*free).min(wanted);
            *free -= part;
            missing += wanted - part;
        }
        let taken: Points = self.take(missing).iter().sum();
        self.debt += missing - taken;
    }
}

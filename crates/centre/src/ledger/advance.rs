//! Time passing on a loaded account.

use chrono::{DateTime, Utc};
use loyalty::{AccountKind, Moment, OpId, Outcome, Program};

use super::Ledger;

impl Ledger {
    /// Lets all free points of a member who was erased expire: what was free, and whatever comes later.
    pub(super) fn close(&mut self, at: DateTime<Utc>) {
        let outcome = loyalty::close(&mut self.account);
        let op_id = OpId::new(format!("erased:{}", self.member.id));
        self.note(&op_id, None, at, &outcome);
    }

    /// Brings the account to a moment: what has passed expires, reviews happen.
    pub fn advance(&mut self, program: &Program, at: DateTime<Utc>) -> (Moment, Outcome) {
        let since = self.account.rows().as_of;
        let passed = loyalty::advance(program, &mut self.account, at);
        let op_id = OpId::new(format!("advance:{}", passed.now.today()));
        let clock = passed.now.clock();
        let first = self.moved.len();
        self.note(&op_id, None, clock, &passed.outcome);
        self.date_expiries(program, first, since, clock);
        (passed.now, passed.outcome)
    }

    /// Points expire when their last day ends, however late that is noticed: dates what was noted so from
    /// `first` on, not before `since` and not after `clock`.
    pub(super) fn date_expiries(
        &mut self,
        program: &Program,
        first: usize,
        since: Option<DateTime<Utc>>,
        clock: DateTime<Utc>,
    ) {
        for moved in self.moved.iter_mut().skip(first) {
            let lot = moved.movement.lot.and_then(|id| self.account.lot(id));
            let ended = lot.and_then(|lot| lot.expires).and_then(|d| d.succ_opt());
            if let (AccountKind::Expired, Some(ended)) = (&moved.movement.to, ended) {
                let ended = program.day_begins(ended);
                moved.at = ended.max(since.unwrap_or(ended)).min(clock);
            }
        }
    }

    /// The moment of an operation at this time, with the account left as it is.
    pub fn moment(&self, program: &Program, at: DateTime<Utc>) -> Moment {
        loyalty::advance(program, &mut self.account.clone(), at).now
    }
}

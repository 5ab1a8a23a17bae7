//! Acts on a loaded account beside sales, redemptions and returns. Nothing here decides: it hands over
//! and notes.

use chrono::NaiveDate;
use loyalty::{Error, Lapsed, Moment, Outcome, Program, Standing};

use super::Ledger;
use super::redemptions::StoredRedemption;

/// A behaviour to be rewarded.
#[derive(Debug, Clone)]
pub struct Behaving<'a> {
    /// The operation's id; `welcome:<member>` for joining.
    pub op_id: &'a str,
    /// Which store bears what is beyond the limit.
    pub store: &'a str,
    /// Which behaviour.
    pub kind: &'a str,
    /// How often it counted for her on the operation's business date so far.
    pub that_day: u32,
}

impl Ledger {
    /// Rewards a behaviour.
    ///
    /// # Errors
    /// As [`loyalty::behave`]; the account is unchanged then.
    pub fn behave(
        &mut self,
        program: &Program,
        now: &Moment,
        b: &Behaving<'_>,
        standing: Standing,
    ) -> Result<Outcome, Error> {
        let kind = b.kind.into();
        let outcome =
            loyalty::behave(program, &mut self.account, now, &kind, b.that_day, standing)?;
        self.note(b.op_id, b.store, now.at(), &outcome);
        Ok(outcome)
    }

    /// Gives a redemption back; [`save`](Self::save) writes it. One that was given back before stays as it is.
    ///
    /// # Errors
    /// As [`loyalty::reverse`]; nothing is changed then.
    pub fn reverse(
        &mut self,
        program: &Program,
        now: &Moment,
        mut stored: StoredRedemption,
        op_id: &str,
        standing: Standing,
    ) -> Result<Outcome, Error> {
        let outcome = loyalty::reverse(
            program,
            &mut self.account,
            now,
            &mut stored.redemption,
            standing,
        )?;
        // what the store bore of it comes back to the store that bore it
        self.note(op_id, &stored.row.store_id, now.at(), &outcome);
        if stored.row.reversed_at.is_none() {
            stored.row.reversed_at = Some(now.at().timestamp_millis());
            self.reversed.push(stored);
        }
        Ok(outcome)
    }

    /// Freezes, and brings back what expired only because this came late.
    ///
    /// # Errors
    /// As [`loyalty::revive`].
    pub fn freeze(
        &mut self,
        now: &Moment,
        lapsed: &[Lapsed],
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let mut outcome = loyalty::revive(&mut self.account, now, lapsed)?;
        outcome.append(loyalty::freeze(&mut self.account, now));
        self.note(op_id, "", now.at(), &outcome);
        Ok(outcome)
    }

    /// Unfreezes. Load every lot for this.
    pub fn unfreeze(&mut self, now: &Moment, op_id: &str) -> Outcome {
        let outcome = loyalty::unfreeze(&mut self.account, now);
        self.note(op_id, "", now.at(), &outcome);
        outcome
    }

    /// Extends, and brings back what expired only because this came late.
    ///
    /// # Errors
    /// As [`loyalty::revive`].
    pub fn extend(
        &mut self,
        now: &Moment,
        to: NaiveDate,
        lapsed: &[Lapsed],
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let extended = |l: &&Lapsed| {
            let lot = self.account.lot(l.lot);
            to >= now.today() && lot.is_some_and(|lot| lot.has_passed(to))
        };
        let kept: Vec<Lapsed> = lapsed.iter().filter(extended).copied().collect();
        let mut outcome = loyalty::revive(&mut self.account, now, &kept)?;
        outcome.append(loyalty::extend(&mut self.account, to));
        self.note(op_id, "", now.at(), &outcome);
        Ok(outcome)
    }
}

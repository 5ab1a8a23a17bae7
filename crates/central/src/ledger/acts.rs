//! Acts on a loaded account beside sales, redemptions and returns. Nothing here decides: it hands over
//! and notes.

use chrono::NaiveDate;
use loyalty::deed::{self, Book, Deed};
use loyalty::{BehaviourKind, Error, Lapsed, Moment, OpId, Outcome, Program, Standing};

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
        let kind = BehaviourKind::from(b.kind);
        let mut book = self.lend();
        book.behaved.insert((kind.clone(), now.date()), b.that_day);
        let done = deed::apply(program, &mut book, now, &Deed::Behave { kind }, standing);
        self.account = book.account;
        let outcome = done?.outcome;
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
        let of = OpId::from(stored.row.op_id.as_str());
        let mut book = self.lend();
        book.redemptions
            .insert(of.clone(), stored.redemption.clone());
        let reversal = Deed::Reverse { of: of.clone() };
        let done = deed::apply(program, &mut book, now, &reversal, standing);
        self.account = book.account;
        let outcome = done?.outcome;
        if let Some(redemption) = book.redemptions.remove(&of) {
            stored.redemption = redemption;
        }
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
    /// As [`loyalty::revive`]; the account is unchanged then.
    pub fn freeze(
        &mut self,
        program: &Program,
        now: &Moment,
        lapsed: Vec<Lapsed>,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        self.late(program, now, lapsed, &Deed::Freeze, op_id)
    }

    /// Unfreezes. Load every lot for this.
    ///
    /// # Errors
    /// None that the rules have.
    pub fn unfreeze(
        &mut self,
        program: &Program,
        now: &Moment,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let outcome = self.deed(program, now, &Deed::Unfreeze, Standing::Happened)?;
        self.note(op_id, "", now.at(), &outcome);
        Ok(outcome)
    }

    /// Extends, and brings back what expired only because this came late.
    ///
    /// # Errors
    /// As [`loyalty::revive`]; the account is unchanged then.
    pub fn extend(
        &mut self,
        program: &Program,
        now: &Moment,
        to: NaiveDate,
        lapsed: Vec<Lapsed>,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        self.late(program, now, lapsed, &Deed::Extend { to }, op_id)
    }

    /// Does a deed that may have come late.
    fn late(
        &mut self,
        program: &Program,
        now: &Moment,
        lapsed: Vec<Lapsed>,
        deed: &Deed,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let mut book = Book {
            lapsed,
            ..self.lend()
        };
        let done = deed::apply(program, &mut book, now, deed, Standing::Happened);
        self.account = book.account;
        let outcome = done?.outcome;
        self.note(op_id, "", now.at(), &outcome);
        Ok(outcome)
    }
}

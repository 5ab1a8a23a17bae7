//! Acts on a loaded account beside sales, redemptions and returns. Nothing here decides: it hands over
//! and notes.

use chrono::NaiveDate;
use loyalty::deed::{Book, Deed};
use loyalty::{BehaviourKind, Error, Lapsed, Moment, OpId, Outcome, Program, Standing};

use super::Ledger;
use super::redemptions::StoredRedemption;
use super::rules::not_in_the_book;

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
        let mut beside = Book::default();
        let day = (kind.clone(), now.date());
        beside.behaved.insert(day, b.that_day);
        let (done, _) = self.apply(program, now, &Deed::Behave { kind }, standing, beside)?;
        let outcome = done.outcome;
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
        let mut beside = Book::default();
        beside.redemptions.insert(of.clone(), stored.redemption);
        let reversal = Deed::Reverse { of: of.clone() };
        let (done, mut book) = self.apply(program, now, &reversal, standing, beside)?;
        let outcome = done.outcome;
        let redemption = book.redemptions.remove(&of);
        stored.redemption = redemption.ok_or_else(|| not_in_the_book("redemption"))?;
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
        self.late(program, now, Vec::new(), &Deed::Unfreeze, op_id)
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

    /// Does an act that may have come late, and notes it.
    fn late(
        &mut self,
        program: &Program,
        now: &Moment,
        lapsed: Vec<Lapsed>,
        deed: &Deed,
        op_id: &str,
    ) -> Result<Outcome, Error> {
        let beside = Book {
            lapsed,
            ..Book::default()
        };
        let (done, _) = self.apply(program, now, deed, Standing::Happened, beside)?;
        let outcome = done.outcome;
        self.note(op_id, "", now.at(), &outcome);
        Ok(outcome)
    }
}

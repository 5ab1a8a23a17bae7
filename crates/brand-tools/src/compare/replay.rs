//! One member's history under one program.

use chrono::{DateTime, Utc};
use loyalty::deed::{self, Book, Deed};
use loyalty::{Account, AccountRows, Outcome, Points, Program, Standing};
use serde::Serialize;

use super::history::History;

/// What became of a member's points, up to a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The tier shown at the end.
    pub tier: String,
    /// Points earned by purchases and behaviour.
    pub issued: Points,
    /// Points added by hand, less those taken.
    pub adjusted: Points,
    /// Points redeemed, those given back taken off.
    pub redeemed: Points,
    /// Of these, points that were not there.
    pub uncovered: Points,
    /// Points taken back by returns.
    pub taken_back: Points,
    /// Points that expired.
    pub expired: Points,
    /// Points left at the end, less debt.
    pub outstanding: Points,
}

impl Figures {
    /// Adds another's points; the tier stays.
    pub fn add(&mut self, other: &Self) {
        self.issued += other.issued;
        self.adjusted += other.adjusted;
        self.redeemed += other.redeemed;
        self.uncovered += other.uncovered;
        self.taken_back += other.taken_back;
        self.expired += other.expired;
        self.outstanding += other.outstanding;
    }

    fn take(&mut self, outcome: &Outcome) {
        self.issued += outcome.earned;
        self.redeemed += outcome.spent - outcome.given_back;
        self.uncovered += outcome.loss;
        self.taken_back += outcome.taken_back;
        self.expired += outcome.expired;
    }
}

/// Replays a history. What a program cannot understand of it (a behaviour that it does not know) has no
/// effect under it.
pub fn replay(program: &Program, history: &History, until: DateTime<Utc>) -> Figures {
    let mut book = Book::of(begun(program, history));
    let mut figures = Figures::default();
    for event in &history.events {
        let passed = loyalty::advance(program, &mut book.account, event.at);
        figures.take(&passed.outcome);
        let deed = &event.deed;
        if let Ok(done) = deed::apply(program, &mut book, &passed.now, deed, Standing::Happened) {
            figures.take(&done.outcome);
            if let Deed::Adjust { points, .. } = deed {
                figures.adjusted += *points;
            }
        }
    }
    let passed = loyalty::advance(program, &mut book.account, until);
    figures.take(&passed.outcome);
    figures.outstanding = book.account.balance();
    figures.tier = loyalty::shown_tier(program, &book.account).to_string();
    figures
}

/// The account before anything happened.
fn begun(program: &Program, history: &History) -> Account {
    let mut rows: AccountRows = Account::new(history.birthday).into_rows();
    rows.coupons.clone_from(&history.coupons);
    let mut account = Account::from_rows(rows).unwrap_or_default();
    // a tier that this program does not have is no floor under it
    let _ = loyalty::set_tier(program, &mut account, history.floor.clone());
    account
}

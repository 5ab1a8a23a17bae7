//! Doing an operation's deed on its member's account.

use chrono::NaiveDate;
use loyalty::deed::{Deed, Done};
use loyalty::{Error, GrantId, Points, Standing};
use protocol::operation::Spend;
use protocol::push::{Effect, SetAsideReason};
use protocol::{MemberId, StoreId};

use crate::error::ServiceError;
use crate::ledger::{By, Ledger};
use crate::operations::case::{Case, Rules};
use crate::operations::verdict::{Verdict, effect};
use crate::operations::whose::find_by_id;
use crate::unit_of_work::UnitOfWork;

/// What a deed came to; it is saved.
pub struct Carried {
    /// Whose account.
    pub member: MemberId,
    /// What it did.
    pub done: Done,
    /// What its counter is told.
    pub effect: Effect,
    /// The business date that it counts on.
    pub on: NaiveDate,
    /// Points that the store bears because nothing sound allowed it.
    pub cost: Points,
}

/// A member's account, loaded for a deed; the verdict where the operation must wait for her.
///
/// # Errors
/// Where the database fails.
pub async fn load(
    work: &UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    named: &MemberId,
    deed: &Deed,
) -> Result<Result<Ledger, Verdict>, ServiceError> {
    let program = &rules.current;
    if let Some(ledger) = Ledger::load_for(work.on(), program, named, case.at, deed).await? {
        return Ok(Ok(ledger));
    }
    // by a name that led to her before, or nobody's
    let id = match find_by_id(work, case, named).await? {
        Ok(member) => member.id,
        Err(verdict) => return Ok(Err(verdict)),
    };
    let loaded = Ledger::load_for(work.on(), program, &id, case.at, deed).await?;
    loaded.map(Ok).ok_or_else(|| gone(&id))
}

/// Does a deed as something that has happened, and saves what it did; the verdict where the operation must wait, or
/// cannot be understood. `store` bears what the rules would not.
///
/// # Errors
/// Where the database fails.
pub async fn carry_out(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    whose: (&MemberId, Option<&StoreId>),
    deed: &Deed,
) -> Result<Result<Carried, Verdict>, ServiceError> {
    carry_out_for(work, case, rules, whose, deed, None).await
}

/// [`carry_out`] of what only an approval allows. `bearer` bears what it brings, where there is none that is sound.
///
/// # Errors
/// Where the database fails.
pub async fn carry_out_for(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    (named, store): (&MemberId, Option<&StoreId>),
    deed: &Deed,
    bearer: Option<&StoreId>,
) -> Result<Result<Carried, Verdict>, ServiceError> {
    let mut ledger = match load(work, case, rules, named, deed).await? {
        Ok(ledger) => ledger,
        Err(verdict) => return Ok(Err(verdict)),
    };
    let member = ledger.member.id.0.clone();
    let (now, _) = ledger.advance(&rules.current, case.at);
    let op_id = case.op_id();
    let by = By {
        store,
        ..By::itself(&op_id)
    };
    let moved_on = extended(&ledger, deed);
    let done = match ledger.carry_out(&rules.program, &now, deed, by, Standing::Happened) {
        Ok(done) => done,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Err(Verdict::set_aside(SetAsideReason::Malformed)));
        }
    };
    let mut effect = effect(&done.outcome, ledger.account.balance());
    let mut cost = Points::ZERO;
    if let Some(store) = bearer {
        cost = brought(deed, &done.outcome, moved_on);
        ledger.bear(&op_id, store, now.at(), cost);
        // what a store bore before and has back is set against it
        effect.loss = (done.outcome.loss + cost).floor_zero();
    }
    ledger.save(work, &rules.current).await?;
    let on = now.date();
    Ok(Ok(Carried {
        member,
        done,
        effect,
        on,
        cost,
    }))
}

/// Free points whose last day a deed moves on.
fn extended(ledger: &Ledger, deed: &Deed) -> Points {
    let Deed::Extend { to } = deed else {
        return Points::ZERO;
    };
    let lots = ledger.account.rows().lots.iter();
    lots.filter(|lot| lot.has_passed(*to))
        .map(|lot| lot.points)
        .sum()
}

/// Points that a deed brought to the member which nothing but an approval allows.
fn brought(deed: &Deed, outcome: &loyalty::Outcome, extended: Points) -> Points {
    // what had expired and came back is counted downwards
    let revived = (Points::ZERO - outcome.expired).floor_zero();
    match deed {
        Deed::Reverse { .. } => outcome.given_back,
        Deed::Extend { .. } => extended + revived,
        Deed::Freeze => revived,
        // their approvals are about money, or about nothing that moves points
        Deed::Unfreeze
        | Deed::Purchase(_)
        | Deed::Return { .. }
        | Deed::Confirm { .. }
        | Deed::Drop { .. }
        | Deed::Redeem { .. }
        | Deed::Behave { .. }
        | Deed::Adjust { .. }
        | Deed::SetTier { .. }
        | Deed::GiveCoupon(_)
        | Deed::Release { .. }
        | Deed::BirthMonth { .. } => Points::ZERO,
    }
}

/// Spends as they are stored.
pub fn stored(spends: &[Spend]) -> Vec<(GrantId, Points)> {
    let part = |s: &Spend| (GrantId::new(s.grant.to_string()), s.points);
    spends.iter().map(part).collect()
}

/// An account that was found a moment ago.
pub fn gone(member: &MemberId) -> ServiceError {
    ServiceError::missing("account", member)
}

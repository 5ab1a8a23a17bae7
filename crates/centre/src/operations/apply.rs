//! The effect of one operation: the rules decide, as something that has happened.

use centre_store::boxed;
use centre_store::column::Proof;
use protocol::personal::PersonalField;
use protocol::push::{HeldReason, Outcome, SetAsideReason};
use sea_orm::ConnectionTrait;

use super::case::{Case, Rules};
use super::listed::note;
use super::verdict::Verdict;
use super::{awaited, kinds, listed, logged, whose};
use crate::Centre;
use crate::clerks::CLERK_UNPROVEN;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::db::Later;
use loyalty::Points;

/// On the manager's list: the operation names a store that its device never belonged to; it counts as of its own.
const OTHER_STORE: &str = "other_store";
/// On the manager's list: it came after its device was revoked.
const AFTER_REVOCATION: &str = "after_revocation";

/// [`effect_of`] behind a savepoint: an operation that the service itself cannot digest has no effect by
/// halves and blocks nothing that comes after it. It waits until the service can: nothing is wrong with it.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn apply(
    centre: &Centre,
    work: &mut UnitOfWork,
    case: &Case<'_>,
) -> Result<Verdict, ServiceError> {
    work.on().later_sql("SAVEPOINT one_operation").await?;
    let noted = work.noted();
    let undigested = |error: &dyn std::fmt::Display| {
        tracing::error!(op = %case.op.op_id, kind = %case.op.kind, %error, "held: it is tried again");
    };
    let verdict = match effect_in_turn(centre, work, case).await {
        Err(error) if error.is_corrupt() => {
            undigested(&error);
            Err(Verdict::held(
                HeldReason::CentreFault,
                awaited::SERVICE,
                awaited::BOOKS,
            ))
        }
        Err(error @ (ServiceError::Program { .. } | ServiceError::NoProgram)) => {
            undigested(&error);
            let version = match error {
                ServiceError::Program { version, .. } => version,
                _ => case.op.program,
            };
            Err(Verdict::held(
                HeldReason::ProgramUnknown,
                awaited::PROGRAM,
                version.to_string(),
            ))
        }
        other => Ok(other?),
    };
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(held) => {
            work.on()
                .execute_unprepared("ROLLBACK TO SAVEPOINT one_operation")
                .await?;
            work.forget_noted(noted);
            held
        }
    };
    work.on()
        .later_sql("RELEASE SAVEPOINT one_operation")
        .await?;
    Ok(verdict)
}

/// [`effect_of`], where what it waits for is not arriving at this very moment: another transaction
/// that brings it could not see that something waits.
async fn effect_in_turn(
    centre: &Centre,
    work: &mut UnitOfWork,
    case: &Case<'_>,
) -> Result<Verdict, ServiceError> {
    let verdict = effect_of(centre, work, case).await?;
    match &verdict.waits {
        Some((kind, key)) if work.in_turn(kind, key).await? => effect_of(centre, work, case).await,
        _ => Ok(verdict),
    }
}

/// Gives an operation its effect, or says why it waits or is set aside. It writes nothing but
/// through [`crate::ledger`], and that last: a refusal leaves no trace.
///
/// # Errors
/// Where the database fails.
async fn effect_of(
    centre: &Centre,
    work: &mut UnitOfWork,
    case: &Case<'_>,
) -> Result<Verdict, ServiceError> {
    let op = case.op;
    let own = case.device.id == op.device;
    if !own || !op.personal.iter().all(PersonalField::holds) {
        return Ok(Verdict::set_aside(SetAsideReason::Forged));
    }
    let body = match op.body() {
        Err(_) => return Ok(Verdict::set_aside(SetAsideReason::Malformed)),
        Ok(None) => {
            return Ok(Verdict::held(
                HeldReason::KindUnknown,
                awaited::KIND,
                &*op.kind,
            ));
        }
        Ok(Some(body)) => body,
    };
    let Some(program) = centre.program(op.program).await? else {
        let version = op.program.to_string();
        return Ok(Verdict::held(
            HeldReason::ProgramUnknown,
            awaited::PROGRAM,
            version,
        ));
    };
    let rules = Rules {
        program,
        current: centre.current_program().await?,
    };
    if !body.fits(op) {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let late = case.is_after_revocation();
    if late && !body.taken_after_revocation() {
        return Ok(Verdict::set_aside(SetAsideReason::Revoked));
    }
    let named = body.store().cloned();
    let entries = logged::entries(case, &body);
    let verdict = kinds::apply(work, case, &rules, body).await?;
    if matches!(verdict.outcome, Outcome::Applied(_)) {
        for entry in entries {
            work.note(match &verdict.member {
                Some(member) => entry.about(member),
                None => entry,
            });
        }
    }
    let own = &case.device.store_id;
    let done = matches!(verdict.outcome, Outcome::Applied(_) | Outcome::Exists(_));
    if done && case.proven.clerk == Proof::Unproven {
        // it counts as it happened; whoever it was, the store of the device answers for it
        listed::note_of(work, case, own, verdict.member.as_ref(), CLERK_UNPROVEN).await?;
    }
    let Some(member) = &verdict.member else {
        return Ok(verdict);
    };
    if let Some(named) = named
        && !whose::belongs_to(work, case, &named).await?
    {
        note(work, case, own, member, OTHER_STORE, Points::ZERO).await?;
    }
    if late {
        note(work, case, own, member, AFTER_REVOCATION, Points::ZERO).await?;
    }
    Ok(verdict)
}

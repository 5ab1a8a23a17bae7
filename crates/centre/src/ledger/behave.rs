//! A behaviour that no counter recorded: joining, inviting.

use centre_store::tables::behaviour;
use chrono::{DateTime, Utc};
use loyalty::deed::Deed;
use loyalty::{Error, OpId, Program, Standing};
use protocol::MemberId;
use protocol::entity::EntityKind;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{By, Ledger};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::unit_of_work::UnitOfWork;

/// Gives a member what a behaviour brings, in her home store, and notes it. The inner error is the rules': then nothing was
/// changed.
///
/// # Errors
/// Where she has no account, or the database fails.
pub async fn behave_by_itself(
    work: &mut UnitOfWork,
    program: &Program,
    whose: &MemberId,
    (kind, op_id): (&str, OpId),
    at: DateTime<Utc>,
) -> Result<Result<(), Error>, ServiceError> {
    let deed = Deed::Behave { kind: kind.into() };
    let loaded = Ledger::load_for(work.on(), program, whose, at, &deed).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", whose))?;
    let (now, _) = ledger.advance(program, at);
    let store = ledger.member.home_store.0.clone();
    let by = By {
        store: Some(&store),
        ..By::itself(&op_id)
    };
    let outcome = match ledger.carry_out(program, &now, &deed, by, Standing::Proposed) {
        Ok(done) => done.outcome,
        Err(error) => return Ok(Err(error)),
    };
    ledger.save(work, program).await?;
    let row = behaviour::Model {
        member_id: whose.into(),
        op_id: op_id.into(),
        kind: kind.to_owned(),
        on_date: now.date().into(),
        at: at.into(),
        points: outcome.earned.into(),
    };
    behaviour::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of(EntityKind::Behaved, whose, kind.to_owned()));
    Ok(Ok(()))
}

//! Points for joining.

use centre_store::tables::{behaviour, member};
use loyalty::deed::Deed;
use loyalty::{OpId, Program, Standing};
use protocol::entity::EntityKind;
use protocol::operation::JOIN;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::steps::WELCOME;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::ledger::{By, Ledger};
use crate::unit_of_work::UnitOfWork;

/// Points for joining, where the program gives some.
pub(super) async fn welcome(
    work: &mut UnitOfWork,
    program: &Program,
    member: &member::Model,
) -> Result<(), ServiceError> {
    if !program.doc().behaviours.contains_key(&JOIN.into()) {
        return Ok(());
    }
    let at = *member.joined_at;
    let deed = Deed::Behave { kind: JOIN.into() };
    let loaded = Ledger::load_for(work.on(), program, &member.id, at, &deed).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", &member.id))?;
    let (now, _) = ledger.advance(program, at);
    let op_id = OpId::new(format!("{WELCOME}{}", member.id));
    let by = By {
        store: Some(&member.home_store),
        ..By::itself(&op_id)
    };
    let outcome = ledger
        .carry_out(program, &now, &deed, by, Standing::Proposed)
        .map_err(ServiceError::rules("points for joining"))?
        .outcome;
    ledger.save(work, program).await?;
    let row = behaviour::Model {
        member_id: member.id.clone(),
        op_id: op_id.into(),
        kind: JOIN.to_owned(),
        on_date: now.date().into(),
        at: member.joined_at,
        points: outcome.earned.into(),
    };
    behaviour::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of(
        EntityKind::Behaved,
        &member.id,
        JOIN.to_owned(),
    ));
    Ok(())
}

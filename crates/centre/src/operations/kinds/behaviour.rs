//! Something valued that a member did: it earns, and beyond its limit the store bears what it earned.

use protocol::entity::EntityKind;
use protocol::operation::{Behaviour, OperationKind as _};
use protocol::push::{Outcome, SetAsideReason};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::account;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::operations::case::{Case, Rules};
use crate::operations::listed::list;
use crate::operations::verdict::Verdict;
use crate::operations::whose::bearing_store;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::behaviour;

/// Rewards it. What the rules that it was made under do not know is set aside.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: Behaviour,
) -> Result<Verdict, ServiceError> {
    let op_id = case.op_id();
    let Some(deed) = body.deed(op_id.as_str(), None) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let store = bearing_store(work, case, &body.store).await?;
    let whose = (&body.member, Some(&store));
    let carried = match account::carry_out(work, case, rules, whose, &deed).await? {
        Ok(carried) => carried,
        Err(verdict) => return Ok(verdict),
    };
    let (member, outcome) = (carried.member, &carried.done.outcome);
    let row = behaviour::Model {
        member_id: (&member).into(),
        op_id: op_id.into(),
        kind: body.behaviour.clone(),
        on_date: carried.on.into(),
        at: case.at.into(),
        points: outcome.earned.into(),
    };
    behaviour::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of(EntityKind::Behaved, &member, body.behaviour));
    let (overruled, loss) = (&outcome.overruled, outcome.loss);
    list(work, case, &store, &member, overruled, loss).await?;
    Ok(Verdict {
        member: Some(member),
        ..Verdict::done(Outcome::Applied(carried.effect))
    })
}

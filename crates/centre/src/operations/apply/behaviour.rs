//! Something valued that a member did: it earns, and beyond its limit the store bears what it earned.

use loyalty::{Error, Standing};
use protocol::operation::Behaviour;
use protocol::push::SetAsideReason;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use super::{Case, Rules, Verdict, bearing_store, find_by_id, gone, list};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::ledger::{Behaving, Ledger, Need};
use crate::operations::effect;
use crate::work::Work;
use centre_store::tables::behaviour;

pub async fn apply(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Behaviour,
) -> Result<Verdict, ServiceError> {
    if !body.fits() {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    let store = bearing_store(work, case, body.store.as_str()).await?;
    let need = Need::default();
    let mut ledger = Ledger::load(work.on(), &rules.current, &member.id, case.at, &need)
        .await?
        .ok_or_else(gone)?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    // her account is held: what counted so far cannot change now
    let that_day = behaviour::Entity::find()
        .filter(behaviour::Column::MemberId.eq(&member.id))
        .filter(behaviour::Column::Kind.eq(&body.behaviour))
        .filter(behaviour::Column::OnDate.eq(now.date().to_string()))
        .count(work.on())
        .await?;
    let op_id = case.op_id();
    let behaving = Behaving {
        op_id: &op_id,
        store: &store,
        kind: &body.behaviour,
        that_day: u32::try_from(that_day).unwrap_or(u32::MAX),
    };
    let outcome = match ledger.behave(&rules.program, &now, &behaving, Standing::Happened) {
        Ok(outcome) => outcome,
        // the rules that it was made under have no such behaviour
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let balance = ledger.account.balance();
    ledger.save(work, &rules.current).await?;
    let row = behaviour::Model {
        member_id: member.id.clone(),
        op_id,
        kind: body.behaviour.clone(),
        on_date: now.date().to_string(),
        at: case.at.timestamp_millis(),
        points: outcome.earned.get(),
    };
    behaviour::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::Behaved(member.id.clone(), body.behaviour));
    list(
        work,
        case,
        &store,
        &member.id,
        &outcome.overruled,
        outcome.loss,
    )
    .await?;
    Ok(Verdict::applied(&member.id, effect(&outcome, balance)))
}

//! A sample or a welcome gift that was handed out: it is kept, and the store has a piece less of a reward.

use loyalty::Points;
use protocol::entity::EntityKind;
use protocol::operation::{SampleGiven, sample_reason};
use protocol::push::Effect;
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::operations::case::Case;
use crate::operations::listed::note;
use crate::operations::verdict::Verdict;
use crate::operations::whose::{bearing_store, find_by_id};
use crate::stock::{self, OUT_OF_STOCK};
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::sample;

/// Keeps it.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    body: SampleGiven,
) -> Result<Verdict, ServiceError> {
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member.id.into_inner(),
        Err(verdict) => return Ok(verdict),
    };
    let store = bearing_store(work, case, &body.store).await?;
    let row = sample::Model {
        op_id: case.op_id().into(),
        member_id: (&member).into(),
        store_id: (&store).into(),
        clerk_id: (&case.op.clerk).into(),
        at: case.at.into(),
        sku: body.sku.as_deref().map(Into::into),
        name: body.name,
        qty: body.qty.into(),
        reason: sample_reason(&body.reason).to_owned(),
    };
    sample::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of(
        EntityKind::Sample,
        &member,
        case.op_id().as_str(),
    ));
    let mut effect = Effect::default();
    if let Some(reward) = &body.reward
        && stock::take(work, &store, reward, body.qty).await?
    {
        note(work, case, &store, &member, OUT_OF_STOCK, Points::ZERO).await?;
        effect.loss_reason = Some(OUT_OF_STOCK.to_owned());
    }
    Ok(Verdict::applied(&member, effect))
}

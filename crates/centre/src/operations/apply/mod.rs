//! The effect of one operation: the rules decide, as something that has happened.

mod approval;
mod behaviour;
mod called_off;
mod coupons;
mod credit;
mod earlier;
mod extension;
mod forgotten;
mod freeze;
pub mod profile;
mod reaction;
mod redemption;
mod release;
mod returns;
mod reversal;
mod sale;
mod which;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use identity::MemberCode;
use loyalty::{Money, Points, Program, Refusal};
use protocol::MemberId;
use protocol::operation::{Body, MemberRef, Operation, PHONE, Spend};
use protocol::personal::PersonalField;
use protocol::push::{Effect, HeldReason, Outcome, SetAsideReason};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::held::{self, needs};
use crate::Centre;
use crate::error::ServiceError;
use crate::ledger::Holder;
use crate::members;
use crate::time::{self, from_millis};
use crate::work::Work;
use centre_store::db::Later;
use centre_store::tables::{device, manager_list, member, store};

/// An operation and the circumstances that it is judged in.
#[derive(Debug)]
pub struct Case<'a> {
    /// The operation.
    pub op: &'a Operation,
    /// The counter that did it.
    pub device: &'a device::Model,
    /// When it counts.
    pub at: DateTime<Utc>,
}

/// What became of an operation, and what follows from it.
#[derive(Debug)]
pub struct Verdict {
    /// What became of it.
    pub outcome: Outcome,
    /// Whose it is, where that is known.
    pub member: Option<String>,
    /// What it waits for, where it is held.
    pub waits: Option<(&'static str, String)>,
    /// What has arrived by it and others may wait for: the need and its key.
    pub arrived: Option<(&'static str, String)>,
}

impl Verdict {
    /// This became of it.
    pub fn done(outcome: Outcome) -> Self {
        Self {
            outcome,
            member: None,
            waits: None,
            arrived: None,
        }
    }
    /// It is kept for a manager.
    pub fn set_aside(reason: SetAsideReason) -> Self {
        Self::done(Outcome::SetAside { reason })
    }
    /// It waits.
    fn held(reason: HeldReason, need: &'static str, key: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Held { reason },
            member: None,
            waits: Some((need, key.into())),
            arrived: None,
        }
    }
    /// It had its effect on this member.
    pub fn applied(member: &str, effect: Effect) -> Self {
        Self {
            member: Some(member.to_owned()),
            ..Self::done(Outcome::Applied(effect))
        }
    }
}

impl<'a> Case<'a> {
    /// `effective_at` is the clamped time in milliseconds.
    ///
    /// # Errors
    /// Where that is no time.
    pub fn new(
        op: &'a Operation,
        device: &'a device::Model,
        effective_at: i64,
    ) -> Result<Self, ServiceError> {
        Ok(Self {
            op,
            device,
            at: from_millis(effective_at)?,
        })
    }

    fn op_id(&self) -> String {
        self.op.op_id.to_string()
    }

    /// In whose name the operation spends allowances.
    fn holder(&self) -> Holder {
        let epoch = i32::try_from(self.op.epoch.0).unwrap_or(i32::MAX);
        Holder {
            device: self.device.id.clone(),
            epoch,
        }
    }
}

/// [`effect_of`] behind a savepoint: an operation that the service itself cannot digest has no effect by
/// halves and blocks nothing that comes after it. It waits until the service can: nothing is wrong with it.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    centre: &Centre,
    work: &mut Work,
    case: &Case<'_>,
) -> Result<Verdict, ServiceError> {
    work.on().later_sql("SAVEPOINT one_operation").await?;
    let undigested = |error: &dyn std::fmt::Display| {
        tracing::error!(op = %case.op.op_id, kind = %case.op.kind, %error, "held: it is tried again");
    };
    let verdict = match effect_in_turn(centre, work, case).await {
        Err(error @ ServiceError::Broken(_)) => {
            undigested(&error);
            Err(Verdict::held(
                HeldReason::CentreFault,
                needs::SERVICE,
                needs::BOOKS,
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
                needs::PROGRAM,
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
    work: &mut Work,
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
    work: &mut Work,
    case: &Case<'_>,
) -> Result<Verdict, ServiceError> {
    let op = case.op;
    let own = op.device.to_string() == case.device.id;
    if !own || !op.personal.iter().all(PersonalField::holds) {
        return Ok(Verdict::set_aside(SetAsideReason::Forged));
    }
    let body = match op.body() {
        Err(_) => return Ok(Verdict::set_aside(SetAsideReason::Malformed)),
        Ok(None) => {
            return Ok(Verdict::held(
                HeldReason::KindUnknown,
                needs::KIND,
                &*op.kind,
            ));
        }
        Ok(Some(body)) => body,
    };
    let Some(program) = centre.program(op.program).await? else {
        let version = op.program.to_string();
        return Ok(Verdict::held(
            HeldReason::ProgramUnknown,
            needs::PROGRAM,
            version,
        ));
    };
    let rules = Rules {
        program,
        current: centre.current_program().await?,
    };
    match body {
        Body::Sale(sale) => sale::apply(work, case, &rules, sale).await,
        Body::Redemption(r) => redemption::apply(work, case, &rules, r).await,
        Body::Return(r) => returns::apply(work, case, &rules, r).await,
        Body::Release(r) => release::apply(work, case, &rules, r).await,
        Body::Profile(p) => profile::apply(centre, work, case, &p).await,
        Body::Reversal(r) => reversal::apply(work, case, &rules, r).await,
        Body::Behaviour(b) => behaviour::apply(work, case, &rules, b).await,
        Body::Freeze(f) => freeze::freeze(work, case, &rules, f).await,
        Body::Unfreeze(f) => freeze::unfreeze(work, case, &rules, f).await,
        Body::Extension(e) => extension::apply(work, case, &rules, e).await,
        Body::Reveal(r) => {
            let known = members::by_id(work.on(), r.member.as_str()).await?;
            let member = known.map(|m| m.id);
            Ok(Verdict {
                member,
                ..Verdict::done(Outcome::Applied(Effect::default()))
            })
        }
    }
}

/// The rules of an operation.
pub(super) struct Rules {
    /// Those that it was made under.
    program: Arc<Program>,
    /// Those of today: time passes under them, and they say which tier is shown.
    current: Arc<Program>,
}

/// [`find_member`] by the id that a counter has of her.
async fn find_by_id(
    work: &Work,
    case: &Case<'_>,
    member: &MemberId,
) -> Result<Result<member::Model, Verdict>, ServiceError> {
    let who = MemberRef::Id {
        member: member.clone(),
    };
    find_member(work, case, &who).await
}

/// Finds whose operation it is; the verdict where it must wait for her.
async fn find_member(
    work: &Work,
    case: &Case<'_>,
    who: &MemberRef,
) -> Result<Result<member::Model, Verdict>, ServiceError> {
    let (found, need, key) = match who {
        MemberRef::Id { member } => {
            let id = member.as_str();
            (
                members::by_id(work.on(), id).await?,
                needs::CODE,
                id.to_owned(),
            )
        }
        MemberRef::Code { code } => {
            let Some(scanned) = MemberCode::typed(code) else {
                return Ok(Err(Verdict::set_aside(SetAsideReason::Malformed)));
            };
            (
                // where several cards may be meant it waits for one that is meant alone
                members::by_card(work.on(), &scanned)
                    .await?
                    .one()
                    .ok()
                    .flatten(),
                needs::CODE,
                held::code_key(&scanned),
            )
        }
        MemberRef::Phone => {
            let Some(phone) = case
                .op
                .personal_value(PHONE)
                .and_then(protocol::phone::mobile_number)
            else {
                return Ok(Err(Verdict::set_aside(SetAsideReason::Malformed)));
            };
            (
                members::by_phone(work.on(), &phone).await?,
                needs::PHONE,
                phone,
            )
        }
    };
    Ok(found.ok_or_else(|| Verdict::held(HeldReason::MemberUnknown, need, key)))
}

/// The store that an operation names, or the counter's own where there is no such store.
async fn bearing_store(work: &Work, case: &Case<'_>, named: &str) -> Result<String, ServiceError> {
    if named == case.device.store_id {
        return Ok(named.to_owned());
    }
    let known = store::Entity::find_by_id(named).one(work.on()).await?;
    Ok(known.map_or_else(|| case.device.store_id.clone(), |s| s.id))
}

/// Spends with their sum, where they can be what they claim.
fn spends(parts: &[Spend], total: Points) -> Option<Vec<(String, Points)>> {
    let sum: Points = parts.iter().map(|s| s.points).sum();
    let fit = total.is_amount()
        && sum == total
        && parts
            .iter()
            .all(|s| s.points.is_amount() && s.points.is_positive());
    fit.then(|| {
        parts
            .iter()
            .map(|s| (s.grant.to_string(), s.points))
            .collect()
    })
}

/// Puts what the rules would have refused on the manager's list of the store that bears it.
async fn list(
    work: &Work,
    case: &Case<'_>,
    store: &str,
    member: &str,
    overruled: &[Refusal],
    loss: Points,
) -> Result<(), ServiceError> {
    for (i, refusal) in overruled.iter().enumerate() {
        let points = if *refusal == Refusal::NotEnoughPoints || (i == 0 && overruled.len() == 1) {
            loss.floor_zero()
        } else {
            Points::ZERO
        };
        note(work, case, store, member, refusal.code(), points).await?;
    }
    Ok(())
}

async fn note(
    work: &Work,
    case: &Case<'_>,
    store: &str,
    member: &str,
    reason: &str,
    points: Points,
) -> Result<(), ServiceError> {
    note_cost(work, case, store, member, reason, (points, Money::ZERO)).await
}

/// [`note`], with the money that the store bears beside the points.
async fn note_cost(
    work: &Work,
    case: &Case<'_>,
    store: &str,
    member: &str,
    reason: &str,
    (points, money): (Points, Money),
) -> Result<(), ServiceError> {
    let row = manager_list::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        store_id: Set(store.to_owned()),
        op_id: Set(case.op_id()),
        member_id: Set(Some(member.to_owned())),
        reason: Set(reason.to_owned()),
        points: Set(points.get()),
        at: Set(time::now().timestamp_millis()),
        seen_at: Set(None),
        fen: Set(money.fen()),
    };
    let row = manager_list::Entity::insert_many([row]).on_conflict(
        OnConflict::columns([manager_list::Column::OpId, manager_list::Column::Reason])
            .do_nothing()
            .to_owned(),
    );
    Ok(work.on().write_later(row).await?)
}

/// An account that was found a moment ago.
fn gone() -> ServiceError {
    ServiceError::broken("a member without an account")
}

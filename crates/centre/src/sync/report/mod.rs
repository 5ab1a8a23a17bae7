//! `POST /v1/report`: what a counter holds, told to a database that was put back from a backup.

mod coupon;

use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::{CouponId, GrantId, Points};
use protocol::ErrorCode;
use protocol::grant::GrantReply;
use protocol::limits::REPORT_ALLOWANCES;
use protocol::report::{ReportReply, ReportRequest, Reported};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use crate::Centre;
use crate::devices::{self, Cause, Ending};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::generation;
use crate::ledger::{Ledger, Need};
use crate::members;
use crate::recovery;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{allowance, device, grant_request};

/// Takes one page of what a counter holds.
///
/// # Errors
/// [`ErrorCode::GenerationChanged`], [`ErrorCode::TooLarge`], [`ErrorCode::Malformed`]; where the
/// database fails.
#[boxed]
pub async fn report(
    centre: &Centre,
    signer: &device::Model,
    request: &ReportRequest,
) -> Result<ReportReply, ServiceError> {
    if request.allowances.len() > REPORT_ALLOWANCES {
        return Err(ServiceError::refused(
            ErrorCode::TooLarge,
            "more allowances than a page may have",
        ));
    }
    let now = centre.now();
    let mut work = centre.work().await?;
    let mut row = devices::lock(work.on(), *signer.id).await?;
    let now_in = generation::current(work.on()).await?;
    if now_in != request.generation {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    if request.epoch != *row.epoch || row.quarantined_at.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "not the outbox that is current: say hello again",
        ));
    }
    let mut reply = ReportReply::default();
    let mut reported: Vec<&Reported> = request.allowances.iter().collect();
    reported.sort_by(|a, b| (&a.member, a.grant).cmp(&(&b.member, b.grant)));
    if *row.reported_generation < now_in {
        for one in reported {
            if reinstate(centre, &mut work, &row, one, now).await? {
                reply.reinstated += 1;
            }
        }
        if request.last {
            row.reported_generation = now_in.into();
        }
    } else if forks(&work, &row, &reported).await? {
        // the device has told all that it held, and this is more: a copy of its disk
        row.quarantined_at = Some(now.into());
        work.changed(Changed::device(*row.id));
        tracing::warn!(device = %row.id, "two outboxes hold different allowances: quarantined");
    }
    row.last_contact_at = now.into();
    devices::keep(work.on(), row).await?;
    reply.waiting_for =
        u32::try_from(recovery::waiting_for(work.on(), now_in).await?).unwrap_or(u32::MAX);
    work.commit().await?;
    Ok(reply)
}

/// Whether an outbox holds allowances that are not here, although its device has reported already. What
/// they come to is written down: the most that it can spend of them.
async fn forks(
    work: &UnitOfWork,
    device: &device::Model,
    reported: &[&Reported],
) -> Result<bool, ServiceError> {
    let mut unknown = Points::ZERO;
    let mut any = false;
    for told in reported.iter().filter(|told| told.coupon.is_none()) {
        let grant = GrantId::new(told.grant.to_string());
        let key = ((&told.member).into(), grant.into());
        if allowance::Entity::find_by_id(key)
            .one(work.on())
            .await?
            .is_none()
            && members::by_id(work.on(), &told.member).await?.is_some()
        {
            any = true;
            unknown += told.granted;
        }
    }
    if any {
        let held = devices::outstanding(work.on(), *device.id, *device.epoch).await?;
        let escrow = held + unknown;
        let ended = Ending {
            device: *device.id,
            epoch: *device.epoch,
            cause: Cause::Fork,
            escrow,
            branches: 2,
            by_whom: "",
            known: true,
        };
        ended.write(work.on(), work.now()).await?;
    }
    Ok(any)
}

/// Sets up an allowance that the books have forgotten. Whether it had to.
async fn reinstate(
    centre: &Centre,
    work: &mut UnitOfWork,
    device: &device::Model,
    told: &Reported,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let id = GrantId::new(told.grant.to_string());
    let key = (Col::from(&told.member), Col(id.clone()));
    if told.coupon.is_none()
        && allowance::Entity::find_by_id(key)
            .one(work.on())
            .await?
            .is_some()
    {
        return Ok(false);
    }
    if !recovery::is_attested(centre, device, *device.epoch, told) {
        // a claim: it charges nobody. Its store bears what is spent of it
        tracing::warn!(
            device = %device.id, grant = %told.grant,
            "an allowance was reported that this centre's signature does not show: it is not set up again"
        );
        return Ok(false);
    }
    let Some(member) = members::by_id(work.on(), &told.member).await? else {
        // she joined after the backup and is forgotten too; what is spent of hers is held, and finds it then
        tracing::warn!(grant = %told.grant, "an allowance of a member who is not here");
        let shown = std::slice::from_ref(told);
        recovery::keep_proven(centre, work.on(), device, *device.epoch, shown).await?;
        return Ok(false);
    };
    if let Some(which) = &told.coupon {
        let which = CouponId::from(which.as_str());
        let again = coupon::told(work, device, &member.id, &which, told).await?;
        if again {
            note_request(work, device, told).await?;
        }
        return Ok(again);
    }
    let sum: Points = told.lots.iter().map(|l| l.points).sum();
    if sum != told.granted || told.lots.iter().any(|l| !l.points.is_positive()) {
        return Err(ServiceError::refused(
            ErrorCode::Malformed,
            "an allowance whose lots do not add up",
        ));
    }
    let program = centre.current_program().await?;
    let loaded = Ledger::load(work.on(), &program, &member.id, now, &Need::default()).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", &member.id))?;
    // nothing expires before she has back what was out of reach of any date
    let moment = ledger.moment(&program, now);
    let lots: Vec<_> = told.lots.iter().map(|l| (l.points, l.expires)).collect();
    let row = recovery::forgotten(device, *device.epoch, &member.id, told, now);
    ledger.reinstate(&moment, row, &lots)?;
    ledger.save(work, &program).await?;
    note_request(work, device, told).await?;
    Ok(true)
}

/// The request that brought it is answered: the counter counts it among those that it took.
async fn note_request(
    work: &UnitOfWork,
    device: &device::Model,
    told: &Reported,
) -> Result<(), ServiceError> {
    let request_id = told
        .request
        .map_or_else(|| format!("forgotten:{}", told.grant), |r| r.to_string());
    let key = (device.id, request_id.clone());
    if let Some(known) = grant_request::Entity::find_by_id(key)
        .one(work.on())
        .await?
    {
        grant_request::ActiveModel {
            device_id: Set(known.device_id),
            request_id: Set(known.request_id),
            given: Set(Col(known.given.0.saturating_add(1))),
            ..Default::default()
        }
        .update(work.on())
        .await?;
        return Ok(());
    }
    let reply = GrantReply {
        grants: Vec::new(),
        short: Vec::new(),
        given: None,
        server_time: work.now(),
    };
    devices::keep_answer(
        work,
        *device.id,
        &request_id,
        *device.epoch,
        &reply,
        (1, None),
    )
    .await
}

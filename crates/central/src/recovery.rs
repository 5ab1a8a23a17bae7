//! After the centre's database was put back from a backup: a new generation.
//!
//! Until every counter has reported what it holds, or is written off, nothing is granted: the books may
//! have forgotten allowances that are out. A report comes before the operations that are sent again, so
//! that each of them finds the allowance that it spends from.

mod coupon;

use chrono::{DateTime, Utc};
use protocol::ErrorCode;
use protocol::grant::GrantReply;
use protocol::ids::Generation;
use protocol::limits::REPORT_ALLOWANCES;
use protocol::report::{ReportReply, ReportRequest, Reported};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect, Select,
};

use crate::centre::Centre;
use crate::devices::{self, Cause, Ending};
use crate::entities::{allowance, centre, device, grant_request};
use crate::error::ServiceError;
use crate::grants;
use crate::ledger::{Ledger, Need};
use crate::members;
use crate::time;
use crate::work::Work;

/// The beginning of 2020, in seconds since 1970.
const EPOCH_2020: i64 = 1_577_836_800;

/// The generation as the database has it now.
///
/// # Errors
/// Where the database fails.
pub async fn generation<C: ConnectionTrait>(db: &C) -> Result<i32, ServiceError> {
    let found: Option<i32> = ask_generation().into_tuple().one(db).await?;
    found.ok_or_else(no_identity)
}

/// The question for [`generation`].
pub(crate) fn ask_generation() -> Select<centre::Entity> {
    centre::Entity::find()
        .select_only()
        .column(centre::Column::Generation)
}

pub(crate) fn no_identity() -> ServiceError {
    ServiceError::broken("the centre has no identity")
}

/// A stored generation as it goes over the wire.
pub fn as_generation(stored: i32) -> Generation {
    Generation(u32::try_from(stored).unwrap_or(1))
}

/// Begins a new generation, once however many ask at the same time: `seen` is the one that they saw,
/// and `told` the latest that a counter has told of. A backup that is put back twice must not begin
/// the same generation twice, so it is no less than the minutes since 2020.
///
/// # Errors
/// Where the database fails.
pub async fn begin(work: &Work, seen: i32, told: i32) -> Result<i32, ServiceError> {
    let minutes = (time::now().timestamp() - EPOCH_2020) / 60;
    let next = i32::try_from(minutes)
        .unwrap_or(0)
        .max(seen.saturating_add(1))
        .max(told.saturating_add(1));
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            generation: Set(next),
            copied_at: Set(None),
            ..Default::default()
        })
        .filter(centre::Column::Generation.eq(seen))
        .exec(work.on())
        .await?;
    generation(work.on()).await
}

/// Begins a new generation where nobody had told that the database was put back, and something proves it: what it says of
/// lives that ended meanwhile is then in doubt too. Otherwise as [`begin`].
///
/// # Errors
/// Where the database fails.
pub async fn begin_late(work: &Work, seen: i32, told: i32) -> Result<i32, ServiceError> {
    let now = begin(work, seen, told).await?;
    devices::doubt_all(work.on()).await?;
    Ok(now)
}

/// What `central restored` does: begins a new generation.
///
/// # Errors
/// Where the database fails.
pub async fn restored(centre: &Centre) -> Result<Generation, ServiceError> {
    let work = centre.work().await?;
    let seen = generation(work.on()).await?;
    let now = begin(&work, seen, seen).await?;
    work.commit().await?;
    centre.note_generation(as_generation(now));
    Ok(as_generation(now))
}

/// Counters that have still to report before anything is granted.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_for<C: ConnectionTrait>(db: &C, generation: i32) -> Result<u64, ServiceError> {
    Ok(device::Entity::find()
        .filter(device::Column::RevokedAt.is_null())
        .filter(device::Column::ReportedGeneration.lt(generation))
        .count(db)
        .await?)
}

/// Whether nothing may be granted yet: this database was put back from a backup, and some counter has not
/// told what it holds.
///
/// # Errors
/// Where the database fails.
pub async fn is_on<C: ConnectionTrait>(db: &C, generation: i32) -> Result<bool, ServiceError> {
    // the first generation is no restore
    Ok(generation > 1 && waiting_for(db, generation).await? > 0)
}

/// Takes one page of what a counter holds.
///
/// # Errors
/// [`ErrorCode::GenerationChanged`], [`ErrorCode::TooLarge`], [`ErrorCode::Malformed`]; where the
/// database fails.
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
    let now = time::now();
    let mut work = centre.work().await?;
    let mut row = devices::lock(work.on(), &signer.id).await?;
    let generation = generation(work.on()).await?;
    if as_generation(generation) != request.generation {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    let epoch = i32::try_from(request.epoch.0).unwrap_or(i32::MAX);
    if epoch != row.epoch || row.quarantined_at.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "not the outbox that is current: say hello again",
        ));
    }
    let mut reply = ReportReply::default();
    let mut reported: Vec<&Reported> = request.allowances.iter().collect();
    reported.sort_by(|a, b| (&a.member, a.grant).cmp(&(&b.member, b.grant)));
    if row.reported_generation < generation {
        for one in reported {
            if reinstate(centre, &mut work, &row, one, now).await? {
                reply.reinstated += 1;
            }
        }
        if request.last {
            row.reported_generation = generation;
            if let Some(taken) = request.grants_taken {
                let given = devices::given(work.on(), &row, &request.open_requests).await?;
                let forgotten = (i64::from(taken) - given).max(0);
                row.grants_forgotten = i32::try_from(forgotten).unwrap_or(i32::MAX);
            }
        }
    } else if forks(&work, &row, &reported).await? {
        // the device has told all that it held, and this is more: a copy of its disk
        row.quarantined_at = Some(now.timestamp_millis());
        work.changed(crate::feed::Changed::Device(row.id.clone()));
        tracing::warn!(device = %row.id, "two outboxes hold different allowances: quarantined");
    }
    row.last_contact_at = now.timestamp_millis();
    devices::keep(work.on(), row).await?;
    reply.waiting_for =
        u32::try_from(waiting_for(work.on(), generation).await?).unwrap_or(u32::MAX);
    work.commit().await?;
    Ok(reply)
}

/// Whether an outbox holds allowances that are not here, although its device has reported already. What
/// they come to is written down: the most that it can spend of them.
async fn forks(
    work: &Work,
    device: &device::Model,
    reported: &[&Reported],
) -> Result<bool, ServiceError> {
    let mut unknown = 0;
    let mut any = false;
    for told in reported.iter().filter(|told| told.coupon.is_none()) {
        let key = (told.member.to_string(), told.grant.to_string());
        if allowance::Entity::find_by_id(key)
            .one(work.on())
            .await?
            .is_none()
            && members::by_id(work.on(), told.member.as_str())
                .await?
                .is_some()
        {
            any = true;
            unknown += told.granted.get();
        }
    }
    if any {
        let held = devices::outstanding(work.on(), &device.id, device.epoch).await?;
        let escrow = held.saturating_add(unknown);
        let ended = Ending {
            device: &device.id,
            epoch: device.epoch,
            cause: Cause::Fork,
            escrow,
            branches: 2,
            by_whom: "",
            known: true,
        };
        ended.write(work.on()).await?;
    }
    Ok(any)
}

/// Sets up an allowance that the books have forgotten. Whether it had to.
async fn reinstate(
    centre: &Centre,
    work: &mut Work,
    device: &device::Model,
    told: &Reported,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let Some(member) = members::by_id(work.on(), told.member.as_str()).await? else {
        // she joined after the backup and is forgotten too; what is spent of hers is held
        tracing::warn!(grant = %told.grant, "an allowance of a member who is not here");
        return Ok(false);
    };
    let id = told.grant.to_string();
    if let Some(which) = &told.coupon {
        let again = coupon::told(work, device, &member.id, which, told).await?;
        if again {
            note_request(work, device, told).await?;
        }
        return Ok(again);
    }
    let sum: loyalty::Points = told.lots.iter().map(|l| l.points).sum();
    if sum != told.granted || told.lots.iter().any(|l| !l.points.is_positive()) {
        return Err(ServiceError::refused(
            ErrorCode::Malformed,
            "an allowance whose lots do not add up",
        ));
    }
    let known = allowance::Entity::find_by_id((member.id.clone(), id.clone()))
        .one(work.on())
        .await?;
    if known.is_some() {
        return Ok(false);
    }
    let program = centre.current_program().await?;
    let loaded = Ledger::load(work.on(), &program, &member.id, now, &Need::default()).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::broken("a member without an account"))?;
    // nothing expires before she has back what was out of reach of any date
    let moment = ledger.moment(&program, now);
    let lots: Vec<_> = told.lots.iter().map(|l| (l.points, l.expires)).collect();
    let row = forgotten(device, &member.id, &id, told.ahead, told.request, now);
    ledger.reinstate(&moment, row, &lots)?;
    ledger.save(work, &program).await?;
    note_request(work, device, told).await?;
    Ok(true)
}

/// The row of an allowance that was forgotten.
pub(crate) fn forgotten(
    device: &device::Model,
    member: &str,
    id: &str,
    ahead: bool,
    request: Option<protocol::RequestId>,
    now: DateTime<Utc>,
) -> allowance::Model {
    allowance::Model {
        member_id: member.to_owned(),
        id: id.to_owned(),
        device_id: device.id.clone(),
        epoch: device.epoch,
        request_id: request.map(|r| r.to_string()).unwrap_or_default(),
        granted: 0,
        spent: 0,
        released: 0,
        outstanding: 0,
        granted_at: now.timestamp_millis(),
        lease_until: now.timestamp_millis(),
        written_off: 0,
        recalled_at: None,
        ahead,
        reinstated: 0,
    }
}

/// The request that brought it is answered: the counter counts it among those that it took.
async fn note_request(
    work: &Work,
    device: &device::Model,
    told: &Reported,
) -> Result<(), ServiceError> {
    let request_id = told
        .request
        .map_or_else(|| format!("forgotten:{}", told.grant), |r| r.to_string());
    let key = (device.id.clone(), request_id.clone());
    if let Some(known) = grant_request::Entity::find_by_id(key)
        .one(work.on())
        .await?
    {
        grant_request::ActiveModel {
            device_id: Set(known.device_id),
            request_id: Set(known.request_id),
            given: Set(known.given + 1),
            ..Default::default()
        }
        .update(work.on())
        .await?;
        return Ok(());
    }
    let reply = GrantReply {
        grants: Vec::new(),
        short: Vec::new(),
        server_time: time::now(),
    };
    grants::keep(work, &device.id, &request_id, device.epoch, &reply, 1).await
}

/// Whether an operation may spend from an allowance that is not here: it was made under an earlier
/// generation, and nobody has written its life off.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn may_be_forgotten<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    epoch: i32,
    made_under: i32,
) -> Result<bool, ServiceError> {
    if made_under >= generation(db).await? || device.quarantined_at.is_some() {
        return Ok(false);
    }
    let device = device.id.as_str();
    let over = [Cause::WriteOff, Cause::Fork, Cause::Revoked];
    Ok(!devices::ended_by(db, device, epoch, &over).await?)
}

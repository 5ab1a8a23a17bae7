//! After the centre's database was put back from a backup: a new generation.
//!
//! Until every counter has reported what it holds, or is written off, nothing is granted: the books may
//! have forgotten allowances that are out. A report comes before the operations that are sent again, so
//! that each of them finds the allowance that it spends from.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::{CouponId, GrantId, Points};
use protocol::attestation::Statement;
use protocol::ids::{Epoch, Generation, MemberId};
use protocol::report::Reported;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, PaginatorTrait,
    QueryFilter,
};

use crate::Centre;
use crate::devices::{self, Cause};
use crate::error::ServiceError;
use crate::generation;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{allowance, device, grant_request, proven_allowance};

/// Begins a new generation where nobody had told that the database was put back, and something proves it: what it says of
/// lives that ended meanwhile is then in doubt too. Otherwise as [`generation::begin`].
///
/// # Errors
/// Where the database fails.
pub async fn begin_late(
    work: &UnitOfWork,
    seen: Generation,
    told: Generation,
) -> Result<Generation, ServiceError> {
    let now = generation::begin(work, seen, told).await?;
    devices::doubt_all(work.on()).await?;
    Ok(now)
}

/// What `central restored` does: begins a new generation.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn restored(centre: &Centre) -> Result<Generation, ServiceError> {
    let mut work = centre.work().await?;
    let seen = generation::current(work.on()).await?;
    let now = generation::begin(&work, seen, seen).await?;
    work.note(Entry::of(Kind::Restored).what(format!("generation {now}")));
    work.commit().await?;
    centre.note_generation(now);
    Ok(now)
}

/// Counters that have still to report before anything is granted.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_for<C: ConnectionTrait>(
    db: &C,
    generation: Generation,
) -> Result<u64, ServiceError> {
    Ok(device::Entity::find()
        .filter(device::Column::RevokedAt.is_null())
        .filter(device::Column::ReportedGeneration.lt(Col(generation)))
        .count(db)
        .await?)
}

/// Whether nothing may be granted yet: this database was put back from a backup, and some counter has not
/// told what it holds.
///
/// # Errors
/// Where the database fails.
pub async fn is_on<C: ConnectionTrait>(
    db: &C,
    generation: Generation,
) -> Result<bool, ServiceError> {
    // the first generation is no restore
    Ok(generation > Generation(1) && waiting_for(db, generation).await? > 0)
}

/// The row of an allowance that was forgotten.
pub(crate) fn forgotten(
    device: &device::Model,
    epoch: Epoch,
    member: &MemberId,
    told: &Reported,
    now: DateTime<Utc>,
) -> allowance::Model {
    allowance::Model {
        member_id: member.into(),
        id: GrantId::new(told.grant.to_string()).into(),
        device_id: device.id,
        epoch: epoch.into(),
        request_id: told.request.map(|r| r.to_string()).unwrap_or_default(),
        granted: Points::ZERO.into(),
        spent: Points::ZERO.into(),
        released: Points::ZERO.into(),
        outstanding: Points::ZERO.into(),
        granted_at: now.into(),
        lease_until: now.into(),
        written_off: Points::ZERO.into(),
        recalled_at: None,
        ahead: told.ahead,
        reinstated: Points::ZERO.into(),
    }
}

/// Keeps those of the shown allowances that this centre's signature says it gave, and that are not here: operations that
/// spend from one find it set up again ([`proven`]). One that is not signed is a claim, and none.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn keep_proven<C: ConnectionTrait>(
    centre: &Centre,
    db: &C,
    device: &device::Model,
    epoch: Epoch,
    shown: &[Reported],
) -> Result<(), ServiceError> {
    for told in shown {
        let key = (
            Col::from(&told.member),
            Col(GrantId::new(told.grant.to_string())),
        );
        if !is_attested(centre, device, epoch, told)
            || allowance::Entity::find_by_id(key).one(db).await?.is_some()
            || (told.coupon.is_some() && remembers(db, device, told).await?)
        {
            continue;
        }
        let row = proven_allowance::ActiveModel {
            device_id: Set(device.id),
            epoch: Set(epoch.into()),
            grant_id: Set(GrantId::new(told.grant.to_string()).into()),
            member_id: Set((&told.member).into()),
            coupon_id: Set(told.coupon.as_deref().map(|id| Col(CouponId::from(id)))),
            body: Set(serde_json::to_string(told)?),
        };
        proven_allowance::Entity::insert_many([row])
            .on_conflict(
                OnConflict::columns([
                    proven_allowance::Column::DeviceId,
                    proven_allowance::Column::Epoch,
                    proven_allowance::Column::GrantId,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Whether an answer that is here gave it: of a coupon nothing else tells that it was given once, and came back.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn remembers<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    told: &Reported,
) -> Result<bool, ServiceError> {
    let answers = grant_request::Entity::find()
        .filter(grant_request::Column::DeviceId.eq(device.id))
        .filter(grant_request::Column::Reply.contains(told.grant.to_string()))
        .count(db)
        .await?;
    Ok(answers > 0)
}

/// Whether this centre signed that it gave an allowance to this life of a device's outbox.
pub(crate) fn is_attested(
    centre: &Centre,
    device: &device::Model,
    epoch: Epoch,
    told: &Reported,
) -> bool {
    let statement = told.as_given(*device.id, epoch);
    told.attestation
        .is_some_and(|signed| centre.attested(&Statement::Allowance(&statement), &signed))
}

/// Whether what an outbox of this epoch was given counts still: nobody has written its life off.
async fn counts_still<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    epoch: Epoch,
) -> Result<bool, ServiceError> {
    let over = [Cause::WriteOff, Cause::Fork, Cause::Revoked];
    Ok(device.quarantined_at.is_none() && !devices::ended_by(db, *device.id, epoch, &over).await?)
}

/// An allowance of this life that the books have forgotten, and that the centre's own signature says it gave. It is kept
/// no longer: whoever asks sets it up.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn proven<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    epoch: Epoch,
    grant: &GrantId,
) -> Result<Option<Reported>, ServiceError> {
    let key = (device.id, Col(epoch), Col(grant.clone()));
    let Some(row) = proven_allowance::Entity::find_by_id(key).one(db).await? else {
        return Ok(None);
    };
    if !counts_still(db, device, epoch).await? {
        return Ok(None);
    }
    let told = serde_json::from_str(&row.body)?;
    row.delete(db).await?;
    Ok(Some(told))
}

/// Whether the centre's own signature says that it gave a coupon to this life, and the books have forgotten it.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn coupon_is_proven<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    epoch: Epoch,
    coupon: &CouponId,
) -> Result<bool, ServiceError> {
    let shown = proven_allowance::Entity::find()
        .filter(proven_allowance::Column::DeviceId.eq(device.id))
        .filter(proven_allowance::Column::Epoch.eq(Col(epoch)))
        .filter(proven_allowance::Column::CouponId.eq(Col(coupon.clone())))
        .count(db)
        .await?;
    Ok(shown > 0 && counts_still(db, device, epoch).await?)
}

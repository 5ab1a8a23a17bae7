//! Trying again what had to wait: by itself, when what it waited for arrives.

use protocol::operation::Operation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{apply, branch, store};
use crate::centre::Centre;
use crate::entities::{device, held, member, operation, program, quarantined};
use crate::error::ServiceError;
use crate::time::from_millis;
use crate::work::Work;

/// What an operation can wait for.
pub mod needs {
    /// A member with this phone number.
    pub const PHONE: &str = "phone";
    /// A member with this id, card number or code.
    pub const CODE: &str = "code";
    /// A receipt with this number.
    pub const RECEIPT: &str = "receipt";
    /// A centre that knows this kind.
    pub const KIND: &str = "kind";
    /// This version of the program.
    pub const PROGRAM: &str = "program";

    /// The need of this name.
    pub fn known(name: &str) -> Option<&'static str> {
        [PHONE, CODE, RECEIPT, KIND, PROGRAM]
            .into_iter()
            .find(|need| *need == name)
    }
}

/// Tries what waited for a member who has just joined. How many operations that were.
///
/// # Errors
/// Where the database fails.
pub async fn retry_for_member(
    centre: &Centre,
    work: &mut Work,
    member: &member::Model,
) -> Result<usize, ServiceError> {
    let mut done = 0;
    if let Some(phone) = &member.phone {
        done += retry(centre, work, needs::PHONE, phone).await?;
    }
    done += retry(centre, work, needs::CODE, &member.card_no).await?;
    done += retry(centre, work, needs::CODE, &member.id).await?;
    Ok(done)
}

/// Tries what waited for a kind that this build knows, or for a program that was published since.
///
/// # Errors
/// Where the database fails.
pub async fn retry_known(centre: &Centre) -> Result<usize, ServiceError> {
    let mut done = 0;
    for kind in protocol::operation::KINDS {
        done += retry_alone(centre, needs::KIND, kind).await?;
    }
    for version in program::Entity::find().all(centre.db().read()).await? {
        done += retry_alone(centre, needs::PROGRAM, &version.version.to_string()).await?;
    }
    Ok(done)
}

async fn retry_alone(
    centre: &Centre,
    kind: &'static str,
    key: &str,
) -> Result<usize, ServiceError> {
    let waits = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(kind))
        .filter(held::Column::WaitsFor.eq(key))
        .one(centre.db().read())
        .await?;
    let branch_waits = quarantined::Entity::find()
        .filter(quarantined::Column::WaitsKind.eq(kind))
        .filter(quarantined::Column::WaitsFor.eq(key))
        .filter(quarantined::Column::State.eq("held"))
        .one(centre.db().read())
        .await?;
    if waits.is_none() && branch_waits.is_none() {
        return Ok(0);
    }
    let mut work = centre.work().await?;
    let done = retry(centre, &mut work, kind, key).await?;
    work.commit().await?;
    Ok(done)
}

/// Tries what waited for a receipt: it has arrived.
///
/// # Errors
/// Where the database fails.
pub async fn retry_for_receipt(
    centre: &Centre,
    work: &mut Work,
    receipt_no: &str,
) -> Result<usize, ServiceError> {
    retry(centre, work, needs::RECEIPT, receipt_no).await
}

/// Oldest first, by the time at which they happened; what arrives by one of them is tried too.
async fn retry(
    centre: &Centre,
    work: &mut Work,
    kind: &'static str,
    key: &str,
) -> Result<usize, ServiceError> {
    let mut arrived = vec![(kind, key.to_owned())];
    let mut done = 0;
    while let Some((kind, key)) = arrived.pop() {
        // whoever holds something for it at this moment has either seen it arrive or is seen here
        work.in_turn(kind, &key).await?;
        for mut row in waiting(work, kind, &key).await? {
            let Some(device) = device::Entity::find_by_id(&row.device_id)
                .one(work.on())
                .await?
            else {
                continue;
            };
            let op = store::operation(&row)?;
            let case = apply::Case::new(&op, &device, row.effective_at);
            let verdict = match &row.owns_id {
                Some(_) => apply::apply(centre, work, &case).await?,
                None => twins(work, &row.op_id).await?,
            };
            store::keep_retried(work, &mut row, &verdict).await?;
            done += 1;
            if let Some(receipt_no) = verdict.receipt {
                arrived.push((needs::RECEIPT, receipt_no));
            }
        }
        for row in waiting_in_branches(work, kind, &key).await? {
            let Some(device) = device::Entity::find_by_id(&row.device_id)
                .one(work.on())
                .await?
            else {
                continue;
            };
            let op: Operation = serde_json::from_str(&row.document)?;
            let came = from_millis(row.arrived_at);
            let effective_at = store::row(&op, &device.id, came)?.effective_at;
            let case = apply::Case::new(&op, &device, effective_at);
            let verdict = match &row.owns_id {
                Some(_) => apply::apply(centre, work, &case).await?,
                None => twins(work, &row.op_id).await?,
            };
            branch::keep(work, &device, &op, row.owns_id, &verdict, came).await?;
            done += 1;
            if let Some(receipt_no) = verdict.receipt {
                arrived.push((needs::RECEIPT, receipt_no));
            }
        }
    }
    Ok(done)
}

/// What became of an operation that came a second time while the first was held: what became of the
/// first.
async fn twins(work: &Work, op_id: &str) -> Result<apply::Verdict, ServiceError> {
    let owner = store::owner(work.on(), op_id)
        .await?
        .ok_or_else(|| ServiceError::broken("an effect that nobody has"))?;
    Ok(owner.verdict())
}

async fn waiting_in_branches(
    work: &Work,
    kind: &str,
    key: &str,
) -> Result<Vec<quarantined::Model>, ServiceError> {
    Ok(quarantined::Entity::find()
        .filter(quarantined::Column::WaitsKind.eq(kind))
        .filter(quarantined::Column::WaitsFor.eq(key))
        .filter(quarantined::Column::State.eq("held"))
        .order_by_asc(quarantined::Column::ArrivedAt)
        .all(work.on())
        .await?)
}

async fn waiting(
    work: &Work,
    kind: &str,
    key: &str,
) -> Result<Vec<operation::Model>, ServiceError> {
    let found = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(kind))
        .filter(held::Column::WaitsFor.eq(key))
        .order_by_asc(held::Column::Since)
        .all(work.on())
        .await?;
    let mut rows = Vec::with_capacity(found.len());
    for h in found {
        let place = (h.device_id, h.epoch, h.seq);
        rows.extend(operation::Entity::find_by_id(place).one(work.on()).await?);
    }
    rows.sort_by_key(|r| r.effective_at);
    Ok(rows)
}

//! What a store's manager does about its devices, from one of them; the centre knows her by her PIN.

use centre_store::boxed;
use chrono::{DateTime, Days, TimeDelta, Utc};
use loyalty::OpId;
use protocol::entity::Role;
use protocol::manage::{
    DuplicateMembers, JOINS_DAYS, JoinsOfClerk, ListEntry, ManageAction, ManageReply,
    ManageRequest, MemberSide, MergedMembers,
};
use protocol::{ClerkId, DeviceId, ErrorCode, MemberId, StoreId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::Centre;
use crate::awards::{self, Which};
use crate::clerks::{self, By, Checked};
use crate::devices;
use crate::error::ServiceError;
use crate::funnel;
use crate::generation;
use crate::joining;
use crate::log::{Entry, Kind, Who};
use crate::merging::{self, Merging, Reason};
use crate::operations;
use crate::pace;
use crate::recovery;
use crate::suspicious::{self, Span};
use crate::write_off;
use crate::zone;
use centre_store::column::Col;
use centre_store::tables::{clerk, device, manager_list, member, operation, quarantined, receipt};

/// Entries of the list that a reply has.
const LISTED: u64 = 200;
/// Findings that a reply has.
const FOUND: usize = 200;
/// Members who may be one, and merges, that a reply has.
const PROPOSED: usize = 50;
/// Sales that a manager confirms at once.
const CONFIRMED_AT_ONCE: usize = 200;
/// How far back a manager sees what stands out.
const WATCHED: TimeDelta = TimeDelta::days(35);

/// Does what a manager asks, and says how her store stands after it.
///
/// # Errors
/// [`ErrorCode::NotAuthenticated`] for a wrong PIN or someone who is no manager of the store,
/// [`ErrorCode::TooMany`], [`ErrorCode::NotFound`] for a device or a clerk of another store; as
/// [`clerks::add`] and [`clerks::change`]; where the database fails.
#[boxed]
pub async fn manage(
    centre: &Centre,
    signer: &device::Model,
    request: &ManageRequest,
) -> Result<ManageReply, ServiceError> {
    let clerk = authorise(centre, signer, request).await?;
    let centre = &centre.acting_for(Who::Manager {
        clerk: clerk.clone(),
        device: *signer.id,
        store: signer.store_id.0.clone(),
    });
    let own = |id: &DeviceId| own_device(centre, signer, *id);
    let mut unlock_code = None;
    match &request.action {
        ManageAction::Look => {
            let mut work = centre.work().await?;
            work.note(Entry::of(Kind::StoreViewed));
            work.commit().await?;
        }
        ManageAction::Resolve { device } => {
            operations::resolve(centre, own(device).await?, clerk.as_str()).await?;
        }
        ManageAction::WriteOff { device } => {
            write_off::write_off(centre, own(device).await?, clerk.as_str()).await?;
        }
        ManageAction::Revoke { device } => {
            write_off::revoke(centre, own(device).await?, clerk.as_str()).await?;
        }
        ManageAction::Unlock { device } => {
            let store = Some(&*signer.store_id);
            let given = devices::unlock(centre, *device, store, clerk.as_str()).await?;
            unlock_code = Some(given.code);
        }
        ManageAction::Confirm { sales } => {
            confirm(centre, &signer.store_id, sales, &clerk).await?;
        }
        ManageAction::SignUps {
            clerk: of,
            day,
            count,
        } => {
            joining::decide_sign_ups(centre, &signer.store_id, &clerk, (of, *day), *count).await?;
        }
        ManageAction::Merge { went, stays, why } => {
            of_store(centre, &signer.store_id, [went, stays]).await?;
            let merging = Merging {
                went: went.clone(),
                stays: stays.clone(),
                why: Reason::named(why),
                by: clerk.clone(),
            };
            merging::merge(centre, &merging).await?;
        }
        ManageAction::Part { merge } => {
            let (went, stayed) = merging::of(centre, merge).await?;
            of_store(centre, &signer.store_id, [&went, &stayed]).await?;
            merging::part(centre, merge, &clerk).await?;
        }
        ManageAction::NotSame { one, other } => {
            of_store(centre, &signer.store_id, [one, other]).await?;
            merging::not_same(centre, (one, other), &clerk).await?;
        }
        ManageAction::Seen { entries } => seen(centre, &signer.store_id, entries).await?,
        ManageAction::ClerkAdd { clerk: new } => {
            clerks::add(centre, &by(signer, &clerk), &signer.store_id, new).await?;
        }
        ManageAction::ClerkChange { change } => {
            clerks::change(centre, &by(signer, &clerk), change, None).await?;
        }
    }
    Ok(ManageReply {
        unlock_code,
        ..look(centre, &signer.store_id).await?
    })
}

fn by(signer: &device::Model, clerk: &ClerkId) -> By {
    By::Manager {
        id: clerk.clone(),
        store: signer.store_id.0.clone(),
    }
}

async fn authorise(
    centre: &Centre,
    signer: &device::Model,
    request: &ManageRequest,
) -> Result<ClerkId, ServiceError> {
    let refused = || ServiceError::refused(ErrorCode::NotAuthenticated, "manager or PIN");
    let found = clerk::Entity::find_by_id(&request.clerk)
        .one(centre.db().read())
        .await?
        .filter(|c| c.active && c.store_id == signer.store_id)
        .ok_or_else(refused)?;
    match clerks::check_pin(centre, *signer.id, &found, &request.pin).await? {
        Checked::Right if *found.role == Role::Manager => Ok(found.id.into_inner()),
        Checked::Right | Checked::Wrong { .. } => Err(refused()),
        Checked::Locked { .. } => Err(ServiceError::refused(ErrorCode::TooMany, "wrong too often")),
    }
}

async fn own_device(
    centre: &Centre,
    signer: &device::Model,
    id: DeviceId,
) -> Result<DeviceId, ServiceError> {
    let found = device::Entity::find_by_id(id)
        .one(centre.db().read())
        .await?;
    found
        .filter(|d| d.store_id == signer.store_id)
        .map(|d| *d.id)
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such device in this store"))
}

/// Refuses what is about members of whom none is at home in the manager's store.
async fn of_store(
    centre: &Centre,
    store: &StoreId,
    members: [&MemberId; 2],
) -> Result<(), ServiceError> {
    let here = member::Entity::find()
        .filter(member::Column::Id.is_in(members.map(Col::from)))
        .filter(member::Column::HomeStore.eq(Col::from(store)))
        .one(centre.db().read())
        .await?;
    let none = || ServiceError::refused(ErrorCode::NotFound, "no such members in this store");
    here.map(drop).ok_or_else(none)
}

async fn seen(centre: &Centre, store: &StoreId, entries: &[String]) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let marked = manager_list::Entity::update_many()
        .set(manager_list::ActiveModel {
            seen_at: Set(Some(centre.now().into())),
            ..Default::default()
        })
        .filter(manager_list::Column::StoreId.eq(Col::from(store)))
        .filter(manager_list::Column::Id.is_in(entries.iter().take(1_000).cloned()))
        .filter(manager_list::Column::SeenAt.is_null())
        .exec(work.on())
        .await?;
    let what = format!("{} entries", marked.rows_affected);
    work.note(Entry::of(Kind::ListSeen).what(what));
    work.commit().await?;
    Ok(())
}

/// Confirms sales of the manager's own store that others recorded; any other is left as it is.
async fn confirm(
    centre: &Centre,
    store: &StoreId,
    sales: &[String],
    manager: &ClerkId,
) -> Result<(), ServiceError> {
    let program = centre.current_program().await?;
    let mut work = centre.work().await?;
    let named: Vec<Col<OpId>> = sales
        .iter()
        .take(CONFIRMED_AT_ONCE)
        .map(|sale| Col(OpId::from(sale.as_str())))
        .collect();
    let own = receipt::Entity::find()
        .filter(receipt::Column::OpId.is_in(named))
        .filter(receipt::Column::StoreId.eq(Col::from(store)))
        // nobody answers for what they recorded themselves
        .filter(receipt::Column::RecordedBy.ne(manager.as_str()))
        .order_by_asc(receipt::Column::MemberId)
        .order_by_asc(receipt::Column::At)
        .all(work.on())
        .await?;
    let by = awards::manager(manager.as_str());
    for row in own {
        let sale = row.op_id.into_inner();
        let became = awards::confirm(&mut work, &program, &sale, None, &by).await?;
        let entry = Entry::of(Kind::SaleConfirmed).about(&row.member_id);
        work.note(entry.what(format!("sale {sale}")));
        tracing::info!(%sale, by, ?became, "a manager confirmed a sale");
    }
    work.commit().await?;
    Ok(())
}

/// How a store stands.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn look(centre: &Centre, store: &StoreId) -> Result<ManageReply, ServiceError> {
    let db = centre.db().read();
    let program = centre.current_program().await?;
    let generation = generation::current(db).await?;
    let listed = manager_list::Entity::find()
        .filter(manager_list::Column::StoreId.eq(Col::from(store)))
        .filter(manager_list::Column::SeenAt.is_null())
        .order_by_desc(manager_list::Column::At)
        .limit(LISTED)
        .all(db)
        .await?;
    let now = centre.now();
    let span = Span {
        from: now - WATCHED,
        before: now,
        store: Some(store.clone()),
        imported: false,
    };
    let mut suspicious = suspicious::look(db, &program, &span, now).await?;
    suspicious.truncate(FOUND);
    let waiting = Which {
        store: Some(store.clone()),
        waiting: true,
        most: Some(LISTED),
        ..Which::default()
    };
    let mut list = Vec::with_capacity(listed.len());
    for row in listed {
        list.push(entry(centre, row).await?);
    }
    Ok(ManageReply {
        store: store.clone(),
        devices: devices::managed(db, &program, Some(store), centre.now()).await?,
        list,
        recovering: recovery::is_on(db, generation).await?,
        unlock_code: None,
        waiting: awards::unconfirmed(db, &waiting).await?,
        suspicious,
        sign_ups: joining::waiting_sign_ups(db, store, now).await?,
        clerks: clerks::managed(db, Some(store))
            .await?
            .into_iter()
            .map(|(_, clerk)| clerk)
            .collect(),
        joins: joins(db, store, now).await?,
        duplicates: merging::duplicates(db, Some(store), PROPOSED)
            .await?
            .into_iter()
            .map(|pair| DuplicateMembers {
                why: pair.why.iter().map(|why| why.word().to_owned()).collect(),
                stays: side(pair.stays),
                goes: side(pair.goes),
            })
            .collect(),
        merges: merging::latest(db, Some(store), now - merging::SHOWN_FOR, PROPOSED)
            .await?
            .into_iter()
            .map(|one| MergedMembers {
                merge: one.id,
                at: one.at,
                by: one.by,
                stayed: side(one.stayed),
                went: side(one.went),
            })
            .collect(),
    })
}

/// How far those came of late whom the store's clerks invited.
async fn joins<C: ConnectionTrait>(
    db: &C,
    store: &StoreId,
    now: DateTime<Utc>,
) -> Result<Vec<JoinsOfClerk>, ServiceError> {
    let until = zone::business_date(zone::of_business(db, now).await?, now);
    let span = funnel::Span {
        from: until
            .checked_sub_days(Days::new(JOINS_DAYS))
            .unwrap_or(until),
        until,
        by: funnel::By::Clerk,
        store: Some(store.clone()),
    };
    let counted = funnel::count_joins(db, &span, now).await?.into_iter();
    Ok(counted
        .map(|one| JoinsOfClerk {
            clerk: ClerkId::from(one.group.as_str()),
            shown: one.shown,
            opened: one.opened,
            proven: one.proven,
            joined: one.joined,
            first_purchase: one.first_purchase,
            second_purchase: one.second_purchase,
        })
        .collect())
}

fn side(one: merging::Side) -> MemberSide {
    MemberSide {
        id: one.member.id.into_inner(),
        no: one.member.card_no,
        name: one.member.name,
        phone: one.member.phone.unwrap_or_default(),
        store: one.member.home_store.into_inner(),
        joined: *one.member.joined_at,
        last_purchase: one.last_purchase,
        receipts: one.receipts,
        points: one.points,
    }
}

async fn entry(centre: &Centre, row: manager_list::Model) -> Result<ListEntry, ServiceError> {
    let db = centre.db().read();
    let main = operation::Entity::find()
        .filter(operation::Column::OpId.eq(&row.op_id))
        .one(db)
        .await?;
    let (clerk, device_id) = match main {
        Some(op) => (op.clerk_id.to_string(), Some(op.device_id)),
        None => {
            let branch = quarantined::Entity::find()
                .filter(quarantined::Column::OpId.eq(&row.op_id))
                .one(db)
                .await?;
            let paced = pace::device_of(row.op_id.as_str()).map(Col::from);
            (String::new(), branch.map(|b| b.device_id).or(paced))
        }
    };
    let device = match device_id {
        Some(id) => device::Entity::find_by_id(id).one(db).await?,
        None => None,
    };
    Ok(ListEntry {
        id: row.id,
        reason: row.reason,
        op_id: row.op_id.0.into_string(),
        points: *row.points,
        money: *row.fen,
        clerk,
        device: device.map(|d| d.name).unwrap_or_default(),
        at: *row.at,
    })
}

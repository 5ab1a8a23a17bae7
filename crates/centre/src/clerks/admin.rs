//! Taking clerks on, changing them, and letting them go.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{clerk, clerk_key, pin_try};
use protocol::entity::{self as wire, Role};
use protocol::limits::{CLERK_ID_CHARS, CLERK_NAME_CHARS, is_line};
use protocol::manage::{ClerkChange, ManagedClerk, NewClerk};
use protocol::operation::BY_ITSELF;
use protocol::pin::may_be_given;
use protocol::{ClerkId, ErrorCode, StoreId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::Centre;
use crate::catalogue::{hash_pin, put_clerk};
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;

/// Who does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Headquarters: any store.
    Headquarters,
    /// A store's manager: the advisors and cashiers of that store, and the own name and PIN.
    Manager {
        /// Who.
        id: ClerkId,
        /// Whose store.
        store: StoreId,
    },
}

/// Takes a clerk on in a store.
///
/// # Errors
/// [`ErrorCode::ClerkExists`], [`ErrorCode::PinUnfit`], [`ErrorCode::NotGranted`], [`ErrorCode::Malformed`],
/// [`ErrorCode::NotFound`] for a store that is not there; where the database fails.
#[boxed]
pub async fn add(
    centre: &Centre,
    by: &By,
    store: &StoreId,
    new: &NewClerk,
) -> Result<(), ServiceError> {
    let id = new.id.as_str();
    if !is_line(id, CLERK_ID_CHARS) || id.trim() != id || id == BY_ITSELF {
        return Err(ServiceError::refused(ErrorCode::Malformed, "a clerk's id"));
    }
    named(&new.name)?;
    given(by, new.role)?;
    let pin_hash = fit(&new.pin)?;
    let mut work = centre.work().await?;
    work.in_turn("clerk", id).await?;
    let there = clerk::Entity::find_by_id(&new.id).one(work.on()).await?;
    if there.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::ClerkExists,
            "this id is another clerk's",
        ));
    }
    is_store(&work, store).await?;
    let row = wire::Clerk {
        id: new.id.clone(),
        name: new.name.trim().to_owned(),
        role: new.role,
        store: store.clone(),
        pin_hash,
        active: true,
        pin_mark: None,
    };
    put_clerk(&mut work, &row).await?;
    work.commit().await?;
    tracing::info!(clerk = %new.id, %store, "a clerk was taken on");
    Ok(())
}

/// Changes a clerk. A new PIN, another store, or leaving ends the keys that the clerk has on devices; a new PIN ends every
/// lock too.
///
/// # Errors
/// [`ErrorCode::NotFound`], [`ErrorCode::PinUnfit`], [`ErrorCode::NotGranted`],
/// [`ErrorCode::Malformed`]; where the database fails.
#[boxed]
pub async fn change(
    centre: &Centre,
    by: &By,
    change: &ClerkChange,
    to: Option<&StoreId>,
) -> Result<(), ServiceError> {
    let pin_hash = change.pin.as_deref().map(fit).transpose()?;
    let mut work = centre.work().await?;
    work.in_turn("clerk", change.id.as_str()).await?;
    let before = clerk::Entity::find_by_id(&change.id)
        .one(work.on())
        .await?
        .filter(|c| match by {
            By::Headquarters => true,
            By::Manager { store, .. } => c.store_id == *store,
        })
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such clerk"))?;
    let own = matches!(by, By::Manager { id, .. } if *id == change.id);
    let leaves = change.active == Some(false) || to.is_some_and(|to| before.store_id != *to);
    if own && (leaves || change.role.is_some_and(|role| role != *before.role)) {
        return Err(not_given());
    }
    if !own {
        given(by, *before.role)?;
    }
    if let Some(role) = change.role.filter(|role| *role != *before.role) {
        given(by, role)?;
    }
    if let Some(to) = to {
        is_store(&work, to).await?;
    }
    let row = wire::Clerk {
        id: before.id.0.clone(),
        name: match &change.name {
            Some(name) => named(name)?,
            None => before.name.clone(),
        },
        role: change.role.unwrap_or(*before.role),
        store: to.cloned().unwrap_or_else(|| before.store_id.0.clone()),
        pin_hash: pin_hash.clone().unwrap_or_else(|| before.pin_hash.clone()),
        active: change.active.unwrap_or(before.active),
        pin_mark: None,
    };
    put_clerk(&mut work, &row).await?;
    if pin_hash.is_some() {
        pin_try::Entity::delete_many()
            .filter(pin_try::Column::ClerkId.eq(Col::from(&row.id)))
            .exec(work.on())
            .await?;
    }
    work.commit().await?;
    tracing::info!(clerk = %row.id, active = row.active, "a clerk was changed");
    Ok(())
}

/// Who works in a store, or did; of all stores where none is named.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn managed<C: ConnectionTrait>(
    db: &C,
    store: Option<&StoreId>,
) -> Result<Vec<(StoreId, ManagedClerk)>, ServiceError> {
    let mut query = clerk::Entity::find()
        .order_by_asc(clerk::Column::StoreId)
        .order_by_asc(clerk::Column::Id);
    if let Some(store) = store {
        query = query.filter(clerk::Column::StoreId.eq(Col::from(store)));
    }
    let mut all = Vec::new();
    for row in query.all(db).await? {
        let devices = clerk_key::Entity::find()
            .filter(clerk_key::Column::ClerkId.eq(row.id.clone()))
            .filter(clerk_key::Column::EndedAt.is_null())
            .count(db)
            .await?;
        let clerk = ManagedClerk {
            id: row.id.into_inner(),
            name: row.name,
            role: *row.role,
            active: row.active,
            devices: u32::try_from(devices).unwrap_or(u32::MAX),
        };
        all.push((row.store_id.into_inner(), clerk));
    }
    Ok(all)
}

fn named(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    if !is_line(name, CLERK_NAME_CHARS) {
        return Err(ServiceError::refused(
            ErrorCode::Malformed,
            "a clerk's name",
        ));
    }
    Ok(name.to_owned())
}

fn fit(pin: &str) -> Result<String, ServiceError> {
    if !may_be_given(pin) {
        return Err(ServiceError::refused(
            ErrorCode::PinUnfit,
            "a PIN is six digits, neither one again and again nor in a row",
        ));
    }
    hash_pin(pin)
}

/// A manager makes and changes no managers: headquarters does.
fn given(by: &By, role: Role) -> Result<(), ServiceError> {
    match (by, role) {
        (By::Headquarters, _) | (By::Manager { .. }, Role::Advisor | Role::Cashier) => Ok(()),
        (By::Manager { .. }, Role::Manager) => Err(not_given()),
    }
}

fn not_given() -> ServiceError {
    ServiceError::refused(ErrorCode::NotGranted, "headquarters alone does this")
}

async fn is_store(work: &UnitOfWork, store: &StoreId) -> Result<(), ServiceError> {
    let there = centre_store::tables::store::Entity::find_by_id(store)
        .one(work.on())
        .await?;
    there
        .map(drop)
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such store"))
}

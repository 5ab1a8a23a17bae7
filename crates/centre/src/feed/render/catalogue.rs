//! What headquarters keeps: brand, program, stores, clerks, products, rewards.

use protocol::entity as wire;
use protocol::ids::{ClerkId, StoreId};
use protocol::pull::{BRAND_SCOPE, store_scope};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{Changed, Row, gone, row};
use crate::error::ServiceError;
use centre_store::tables::{brand, clerk, product, program, reward, reward_stock, store};
use loyalty::{Money, Points};

/// The row of one of them; none where it is not there, or the change is of another kind.
pub async fn row_of<C: ConnectionTrait>(
    db: &C,
    what: &Changed,
) -> Result<Option<Row>, ServiceError> {
    let shared = |kind, key: String| (BRAND_SCOPE.to_owned(), kind, key);
    Ok(match what {
        Changed::Brand => match brand::Entity::find().one(db).await? {
            Some(b) => {
                let (scope, kind, key) = shared(wire::BRAND, "brand".to_owned());
                Some(row(scope, kind, key, &wire_brand(b))?)
            }
            None => None,
        },
        Changed::Program(version) => {
            let found = program::Entity::find_by_id(*version).one(db).await?;
            found.map(|p| Row {
                scope: BRAND_SCOPE.to_owned(),
                entity: wire::PROGRAM,
                key: p.version.to_string(),
                body: Some(p.document),
            })
        }
        Changed::ProgramSchedule(version) => {
            let found = program::Entity::find_by_id(*version).one(db).await?;
            match found {
                Some(p) => {
                    let (scope, kind, key) = shared(wire::PROGRAM_SCHEDULE, p.version.to_string());
                    Some(row(scope, kind, key, &wire_schedule(&p)?)?)
                }
                None => None,
            }
        }
        Changed::Store(id) => match store::Entity::find_by_id(id).one(db).await? {
            Some(s) => {
                let (scope, kind, key) = shared(wire::STORE, s.id.clone());
                Some(row(scope, kind, key, &wire_store(s))?)
            }
            None => None,
        },
        Changed::Product(sku) => match product::Entity::find_by_id(sku).one(db).await? {
            Some(p) => {
                let (scope, kind, key) = shared(wire::PRODUCT, p.sku.clone());
                Some(row(scope, kind, key, &wire_product(p)?)?)
            }
            None => None,
        },
        Changed::Reward(id) => match reward::Entity::find_by_id(id).one(db).await? {
            Some(r) => {
                let (scope, kind, key) = shared(wire::REWARD, r.id.clone());
                Some(row(scope, kind, key, &wire_reward(r)?)?)
            }
            None => None,
        },
        Changed::Clerk(id) => match clerk::Entity::find_by_id(id).one(db).await? {
            Some(c) => {
                let scope = store_scope(&StoreId::from(c.store_id.clone()));
                Some(row(scope, wire::CLERK, c.id.clone(), &wire_clerk(c)?)?)
            }
            None => None,
        },
        _ => None,
    })
}

/// Pieces of a reward that a store has; gone where it is not counted there.
pub async fn stock<C: ConnectionTrait>(
    db: &C,
    store: &str,
    reward: &str,
) -> Result<Row, ServiceError> {
    let scope = store_scope(&StoreId::from(store));
    let key = (store.to_owned(), reward.to_owned());
    match reward_stock::Entity::find_by_id(key).one(db).await? {
        Some(s) => {
            let stock = wire::Stock {
                left: u32::try_from(s.pieces).unwrap_or(0),
                reward: s.reward_id,
            };
            row(scope, wire::STOCK, reward.to_owned(), &stock)
        }
        None => Ok(gone(&scope, wire::STOCK, reward.to_owned())),
    }
}

fn wire_brand(b: brand::Model) -> wire::Brand {
    wire::Brand {
        name: b.name,
        demo: b.demo,
        welcome_gift: b.welcome_gift,
        phone_base: b.phone_base,
    }
}

fn wire_store(s: store::Model) -> wire::Store {
    wire::Store {
        id: StoreId::from(s.id),
        name: s.name,
        city: s.city,
    }
}

fn wire_clerk(c: clerk::Model) -> Result<wire::Clerk, ServiceError> {
    Ok(wire::Clerk {
        id: ClerkId::from(c.id),
        name: c.name,
        role: serde_json::from_value(serde_json::Value::String(c.role))?,
        store: StoreId::from(c.store_id),
        pin_hash: c.pin_hash,
        active: c.active,
    })
}

fn wire_product(p: product::Model) -> Result<wire::Product, ServiceError> {
    Ok(wire::Product {
        sku: p.sku,
        barcode: p.barcode,
        name: p.name,
        name_en: p.name_en,
        size: p.size,
        category: p.category,
        price: p.price_fen.map(Money::from_fen),
        swatch: p.swatch,
        allergens: serde_json::from_str(&p.allergens)?,
        suits: serde_json::from_str(&p.suits)?,
        lasts_days: u32::try_from(p.lasts_days).unwrap_or(0),
        active: p.active,
    })
}

fn wire_reward(r: reward::Model) -> Result<wire::Reward, ServiceError> {
    Ok(wire::Reward {
        id: r.id,
        name: r.name,
        name_en: r.name_en,
        size: r.size,
        kind: serde_json::from_value(serde_json::Value::String(r.kind))?,
        points: Points(r.points),
        min_tier: r.min_tier,
        swatch: r.swatch,
        allergens: serde_json::from_str(&r.allergens)?,
        active: r.active,
    })
}

fn wire_schedule(p: &program::Model) -> Result<wire::ProgramSchedule, ServiceError> {
    Ok(wire::ProgramSchedule {
        version: u32::try_from(p.version).unwrap_or(0),
        from: crate::time::from_millis(p.effective_from)?,
    })
}

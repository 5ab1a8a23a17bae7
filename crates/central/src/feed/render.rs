//! Entities as counters keep them, written out from the tables.

use std::collections::{BTreeMap, BTreeSet};

use protocol::entity as wire;
use protocol::ids::{ClerkId, Epoch, MemberId, StoreId};
use protocol::pull::{BRAND_SCOPE, DEVICE_SCOPE, store_scope};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder,
};
use serde::Serialize;

use super::{Changed, Row, receipt_key};
use crate::entities::{
    account, allowance, balance, brand, clerk, coupon, device, lot, member, product, program,
    receipt, receipt_line, reward, store, visit,
};
use crate::error::ServiceError;
use crate::ledger::names;
use crate::time::from_millis;
use loyalty::{Money, Points};

/// Lots of a member that the feed carries.
const LOTS: usize = 12;

/// Renders everything that changed.
pub async fn all<C: ConnectionTrait>(
    db: &C,
    changed: &BTreeSet<Changed>,
) -> Result<Vec<Row>, ServiceError> {
    let mut rows = Vec::with_capacity(changed.len());
    let mut receipts: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for what in changed {
        match what {
            Changed::Receipt(member, store, no) => {
                receipts.entry(member).or_default().push((store, no));
            }
            Changed::Member(id) => rows.extend(member_row(db, id).await?),
            Changed::Coupon(member, id) => rows.extend(coupon_rows(db, member, id).await?),
            other => rows.extend(other_row(db, other).await?),
        }
    }
    for (member, which) in receipts {
        rows.extend(receipt_rows(db, member, &which).await?);
    }
    Ok(rows)
}

fn row<T: Serialize>(
    scope: String,
    entity: &'static str,
    key: String,
    value: &T,
) -> Result<Row, ServiceError> {
    Ok(Row {
        scope,
        entity,
        key,
        body: Some(serde_json::to_string(value)?),
    })
}

async fn other_row<C: ConnectionTrait>(
    db: &C,
    what: &Changed,
) -> Result<Option<Row>, ServiceError> {
    let brand_scope = || BRAND_SCOPE.to_owned();
    Ok(match what {
        Changed::Brand => match brand::Entity::find().one(db).await? {
            Some(b) => Some(row(
                brand_scope(),
                wire::BRAND,
                "brand".to_owned(),
                &wire_brand(b),
            )?),
            None => None,
        },
        Changed::Program(version) => {
            program::Entity::find_by_id(*version)
                .one(db)
                .await?
                .map(|p| {
                    let key = p.version.to_string();
                    Row {
                        scope: brand_scope(),
                        entity: wire::PROGRAM,
                        key,
                        body: Some(p.document),
                    }
                })
        }
        Changed::Store(id) => match store::Entity::find_by_id(id).one(db).await? {
            Some(s) => Some(row(
                brand_scope(),
                wire::STORE,
                s.id.clone(),
                &wire_store(s),
            )?),
            None => None,
        },
        Changed::Product(sku) => match product::Entity::find_by_id(sku).one(db).await? {
            Some(p) => Some(row(
                brand_scope(),
                wire::PRODUCT,
                p.sku.clone(),
                &wire_product(p)?,
            )?),
            None => None,
        },
        Changed::Reward(id) => match reward::Entity::find_by_id(id).one(db).await? {
            Some(r) => Some(row(
                brand_scope(),
                wire::REWARD,
                r.id.clone(),
                &wire_reward(r)?,
            )?),
            None => None,
        },
        Changed::Clerk(id) => match clerk::Entity::find_by_id(id).one(db).await? {
            Some(c) => {
                let scope = store_scope(&StoreId::from(c.store_id.clone()));
                Some(row(scope, wire::CLERK, c.id.clone(), &wire_clerk(c)?)?)
            }
            None => None,
        },
        Changed::Gone(scope, entity, key) => known_kind(entity).map(|entity| Row {
            scope: scope.clone(),
            entity,
            key: key.clone(),
            body: None,
        }),
        Changed::Device(id) => device::Entity::find_by_id(id)
            .one(db)
            .await?
            .map(wire_device)
            .transpose()?,
        Changed::Recall(device, grant, member) => {
            Some(recall_row(db, device, grant, member).await?)
        }
        Changed::Coupon(..) | Changed::Member(_) | Changed::Receipt(..) => None,
    })
}

fn wire_device(d: device::Model) -> Result<Row, ServiceError> {
    let status = wire::DeviceStatus {
        checkout: d.checkout,
        quarantined: d.quarantined_at.is_some(),
        epoch: Epoch(u32::try_from(d.epoch).unwrap_or(0)),
    };
    let scope = format!("{DEVICE_SCOPE}{}", d.id);
    row(scope, wire::DEVICE, wire::DEVICE.to_owned(), &status)
}

/// There while it is asked back and something is left of it.
async fn recall_row<C: ConnectionTrait>(
    db: &C,
    device: &str,
    grant: &str,
    member: &str,
) -> Result<Row, ServiceError> {
    let scope = format!("{DEVICE_SCOPE}{device}");
    let allowance = allowance::Entity::find_by_id((member.to_owned(), grant.to_owned()))
        .one(db)
        .await?;
    let open = match allowance {
        Some(a) => a.device_id == device && a.recalled_at.is_some() && a.outstanding > 0,
        None => coupon::Entity::find()
            .filter(coupon::Column::MemberId.eq(member))
            .filter(coupon::Column::HolderGrant.eq(grant))
            .filter(coupon::Column::HolderDevice.eq(device))
            .filter(coupon::Column::RecalledAt.is_not_null())
            .filter(coupon::Column::UsedBy.is_null())
            .one(db)
            .await?
            .is_some(),
    };
    if !open {
        return Ok(Row {
            scope,
            entity: wire::RECALL,
            key: grant.to_owned(),
            body: None,
        });
    }
    let recall = wire::Recall {
        grant: grant
            .parse()
            .map_err(|_| ServiceError::broken("a grant whose id is none"))?,
        member: MemberId::from(member),
    };
    row(scope, wire::RECALL, grant.to_owned(), &recall)
}

/// A coupon in the member's home store and where she visits; gone once it is used or expired.
async fn coupon_rows<C: ConnectionTrait>(
    db: &C,
    member: &str,
    id: &str,
) -> Result<Vec<Row>, ServiceError> {
    let found = coupon::Entity::find_by_id((member.to_owned(), id.to_owned()));
    let Some(c) = found.one(db).await? else {
        return Ok(Vec::new());
    };
    let today = crate::time::shown_date(crate::time::now().timestamp_millis()).to_string();
    let over = c.used_by.is_some() || c.expires_on.as_ref().is_some_and(|last| *last < today);
    let body = if over {
        None
    } else {
        let entity = wire::Coupon {
            member: MemberId::from(member),
            coupon: serde_json::from_str(&c.document)?,
            held_by: c.holder_device.as_deref().and_then(|d| d.parse().ok()),
        };
        Some(serde_json::to_string(&entity)?)
    };
    Ok(scopes_of(db, member)
        .await?
        .into_iter()
        .map(|scope| Row {
            scope,
            entity: wire::COUPON,
            key: id.to_owned(),
            body: body.clone(),
        })
        .collect())
}

/// Where a member is shown: her home store, and the counters that she visits.
async fn scopes_of<C: ConnectionTrait>(db: &C, member: &str) -> Result<Vec<String>, ServiceError> {
    let Some(home) = member::Entity::find_by_id(member).one(db).await? else {
        return Ok(Vec::new());
    };
    let mut scopes = vec![store_scope(&StoreId::from(home.home_store))];
    let visits = visit::Entity::find()
        .filter(visit::Column::MemberId.eq(member))
        .filter(visit::Column::Until.gte(crate::time::now().timestamp_millis()))
        .all(db)
        .await?;
    scopes.extend(
        visits
            .into_iter()
            .map(|v| format!("{DEVICE_SCOPE}{}", v.device_id)),
    );
    Ok(scopes)
}

fn known_kind(entity: &str) -> Option<&'static str> {
    [
        wire::MEMBER,
        wire::RECEIPT,
        wire::CLERK,
        wire::PRODUCT,
        wire::REWARD,
        wire::STORE,
        wire::PROGRAM,
        wire::BRAND,
        wire::RECALL,
        wire::DEVICE,
        wire::COUPON,
    ]
    .into_iter()
    .find(|k| *k == entity)
}

async fn member_row<C: ConnectionTrait>(db: &C, id: &str) -> Result<Option<Row>, ServiceError> {
    let Some(entity) = member(db, id).await? else {
        return Ok(None);
    };
    let scope = store_scope(&entity.home_store);
    Ok(Some(row(scope, wire::MEMBER, id.to_owned(), &entity)?))
}

/// A member as a counter keeps her; none where there is no such member.
///
/// # Errors
/// Where the database fails.
pub async fn member<C: ConnectionTrait>(
    db: &C,
    id: &str,
) -> Result<Option<wire::Member>, ServiceError> {
    let Some(m) = member::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let account = account::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| ServiceError::broken("a member without an account"))?;
    let balances = balance::Entity::find()
        .filter(balance::Column::MemberId.eq(id))
        .all(db)
        .await?;
    let lots = lot::Entity::find()
        .filter(lot::Column::MemberId.eq(id))
        .filter(lot::Column::Available.gt(0).or(lot::Column::InEscrow.gt(0)))
        .all(db)
        .await?;
    Ok(Some(wire_member(m, &account, &balances, lots)?))
}

fn wire_member(
    m: member::Model,
    account: &account::Model,
    balances: &[balance::Model],
    mut lots: Vec<lot::Model>,
) -> Result<wire::Member, ServiceError> {
    let sum = |keep: &dyn Fn(&str) -> bool| -> i64 {
        balances
            .iter()
            .filter(|b| keep(&b.account))
            .map(|b| b.points)
            .sum()
    };
    let available = sum(&|a| a == names::AVAILABLE);
    let escrow = sum(&names::is_escrow);
    // the order of spending: soonest first, never last, then the oldest
    lots.sort_by(|a, b| {
        (a.expires_on.is_none(), &a.expires_on, &a.earned_on, a.n).cmp(&(
            b.expires_on.is_none(),
            &b.expires_on,
            &b.earned_on,
            b.n,
        ))
    });
    let lots = lots
        .into_iter()
        .take(LOTS)
        .map(|l| {
            Ok(wire::LotView {
                points: Points(l.available + l.in_escrow),
                expires: l.expires_on.as_deref().map(crate::time::date).transpose()?,
            })
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    let as_of = account.as_of.unwrap_or(m.joined_at);
    Ok(wire::Member {
        id: MemberId::from(m.id),
        no: m.card_no,
        name: m.name,
        phone: m.phone.unwrap_or_default(),
        birthday: m.birthday.as_deref().map(crate::time::date).transpose()?,
        home_store: StoreId::from(m.home_store),
        advisor: m.advisor.map(ClerkId::from),
        joined: crate::time::shown_date(m.joined_at),
        joined_by_code: m.joined_by_code,
        tier: account.tier_shown.clone(),
        qualifying: Money::from_fen(account.qualifying_fen),
        tier_review: account.tier_review_at.map(crate::time::shown_date),
        skin: m.skin.as_deref().map(serde_json::from_str).transpose()?,
        allergies: serde_json::from_str(&m.allergies)?,
        concerns: serde_json::from_str(&m.concerns)?,
        consent_skin: m.consent_skin,
        consent_marketing: m.consent_marketing,
        balance: Points(available + escrow - account.debt),
        available: Points(available),
        debt: Points(account.debt),
        lots,
        frozen: account.frozen_since.is_some(),
        last_purchase: account.last_purchase_at.map(from_millis),
        receipts: u32::try_from(account.receipts).unwrap_or(0),
        as_of: from_millis(as_of),
    })
}

async fn receipt_rows<C: ConnectionTrait>(
    db: &C,
    member: &str,
    which: &[(&str, &str)],
) -> Result<Vec<Row>, ServiceError> {
    let Some(home) = member::Entity::find_by_id(member).one(db).await? else {
        return Ok(Vec::new());
    };
    let scope = store_scope(&StoreId::from(home.home_store));
    let mut rows = Vec::with_capacity(which.len());
    // a few at a time, so that a statement stays within the engines' limits
    for some in which.chunks(200) {
        let numbers: Vec<&str> = some.iter().map(|(_, no)| *no).collect();
        let receipts = receipt::Entity::find()
            .filter(receipt::Column::MemberId.eq(member))
            .filter(receipt::Column::ReceiptNo.is_in(numbers.clone()))
            .all(db)
            .await?;
        let lines = receipt_line::Entity::find()
            .filter(receipt_line::Column::MemberId.eq(member))
            .filter(receipt_line::Column::ReceiptNo.is_in(numbers))
            .order_by(receipt_line::Column::N, Order::Asc)
            .all(db)
            .await?;
        for r in receipts {
            if !some.contains(&(r.store_id.as_str(), r.receipt_no.as_str())) {
                continue;
            }
            let (store, no) = (r.store_id.clone(), r.receipt_no.clone());
            let own = lines
                .iter()
                .filter(|l| l.store_id == store && l.receipt_no == no);
            let key = receipt_key(&store, &no);
            let entity = wire_receipt(r, own);
            rows.push(row(scope.clone(), wire::RECEIPT, key, &entity)?);
        }
    }
    Ok(rows)
}

fn wire_receipt<'a>(
    r: receipt::Model,
    lines: impl Iterator<Item = &'a receipt_line::Model>,
) -> wire::Receipt {
    wire::Receipt {
        no: r.receipt_no,
        member: MemberId::from(r.member_id),
        store: StoreId::from(r.store_id),
        at: from_millis(r.at),
        channel: r.channel,
        lines: lines
            .map(|l| wire::ReceiptLine {
                sku: l.sku.clone(),
                name: l.name.clone(),
                qty: u32::try_from(l.qty).unwrap_or(0),
                returned: u32::try_from(l.returned).unwrap_or(0),
                amount: Money::from_fen(l.net_fen),
            })
            .collect(),
        pay: Money::from_fen(r.pay_fen),
        refunded: Money::from_fen(r.refunded_fen),
        earned: Points(r.earned),
        points_paid: Points(r.points_paid),
        taken_back: Points(r.taken_back),
        given_back: Points(r.given_back),
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

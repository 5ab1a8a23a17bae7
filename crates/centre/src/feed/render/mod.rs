//! Entities as counters keep them, written out from the tables; many at once by few statements.

mod acts;
mod catalogue;
mod devices;
mod members;
mod movements;
mod receipts;
mod settlement;

use std::collections::{BTreeMap, BTreeSet};

use protocol::entity as wire;
use sea_orm::ConnectionTrait;
use serde::Serialize;

use super::{Changed, Kind, Known, Row};
use crate::error::ServiceError;

pub(crate) use acts::{behaviours_of, redemptions_of};
pub(crate) use members::from_ledger;
pub use members::member;

/// Members or receipts in one statement: far below the engines' limits, and few different texts
/// of statements.
const CHUNK: usize = 125;

/// Renders everything that changed.
pub async fn all<C: ConnectionTrait>(
    db: &C,
    changed: &BTreeSet<Changed>,
    known: Known,
) -> Result<Vec<Row>, ServiceError> {
    let mut people = members::People::with(known);
    let mut receipts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut coupons: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut redemptions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut behaved: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut moved: BTreeSet<&str> = BTreeSet::new();
    let mut left: Vec<(&str, &str)> = Vec::new();
    let mut others = Vec::new();
    for what in changed {
        match what {
            Changed::Member(id) => people.shown(id),
            Changed::Receipt(member, op_id) => {
                people.with_things(member);
                receipts.entry(member).or_default().insert(op_id.clone());
            }
            Changed::Coupon(member, id) => {
                people.with_things(member);
                coupons.entry(member).or_default().insert(id.clone());
            }
            Changed::Redemption(member, id) => {
                people.with_things(member);
                redemptions.entry(member).or_default().insert(id.clone());
            }
            Changed::Behaved(member, kind) => {
                people.with_things(member);
                behaved.entry(member).or_default().insert(kind.clone());
            }
            Changed::Movements(member) => {
                people.with_things(member);
                moved.insert(member);
            }
            Changed::Moved(member, from) => {
                people.shown(member);
                moved.insert(member);
                left.push((member, from));
            }
            other => others.push(other),
        }
    }
    let mut receipt_keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (member, _) in &left {
        let (ids, keys) = receipts::keys_of(db, member).await?.into_iter().unzip();
        receipts.entry(member).or_default().extend::<Vec<_>>(ids);
        receipt_keys.insert(member, keys);
        let own = members::coupons_of(db, member).await?;
        coupons.entry(member).or_default().extend(own);
        let own = redemptions_of(db, member, None).await?;
        redemptions.entry(member).or_default().extend(own);
        let own = behaviours_of(db, member).await?;
        behaved.entry(member).or_default().extend(own);
    }
    let mut rows = Vec::with_capacity(changed.len());
    for (member, from) in left {
        // what she leaves behind; the same things appear where she goes
        let scope = protocol::pull::store_scope(&from.into());
        rows.push(gone(&scope, wire::MEMBER, member.to_owned()));
        if movements::any(db, member).await? {
            rows.push(gone(&scope, wire::MOVEMENTS, member.to_owned()));
        }
        for key in receipt_keys.get(member).into_iter().flatten() {
            rows.push(gone(&scope, wire::RECEIPT, key.clone()));
        }
        for id in coupons.get(member).into_iter().flatten() {
            rows.push(gone(&scope, wire::COUPON, id.clone()));
        }
        for id in redemptions.get(member).into_iter().flatten() {
            rows.push(gone(&scope, wire::REDEMPTION, id.clone()));
        }
        for kind in behaved.get(member).into_iter().flatten() {
            let key = super::behaved_key(member, kind);
            rows.push(gone(&scope, wire::BEHAVED, key));
        }
    }
    if !people.is_empty() {
        let scopes = people.load(db).await?;
        rows.extend(people.rows(db, &scopes).await?);
        rows.extend(receipts::rows(db, &receipts, &scopes).await?);
        rows.extend(members::coupon_rows(db, &coupons, &scopes).await?);
        rows.extend(acts::redemption_rows(db, &redemptions, &scopes).await?);
        rows.extend(acts::behaved_rows(db, &behaved, &scopes).await?);
        rows.extend(movements::rows(db, &moved, &scopes).await?);
    }
    for what in others {
        rows.extend(other_row(db, what).await?);
    }
    Ok(rows)
}

async fn other_row<C: ConnectionTrait>(
    db: &C,
    what: &Changed,
) -> Result<Option<Row>, ServiceError> {
    match what {
        Changed::Stock(store, reward) => catalogue::stock(db, store, reward).await.map(Some),
        Changed::Device(id) => devices::status(db, id).await,
        Changed::Recall(device, grant, member) => {
            Ok(Some(devices::recall(db, device, grant, member).await?))
        }
        Changed::Gone(scope, entity, key) => {
            Ok(Kind::named(entity).map(|kind| gone(scope, kind.name(), key.clone())))
        }
        other => catalogue::row_of(db, other).await,
    }
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

fn gone(scope: &str, entity: &'static str, key: String) -> Row {
    Row {
        scope: scope.to_owned(),
        entity,
        key,
        body: None,
    }
}

/// The same in each scope.
fn in_each<'a>(
    scopes: &'a [String],
    entity: &'static str,
    key: &'a str,
    body: Option<&'a str>,
) -> impl Iterator<Item = Row> + 'a {
    scopes.iter().map(move |scope| Row {
        scope: scope.clone(),
        entity,
        key: key.to_owned(),
        body: body.map(str::to_owned),
    })
}

//! Receipts, in every scope where their member is shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use protocol::entity as wire;
use protocol::ids::{ClerkId, MemberId, StoreId};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::members::Scopes;
use super::settlement::{Settled, Settlement};
use super::{Row, in_each};
use crate::error::ServiceError;
use crate::time::from_millis;
use centre_store::tables::{receipt, receipt_line};
use loyalty::{Money, Points};

/// Receipts in one statement: each is an alternative of two columns.
const CHUNK: usize = 60;

/// Which receipts of a member, by their ids.
pub type Which<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// Id and key in the feed of all receipts of a member.
pub async fn keys_of<C: ConnectionTrait>(
    db: &C,
    member: &str,
) -> Result<Vec<(String, String)>, ServiceError> {
    Ok(receipt::Entity::find()
        .select_only()
        .columns([receipt::Column::OpId, receipt::Column::FeedKey])
        .filter(receipt::Column::MemberId.eq(member))
        .into_tuple()
        .all(db)
        .await?)
}

/// Renders receipts.
pub async fn rows<C: ConnectionTrait>(
    db: &C,
    which: &Which<'_>,
    scopes: &Scopes,
) -> Result<Vec<Row>, ServiceError> {
    let keys: Vec<(&str, &str)> = which
        .iter()
        .flat_map(|(member, own)| own.iter().map(|op_id| (*member, op_id.as_str())))
        .collect();
    let mut rows = Vec::with_capacity(keys.len());
    for some in keys.chunks(CHUNK) {
        let (mut these, mut lines_of) = (Condition::any(), Condition::any());
        for (member, op_id) in some {
            these = these.add(
                Condition::all()
                    .add(receipt::Column::MemberId.eq(*member))
                    .add(receipt::Column::OpId.eq(*op_id)),
            );
            lines_of = lines_of.add(
                Condition::all()
                    .add(receipt_line::Column::MemberId.eq(*member))
                    .add(receipt_line::Column::OpId.eq(*op_id)),
            );
        }
        let found = receipt::Entity::find().filter(these).all(db).await?;
        let mut lines: HashMap<String, Vec<receipt_line::Model>> = HashMap::new();
        for line in receipt_line::Entity::find()
            .filter(lines_of)
            .all(db)
            .await?
        {
            lines.entry(line.op_id.clone()).or_default().push(line);
        }
        let mut settlement = Settlement::of(db, &found).await?;
        for r in found {
            let settled = settlement.take(&r)?;
            let mut own = lines.remove(&r.op_id).unwrap_or_default();
            own.sort_by_key(|l| l.n);
            let key = r.feed_key.clone();
            let Some(scopes) = scopes.of(&r.member_id) else {
                continue;
            };
            let body = serde_json::to_string(&wire_receipt(r, &own, settled)?)?;
            rows.extend(in_each(scopes, wire::RECEIPT, &key, Some(&body)));
        }
    }
    Ok(rows)
}

fn wire_receipt(
    r: receipt::Model,
    lines: &[receipt_line::Model],
    settled: Settled,
) -> Result<wire::Receipt, ServiceError> {
    Ok(wire::Receipt {
        id: r.op_id,
        no: r.receipt_no,
        member: MemberId::from(r.member_id),
        store: StoreId::from(r.store_id),
        at: from_millis(r.at)?,
        channel: r.channel,
        lines: lines
            .iter()
            .map(|l| wire::ReceiptLine {
                sku: l.sku.clone(),
                name: l.name.clone(),
                qty: u32::try_from(l.qty).unwrap_or(0),
                returned: u32::try_from(l.returned).unwrap_or(0),
                amount: Money::from_fen(l.net_fen),
                off: Money::from_fen(l.amount_fen - l.net_fen),
                by_points: Money::from_fen(l.by_points_fen),
            })
            .collect(),
        pay: Money::from_fen(r.pay_fen),
        refunded: Money::from_fen(r.refunded_fen),
        earned: Points(r.earned),
        points_paid: Points(r.points_paid),
        taken_back: Points(r.taken_back),
        given_back: Points(r.given_back),
        portions: settled.portions,
        own_lot: r.own_lot.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
        coupons: settled.coupons,
        seller: r.seller.map(ClerkId::from),
        second: r.second.map(ClerkId::from),
    })
}

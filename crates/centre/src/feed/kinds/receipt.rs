//! Receipts, in every scope where their member is shown.

use std::collections::HashMap;

use loyalty::OpId;
use protocol::entity::{self as wire, EntityKind};
use protocol::ids::MemberId;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;

use super::settlement::{Settled, Settlement, lots_as_shown};
use super::told::{ALL, Expected, HOME, Reach, Told, VISIT_NEWEST, Which, of_members, shown_of};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::{receipt, receipt_line};

/// Receipts in one statement: each is an alternative of two columns.
const AT_ONCE: usize = 60;

/// A receipt of a member's, by the sale's id; its key in the feed may be another, from before sales had ids.
pub enum Receipt {}

/// What a receipt's row is about; one from before receipts had ids names none.
#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    member: MemberId,
}

impl Told for Receipt {
    const KIND: EntityKind = EntityKind::Receipt;
    const SENSITIVE: bool = false;
    type Wire = wire::Receipt;
    const LATER: &'static [&'static str] = &["id"];
    const EXPECTED: Expected = Expected {
        from: shown_of!("receipt"),
        place: "x.store_id || '/' || x.receipt_no",
        scope: HOME,
        key: "x.feed_key",
        only: ALL,
        waits: Some(("x.member_id", "x.op_id")),
    };

    fn source(_scope: &str, _key: &str, body: &str) -> Option<Thing> {
        let named: Named = serde_json::from_str(body).ok()?;
        Some(Thing::new(Self::KIND, named.member, named.id?))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let keys: Vec<(&MemberId, &String)> = of_members(which)
            .flat_map(|(member, ids)| ids.iter().map(move |id| (member, id)))
            .collect();
        let mut rows = Vec::with_capacity(keys.len());
        for some in keys.chunks(AT_ONCE) {
            let owners: HashMap<&str, &MemberId> = some
                .iter()
                .map(|(member, op_id)| (op_id.as_str(), *member))
                .collect();
            let found = receipt::Entity::find()
                .filter(receipt::Column::OpId.is_in(owners.keys().copied()))
                .all(db)
                .await?;
            if found.is_empty() {
                continue;
            }
            let mut lines_of = Condition::any();
            for r in &found {
                lines_of = lines_of.add(
                    Condition::all()
                        .add(receipt_line::Column::MemberId.eq(r.member_id.clone()))
                        .add(receipt_line::Column::OpId.eq(r.op_id.clone())),
                );
            }
            let mut lines: HashMap<Col<OpId>, Vec<receipt_line::Model>> = HashMap::new();
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
                let Some(owner) = owners.get(r.op_id.as_str()) else {
                    continue;
                };
                let shown = people.shown_as(&r.member_id, owner).clone();
                let Some(scopes) = people.scopes_of(&shown) else {
                    continue;
                };
                let body = serde_json::to_string(&wire_receipt(r, &shown, &own, settled))?;
                rows.extend(Row::in_each(scopes, Self::KIND, &key, Some(&body)));
            }
        }
        Ok(rows)
    }

    async fn ids_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
        reach: Reach,
    ) -> Result<Vec<String>, ServiceError> {
        Ok(receipt::Entity::find()
            .select_only()
            .column(receipt::Column::OpId)
            .filter(receipt::Column::MemberId.eq(Col::from(member)))
            .order_by_desc(receipt::Column::At)
            .limit((reach == Reach::Visit).then_some(VISIT_NEWEST))
            .into_tuple()
            .all(db)
            .await?)
    }

    async fn keys_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
    ) -> Result<Vec<String>, ServiceError> {
        Ok(receipt::Entity::find()
            .select_only()
            .column(receipt::Column::FeedKey)
            .filter(receipt::Column::MemberId.eq(Col::from(member)))
            .into_tuple()
            .all(db)
            .await?)
    }
}

fn wire_receipt(
    r: receipt::Model,
    shown: &MemberId,
    lines: &[receipt_line::Model],
    settled: Settled,
) -> wire::Receipt {
    // the lots of another account are none of hers
    let hers = r.member_id == *shown;
    wire::Receipt {
        id: r.op_id.0.into_string(),
        no: r.receipt_no.0.into_string(),
        member: shown.clone(),
        store: r.store_id.into_inner(),
        at: *r.at,
        channel: r.channel,
        lines: lines
            .iter()
            .map(|l| wire::ReceiptLine {
                sku: l.sku.to_string(),
                name: l.name.clone(),
                qty: *l.qty,
                returned: *l.returned,
                amount: *l.net_fen,
                off: *l.amount_fen - *l.net_fen,
                by_points: *l.by_points_fen,
            })
            .collect(),
        pay: *r.pay_fen,
        refunded: *r.refunded_fen,
        earned: *r.earned,
        points_paid: *r.points_paid,
        taken_back: *r.taken_back,
        given_back: *r.given_back,
        portions: lots_as_shown(settled.portions, &r.member_id, shown),
        own_lot: r.own_lot.filter(|_| hers).map_or(0, |lot| lot.0.0),
        coupons: settled.coupons,
        seller: r.seller.map(Col::into_inner),
        second: r.second.map(Col::into_inner),
        unconfirmed: r.unconfirmed,
        counted: *r.counted_fen,
        waiting: *r.waiting,
        waiting_pay: *r.waiting_fen,
        of_other_account: !hers,
    }
}

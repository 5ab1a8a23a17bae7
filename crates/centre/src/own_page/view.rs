//! What she has, as her own page shows it.

use std::collections::HashMap;

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{account, coupon, member, receipt, receipt_line, sent_message, store};
use chrono::{DateTime, Months, NaiveDate, Utc};
use loyalty::{Coupon, OpId, Program};
use protocol::MemberId;
use protocol::own_page::{
    MESSAGE_MONTHS, OwnCoupon, OwnLine, OwnLot, OwnMessage, OwnPurchase, OwnView, PURCHASES,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::agreed;
use crate::Centre;
use crate::error::ServiceError;
use crate::{feed, members, zone};

/// What a member has.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn view(centre: &Centre, id: &MemberId) -> Result<OwnView, ServiceError> {
    let db = centre.db().read();
    let now = centre.now();
    let program = centre.current_program().await?;
    let zone = zone::of_business(db, now).await?;
    let missing = || ServiceError::missing("member", id);
    let row = member::Entity::find_by_id(Col::from(id)).one(db).await?;
    let row = row.ok_or_else(missing)?;
    let shown = feed::render_member(db, &row.id, now)
        .await?
        .ok_or_else(missing)?;
    let account = account::Entity::find_by_id(row.id.clone()).one(db).await?;
    let tier = account
        .map(|a| a.tier_shown.to_string())
        .unwrap_or_default();
    let today = zone::business_date(zone, now);
    // with what she has on accounts that were merged into hers
    let went = members::who_went(db, id).await?;
    let hers: Vec<Col<MemberId>> = went.iter().chain([id]).map(Col::from).collect();
    Ok(OwnView {
        called: [&row.called, &row.name]
            .into_iter()
            .find(|said| !said.is_empty())
            .cloned()
            .unwrap_or_default(),
        phone: masked(row.phone.as_deref().unwrap_or_default()),
        member_no: row.card_no.clone(),
        tier_name: tier_name(&program, &tier),
        tier,
        points: shown.balance,
        waiting: shown.waiting,
        frozen: shown.frozen,
        lots: lots(&shown.lots),
        coupons: coupons(db, id, today).await?,
        purchases: purchases(db, &hers).await?,
        messages: messages(db, &hers, now).await?,
        held: agreed(&row, zone)?,
        skin_kept: row.skin.is_some() || row.allergies.text() != "[]",
        as_of: now,
    })
}

fn masked(phone: &str) -> String {
    match (phone.get(..3), phone.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => String::new(),
    }
}

fn tier_name(program: &Program, tier: &str) -> String {
    let label = program
        .tiers()
        .find(|t| t.id.as_str() == tier)
        .and_then(|t| t.label.as_ref());
    label.map_or_else(|| tier.to_owned(), |l| l.zh.clone())
}

/// Lots of one day are one to her.
fn lots(all: &[protocol::entity::LotView]) -> Vec<OwnLot> {
    let mut days: Vec<OwnLot> = Vec::new();
    for lot in all.iter().filter(|lot| lot.points.get() > 0) {
        match days.iter_mut().find(|day| day.expires == lot.expires) {
            Some(day) => day.points += lot.points,
            None => days.push(OwnLot {
                points: lot.points,
                expires: lot.expires,
            }),
        }
    }
    // what stays comes last
    days.sort_by_key(|day| (day.expires.is_none(), day.expires));
    days
}

async fn coupons<C: ConnectionTrait>(
    db: &C,
    id: &MemberId,
    today: NaiveDate,
) -> Result<Vec<OwnCoupon>, ServiceError> {
    let rows = coupon::Entity::find()
        .filter(coupon::Column::MemberId.eq(Col::from(id)))
        .filter(coupon::Column::UsedBy.is_null())
        .all(db)
        .await?;
    let mut all = Vec::new();
    for row in rows {
        let read: Coupon = serde_json::from_str(&row.document)?;
        if read.expires.is_none_or(|last| last >= today) {
            all.push(OwnCoupon {
                benefit: read.benefit,
                expires: read.expires,
            });
        }
    }
    all.sort_by_key(|one| (one.expires.is_none(), one.expires));
    Ok(all)
}

async fn purchases<C: ConnectionTrait>(
    db: &C,
    hers: &[Col<MemberId>],
) -> Result<Vec<OwnPurchase>, ServiceError> {
    let rows = receipt::Entity::find()
        .filter(receipt::Column::MemberId.is_in(hers.to_vec()))
        .order_by_desc(receipt::Column::At)
        .limit(u64::try_from(PURCHASES).ok())
        .all(db)
        .await?;
    let ids: Vec<Col<OpId>> = rows.iter().map(|r| r.op_id.clone()).collect();
    let mut lines: HashMap<Col<OpId>, Vec<receipt_line::Model>> = HashMap::new();
    for line in receipt_line::Entity::find()
        .filter(receipt_line::Column::MemberId.is_in(hers.to_vec()))
        .filter(receipt_line::Column::OpId.is_in(ids))
        .order_by_asc(receipt_line::Column::N)
        .all(db)
        .await?
    {
        lines.entry(line.op_id.clone()).or_default().push(line);
    }
    let stores = store::Entity::find().all(db).await?;
    Ok(rows
        .into_iter()
        .map(|r| OwnPurchase {
            at: *r.at,
            store: stores
                .iter()
                .find(|s| s.id == r.store_id)
                .map_or_else(|| r.store_id.to_string(), |s| s.name.clone()),
            receipt: r.receipt_no.to_string(),
            paid: *r.pay_fen - *r.refunded_fen,
            points: *r.earned - *r.taken_back,
            lines: lines
                .remove(&r.op_id)
                .unwrap_or_default()
                .into_iter()
                .map(|l| OwnLine {
                    name: l.name,
                    qty: *l.qty,
                    returned: *l.returned,
                })
                .collect(),
        })
        .collect())
}

async fn messages<C: ConnectionTrait>(
    db: &C,
    hers: &[Col<MemberId>],
    now: DateTime<Utc>,
) -> Result<Vec<OwnMessage>, ServiceError> {
    let since = now
        .checked_sub_months(Months::new(MESSAGE_MONTHS))
        .unwrap_or(now);
    let rows = sent_message::Entity::find()
        .filter(sent_message::Column::MemberId.is_in(hers.to_vec()))
        .filter(sent_message::Column::At.gte(Col(since)))
        .order_by_desc(sent_message::Column::At)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| OwnMessage {
            at: *row.at,
            kind: row.kind,
        })
        .collect())
}

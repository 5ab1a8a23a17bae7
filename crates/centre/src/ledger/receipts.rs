//! Sales as they are stored, there and back.

use chrono::{DateTime, Utc};
use identity::receipt::ReceiptNumber;
use loyalty::{Awarded, Money, OpId, Points, Portion, Receipt, ReceiptLine};
use protocol::chain::Transcript;
use protocol::ids::{MemberId, StoreId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::entered::{Credited, PurchaseLine, Recorded};
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{portion, receipt, receipt_line};

/// A sale: what the rules keep of it, and what stands beside it.
#[derive(Debug, Clone)]
pub struct StoredReceipt {
    /// What recorded it.
    pub op_id: OpId,
    /// Which store sold.
    pub store: StoreId,
    /// Version of the rules that it was made under.
    pub program: u32,
    /// `store`, `import`, …
    pub channel: String,
    /// Money paid, as the counter showed it.
    pub shown_pay: Money,
    /// See [`content_hash`].
    pub content_hash: String,
    /// Whose credit it is.
    pub credited: Credited,
    /// Who recorded it at a counter.
    pub recorded: Option<Recorded>,
    /// By what it was confirmed.
    pub confirmed: Option<Confirmed>,
    /// Its key in the feed.
    pub feed_key: String,
    /// What the rules keep.
    pub receipt: Receipt,
    /// Beside each line of it.
    pub lines: Vec<StoredLine>,
    /// Not yet in the database.
    pub(super) fresh: bool,
    /// How many of its last lines are not yet in the database, where it is.
    pub(super) further: usize,
}

/// By what a sale was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// When.
    pub at: DateTime<Utc>,
    /// `till`, `manager:<clerk>`, `headquarters`.
    pub by: String,
    /// What the till has, where it said.
    pub till: Option<Money>,
}

/// What stands beside a line.
#[derive(Debug, Clone)]
pub struct StoredLine {
    /// The product's name on that day.
    pub name: String,
}

/// What a sale says, whoever recorded it: the same receipt again changes nothing.
pub fn content_hash(lines: &[PurchaseLine], pay_points: Points, coupons: &[String]) -> String {
    let mut t = Transcript::new("counterpart.receipt.1").number(lines.len() as u64);
    for line in lines {
        t = t
            .part(line.sku.as_bytes())
            .number(u64::from(line.qty))
            .part(&line.amount.fen().to_be_bytes());
    }
    t = t.part(&pay_points.get().to_be_bytes());
    for coupon in coupons {
        t = t.part(coupon.as_bytes());
    }
    t.finish().to_string()
}

impl StoredReceipt {
    /// Loads a sale with its lines and what it was paid from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        row: receipt::Model,
    ) -> Result<Self, ServiceError> {
        let lines = receipt_line::Entity::find()
            .filter(receipt_line::Column::MemberId.eq(&row.member_id))
            .filter(receipt_line::Column::OpId.eq(&row.op_id))
            .order_by_asc(receipt_line::Column::N)
            .all(db)
            .await?;
        let portions = portion::Entity::find()
            .filter(portion::Column::MemberId.eq(&row.member_id))
            .filter(portion::Column::OpId.eq(&row.op_id))
            .order_by_asc(portion::Column::N)
            .all(db)
            .await?;
        let receipt = Receipt {
            no: row.receipt_no.into_inner(),
            at: *row.at,
            lines: lines.iter().map(rule_line).collect(),
            net: *row.net_fen,
            pay: *row.pay_fen,
            points_paid: *row.points_paid,
            portions: portions.iter().map(rule_portion).collect(),
            earned: *row.earned,
            own_lot: row.own_lot.map(Col::into_inner),
            coupons: serde_json::from_str(&row.coupons)?,
            given_back: *row.given_back,
            taken_back: *row.taken_back,
            refunded: *row.refunded_fen,
            awarded: Awarded {
                unconfirmed: row.unconfirmed,
                counted: *row.counted_fen,
                waiting: *row.waiting,
                waiting_pay: *row.waiting_fen,
                more: *row.earned_more,
                less: *row.earned_less,
            },
        };
        Ok(Self {
            op_id: row.op_id.into_inner(),
            store: row.store_id.into_inner(),
            program: *row.program,
            channel: row.channel,
            shown_pay: *row.shown_pay_fen,
            content_hash: row.content_hash,
            credited: Credited {
                seller: row.seller.map(Col::into_inner),
                second: row.second.map(Col::into_inner),
            },
            recorded: (!row.recorded_by.is_empty()).then(|| Recorded {
                by: row.recorded_by.as_str().into(),
                named_store: row.named_store.as_str().into(),
                // what waits of it is on the receipt
                all_waits: false,
            }),
            confirmed: row.confirmed_at.map(|at| Confirmed {
                at: *at,
                by: row.confirmed_by,
                till: row.till_fen.map(Col::into_inner),
            }),
            feed_key: row.feed_key,
            receipt,
            lines: lines
                .into_iter()
                .map(|l| StoredLine { name: l.name })
                .collect(),
            fresh: false,
            further: 0,
        })
    }

    pub(super) fn row(&self, member_id: &MemberId) -> Result<receipt::Model, ServiceError> {
        let r = &self.receipt;
        let (recorded, confirmed) = (self.recorded.as_ref(), self.confirmed.as_ref());
        Ok(receipt::Model {
            member_id: member_id.into(),
            op_id: (&self.op_id).into(),
            store_id: (&self.store).into(),
            receipt_no: (&r.no).into(),
            number_key: ReceiptNumber::stored(r.no.as_str()).loose(),
            feed_key: self.feed_key.clone(),
            content_hash: self.content_hash.clone(),
            program: self.program.into(),
            at: r.at.into(),
            channel: self.channel.clone(),
            net_fen: r.net.into(),
            pay_fen: r.pay.into(),
            shown_pay_fen: self.shown_pay.into(),
            earned: r.earned.into(),
            points_paid: r.points_paid.into(),
            refunded_fen: r.refunded.into(),
            taken_back: r.taken_back.into(),
            given_back: r.given_back.into(),
            own_lot: r.own_lot.map(Col),
            coupons: serde_json::to_string(&r.coupons)?,
            seller: self.credited.seller.clone().map(Col),
            second: self.credited.second.clone().map(Col),
            recorded_by: recorded.map(|r| r.by.to_string()).unwrap_or_default(),
            named_store: recorded
                .map(|r| r.named_store.to_string())
                .unwrap_or_default(),
            unconfirmed: r.awarded.unconfirmed,
            counted_fen: r.awarded.counted.into(),
            waiting: r.awarded.waiting.into(),
            waiting_fen: r.awarded.waiting_pay.into(),
            earned_more: r.awarded.more.into(),
            earned_less: r.awarded.less.into(),
            confirmed_at: confirmed.map(|c| c.at.into()),
            confirmed_by: confirmed.map(|c| c.by.clone()).unwrap_or_default(),
            till_fen: confirmed.and_then(|c| c.till).map(Col),
        })
    }

    pub(super) fn line_rows(&self, member_id: &MemberId) -> Vec<receipt_line::Model> {
        let rows = (0..).zip(self.receipt.lines.iter().zip(&self.lines));
        rows.map(|(n, (line, beside))| receipt_line::Model {
            member_id: member_id.into(),
            op_id: (&self.op_id).into(),
            n: Col(n),
            sku: (&line.sku).into(),
            name: beside.name.clone(),
            category: line.category.as_ref().map(ToString::to_string),
            qty: line.qty.into(),
            returned: line.returned.into(),
            amount_fen: line.amount.into(),
            net_fen: line.net.into(),
            by_points_fen: line.by_points.into(),
        })
        .collect()
    }
}

/// Rows of the portions that something was paid from.
pub(super) fn portion_rows(
    member_id: &MemberId,
    op_id: &OpId,
    portions: &[Portion],
) -> Vec<portion::Model> {
    let rows = (0..).zip(portions);
    rows.map(|(n, p)| portion::Model {
        member_id: member_id.into(),
        op_id: op_id.into(),
        n: Col(n),
        lot: p.lot.map(Col),
        points: p.points.into(),
        given_back: p.given_back.into(),
    })
    .collect()
}

fn rule_line(l: &receipt_line::Model) -> ReceiptLine {
    ReceiptLine {
        sku: l.sku.0.clone(),
        category: l.category.as_deref().map(Into::into),
        qty: *l.qty,
        amount: *l.amount_fen,
        net: *l.net_fen,
        by_points: *l.by_points_fen,
        returned: *l.returned,
    }
}

pub(super) fn rule_portion(p: &portion::Model) -> Portion {
    Portion {
        lot: p.lot.map(Col::into_inner),
        points: *p.points,
        given_back: *p.given_back,
    }
}

/// A sale by its own id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    op_id: &OpId,
) -> Result<Option<receipt::Model>, ServiceError> {
    Ok(receipt::Entity::find()
        .filter(receipt::Column::OpId.eq(Col::from(op_id)))
        .one(db)
        .await?)
}

/// Sales of a store whose numbers may be this one, newest first: spelt otherwise, or but for zeros at the beginning.
///
/// # Errors
/// Where the database fails.
pub async fn like<C: ConnectionTrait>(
    db: &C,
    store: &StoreId,
    number: &ReceiptNumber,
) -> Result<Vec<receipt::Model>, ServiceError> {
    Ok(receipt::Entity::find()
        .filter(receipt::Column::StoreId.eq(Col::from(store)))
        .filter(receipt::Column::NumberKey.eq(number.loose()))
        .order_by_desc(receipt::Column::At)
        .order_by_desc(receipt::Column::OpId)
        .all(db)
        .await?)
}

/// Those of some sales that stand: of which something is left to return.
///
/// # Errors
/// Where the database fails.
pub async fn standing<C: ConnectionTrait>(
    db: &C,
    sales: Vec<receipt::Model>,
) -> Result<Vec<receipt::Model>, ServiceError> {
    if sales.is_empty() {
        return Ok(sales);
    }
    let open: Vec<Col<OpId>> = receipt_line::Entity::find()
        .select_only()
        .column(receipt_line::Column::OpId)
        .filter(receipt_line::Column::MemberId.is_in(sales.iter().map(|r| r.member_id.clone())))
        .filter(receipt_line::Column::OpId.is_in(sales.iter().map(|r| r.op_id.clone())))
        .filter(Expr::col(receipt_line::Column::Returned).lt(Expr::col(receipt_line::Column::Qty)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(sales
        .into_iter()
        .filter(|r| open.contains(&r.op_id))
        .collect())
}

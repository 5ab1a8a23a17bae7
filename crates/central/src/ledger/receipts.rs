//! Sales as they are stored, there and back.

use loyalty::{LotId, Money, Points, Portion, Receipt, ReceiptLine, ReceiptNo, Sku};
use protocol::chain::Transcript;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::PurchaseLine;
use crate::entities::{portion, receipt, receipt_line};
use crate::error::ServiceError;
use crate::time::from_millis;

/// A sale: what the rules keep of it, and what stands beside it.
#[derive(Debug, Clone)]
pub struct StoredReceipt {
    /// What recorded it.
    pub op_id: String,
    /// Which store sold.
    pub store: String,
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
    /// What the rules keep.
    pub receipt: Receipt,
    /// Beside each line of it.
    pub lines: Vec<StoredLine>,
    /// Not yet in the database.
    pub(super) fresh: bool,
}

/// Who has the credit of a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credited {
    /// Id of who has it; none = nobody.
    pub seller: Option<String>,
    /// Id of who assisted.
    pub second: Option<String>,
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
            .filter(receipt_line::Column::StoreId.eq(&row.store_id))
            .filter(receipt_line::Column::ReceiptNo.eq(&row.receipt_no))
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
            no: ReceiptNo::from(row.receipt_no),
            at: from_millis(row.at)?,
            lines: lines.iter().map(rule_line).collect(),
            net: Money::from_fen(row.net_fen),
            pay: Money::from_fen(row.pay_fen),
            points_paid: Points(row.points_paid),
            portions: portions.iter().map(rule_portion).collect(),
            earned: Points(row.earned),
            own_lot: row.own_lot.map(lot_id),
            coupons: serde_json::from_str(&row.coupons)?,
            given_back: Points(row.given_back),
            taken_back: Points(row.taken_back),
            refunded: Money::from_fen(row.refunded_fen),
        };
        Ok(Self {
            op_id: row.op_id,
            store: row.store_id,
            program: u32::try_from(row.program).unwrap_or(0),
            channel: row.channel,
            shown_pay: Money::from_fen(row.shown_pay_fen),
            content_hash: row.content_hash,
            credited: Credited {
                seller: row.seller,
                second: row.second,
            },
            receipt,
            lines: lines
                .into_iter()
                .map(|l| StoredLine { name: l.name })
                .collect(),
            fresh: false,
        })
    }

    pub(super) fn row(&self, member_id: &str) -> Result<receipt::Model, ServiceError> {
        let r = &self.receipt;
        Ok(receipt::Model {
            member_id: member_id.to_owned(),
            store_id: self.store.clone(),
            receipt_no: r.no.to_string(),
            op_id: self.op_id.clone(),
            content_hash: self.content_hash.clone(),
            program: i32::try_from(self.program).unwrap_or(0),
            at: r.at.timestamp_millis(),
            channel: self.channel.clone(),
            net_fen: r.net.fen(),
            pay_fen: r.pay.fen(),
            shown_pay_fen: self.shown_pay.fen(),
            earned: r.earned.get(),
            points_paid: r.points_paid.get(),
            refunded_fen: r.refunded.fen(),
            taken_back: r.taken_back.get(),
            given_back: r.given_back.get(),
            own_lot: r.own_lot.map(lot_number),
            coupons: serde_json::to_string(&r.coupons)?,
            seller: self.credited.seller.clone(),
            second: self.credited.second.clone(),
        })
    }

    pub(super) fn line_rows(&self, member_id: &str) -> Vec<receipt_line::Model> {
        let rows = self.receipt.lines.iter().zip(&self.lines).enumerate();
        rows.map(|(n, (line, beside))| receipt_line::Model {
            member_id: member_id.to_owned(),
            store_id: self.store.clone(),
            receipt_no: self.receipt.no.to_string(),
            n: i32::try_from(n).unwrap_or(i32::MAX),
            sku: line.sku.to_string(),
            name: beside.name.clone(),
            category: line.category.as_ref().map(ToString::to_string),
            qty: i32::try_from(line.qty).unwrap_or(i32::MAX),
            returned: i32::try_from(line.returned).unwrap_or(i32::MAX),
            amount_fen: line.amount.fen(),
            net_fen: line.net.fen(),
            by_points_fen: line.by_points.fen(),
        })
        .collect()
    }
}

/// Rows of the portions that something was paid from.
pub(super) fn portion_rows(
    member_id: &str,
    op_id: &str,
    portions: &[Portion],
) -> Vec<portion::Model> {
    let rows = portions.iter().enumerate();
    rows.map(|(n, p)| portion::Model {
        member_id: member_id.to_owned(),
        op_id: op_id.to_owned(),
        n: i32::try_from(n).unwrap_or(i32::MAX),
        lot: p.lot.map(lot_number),
        points: p.points.get(),
        given_back: p.given_back.get(),
    })
    .collect()
}

/// A lot's number as it is stored.
pub(super) fn lot_number(id: LotId) -> i64 {
    i64::try_from(id.0).unwrap_or(i64::MAX)
}

pub(super) fn lot_id(n: i64) -> LotId {
    LotId(u64::try_from(n).unwrap_or(0))
}

fn rule_line(l: &receipt_line::Model) -> ReceiptLine {
    ReceiptLine {
        sku: Sku::from(l.sku.as_str()),
        category: l.category.as_deref().map(Into::into),
        qty: u32::try_from(l.qty).unwrap_or(0),
        amount: Money::from_fen(l.amount_fen),
        net: Money::from_fen(l.net_fen),
        by_points: Money::from_fen(l.by_points_fen),
        returned: u32::try_from(l.returned).unwrap_or(0),
    }
}

pub(super) fn rule_portion(p: &portion::Model) -> Portion {
    Portion {
        lot: p.lot.map(lot_id),
        points: Points(p.points),
        given_back: Points(p.given_back),
    }
}

/// A sale by its number: in this store, or in the only other store that has one of that number
/// (a member may bring goods back anywhere).
///
/// # Errors
/// Where the database fails.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    store: &str,
    receipt_no: &str,
) -> Result<Option<receipt::Model>, ServiceError> {
    let mut found = receipt::Entity::find()
        .filter(receipt::Column::ReceiptNo.eq(receipt_no))
        .all(db)
        .await?;
    if let Some(i) = found.iter().position(|r| r.store_id == store) {
        return Ok(Some(found.swap_remove(i)));
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

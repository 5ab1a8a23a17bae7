//! What members told of reactions to goods that they brought back: listed for the brand to report, and erased with what
//! one of them told. What is serious and the days are [`loyalty::Reaction`]'s.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use loyalty::{OpId, Reaction, ReceiptNo, Severity};
use protocol::ids::{MemberId, StoreId};
use protocol::operation::{Operation, REACTION};
use protocol::personal::PersonalField;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

use crate::beside;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{operation, product, quarantined, reaction, store};

/// Goods that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// The product's number.
    pub sku: String,
    /// Pieces.
    pub qty: u32,
}

/// Which are listed.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Only of this store.
    pub store: Option<StoreId>,
    /// Told on this business date or after it.
    pub from: Option<NaiveDate>,
    /// Told on this business date or before it.
    pub to: Option<NaiveDate>,
}

/// What one member told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The return.
    pub op_id: OpId,
    /// Business date on which the counter learned of it.
    pub learned: NaiveDate,
    /// Last day on which it is reported in time.
    pub report_by: NaiveDate,
    /// How serious it is by what was said.
    pub severity: Severity,
    /// The store's id and name.
    pub store: (StoreId, String),
    /// What came back, with pieces and the name that the brand has for it.
    pub goods: Vec<(Came, String)>,
    /// The till's number of the sale.
    pub receipt: ReceiptNo,
    /// Her id; none where nobody has the sale, and once erased.
    pub member: Option<MemberId>,
    /// What she said; none once erased.
    pub said: Option<Reaction>,
}

/// What was told, what is to be reported first before the others.
///
/// # Errors
/// Where the database fails or holds what cannot be read.
pub async fn list<C: ConnectionTrait>(db: &C, which: &Which) -> Result<Vec<Told>, ServiceError> {
    let mut rows = reaction::Entity::find();
    if let Some(store) = &which.store {
        rows = rows.filter(reaction::Column::StoreId.eq(Col::from(store)));
    }
    if let Some(from) = which.from {
        rows = rows.filter(reaction::Column::LearnedOn.gte(from.to_string()));
    }
    if let Some(to) = which.to {
        rows = rows.filter(reaction::Column::LearnedOn.lte(to.to_string()));
    }
    let rows = rows
        .order_by_asc(reaction::Column::ReportBy)
        .order_by_asc(reaction::Column::At)
        .order_by_asc(reaction::Column::OpId)
        .all(db)
        .await?;
    let stores = store::Entity::find().all(db).await?;
    let stores: BTreeMap<_, _> = stores.into_iter().map(|s| (s.id, s.name)).collect();
    let products = product::Entity::find().all(db).await?;
    let products: BTreeMap<_, _> = products
        .into_iter()
        .map(|p| (p.sku.0.into_string(), p.name))
        .collect();
    let name = |sku: &str| products.get(sku).cloned().unwrap_or_default();
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let came: Vec<Came> = serde_json::from_str(&row.goods)?;
        let goods = came.into_iter().map(|c| {
            let name = name(&c.sku);
            (c, name)
        });
        told.push(Told {
            severity: match row.serious {
                true => Severity::Serious,
                false => Severity::General,
            },
            goods: goods.collect(),
            store: (
                row.store_id.0.clone(),
                stores.get(&row.store_id).cloned().unwrap_or_default(),
            ),
            said: row
                .told
                .map(|t| serde_json::from_str(t.text()))
                .transpose()?,
            op_id: row.op_id.into_inner(),
            learned: *row.learned_on,
            report_by: *row.report_by,
            receipt: row.receipt_no.into_inner(),
            member: row.member_id.map(Col::into_inner),
        });
    }
    Ok(told)
}

/// Erases what a member told: in the list, and beside the operations that told it, which still hold without it. How
/// many of the list that were.
///
/// # Errors
/// Where the database fails.
pub async fn erase(work: &UnitOfWork, member: &MemberId) -> Result<u64, ServiceError> {
    let hers = operation::Entity::find()
        .filter(operation::Column::MemberId.eq(Col::from(member)))
        .filter(operation::Column::Kind.eq("return"))
        .all(work.on())
        .await?;
    for row in hers {
        let mut fields = beside::fields(&row.personal, row.openings.text())?;
        if wiped(&mut fields) {
            let mut row = row.into_active_model();
            let (personal, openings) = beside::columns(&fields)?;
            row.personal = Set(personal);
            row.openings = Set(openings);
            row.update(work.on()).await?;
        }
    }
    let branches = quarantined::Entity::find()
        .filter(quarantined::Column::MemberId.eq(Col::from(member)))
        .all(work.on())
        .await?;
    for row in branches {
        let mut op: Operation = serde_json::from_str(row.document.text())?;
        if wiped(&mut op.personal) {
            let mut row = row.into_active_model();
            row.document = Set(Col::secret(serde_json::to_string(&op)?));
            row.update(work.on()).await?;
        }
    }
    let erased = reaction::Entity::update_many()
        .col_expr(reaction::Column::Told, Expr::value(None::<String>))
        .col_expr(reaction::Column::MemberId, Expr::value(None::<String>))
        .filter(reaction::Column::MemberId.eq(Col::from(member)))
        .exec(work.on())
        .await?;
    Ok(erased.rows_affected)
}

/// Takes what was told out of an operation's personal values; whether it was there.
fn wiped(fields: &mut [PersonalField]) -> bool {
    let told = fields.iter_mut();
    let mut there = false;
    for field in told.filter(|f| f.name == REACTION && f.opening.is_some()) {
        field.erase();
        there = true;
    }
    there
}

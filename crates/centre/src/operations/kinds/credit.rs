//! Who gets the credit of a sale, and of what comes back of it.

use loyalty::{Money, OpId, ReceiptNo};
use protocol::credit::{Credit, reason_word};
use protocol::{ClerkId, MemberId, StoreId};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::error::ServiceError;
use crate::ledger::Credited;
use crate::operations::case::Case;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::db::Later;
use centre_store::tables::{clerk, sale_credit};

/// On the manager's list: who was to get the credit does not work in the store; the sale is its clerk's.
pub const SELLER_UNKNOWN: &str = "seller_unknown";

/// Whose credit a sale is.
pub struct Decided {
    /// Who has it.
    pub credited: Credited,
    /// Why it is not as the shop's rule has it; empty where it is.
    reason: &'static str,
    /// Somebody was named who does not work in the store: then it is the clerk's.
    pub unknown: bool,
}

/// Decides whose credit a sale of a store is.
///
/// # Errors
/// Where the database fails.
pub async fn decide(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    said: Option<&Credit>,
) -> Result<Decided, ServiceError> {
    let signer = &case.op.clerk;
    let its_clerks = |unknown| Decided {
        credited: Credited {
            seller: Some(signer.clone()),
            second: None,
        },
        reason: "",
        unknown,
    };
    let Some(said) = said else {
        return Ok(its_clerks(false));
    };
    let named = [&said.seller, &said.second].into_iter().flatten();
    // whoever signed in at the counter works there
    let others: Vec<&ClerkId> = named.filter(|id| *id != signer).collect();
    if !work_here(work, store, &others).await? {
        return Ok(its_clerks(true));
    }
    let second = said.second.as_ref().filter(|_| said.seller.is_some());
    Ok(Decided {
        credited: Credited {
            seller: said.seller.clone(),
            second: second.cloned(),
        },
        reason: reason_word(&said.reason).unwrap_or_default(),
        unknown: false,
    })
}

/// Writes the entry of a sale.
///
/// # Errors
/// Where the database fails.
pub async fn sold(
    work: &UnitOfWork,
    case: &Case<'_>,
    member: &MemberId,
    (store, receipt_no): (&StoreId, &ReceiptNo),
    pay: Money,
    decided: Decided,
) -> Result<(), ServiceError> {
    let row = sale_credit::Model {
        op_id: case.op_id().into(),
        sale_op: case.op_id().into(),
        member_id: member.into(),
        store_id: store.into(),
        receipt_no: receipt_no.into(),
        at: case.at.into(),
        amount_fen: pay.into(),
        seller: decided.credited.seller.map(Col),
        second: decided.credited.second.map(Col),
        signer: (&case.op.clerk).into(),
        reason: decided.reason.to_owned(),
    };
    write(work, row).await
}

/// Writes the entry of what came back of a sale: it counts against who has the sale. A sale from an import
/// is nobody's, and has no entries.
///
/// # Errors
/// Where the database fails.
pub async fn came_back(
    work: &UnitOfWork,
    case: &Case<'_>,
    sale_op: &OpId,
    refund: Money,
) -> Result<(), ServiceError> {
    if refund <= Money::ZERO {
        return Ok(());
    }
    let entry = sale_credit::Entity::find_by_id(Col::from(sale_op))
        .one(work.on())
        .await?;
    let Some(entry) = entry else { return Ok(()) };
    let row = sale_credit::Model {
        op_id: case.op_id().into(),
        at: case.at.into(),
        amount_fen: (-refund).into(),
        signer: (&case.op.clerk).into(),
        reason: String::new(),
        ..entry
    };
    write(work, row).await
}

async fn write(work: &UnitOfWork, row: sale_credit::Model) -> Result<(), ServiceError> {
    let row = sale_credit::Entity::insert_many([row.into_active_model()]);
    Ok(work.on().write_later(row).await?)
}

/// Whether all of them are clerks of the store; one who has left since may still have sold.
async fn work_here(
    work: &UnitOfWork,
    store: &StoreId,
    named: &[&ClerkId],
) -> Result<bool, ServiceError> {
    if named.is_empty() {
        return Ok(true);
    }
    let found = clerk::Entity::find()
        .filter(clerk::Column::Id.is_in(named.iter().copied().map(Col::from)))
        .filter(clerk::Column::StoreId.eq(Col::from(store)))
        .all(work.on())
        .await?;
    Ok(named.iter().all(|id| found.iter().any(|c| c.id == **id)))
}

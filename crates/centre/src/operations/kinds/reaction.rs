//! What she told of a reaction to what comes back: kept for the brand to report. It decides nothing of the return.

use loyalty::{Points, Program, Reaction, ReceiptLine, Severity};
use protocol::ids::{MemberId, StoreId};
use protocol::operation::{REACTION, Return};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::error::ServiceError;
use crate::operations::case::Case;
use crate::operations::listed::note;
use crate::reactions::Came;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::db::Later;
use centre_store::tables::reaction;

/// On the manager's list: something was told of a reaction, and cannot be read. The store asks her again.
const UNREADABLE: &str = "reaction_unreadable";

/// Pieces that come back, by the return's lines, else all that is left of the receipt.
pub fn goods(body: &Return, receipt: &[ReceiptLine]) -> Vec<Came> {
    let came = |sku: &str, qty: u32| Came {
        sku: sku.to_owned(),
        qty,
    };
    if body.lines.is_empty() {
        let left = receipt.iter().filter(|line| line.left() > 0);
        return left.map(|l| came(l.sku.as_str(), l.left())).collect();
    }
    // a line that is named by its place alone is that line's product
    let sku = |line: &protocol::operation::ReturnLine| {
        let at = line
            .line
            .and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
        let there = at.and_then(|at| receipt.get(at));
        there.map_or_else(|| line.sku.clone(), |l| l.sku.as_str().to_owned())
    };
    body.lines.iter().map(|l| came(&sku(l), l.qty)).collect()
}

/// Keeps what was told beside a return that has its effect.
///
/// # Errors
/// Where the database fails.
pub async fn keep(
    work: &UnitOfWork,
    case: &Case<'_>,
    program: &Program,
    (store, member): (&StoreId, Option<&MemberId>),
    body: &Return,
    goods: &[Came],
) -> Result<(), ServiceError> {
    let Some(value) = case.op.personal_value(REACTION) else {
        return Ok(());
    };
    let told = serde_json::from_str::<Reaction>(value).ok();
    let Some(told) = told.filter(Reaction::is_sound) else {
        tracing::warn!(op = %case.op.op_id, "what was told of a reaction cannot be read");
        return match member {
            Some(member) => note(work, case, store, member, UNREADABLE, Points::ZERO).await,
            // nobody is there who could be asked
            None => Ok(()),
        };
    };
    let learned = program.business_date(case.at);
    let severity = told.severity();
    let row = reaction::Model {
        op_id: case.op_id().into(),
        store_id: store.into(),
        member_id: member.map(Col::from),
        receipt_no: body.receipt.as_str().into(),
        at: case.at.into(),
        learned_on: learned.into(),
        serious: severity == Severity::Serious,
        report_by: severity.report_by(learned).into(),
        goods: serde_json::to_string(goods)?,
        told: Some(Col::secret(serde_json::to_string(&told)?)),
    };
    let row = reaction::Entity::insert_many([row.into_active_model()]).on_conflict(
        OnConflict::column(reaction::Column::OpId)
            .do_nothing()
            .to_owned(),
    );
    Ok(work.on().write_later(row).await?)
}

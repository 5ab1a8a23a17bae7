//! What was recorded before under the number of a sale.

use chrono::{DateTime, Utc};
use identity::receipt::{Common, ReceiptNumber, Relation, judge};
use loyalty::Program;
use protocol::ids::{MemberId, StoreId};
use sea_orm::ConnectionTrait;

use crate::error::ServiceError;
use crate::ledger::{receipts_like, receipts_standing};
use centre_store::tables::receipt;

/// A sale that is to be recorded, as far as it is held against others.
pub struct Recorded<'a> {
    /// The store that sold.
    pub store: &'a StoreId,
    /// The till's number.
    pub number: &'a ReceiptNumber,
    /// When it counts.
    pub at: DateTime<Utc>,
    /// Whose.
    pub member: &'a MemberId,
    /// See [`crate::ledger::content_hash`].
    pub content: &'a str,
}

/// A sale that stands, and what the other is to it.
pub struct Earlier {
    /// What they are to each other; never two sales.
    pub relation: Relation,
    /// The one that stands.
    pub row: receipt::Model,
}

/// The sale that stands and that this one is most like, where a manager or clerk might take it for one.
///
/// # Errors
/// Where the database fails.
pub async fn of<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    this: &Recorded<'_>,
) -> Result<Option<Earlier>, ServiceError> {
    let like = receipts_like(db, this.store, this.number).await?;
    let standing = receipts_standing(db, like).await?;
    let mut earlier = Vec::with_capacity(standing.len());
    for row in standing {
        earlier.push(Earlier {
            relation: relation(program, this, &row),
            row,
        });
    }
    // newest first: the latest of the most alike
    let most = earlier.into_iter().rev().max_by_key(|e| e.relation);
    Ok(most.filter(|e| e.relation != Relation::TwoSales))
}

/// What a sale is to one that was recorded.
fn relation(program: &Program, this: &Recorded<'_>, row: &receipt::Model) -> Relation {
    let days = program.business_date(this.at) - program.business_date(*row.at);
    judge(&Common {
        likeness: this
            .number
            .likeness(&ReceiptNumber::stored(row.receipt_no.as_str())),
        days: days.num_days().unsigned_abs(),
        member: row.member_id == *this.member,
        content: row.content_hash == this.content,
    })
}

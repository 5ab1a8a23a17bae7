//! Which sale a return is about: the one that the screen showed.

use chrono::{DateTime, Days, Utc};
use identity::receipt::{Likeness, ReceiptNumber};
use loyalty::Program;
use protocol::ids::StoreId;
use protocol::operation::{Return, SoldAs};
use protocol::push::Outcome;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::ServiceError;
use crate::ledger::{receipt_by_id, receipts_like, receipts_standing};
use centre_store::column::Col;
use centre_store::tables::{operation, receipt, receipt_line};

/// The sale; none where it is not here.
///
/// A counter says which sale its screen showed, by id, store and time. From one that says only the number (an older
/// build, or paper that it cannot look up), it is the number in the store that takes the goods back: the newest that
/// is no later than the return, one that stands and has the goods before others. Only where the counter had it on the
/// screen, and the store has none, may it be the single one of another store.
///
/// # Errors
/// Where the database fails.
pub async fn sale<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    store: &StoreId,
    back: &Return,
    at: DateTime<Utc>,
) -> Result<Option<receipt::Model>, ServiceError> {
    let number = ReceiptNumber::stored(&back.receipt);
    let (sold_in, id, sold_at) = match &back.of {
        Some(SoldAs { store, id, at }) => (store, id.as_deref(), *at),
        None => (store, None, None),
    };
    if let Some(id) = id
        && let Some(found) = by_id(db, id).await?
    {
        return Ok(Some(found));
    }
    let like = receipts_like(db, sold_in, &number).await?;
    let same_number = |r: &receipt::Model| {
        number.likeness(&ReceiptNumber::stored(r.receipt_no.as_str())) == Likeness::Same
    };
    if let Some(sold_at) = sold_at {
        let exact = |r: &&receipt::Model| {
            r.at.timestamp_millis() == sold_at.timestamp_millis() && same_number(r)
        };
        let found = like.iter().find(exact).cloned();
        if found.is_some() || id.is_some() {
            // one whose id is not known here has not arrived
            return Ok(found);
        }
        let day = program.business_date(sold_at);
        let mut of_day = Vec::with_capacity(like.len());
        for row in like {
            if program.business_date(*row.at) == day {
                of_day.push(row);
            }
        }
        return best(db, of_day, &number, back, DateTime::<Utc>::MAX_UTC).await;
    }
    if id.is_some() {
        return Ok(None);
    }
    let found = best(db, like, &number, back, at).await?;
    if found.is_some() || back.approval.is_some() || back.of.is_some() {
        return Ok(found);
    }
    // an older counter had it on its screen: hers, of another store
    let mut elsewhere = receipt::Entity::find()
        .filter(receipt::Column::NumberKey.eq(number.loose()))
        .filter(receipt::Column::StoreId.ne(Col::from(store)))
        .limit(2)
        .all(db)
        .await?;
    Ok(match elsewhere.len() {
        1 => elsewhere.pop().filter(|r| same_number(r)),
        _ => None,
    })
}

/// A sale by its operation's id; by that of a second recording too.
async fn by_id<C: ConnectionTrait>(
    db: &C,
    id: &str,
) -> Result<Option<receipt::Model>, ServiceError> {
    if let Some(found) = receipt_by_id(db, &id.into()).await? {
        return Ok(Some(found));
    }
    let recorded = operation::Entity::find()
        .filter(operation::Column::OwnsId.eq(id))
        .one(db)
        .await?;
    let outcome = recorded.map(|row| serde_json::from_str(&row.outcome));
    match outcome.transpose()? {
        Some(Outcome::Exists(effect)) => match effect.sale {
            Some(same) => receipt_by_id(db, &same.into()).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The best of some sales of a like number, newest first.
async fn best<C: ConnectionTrait>(
    db: &C,
    like: Vec<receipt::Model>,
    number: &ReceiptNumber,
    back: &Return,
    at: DateTime<Utc>,
) -> Result<Option<receipt::Model>, ServiceError> {
    // a sale of another counter may have been recorded a little after its goods came back
    let by = at.checked_add_days(Days::new(1)).unwrap_or(at);
    let mut ranked = Vec::with_capacity(like.len());
    for row in like.into_iter().filter(|r| r.at <= by) {
        let likeness = number.likeness(&ReceiptNumber::stored(row.receipt_no.as_str()));
        let stands = !receipts_standing(db, vec![row.clone()]).await?.is_empty();
        let has_goods = has_goods(db, &row, back).await?;
        // other zeros are another number, unless the goods say that it is this one
        if likeness == Likeness::Same || (stands && has_goods) {
            let no_later = row.at <= at;
            ranked.push(((likeness, stands, has_goods, no_later), row));
        }
    }
    let newest_of_best = ranked.into_iter().rev().max_by_key(|(rank, _)| *rank);
    Ok(newest_of_best.map(|(_, row)| row))
}

/// Whether all products that come back are on a receipt.
async fn has_goods<C: ConnectionTrait>(
    db: &C,
    row: &receipt::Model,
    back: &Return,
) -> Result<bool, ServiceError> {
    if back.lines.is_empty() {
        return Ok(true);
    }
    let on_it: Vec<String> = receipt_line::Entity::find()
        .select_only()
        .column(receipt_line::Column::Sku)
        .filter(receipt_line::Column::MemberId.eq(&row.member_id))
        .filter(receipt_line::Column::OpId.eq(&row.op_id))
        .order_by_asc(receipt_line::Column::N)
        .into_tuple()
        .all(db)
        .await?;
    Ok(back.lines.iter().all(|l| on_it.contains(&l.sku)))
}

//! A sale that waits for its member, and comes back whole before anybody is found: both are settled, and it comes to
//! life for nobody.

use identity::receipt::{Likeness, ReceiptNumber};
use loyalty::{Money, ReceiptLine};
use protocol::ids::StoreId;
use protocol::operation::what_comes_back;
use protocol::operation::{Body, Return, Sale};
use protocol::push::{Effect, Outcome};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ServiceError;
use crate::operations::awaited;
use crate::operations::store;
use crate::operations::verdict::Verdict;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::{Col, OpState};
use centre_store::tables::{device, held, operation};

/// A sale that waits.
struct Waiting {
    row: operation::Model,
    sale: Sale,
}

/// Settles a return with the sale that it is about, where that waits and nothing is left of it; whether it did.
///
/// # Errors
/// Where the database fails.
pub async fn settle(
    work: &UnitOfWork,
    sold_in: &StoreId,
    back: &Return,
) -> Result<bool, ServiceError> {
    let number = ReceiptNumber::stored(&back.receipt);
    let Some(waiting) = waiting(work, sold_in, back, &number).await? else {
        return Ok(false);
    };
    // whoever joins at this moment has either taken it or sees it settled
    let place = (waiting.row.device_id, waiting.row.epoch, waiting.row.seq);
    if let Some(h) = held::Entity::find_by_id(place).one(work.on()).await?
        && let Some(need) = awaited::known(&h.waits_kind)
    {
        work.in_turn(need, &h.waits_for).await?;
    }
    if held::Entity::find_by_id(place)
        .one(work.on())
        .await?
        .is_none()
    {
        return Ok(false);
    }
    let before = returns_before(work, sold_in, &waiting, &number).await?;
    let mut lines = lines_of(&waiting.sale);
    let bodies = before.iter().map(|(_, body)| body).chain([back]);
    for body in bodies {
        let what = what_comes_back(&body.lines);
        let back = loyalty::pieces_back(&lines, &what);
        for (line, back) in lines.iter_mut().zip(back) {
            line.returned = back;
        }
    }
    if lines.iter().any(|line| line.left() > 0) {
        return Ok(false);
    }
    let nothing = Verdict::done(Outcome::Applied(Effect::default()));
    let rows = before.into_iter().map(|(row, _)| row);
    for mut row in rows.chain([waiting.row]) {
        store::keep_retried(work, &mut row, &nothing).await?;
    }
    Ok(true)
}

/// The sale that waits and that a return is about: by its id, else by its number in the store.
async fn waiting(
    work: &UnitOfWork,
    sold_in: &StoreId,
    back: &Return,
    number: &ReceiptNumber,
) -> Result<Option<Waiting>, ServiceError> {
    let id = back.of.as_ref().and_then(|of| of.id.as_deref());
    let rows = match id {
        Some(id) => {
            operation::Entity::find()
                .filter(operation::Column::OwnsId.eq(id))
                .filter(operation::Column::State.eq(OpState::Held))
                .all(work.on())
                .await?
        }
        None => {
            let devices = device::Entity::find()
                .filter(device::Column::StoreId.eq(Col::from(sold_in)))
                .all(work.on())
                .await?;
            operation::Entity::find()
                .filter(operation::Column::DeviceId.is_in(devices.into_iter().map(|d| d.id)))
                .filter(operation::Column::State.eq(OpState::Held))
                .filter(operation::Column::Kind.eq("sale"))
                .filter(operation::Column::OwnsId.is_not_null())
                .all(work.on())
                .await?
        }
    };
    let mut found = None;
    for row in rows {
        let Ok(Some(Body::Sale(sale))) = Body::parse(&row.kind, row.body.text()) else {
            continue;
        };
        let same = number.likeness(&ReceiptNumber::stored(&sale.receipt)) == Likeness::Same;
        // points that were spent must find their way back by the rules
        let plain = sale.spends.is_empty() && sale.coupons.is_empty();
        if same && plain && sale.store == *sold_in {
            found = Some(Waiting { row, sale });
        }
    }
    Ok(found)
}

/// Returns of part of the sale, which wait for it.
async fn returns_before(
    work: &UnitOfWork,
    sold_in: &StoreId,
    waiting: &Waiting,
    number: &ReceiptNumber,
) -> Result<Vec<(operation::Model, Return)>, ServiceError> {
    let waits = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(awaited::SALE))
        .filter(held::Column::WaitsFor.eq(awaited::sale_key(sold_in, number)))
        .all(work.on())
        .await?;
    let mut found = Vec::new();
    for h in waits {
        let place = (h.device_id, h.epoch, h.seq);
        let Some(row) = operation::Entity::find_by_id(place).one(work.on()).await? else {
            continue;
        };
        if let Ok(Some(Body::Return(body))) = Body::parse(&row.kind, row.body.text()) {
            let id = body.of.as_ref().and_then(|of| of.id.as_deref());
            if id.is_none_or(|id| id == waiting.row.op_id.to_string()) {
                found.push((row, body));
            }
        }
    }
    Ok(found)
}

fn lines_of(sale: &Sale) -> Vec<ReceiptLine> {
    let line = |l: &protocol::operation::SaleLine| ReceiptLine {
        sku: l.sku.as_str().into(),
        category: None,
        qty: l.qty,
        amount: l.amount,
        net: l.amount,
        by_points: Money::ZERO,
        returned: 0,
    };
    sale.lines.iter().map(line).collect()
}

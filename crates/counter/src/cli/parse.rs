//! Lines and amounts as they are typed.

use crate::Result;
use crate::error::Error;
use crate::view::{LineRequest, ReturnLineRequest};
use loyalty::Money;

/// `SKU`, `SKU*QTY`, `SKU*QTY=AMOUNT`.
pub(super) fn sale_line(text: &str) -> Result<LineRequest> {
    let (left, amount) = match text.split_once('=') {
        Some((left, amount)) => (left, Some(money(amount)?)),
        None => (text, None),
    };
    let (sku, qty) = pieces(left)?;
    Ok(LineRequest { sku, qty, amount })
}

pub(super) fn return_line(text: &str) -> Result<ReturnLineRequest> {
    let (sku, qty) = pieces(text)?;
    Ok(ReturnLineRequest { sku, qty })
}

fn pieces(text: &str) -> Result<(String, u32)> {
    let max = protocol::limits::QUANTITY;
    match text.rsplit_once('*') {
        None => Ok((text.trim().to_owned(), 1)),
        Some((sku, qty)) => {
            let qty = qty
                .trim()
                .parse()
                .map_err(|_| Error::QuantityInvalid { qty: 0, max })?;
            Ok((sku.trim().to_owned(), qty))
        }
    }
}

pub(super) fn money(text: &str) -> Result<Money> {
    Money::parse(text.trim()).map_err(|_| Error::AmountInvalid)
}

//! Lines and amounts as they are typed.

use crate::error::Error;
use crate::error::Result;
use crate::view::{LineRequest, ReturnLineRequest};
use loyalty::Money;

/// `SKU`, `SKU*QTY`, `SKU*QTY=AMOUNT`.
pub(super) fn sale_line(text: &str) -> Result<LineRequest> {
    let (left, amount) = match text.split_once('=') {
        Some((left, amount)) => (left, Some(money(amount)?)),
        None => (text, None),
    };
    let (sku, qty) = pieces(left)?;
    Ok(LineRequest {
        sku,
        qty,
        amount,
        amount_of: None,
    })
}

/// `SKU`, `SKU*QTY`, each with `@N` for the receipt's line N; `#N` and `#N*QTY` for that line, whatever is on it.
pub(super) fn return_line(text: &str) -> Result<ReturnLineRequest> {
    let (what, qty) = pieces(text)?;
    let place = |n: &str| n.trim().parse().ok().filter(|n: &u32| *n > 0);
    let unknown = || Error::ProductUnknown {
        sku: text.chars().take(40).collect(),
    };
    let on_line = |(sku, n): (&str, &str)| Some((sku.trim().to_owned(), place(n)?));
    let (sku, line) = match (
        what.strip_prefix('#'),
        what.rsplit_once('@').and_then(on_line),
    ) {
        (Some(n), _) => (String::new(), Some(place(n).ok_or_else(unknown)?)),
        (None, Some((sku, n))) => (sku, Some(n)),
        (None, None) => (what, None),
    };
    Ok(ReturnLineRequest { sku, qty, line })
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

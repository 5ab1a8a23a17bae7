//! What a customer's receipt is of: an operation of this counter, or a receipt that it holds.

use super::sold::{Meant, ReceiptNow};
use crate::books::receipt_number;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Result, SlipError};
use crate::outbox::{self, Row};
use identity::receipt::ReceiptNumber;
use protocol::entity::Receipt;
use protocol::operation::{Body, Redemption, Return, Reversal, Sale};
use protocol::{OpId, StoreId};

/// What it is a receipt of.
pub(super) enum What {
    /// A sale, by whoever; with this counter's operation, where it recorded it.
    Sale(Receipt, Option<(Row, Sale)>),
    /// A return, and the receipt that it goes back to, where that is known.
    Return(Row, Return, Option<Receipt>),
    Redemption(Row, Redemption),
    Reversal(Row, Reversal),
}

/// What a receipt is made of, as this counter has it.
pub(super) struct Found {
    pub(super) what: What,
    /// The centre has not confirmed it, or the cache does not show it yet.
    pub(super) pending: bool,
}

impl Found {
    pub(super) fn row(&self) -> Option<&Row> {
        match &self.what {
            What::Sale(_, own) => own.as_ref().map(|(row, _)| row),
            What::Return(row, ..) | What::Redemption(row, _) | What::Reversal(row, _) => Some(row),
        }
    }

    pub(super) fn receipt(&self) -> Option<&Receipt> {
        match &self.what {
            What::Sale(receipt, _) => Some(receipt),
            What::Return(_, _, receipt) => receipt.as_ref(),
            What::Redemption(..) | What::Reversal(..) => None,
        }
    }

    pub(super) fn store(&self) -> &StoreId {
        match &self.what {
            What::Sale(receipt, _) => &receipt.store,
            What::Return(_, back, _) => &back.store,
            What::Redemption(_, redemption) => &redemption.store,
            What::Reversal(_, reversal) => &reversal.store,
        }
    }

    /// Whose it is, where that is known.
    pub(super) fn member(&self) -> Option<String> {
        let of_row = self.row().and_then(|r| r.summary.member.clone());
        of_row.or_else(|| self.receipt().map(|r| r.member.to_string()))
    }

    /// What it is counted under: a sale by its id, however it was asked for.
    pub(super) fn key(&self) -> String {
        match &self.what {
            What::Sale(_, Some((row, _))) => format!("sale:{}", row.op_id),
            What::Sale(receipt, None) => format!("sale:{}", receipt.id),
            What::Return(row, ..) | What::Redemption(row, _) | What::Reversal(row, _) => {
                format!("op:{}", row.op_id)
            }
        }
    }

    /// What people call it: a sale by its number.
    pub(super) fn name(&self) -> String {
        match &self.what {
            What::Sale(receipt, _) => format!("sale:{}", receipt.no),
            What::Return(..) | What::Redemption(..) | What::Reversal(..) => self.key(),
        }
    }
}

impl Engine {
    /// By the id of an operation or of a sale, or by a till's receipt number.
    pub(super) fn found(&self, which: &str) -> Result<Found> {
        let which = which.trim();
        let by_id = match which.parse::<OpId>() {
            Ok(id) => self
                .shared
                .outbox()
                .read(|c| outbox::operation(c, &id.to_string()))?,
            Err(_) => None,
        };
        let Some(row) = by_id else {
            let by_sale = self.cache(|c| cache::receipt_by_id(c, which))?;
            return match by_sale {
                Some(receipt) => self.sold_as(&receipt.no, Some(&receipt.id)),
                None => self.sold_as(which, None),
            };
        };
        let pending = self.waits(&row)?;
        let what = match row.body()? {
            Body::Sale(sale) => return self.sold_as(&sale.receipt, Some(&row.op_id)),
            Body::Return(back) => {
                let sales = self.sales_like([ReceiptNumber::stored(&back.receipt)].iter())?;
                let known = sales.meant(&back, row.at);
                let now = known.map(|known| self.receipt_now(known)).transpose()?;
                What::Return(row, back, now.map(|now| now.receipt))
            }
            Body::Redemption(redemption) => What::Redemption(row, redemption),
            Body::Reversal(reversal) => What::Reversal(row, reversal),
            // nothing of the others is handed to a customer
            other => {
                debug_assert!(!other.gets_slip(), "no slip is drawn of {}", other.kind());
                return Err(SlipError::None.into());
            }
        };
        Ok(Found { what, pending })
    }

    /// A sale by the till's number, whoever recorded it; by its id, where that is known.
    fn sold_as(&self, no: &str, sale: Option<&str>) -> Result<Found> {
        let number = receipt_number(no)?;
        let meant = Meant {
            sale,
            ..Meant::default()
        };
        let ReceiptNow { receipt, known, .. } = self.sale_meant(&number, meant)?;
        let row = match &known.own {
            Some(own) => self
                .shared
                .outbox()
                .read(|c| outbox::operation(c, &own.op_id))?,
            None => None,
        };
        let own = row.zip(known.own.map(|own| own.sale));
        let pending = match &own {
            Some((row, _)) => self.waits(row)?,
            None => !known.cached,
        };
        Ok(Found {
            what: What::Sale(receipt, own),
            pending,
        })
    }

    /// Whether the centre has not confirmed an operation, or the cache does not show it yet.
    fn waits(&self, row: &Row) -> Result<bool> {
        if matches!(row.state.as_str(), "waiting" | "held") {
            return Ok(true);
        }
        self.shared
            .outbox()
            .read(|c| outbox::in_overlay(c, &row.op_id))
    }
}

//! How receipts of a file are entered, and what becomes of their rows.

use super::read_purchases::NewReceipt;
use super::tally::{Fate, Tally};
use loyalty::OpId;

/// How a receipt of the file is entered.
#[derive(Debug)]
pub enum Entry {
    /// As a sale of its own, known by this id.
    New(OpId),
    /// As the rest of one that is recorded.
    Further {
        /// By what the sale is known.
        op_id: OpId,
        /// For each line of the file whether it is new.
        new: Vec<bool>,
    },
}

/// Decides all rows of a receipt.
pub(super) fn set_all(tally: &mut Tally, receipt: &NewReceipt, fate: &Fate) {
    for row in &receipt.rows {
        tally.set(*row, fate.clone());
    }
}

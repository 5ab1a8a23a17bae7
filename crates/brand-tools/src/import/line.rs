//! A line of a receipt, as a file and the ledger both know it.

use loyalty::Money;

/// What a line of a receipt is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Product.
    pub sku: String,
    /// Pieces.
    pub qty: u32,
    /// What it brought in.
    pub amount: Money,
}

//! What is said of a sale or return besides its lines, from a shell.

use crate::view::{CreditRequest, UnderNumber};
use clap::Args;

/// What is said of a number under which a sale stands already.
#[derive(Args, Clone, Copy)]
pub(super) struct NumberArgs {
    /// It is another sale than the one that stands under this number; a manager approves where that is of today.
    #[arg(long, conflicts_with = "corrects")]
    new_sale: bool,
    /// The sale of today that stands under this number was keyed wrongly: it is taken back whole. A manager approves.
    #[arg(long)]
    corrects: bool,
}

impl NumberArgs {
    pub(super) fn said(self) -> UnderNumber {
        match (self.new_sale, self.corrects) {
            (true, _) => UnderNumber::NewSale,
            (false, true) => UnderNumber::Corrects,
            (false, false) => UnderNumber::Ask,
        }
    }
}

/// Which sale of a number.
#[derive(Args)]
pub(super) struct WhichArgs {
    /// The sale's id, as the question "which sale" names it.
    #[arg(long)]
    pub(super) sale: Option<String>,
    /// The store that sold; this one where it is not said.
    #[arg(long)]
    pub(super) store: Option<String>,
    /// The business day on which it was sold, YYYY-MM-DD.
    #[arg(long)]
    pub(super) date: Option<String>,
}

#[derive(Args)]
pub(super) struct CreditArgs {
    /// Id of who gets the credit; without it, as the shop's rule has it.
    #[arg(long)]
    seller: Option<String>,
    /// Id of who assisted.
    #[arg(long, requires = "seller")]
    second: Option<String>,
    /// Nobody gets the credit, as for what the staff buy themselves.
    #[arg(long, conflicts_with_all = ["seller", "second"])]
    nobody: bool,
    /// Why it is not as the rule has it: served, assisted, own_purchase, mistake or other.
    #[arg(long, default_value = "")]
    credit_reason: String,
}

impl CreditArgs {
    /// What is asked for; none where nothing is said.
    pub(super) fn request(self) -> Option<CreditRequest> {
        let said = self.nobody || self.seller.is_some();
        said.then_some(CreditRequest {
            seller: self.seller,
            second: self.second,
            reason: self.credit_reason,
        })
    }
}

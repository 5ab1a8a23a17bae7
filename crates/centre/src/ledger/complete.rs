//! Lines that the record of a sale was short of, where an export was cut within a receipt.

use loyalty::{Error, Moment, Outcome, Points, Program, SaleLine};

use super::receipts::{StoredLine, StoredReceipt};
use super::{Ledger, PurchaseLine, content_hash};

impl Ledger {
    /// Adds further lines to a sale that is recorded; [`save`](Self::save) writes them. `now` is the moment of the
    /// sale. What it earns more moves under the sale's own id, so that its points are those that moved.
    ///
    /// # Errors
    /// As [`loyalty::complete`]; nothing is changed then.
    pub fn complete(
        &mut self,
        program: &Program,
        now: &Moment,
        mut stored: StoredReceipt,
        further: Vec<PurchaseLine>,
    ) -> Result<Outcome, Error> {
        let lines = further
            .iter()
            .map(|l| SaleLine {
                sku: l.sku.as_str().into(),
                category: l.category.as_deref().map(Into::into),
                // the rules know no line without a piece; it gets its 0 back below
                qty: l.qty.max(1),
                amount: l.amount,
            })
            .collect();
        let before = stored.receipt.pay;
        let outcome =
            loyalty::complete(program, &mut self.account, now, &mut stored.receipt, lines)?;
        let added = stored.receipt.lines.len().saturating_sub(further.len());
        for (line, given) in stored.receipt.lines.iter_mut().skip(added).zip(&further) {
            line.qty = given.qty;
        }
        stored.shown_pay += stored.receipt.pay - before;
        stored.further += further.len();
        let names = further.into_iter().map(|l| StoredLine { name: l.name });
        stored.lines.extend(names);
        let all: Vec<PurchaseLine> = stored
            .receipt
            .lines
            .iter()
            .map(|l| PurchaseLine {
                sku: l.sku.to_string(),
                name: String::new(),
                category: None,
                qty: l.qty,
                amount: l.amount,
            })
            .collect();
        stored.content_hash = content_hash(&all, Points::ZERO, &[]);
        let (op_id, store) = (stored.op_id.clone(), stored.store.clone());
        self.note(&op_id, Some(&store), now.at(), &outcome);
        self.receipts.push(stored);
        Ok(outcome)
    }
}

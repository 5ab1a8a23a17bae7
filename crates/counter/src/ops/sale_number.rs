//! A sale whose till's number another one has already: which of them it is, and what is done about it.

use super::sale_check::Checked;
use super::servicing::approval::Approved;
use super::signin::SignedIn;
use super::sold;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft};
use crate::view::{SaleDone, SaleRequest, UnderNumber};
use identity::receipt::{ReceiptNumber, Relation};

/// Why a manager approves a number that stands for another sale.
const WRONG_NUMBER: &str = "receipt_number";

/// What is done about the sale that stands under the number of a new one.
pub(super) enum Under {
    /// It is that one: nothing.
    Recorded(Box<SaleDone>),
    /// The new one is recorded.
    Record(Box<Recording>),
}

/// How the new one is recorded.
pub(super) struct Recording {
    /// Sales that this counter had recorded under such a number.
    pub(super) recorded: usize,
    pub(super) new_sale: bool,
    pub(super) approved: Option<Approved>,
    /// Takes the earlier one back first.
    pub(super) back: Option<Draft>,
}

impl Engine {
    /// What is done about the sale that stands under the number.
    pub(super) fn under_number(
        &self,
        clerk: &SignedIn,
        number: &ReceiptNumber,
        sale: &Checked,
        request: &SaleRequest,
    ) -> Result<Under> {
        let recorded = self
            .shared
            .outbox()
            .read(|c| outbox::sales_like(c, &number.loose()))?
            .len();
        let as_it_is = Recording {
            recorded,
            new_sale: false,
            approved: None,
            back: None,
        };
        let Some((relation, earlier)) = self.earlier(number, sale, request)? else {
            return Ok(Under::Record(Box::new(as_it_is)));
        };
        let approved = || self.approve(request.approver.as_ref(), WRONG_NUMBER);
        let asked = || self.sold_view(&earlier).map(|sold| Some(Box::new(sold)));
        Ok(match (request.number, relation) {
            (UnderNumber::Ask | UnderNumber::NewSale, Relation::TwoSales | Relation::Shared) => {
                Under::Record(Box::new(as_it_is))
            }
            (UnderNumber::Ask, Relation::OneSale) => {
                Under::Recorded(Box::new(sold::recorded_before(&earlier)))
            }
            (UnderNumber::Ask, Relation::Taken) => {
                return Err(Error::ReceiptConflict { earlier: asked()? });
            }
            (UnderNumber::Ask, Relation::Perhaps) => {
                return Err(Error::ReceiptSeen { earlier: asked()? });
            }
            (UnderNumber::NewSale, Relation::Perhaps) => Under::Record(Box::new(Recording {
                new_sale: true,
                ..as_it_is
            })),
            (UnderNumber::NewSale, Relation::Taken | Relation::OneSale) => {
                Under::Record(Box::new(Recording {
                    new_sale: true,
                    approved: Some(approved()?),
                    ..as_it_is
                }))
            }
            (UnderNumber::Corrects, _) => Under::Record(Box::new(Recording {
                approved: Some(approved()?),
                back: Some(self.undoing(clerk, &earlier)?),
                ..as_it_is
            })),
        })
    }
}

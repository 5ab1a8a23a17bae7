//! Receipts as the screens show them.

use crate::cache;
use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::Result;
use crate::shelf::Shelf;
use crate::view::{LineView, ReceiptState, ReceiptView};
use protocol::StoreId;
use protocol::entity::{Product, Receipt, ReceiptLine};
use std::collections::HashMap;
use std::sync::Arc;

/// What the receipts of one page have in common: it is looked up once, however many there are.
pub(super) struct ReceiptViews<'a> {
    engine: &'a Engine,
    catalogue: Arc<Catalogue>,
    shelf: Arc<Shelf>,
    own_store: Option<StoreId>,
    /// Products that are sold no more, as they were met.
    gone: HashMap<String, Option<Product>>,
}

impl Engine {
    /// Begins a page of receipts.
    pub(super) fn receipt_views(&self) -> Result<ReceiptViews<'_>> {
        Ok(ReceiptViews {
            engine: self,
            catalogue: self.catalogue()?,
            shelf: self.shelf()?,
            own_store: self.shared.identity()?.map(|me| me.store),
            gone: HashMap::new(),
        })
    }
}

impl ReceiptViews<'_> {
    /// A receipt; `pending` where only this counter has it yet.
    pub(super) fn of(&mut self, r: &Receipt, pending: bool) -> Result<ReceiptView> {
        let lines = r.lines.iter().map(|l| self.line(l));
        let lines = lines.collect::<Result<_>>()?;
        Ok(ReceiptView {
            id: r.id.clone(),
            no: r.no.clone(),
            at: r.at.into(),
            store: self.catalogue.store(&r.store),
            here: self.own_store.as_ref() == Some(&r.store),
            channel: r.channel.clone(),
            lines,
            pay: r.pay,
            refunded: r.refunded,
            earned: r.earned,
            waiting: r.waiting,
            points_paid: r.points_paid,
            state: if pending {
                ReceiptState::Pending
            } else {
                ReceiptState::Confirmed
            },
        })
    }

    fn line(&mut self, l: &ReceiptLine) -> Result<LineView> {
        let product = match self.shelf.product(&l.sku) {
            Some(product) => Some(product),
            None => self.gone(&l.sku)?,
        };
        let (size, swatch, name_en) = product
            .map(|p| (p.size.clone(), p.swatch.clone(), p.name_en.clone()))
            .unwrap_or_default();
        Ok(LineView {
            sku: l.sku.clone(),
            name: l.name.clone(),
            name_en,
            size,
            swatch,
            qty: l.qty,
            returned: l.returned,
            amount: l.amount,
        })
    }

    fn gone(&mut self, sku: &str) -> Result<Option<&Product>> {
        if !self.gone.contains_key(sku) {
            let found = self.engine.cache(|c| cache::one::<Product>(c, sku))?;
            self.gone.insert(sku.to_owned(), found);
        }
        Ok(self.gone.get(sku).and_then(Option::as_ref))
    }
}

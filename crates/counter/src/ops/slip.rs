//! The customer's receipt of an operation of this counter, or of a receipt that it holds: shown, saved, composed.

use super::paper::{code_svg, file_stem, rendered};
use super::slip_found::{Found, What};
use crate::cache;
use crate::engine::Engine;
use crate::error::Result;
use crate::outbox;
use crate::search::mask;
use crate::slip::{self, Article, Copy, Facts, Slip, document};
use crate::view::{PaperWidth, PrinterTarget, Saved, SlipFormat, SlipLanguage, SlipView};
use protocol::entity::{Clerk, Member, Product, Reward};
use protocol::operation::Redeemed;
use std::path::Path;

/// What is to be printed: its key in the count of prints, what people call it, and its facts.
pub(super) struct ToPrint {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) slip: Slip,
}

impl Engine {
    /// The customer's receipt, as a screen shows it: `which` is the id of an operation of this counter, or a
    /// till's receipt number.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`](crate::Error::ReceiptUnknown) where this counter has neither;
    /// [`SlipError::None`](crate::SlipError::None) where the operation is of a kind that gives no receipt.
    pub fn slip(&self, which: &str, language: SlipLanguage) -> Result<SlipView> {
        let found = self.found(which)?;
        let key = self.counted_under(&found)?;
        let slip = self.composed(&found)?;
        let prints = self.shared.outbox().read(|c| outbox::prints(c, &key))?;
        let settings = self.printer()?;
        Ok(SlipView {
            kind: slip.kind,
            code_svg: code_svg(&slip.number)?,
            parts: document(&slip, language),
            prints,
            printer: settings.target != PrinterTarget::None,
        })
    }

    /// The customer's receipt as bytes of a format: an electronic copy, which counts as no print.
    ///
    /// # Errors
    /// As [`Engine::slip`]; [`SlipError::NoFont`](crate::SlipError::NoFont) for a picture where the system has no
    /// Chinese font.
    pub fn slip_bytes(
        &self,
        which: &str,
        format: SlipFormat,
        width: Option<PaperWidth>,
        language: Option<SlipLanguage>,
    ) -> Result<Vec<u8>> {
        let settings = self.printer()?;
        let mut slip = self.to_print(which)?.slip;
        slip.copy = Copy::Electronic;
        let parts = document(&slip, language.unwrap_or(settings.language));
        rendered(&parts, format, width.unwrap_or(settings.width))
    }

    /// Saves the customer's receipt as a file: in the folder of the settings, else in `folder`, else with the
    /// counter.
    /// No file is written over.
    ///
    /// # Errors
    /// As [`Engine::slip_bytes`]; [`SlipError::NotSaved`](crate::SlipError::NotSaved).
    pub fn save_slip(
        &self,
        which: &str,
        format: SlipFormat,
        width: Option<PaperWidth>,
        language: Option<SlipLanguage>,
        folder: Option<&Path>,
    ) -> Result<Saved> {
        let bytes = self.slip_bytes(which, format, width, language)?;
        let stem = file_stem(&self.found(which)?.name());
        self.save_paper(&stem, format, &bytes, folder)
    }

    /// What is to be printed.
    pub(super) fn to_print(&self, which: &str) -> Result<ToPrint> {
        let found = self.found(which)?;
        Ok(ToPrint {
            key: self.counted_under(&found)?,
            name: found.name(),
            slip: self.composed(&found)?,
        })
    }

    /// Its key in the count of prints.
    fn counted_under(&self, found: &Found) -> Result<String> {
        let (key, before) = (found.key(), found.name());
        self.shared
            .outbox()
            .read(|c| outbox::counted_under(c, &key, &before))
    }

    fn composed(&self, found: &Found) -> Result<Slip> {
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let member = match found.member() {
            Some(id) => self.cache(|c| cache::one::<Member>(c, &id))?,
            None => None,
        };
        let member = member.map(|m| self.with_profile_changes(m)).transpose()?;
        let points = match &member {
            Some(m) => Some(self.books(Some(m), None)?.points(m)),
            None => None,
        };
        let shown = match (&member, found.row()) {
            (Some(m), _) => vec![mask::name(&m.name), mask::phone(&m.phone)],
            (None, Some(row)) => vec![row.summary.who.clone()],
            (None, None) => Vec::new(),
        };
        let clerk = match found.row() {
            Some(row) => self
                .cache(|c| cache::one::<Clerk>(c, &row.clerk))?
                .map_or_else(|| row.clerk.clone(), |c| c.name),
            None => String::new(),
        };
        let zone = catalogue.program(now).timezone();
        let facts = Facts {
            brand: &catalogue.brand.name,
            demo: catalogue.brand.demo,
            store: catalogue.store(found.store()).name,
            zone: &zone,
            now,
            clerk,
            member: shown.into_iter().filter(|w| !w.is_empty()).collect(),
            points: points.as_ref(),
            articles: &self.articles(found)?,
            pending: found.pending,
        };
        Ok(match &found.what {
            What::Sale(receipt, own) => {
                slip::sale(&facts, receipt, own.as_ref().map(|(row, sale)| (row, sale)))
            }
            What::Return(row, back, receipt) => slip::returned(&facts, row, back, receipt.as_ref()),
            What::Redemption(row, redemption) => slip::redemption(&facts, row, redemption),
            What::Reversal(row, reversal) => slip::reversed(&facts, row, reversal),
        })
    }

    /// What its lines are, as far as that is known here.
    fn articles(&self, found: &Found) -> Result<Vec<Article>> {
        if let What::Redemption(_, redemption) = &found.what {
            let Redeemed::Reward { reward, .. } = &redemption.what else {
                return Ok(Vec::new());
            };
            let rewards = self.cache(cache::rewards)?;
            let given = rewards.into_iter().filter(|r| r.id == *reward);
            return Ok(given.map(of_reward).collect());
        }
        let sold = found.receipt().into_iter().flat_map(|r| &r.lines);
        let mut skus: Vec<&str> = sold.map(|l| l.sku.as_str()).collect();
        if let What::Return(_, back, _) = &found.what {
            skus.extend(back.lines.iter().map(|l| l.sku.as_str()));
        }
        skus.sort_unstable();
        skus.dedup();
        let known = skus
            .into_iter()
            .map(|sku| self.cache(|c| cache::one::<Product>(c, sku)))
            .collect::<Result<Vec<_>>>()?;
        Ok(known.into_iter().flatten().map(of_product).collect())
    }
}

fn of_product(p: Product) -> Article {
    Article {
        id: p.sku,
        name: p.name,
        name_en: p.name_en,
        size: p.size,
    }
}

fn of_reward(r: Reward) -> Article {
    Article {
        id: r.id,
        name: r.name,
        name_en: r.name_en,
        size: r.size,
    }
}

//! The customer's receipt of an operation of this counter, or of a receipt that it holds.

use super::sold::{Meant, ReceiptNow};
use crate::books::receipt_number;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result, SlipError};
use crate::outbox::{self, Row};
use crate::search::mask;
use crate::slip::{self, Article, Copy, Facts, Slip, document, lay_out};
use crate::view::{
    PaperWidth, Part, PrinterSettings, PrinterTarget, SlipFormat, SlipLanguage, SlipView,
};
use identity::receipt::ReceiptNumber;
use protocol::entity::{Clerk, Member, Product, Receipt, Reward};
use protocol::operation::{Body, Redeemed, Redemption, Return, Reversal, Sale};
use protocol::{OpId, StoreId};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::path::Path;

/// What a receipt is made of.
enum What {
    /// A sale, by whoever; with this counter's operation, where it recorded it.
    Sale(Receipt, Option<(Row, Sale)>),
    /// A return, and the receipt that it goes back to, where that is known.
    Return(Row, Return, Option<Receipt>),
    Redemption(Row, Redemption),
    Reversal(Row, Reversal),
}

struct Found {
    what: What,
    /// The centre has not confirmed it, or the cache does not show it yet.
    pending: bool,
}

/// What is to be printed: its key in the count of prints, what people call it, and its facts.
pub(super) struct ToPrint {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) slip: Slip,
}

impl Found {
    fn row(&self) -> Option<&Row> {
        match &self.what {
            What::Sale(_, own) => own.as_ref().map(|(row, _)| row),
            What::Return(row, ..) | What::Redemption(row, _) | What::Reversal(row, _) => Some(row),
        }
    }

    fn receipt(&self) -> Option<&Receipt> {
        match &self.what {
            What::Sale(receipt, _) => Some(receipt),
            What::Return(_, _, receipt) => receipt.as_ref(),
            What::Redemption(..) | What::Reversal(..) => None,
        }
    }

    fn store(&self) -> &StoreId {
        match &self.what {
            What::Sale(receipt, _) => &receipt.store,
            What::Return(_, back, _) => &back.store,
            What::Redemption(_, redemption) => &redemption.store,
            What::Reversal(_, reversal) => &reversal.store,
        }
    }

    /// Whose it is, where that is known.
    fn member(&self) -> Option<String> {
        let of_row = self.row().and_then(|r| r.summary.member.clone());
        of_row.or_else(|| self.receipt().map(|r| r.member.to_string()))
    }

    /// What it is counted under: a sale by its id, however it was asked for.
    fn key(&self) -> String {
        match &self.what {
            What::Sale(_, Some((row, _))) => format!("sale:{}", row.op_id),
            What::Sale(receipt, None) => format!("sale:{}", receipt.id),
            What::Return(row, ..) | What::Redemption(row, _) | What::Reversal(row, _) => {
                format!("op:{}", row.op_id)
            }
        }
    }

    /// What people call it: a sale by its number.
    fn name(&self) -> String {
        match &self.what {
            What::Sale(receipt, _) => format!("sale:{}", receipt.no),
            What::Return(..) | What::Redemption(..) | What::Reversal(..) => self.key(),
        }
    }
}

impl Engine {
    /// The customer's receipt, as a screen shows it: `which` is the id of an operation of this counter, or a
    /// till's receipt number.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`] where this counter has neither; [`SlipError::None`] where the operation is of
    /// a kind that gives no receipt.
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
    /// As [`Engine::slip`]; [`SlipError::NoFont`] for a picture where the system has no Chinese font.
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
    /// As [`Engine::slip_bytes`]; [`SlipError::NotSaved`].
    pub fn save_slip(
        &self,
        which: &str,
        format: SlipFormat,
        width: Option<PaperWidth>,
        language: Option<SlipLanguage>,
        folder: Option<&Path>,
    ) -> Result<crate::view::Saved> {
        let bytes = self.slip_bytes(which, format, width, language)?;
        let stem = file_stem(&self.found(which)?.name());
        self.save_paper(&stem, format, &bytes, folder)
    }

    /// Saves paper as a file of this name: in the folder of the settings, else in `folder`, else with the counter.
    pub(super) fn save_paper(
        &self,
        stem: &str,
        format: SlipFormat,
        bytes: &[u8],
        folder: Option<&Path>,
    ) -> Result<crate::view::Saved> {
        let settings = self.printer()?;
        let chosen = Path::new(&settings.folder);
        let own = self.shared.home().receipts();
        let folder = match folder {
            _ if !settings.folder.is_empty() => chosen,
            Some(folder) => folder,
            None => &own,
        };
        let path = std::fs::create_dir_all(folder)
            .and_then(|()| slip::into_folder(folder, stem, format.extension(), bytes))
            .map_err(|e| SlipError::not_saved(&e))?;
        Ok(crate::view::Saved::at(&path))
    }

    /// This device's printer.
    ///
    /// # Errors
    /// [`SlipError::PrinterInvalid`] where the settings cannot be read.
    pub fn printer(&self) -> Result<PrinterSettings> {
        slip::read(&self.shared.home().printer())
    }

    /// Chooses this device's printer.
    ///
    /// # Errors
    /// [`SlipError::PrinterInvalid`] with the field that cannot be.
    pub fn set_printer(&self, settings: PrinterSettings) -> Result<PrinterSettings> {
        let settings = settings.checked()?;
        slip::keep(&self.shared.home().printer(), &settings)?;
        Ok(settings)
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

    fn found(&self, which: &str) -> Result<Found> {
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

/// What its file is called: nothing in it leads out of a folder.
pub(super) fn file_stem(key: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_') {
            c
        } else {
            '-'
        }
    };
    key.chars().map(safe).take(60).collect()
}

/// The parts in a format.
pub(super) fn rendered(parts: &[Part], format: SlipFormat, width: PaperWidth) -> Result<Vec<u8>> {
    let columns = width.columns();
    let picture = || lay_out(parts, width.picture_columns());
    Ok(match format {
        SlipFormat::Text => slip::text(&lay_out(parts, columns), columns).into_bytes(),
        SlipFormat::Escpos => slip::job(
            &lay_out(parts, columns),
            slip::Job {
                width: columns,
                drawer: false,
            },
        ),
        SlipFormat::Png => slip::png(&picture(), width.mm())?,
        SlipFormat::Pdf => slip::pdf(&picture(), width.mm())?,
    })
}

pub(super) fn code_svg(data: &str) -> Result<String> {
    let qr = QrCode::with_error_correction_level(data.as_bytes(), EcLevel::M)
        .map_err(|_| Error::TooLarge)?;
    Ok(qr
        .render::<svg::Color<'_>>()
        .min_dimensions(144, 144)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build())
}

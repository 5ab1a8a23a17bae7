//! `central import`: members, products and purchases from a brand's own CSV files.
//!
//! Files are read whole and proved before anything is written; then all of it is written in one
//! unit of work: what is interrupted has left nothing, and is simply run again. Every row is
//! taken, known to be there already, or set aside with its line and reason.

mod alike;
mod apply;
mod completing;
mod decoded;
mod edges;
mod encoding;
mod enter;
mod entry;
mod error;
mod existing;
mod guess;
mod identifier;
mod line;
mod map;
mod moment;
mod nothing;
mod number;
mod open;
mod read_members;
mod read_products;
mod read_purchases;
mod recorded;
mod records;
mod report;
mod rules;
mod source;
mod table;
mod tally;
mod value;
mod zeros;

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use loyalty::Program;

pub use error::ImportError;
pub use report::ImportReport;
pub use tally::{FileReport, Sample};

use apply::Apply;
use centre::Centre;
use centre::log::{Entry, Kind};
use centre::operations;
use centre_store::boxed;
use completing::OnRecord;
use edges::Edges;
use existing::Existing;
use map::{FieldMap, FileOptions};
use open::OpenFile;
use read_purchases::{Buyer, NewReceipt};
use source::Source;
use tally::Tally;

/// What to import.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ImportFiles {
    /// Field map: which column is which field (TOML)
    #[arg(long)]
    pub map: PathBuf,
    /// The brand's rules (TOML or JSON), published first where none are yet; default: the product's own
    #[arg(long)]
    pub program: Option<PathBuf>,
    /// CSV of members
    #[arg(long)]
    pub members: Option<PathBuf>,
    /// CSV of products
    #[arg(long)]
    pub products: Option<PathBuf>,
    /// CSV of purchases, one row a line of a receipt
    #[arg(long)]
    pub purchases: Option<PathBuf>,
    /// Folder for the rows that were set aside
    #[arg(long, default_value = "import-rejects")]
    pub rejects: PathBuf,
    /// Do everything but keep nothing: rows are set aside, the database stays as it is
    #[arg(long)]
    pub dry_run: bool,
}

/// Reads, proves and imports; the same as the command without its words.
///
/// # Errors
/// Where a file is not what the map says, or the database fails; then nothing was imported.
#[boxed]
pub async fn import(centre: &Centre, files: &ImportFiles) -> Result<ImportReport, ImportError> {
    let plan = Plan::read(files, centre.now())?;
    plan.carry_out(centre, files, &ProgressBar::hidden()).await
}

/// The files, read and proved; nothing is written yet.
#[derive(Debug)]
pub struct Plan {
    map: FieldMap,
    program: Option<Program>,
    now: DateTime<Utc>,
    members: Option<OpenFile>,
    products: Option<OpenFile>,
    purchases: Option<OpenFile>,
}

impl Plan {
    /// Reads and proves the files.
    ///
    /// # Errors
    /// Where a file is not what the map says.
    pub fn read(files: &ImportFiles, now: DateTime<Utc>) -> Result<Self, ImportError> {
        let map = FieldMap::read(&files.map)?;
        if files.members.is_none() && files.products.is_none() && files.purchases.is_none() {
            return Err(ImportError::Usage(
                "give at least one of --members, --products, --purchases".to_owned(),
            ));
        }
        let open = |path: &Option<PathBuf>,
                    section: &str,
                    columns: Option<Columns<'_>>|
         -> Result<_, ImportError> {
            let Some(path) = path else { return Ok(None) };
            let message = || format!("--{section} is given, but the map has no [{section}]");
            let (options, sources) =
                columns.ok_or_else(|| ImportError::map(&files.map, message()))?;
            OpenFile::read(path, &map, options, &sources).map(Some)
        };
        let members = open(
            &files.members,
            "members",
            map.members.as_ref().map(|m| (&m.file, m.sources())),
        )?;
        let products = open(
            &files.products,
            "products",
            map.products.as_ref().map(|p| (&p.file, p.sources())),
        )?;
        let purchases = open(
            &files.purchases,
            "purchases",
            map.purchases.as_ref().map(|p| (&p.file, p.sources())),
        )?;
        let program = files.program.as_deref().map(rules::read).transpose()?;
        Ok(Self {
            now,
            program,
            members,
            products,
            purchases,
            map,
        })
    }

    fn files(&self) -> impl Iterator<Item = &OpenFile> {
        [&self.members, &self.products, &self.purchases]
            .into_iter()
            .flatten()
    }

    /// Rows in the files.
    pub fn rows(&self) -> usize {
        self.files().map(|f| f.rows.len()).sum()
    }

    /// Imports what was read.
    ///
    /// # Errors
    /// Where the database fails; then nothing was imported.
    #[boxed]
    pub async fn carry_out(
        self,
        centre: &Centre,
        files: &ImportFiles,
        bar: &ProgressBar,
    ) -> Result<ImportReport, ImportError> {
        let zone = self.map.timezone;
        let tally = |file: &Option<OpenFile>| file.as_ref().map(Tally::new);
        let (mut of_members, mut of_products, mut of_purchases) = (
            tally(&self.members),
            tally(&self.products),
            tally(&self.purchases),
        );
        let members = self.members.as_ref().zip(of_members.as_mut());
        let members = members
            .map(|(f, t)| read_members::read(f, t, zone, self.now))
            .unwrap_or_default();
        let products = self.products.as_ref().zip(of_products.as_mut());
        let products = products
            .map(|(f, t)| read_products::read(f, t))
            .unwrap_or_default();
        let purchases = self.purchases.as_ref().zip(of_purchases.as_mut());
        let receipts = purchases
            .map(|(f, t)| read_purchases::read(f, t, zone, self.now))
            .unwrap_or_default();

        let mut work = centre.work().await?;
        let since = receipts.iter().map(|r| r.at).min().unwrap_or(self.now);
        let (program, published) =
            rules::of(centre, &mut work, self.program.as_ref(), since).await?;
        let existing = Existing::look_up(&work, &receipts).await?;
        let on_record = OnRecord::look_up(&work, &receipts).await?;
        let first = first_purchases(&receipts);
        let cards_alike =
            [alike::cards, alike::phones].map(|look| look(&members.members, &existing));
        let line = |row: usize| Some(self.products.as_ref()?.rows.get(row)?.line);
        let codes_alike = alike::barcodes(&products.products, line, &existing.products);
        let mut apply = Apply {
            work: &mut work,
            program: &program,
            map: &self.map,
            existing,
            now: self.now,
            bar,
            sums: apply::Sums::default(),
            notes: Vec::new(),
            on_record,
            edges: Edges::default(),
            may_go_on: None,
            confirming: Vec::new(),
        };
        if let Some(tally) = &mut of_products {
            apply
                .products(&products.products, &products.again, tally)
                .await?;
        }
        if let Some(tally) = &mut of_members {
            apply.members(&members, &first, tally).await?;
        }
        if let Some(tally) = &mut of_purchases {
            apply.receipts(receipts, tally).await?;
        }
        std::mem::take(&mut apply.edges).save(apply.work).await?;
        let mut of_receipts = noted(std::mem::take(&mut apply.notes));
        of_receipts.extend(apply.may_go_on.take());
        let mut report = ImportReport::new(apply.sums, program.version(), files.dry_run);
        report.program_published = published;
        // sales that counters sent before these members were there
        operations::retry_for_members(centre, &mut work).await?;
        // what was set aside is on disk before anything is kept: a full disk leaves neither
        let note = |file: &Option<OpenFile>, tally: &Option<Tally>, notes: Vec<String>| {
            let Some((file, tally)) = file.as_ref().zip(tally.as_ref()) else {
                return Ok(None);
            };
            bar.set_message("rejects");
            let mut told = tally.report(file, notes);
            told.rejects = tally
                .write_rejects(file, &files.rejects)?
                .map(|p| p.display().to_string());
            Ok::<_, ImportError>(Some(told))
        };
        let not_kept = (members.not_kept > 0).then(|| {
            let n = members.not_kept;
            format!("skin or allergies of {n} members are not kept: no consent_skin")
        });
        let of_cards = not_kept
            .into_iter()
            .chain(cards_alike.into_iter().flatten())
            .collect();
        report.members = note(&self.members, &of_members, of_cards)?;
        report.products = note(&self.products, &of_products, Vec::from_iter(codes_alike))?;
        report.purchases = note(&self.purchases, &of_purchases, of_receipts)?;
        bar.set_message("feed");
        if files.dry_run {
            work.rollback().await?;
        } else {
            work.note(Entry::of(Kind::Imported).what(report.summed_up()));
            work.commit().await?;
        }
        Ok(report)
    }
}

/// How a file differs, and where its fields come from.
type Columns<'a> = (&'a FileOptions, Vec<(&'static str, &'a Source)>);

/// Notes of one kind: how many, and the first of them.
fn noted(notes: Vec<String>) -> Vec<String> {
    let many = notes.len();
    let first = notes.into_iter().next();
    first
        .map(|first| match many {
            1 => first,
            n => format!("{first}; {} more but for zeros at the beginning", n - 1),
        })
        .into_iter()
        .collect()
}

/// Each buyer's first purchase in the file.
fn first_purchases(receipts: &[NewReceipt]) -> HashMap<Buyer, DateTime<Utc>> {
    let mut first: HashMap<Buyer, DateTime<Utc>> = HashMap::new();
    for receipt in receipts {
        let at = first.entry(receipt.buyer.clone()).or_insert(receipt.at);
        *at = receipt.at.min(*at);
    }
    first
}

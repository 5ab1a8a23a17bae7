//! `central report`: figures for headquarters.

use std::path::PathBuf;

use brand_tools::csv_out::{Cell, Sheet, write_new};
use chrono::{Days, NaiveDate};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};

use crate::cli::{CommandError, DatabaseArgs, say};
use centre::funnel::{self, By, Funnel, Span};
use centre::zone;
use centre_store::boxed;

/// Days of which a report tells where nobody says.
const DAYS: u64 = 30;

/// What `central report` is told.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to report.
    #[command(subcommand)]
    pub what: What,
}

/// What to report.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// How many came how far in joining: codes shown, pages opened, phones proven, members, first purchase, second purchase
    /// within 90 days of it
    Joins(JoinsArgs),
}

/// Which sign-ups.
#[derive(Debug, Clone, Args)]
pub struct JoinsArgs {
    /// First business day; without it, 30 days back
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Last business day; without it, today
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// By what they are put together
    #[arg(long, value_enum, default_value_t = ByWhat::Store)]
    by: ByWhat,
    /// Write them to this file, as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// By what sign-ups are put together.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ByWhat {
    /// The store in which they joined
    Store,
    /// Whose code it was
    Clerk,
    /// By what the code reached them: screen, paper, form, poster, friend
    Channel,
    /// The campaign
    Campaign,
    /// The business day
    Day,
}

impl ByWhat {
    fn by(self) -> By {
        match self {
            Self::Store => By::Store,
            Self::Clerk => By::Clerk,
            Self::Channel => By::Channel,
            Self::Campaign => By::Campaign,
            Self::Day => By::Day,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Clerk => "clerk",
            Self::Channel => "channel",
            Self::Campaign => "campaign",
            Self::Day => "day",
        }
    }
}

/// The columns after the group's.
const COLUMNS: [&str; 8] = [
    "shown",
    "opened",
    "proven",
    "joined",
    "counted",
    "first_purchase",
    "second_purchase",
    "second_open",
];

fn figures(one: &Funnel) -> [u64; 8] {
    [
        one.shown,
        one.opened,
        one.proven,
        one.joined,
        one.counted,
        one.first_purchase,
        one.second_purchase,
        one.second_open,
    ]
}

/// Runs the command.
///
/// # Errors
/// Where the days are none, the file cannot be written, or the database cannot be had.
#[boxed]
pub async fn run(args: &ReportArgs) -> Result<(), CommandError> {
    let What::Joins(joins) = &args.what;
    args.database
        .with(async |centre| {
            let now = centre.now();
            let zone = zone::of_business(centre.db().read(), now).await?;
            let until = joins
                .until
                .unwrap_or_else(|| zone::business_date(zone, now));
            let from = joins.from.or(until.checked_sub_days(Days::new(DAYS - 1)));
            let from = from.unwrap_or(until);
            if from > until {
                return Err(CommandError::Usage("--from is after --until".to_owned()));
            }
            let span = Span {
                from,
                until,
                by: joins.by.by(),
                store: None,
            };
            let found = funnel::joins(centre, &span).await?;
            if let Some(file) = &joins.csv {
                return write(file, joins.by, &found);
            }
            say(args.json, &found, || table(&span, joins.by, &found))
        })
        .await
}

fn write(file: &std::path::Path, by: ByWhat, found: &[Funnel]) -> Result<(), CommandError> {
    let mut sheet = Sheet::marked();
    let mut head = vec![by.word()];
    head.extend(COLUMNS);
    sheet.row(head)?;
    for one in found {
        let mut cells = vec![Cell::from(&one.group)];
        cells.extend(figures(one).map(Cell::from));
        sheet.row(cells)?;
    }
    Ok(write_new(file, &sheet.bytes()?)?)
}

fn table(span: &Span, by: ByWhat, found: &[Funnel]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let mut head = vec![by.word()];
    head.extend(COLUMNS);
    table.set_header(head);
    let row = |name: &str, one: &Funnel| {
        let mut cells = vec![name.to_owned()];
        cells.extend(figures(one).map(|n| n.to_string()));
        cells
    };
    for one in found {
        let name = match one.group.as_str() {
            "" => "–",
            name => name,
        };
        table.add_row(row(name, one));
    }
    if found.len() != 1 {
        table.add_row(row("together", &funnel::together(found)));
    }
    for column in 1..=COLUMNS.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!(
        "{} to {}\n\n{table}\n\n{}\n",
        span.from,
        span.until,
        "second_purchase is within 90 days of the first; second_open are those who still have time for it"
    )
}

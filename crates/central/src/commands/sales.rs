//! `central sales`: what was sold and who gets the credit of it, by clerk or by store, as headquarters reads it.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use loyalty::{Money, Program};
use protocol::ids::{ClerkId, StoreId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;

use crate::cli::{CommandError, DatabaseArgs};
use brand_tools::csv_out::{Cell, Sheet};
use centre::Centre;
use centre::error::ServiceError;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{clerk, sale_credit, store};

/// What `central sales` is told.
#[derive(Debug, Clone, Args)]
pub struct SalesArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What a row is about
    #[arg(long, value_enum, default_value = "clerk")]
    pub by: By,
    /// First business date, YYYY-MM-DD; without it, the first of this month
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Last business date, YYYY-MM-DD; without it, today
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// Only this store, by its id
    #[arg(long)]
    pub store: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Who gets the credit
    Clerk,
    /// Which store sold
    Store,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For spreadsheets
    Csv,
    /// One array of objects
    Json,
}

/// What was sold in somebody's name, or in a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The store's id.
    pub store: String,
    /// The store's name.
    pub store_name: String,
    /// The clerk's id; empty for a store, and for what is nobody's.
    pub clerk: String,
    /// The clerk's name.
    pub clerk_name: String,
    /// Sales that are hers.
    pub sales: u32,
    /// Money paid on them.
    pub sold: Money,
    /// Money given back in these days for sales that are hers, of whatever day.
    pub returned: Money,
    /// Sold less returned.
    pub net: Money,
    /// Sales that she assisted in.
    pub assisted_sales: u32,
    /// What was paid on those, less what came back: nobody has it twice, it stands with the seller too.
    pub assisted: Money,
    /// Sales of hers that are not as the shop's rule had it.
    pub changed: u32,
}

/// Which days and what store.
#[derive(Debug, Clone)]
pub struct Span {
    /// From this moment on.
    pub from: DateTime<Utc>,
    /// Before this one.
    pub before: DateTime<Utc>,
    /// Only this store.
    pub store: Option<StoreId>,
}

impl Span {
    /// The business days of a program, both included.
    pub fn of_days(program: &Program, first: NaiveDate, last: NaiveDate) -> Self {
        let after = last.checked_add_days(Days::new(1)).unwrap_or(last);
        Self {
            from: program.day_begins(first),
            before: program.day_begins(after),
            store: None,
        }
    }
}

/// What was sold, in order of store and clerk; what is nobody's comes last in its store.
///
/// # Errors
/// Where the database fails.
pub async fn report<C: ConnectionTrait>(
    db: &C,
    by: By,
    span: &Span,
) -> Result<Vec<Line>, ServiceError> {
    let mut entries = sale_credit::Entity::find()
        .filter(sale_credit::Column::At.gte(span.from.timestamp_millis()))
        .filter(sale_credit::Column::At.lt(span.before.timestamp_millis()));
    if let Some(store) = &span.store {
        entries = entries.filter(sale_credit::Column::StoreId.eq(Col::from(store)));
    }
    let entries = entries.all(db).await?;
    let names = Names::load(db).await?;
    let mut lines: Lines = BTreeMap::new();
    for entry in &entries {
        let seller = match by {
            By::Clerk => entry.seller.as_deref(),
            By::Store => None,
        };
        let line = names.line(&mut lines, &entry.store_id, seller);
        let amount = *entry.amount_fen;
        if entry.op_id == entry.sale_op {
            line.sales += 1;
            line.sold += amount;
            line.changed += u32::from(!entry.reason.is_empty());
        } else {
            line.returned += -amount;
        }
        line.net += amount;
        let second = entry.second.as_deref().filter(|_| by == By::Clerk);
        if let Some(second) = second {
            let line = names.line(&mut lines, &entry.store_id, Some(second));
            line.assisted_sales += u32::from(entry.op_id == entry.sale_op);
            line.assisted += amount;
        }
    }
    Ok(lines.into_values().collect())
}

/// By store, and in it by clerk: what is nobody's comes last.
type Lines = BTreeMap<(StoreId, bool, Option<ClerkId>), Line>;

struct Names {
    stores: BTreeMap<StoreId, String>,
    clerks: BTreeMap<ClerkId, String>,
}

impl Names {
    async fn load<C: ConnectionTrait>(db: &C) -> Result<Self, ServiceError> {
        let stores = store::Entity::find().all(db).await?;
        let clerks = clerk::Entity::find().all(db).await?;
        Ok(Self {
            stores: stores.into_iter().map(|s| (s.id.0, s.name)).collect(),
            clerks: clerks.into_iter().map(|c| (c.id.0, c.name)).collect(),
        })
    }

    fn line<'a>(
        &self,
        lines: &'a mut Lines,
        store: &StoreId,
        clerk: Option<&ClerkId>,
    ) -> &'a mut Line {
        let key = (store.clone(), clerk.is_none(), clerk.cloned());
        let name = clerk.and_then(|clerk| self.clerks.get(clerk));
        lines.entry(key).or_insert_with(|| Line {
            store: store.to_string(),
            store_name: self.stores.get(store).cloned().unwrap_or_default(),
            clerk: clerk.map(ToString::to_string).unwrap_or_default(),
            clerk_name: name.cloned().unwrap_or_default(),
            ..Line::default()
        })
    }
}

/// Columns of the table and of the CSV.
const COLUMNS: [&str; 11] = [
    "store",
    "store_name",
    "clerk",
    "clerk_name",
    "sales",
    "sold",
    "returned",
    "net",
    "assisted_sales",
    "assisted",
    "changed",
];

impl Line {
    fn cells(&self) -> [Cell<'_>; 11] {
        [
            (&self.store).into(),
            (&self.store_name).into(),
            (&self.clerk).into(),
            (&self.clerk_name).into(),
            self.sales.into(),
            self.sold.into(),
            self.returned.into(),
            self.net.into(),
            self.assisted_sales.into(),
            self.assisted.into(),
            self.changed.into(),
        ]
    }
}

fn csv(lines: &[Line]) -> Result<String, CommandError> {
    let mut out = Sheet::new();
    out.row(COLUMNS)?;
    for line in lines {
        out.row(line.cells())?;
    }
    String::from_utf8(out.bytes()?).map_err(|e| CommandError::Failed(e.to_string()))
}

fn table(lines: &[Line]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(COLUMNS);
    for line in lines {
        table.add_row(line.cells().map(Cell::shown));
    }
    table.to_string()
}

/// Runs the command.
///
/// # Errors
/// Where the days are in the wrong order, the store is not there, or the database cannot be had.
#[boxed]
pub async fn run(args: &SalesArgs) -> Result<(), CommandError> {
    let text = args
        .database
        .with(async |centre| written(centre, args).await)
        .await?;
    Ok(write!(std::io::stdout(), "{text}")?)
}

async fn written(centre: &Centre, args: &SalesArgs) -> Result<String, CommandError> {
    let program = centre.current_program().await?;
    let today = program.business_date(centre.now());
    let last = args.to.unwrap_or(today);
    let first = args.from.unwrap_or_else(|| {
        let month = chrono::Datelike::with_day(&last, 1);
        month.unwrap_or(last)
    });
    if first > last {
        return Err(CommandError::Usage(format!(
            "--from {first} is after --to {last}"
        )));
    }
    let db = centre.db().read();
    let store = args.store.as_deref().map(StoreId::from);
    if let Some(id) = &store
        && store::Entity::find_by_id(id)
            .one(db)
            .await
            .map_err(ServiceError::from)?
            .is_none()
    {
        let id = id.as_str();
        return Err(CommandError::Failed(format!("no store has the id {id:?}")));
    }
    let span = Span {
        store,
        ..Span::of_days(&program, first, last)
    };
    let lines = report(db, args.by, &span).await?;
    Ok(match args.format {
        Format::Table if lines.is_empty() => {
            format!("nothing was sold at counters from {first} to {last}\n")
        }
        Format::Table => format!("{first} to {last}\n{}\n", table(&lines)),
        Format::Csv => csv(&lines)?,
        Format::Json => {
            let json = serde_json::to_string_pretty(&lines);
            json.map_err(|e| CommandError::Failed(e.to_string()))? + "\n"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_csv_is_a_formula_and_figures_stay_figures() {
        for name in ["=1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "-x", "+x"] {
            let line = Line {
                clerk_name: name.into(),
                net: Money::from_fen(-500),
                ..Line::default()
            };
            let text = csv(&[line]).unwrap();
            assert!(text.contains("'"), "{text}");
            assert!(text.contains(",-5.00,"), "{text}");
        }
    }
}

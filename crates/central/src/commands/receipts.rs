//! `central receipts`: sales that counters recorded and no till has confirmed, and headquarters' word for them.

use std::fmt::Write as _;

use centre::awards::{self, Confirming, Which};
use centre::error::ServiceError;
use centre::log::{Entry, Kind};
use centre_store::boxed;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use loyalty::{OpId, Points, Program};
use protocol::ids::StoreId;
use protocol::manage::WaitingSale;
use serde::Serialize;

use crate::cli::{CommandError, DatabaseArgs, note, say};
use centre::Centre;

/// What `central receipts` is told.
#[derive(Debug, Clone, Args)]
pub struct ReceiptsArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// List sales that no till has confirmed, the newest first
    Unconfirmed {
        /// Only this store, by its id
        #[arg(long)]
        store: Option<String>,
        /// First business date, YYYY-MM-DD
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Only sales with points that wait
        #[arg(long)]
        waiting: bool,
    },
    /// Answer for sales, by the ids that the list has: what waits of them can be spent
    Confirm {
        /// The sales
        #[arg(required = true)]
        sales: Vec<String>,
    },
}

/// What became of a sale.
#[derive(Debug, Clone, Serialize)]
struct Became {
    sale: String,
    /// `confirmed`, `confirmed_before`, `unknown`.
    became: &'static str,
    /// Points that waited until now.
    waited: Points,
}

/// Runs the command.
///
/// # Errors
/// Where a sale is not there, or the database cannot be had.
#[boxed]
pub async fn run(args: &ReceiptsArgs) -> Result<(), CommandError> {
    match &args.what {
        What::Unconfirmed {
            store,
            from,
            waiting,
        } => {
            let (program, sales) = args
                .database
                .with(async |centre| {
                    let program = centre.current_program().await?;
                    let which = Which {
                        store: store.as_deref().map(StoreId::from),
                        from: from.map(|day| program.day_begins(day)),
                        waiting: *waiting,
                        most: None,
                    };
                    let sales = awards::unconfirmed(centre.db().read(), &which).await?;
                    let entry = Entry::of(Kind::UnconfirmedViewed);
                    note(centre, entry.what(format!("{} sales", sales.len()))).await?;
                    Ok((program, sales))
                })
                .await?;
            say(args.json, &sales, || table(&program, &sales))
        }
        What::Confirm { sales } => {
            let became = args
                .database
                .with(async |centre| Ok(confirm(centre, sales).await?))
                .await?;
            say(args.json, &became, || words(&became))?;
            match became.iter().find(|one| one.became == "unknown") {
                Some(one) => Err(CommandError::Failed(format!(
                    "no sale has the id {:?}",
                    one.sale
                ))),
                None => Ok(()),
            }
        }
    }
}

async fn confirm(centre: &Centre, sales: &[String]) -> Result<Vec<Became>, ServiceError> {
    let program = centre.current_program().await?;
    let mut work = centre.work().await?;
    let mut all = Vec::with_capacity(sales.len());
    for sale in sales {
        let id = OpId::from(sale.as_str());
        let by = awards::HEADQUARTERS;
        let (became, waited) = match awards::confirm(&mut work, &program, &id, None, by).await? {
            Confirming::Unknown => ("unknown", Points::ZERO),
            Confirming::AlreadyConfirmed => ("confirmed_before", Points::ZERO),
            Confirming::Confirmed { waited } => ("confirmed", waited),
            // only the till says an amount
            Confirming::Differs { .. } => ("confirmed", Points::ZERO),
        };
        if became == "confirmed" {
            work.note(Entry::of(Kind::SaleConfirmed).what(format!("sale {sale}")));
        }
        all.push(Became {
            sale: sale.clone(),
            became,
            waited,
        });
    }
    work.commit().await?;
    Ok(all)
}

fn words(all: &[Became]) -> String {
    let mut text = String::new();
    for one in all {
        let how = match one.became {
            "confirmed" => format!("confirmed; {} points waited until now", one.waited),
            "confirmed_before" => "was confirmed before".to_owned(),
            _ => "is not there".to_owned(),
        };
        let _ = writeln!(text, "{} {how}", one.sale);
    }
    text
}

fn table(program: &Program, sales: &[WaitingSale]) -> String {
    if sales.is_empty() {
        return "every sale of counters is confirmed\n".to_owned();
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "sale",
        "store",
        "receipt",
        "day",
        "clerk",
        "net",
        "counts",
        "points waiting",
    ]);
    for sale in sales {
        table.add_row([
            sale.sale.clone(),
            sale.store.to_string(),
            sale.receipt.clone(),
            program.business_date(sale.at).to_string(),
            sale.clerk.clone(),
            sale.net.to_string(),
            sale.counted.to_string(),
            sale.waiting.to_string(),
        ]);
    }
    format!("{table}\n")
}

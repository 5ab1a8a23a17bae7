//! `central store-settings`: printer, hand, lock and scanner for the counters of a store.

use std::fmt::Write as _;

use chrono::NaiveTime;
use clap::{Args, Subcommand, ValueEnum};
use protocol::StoreId;
use protocol::store_settings::{HeldIn, StorePrinter, StorePrinterAt, StoreSettings};

use crate::cli::{CommandError, DatabaseArgs, say};
use centre::fleet;
use centre_store::boxed;

/// What `central store-settings` is told.
#[derive(Debug, Clone, Args)]
pub struct StoreSettingsArgs {
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
    /// List what is set
    List,
    /// Change what is set; what is not named stays. Counters take it at their next contact, where nobody has chosen
    /// otherwise on the counter itself
    Set(Box<SetArgs>),
    /// Leave it to the counters again
    Clear {
        /// Of this store
        #[arg(long, required_unless_present = "all_stores")]
        store: Option<String>,
        /// Of all stores
        #[arg(long, conflicts_with = "store")]
        all_stores: bool,
    },
}

/// What is to be set.
#[derive(Debug, Clone, Args)]
pub struct SetArgs {
    /// For this store
    #[arg(long, required_unless_present = "all_stores")]
    store: Option<String>,
    /// For all stores
    #[arg(long, conflicts_with = "store")]
    all_stores: bool,
    /// The hand that holds the tablet
    #[arg(long, value_enum)]
    held_in: Option<Hand>,
    /// Seconds without a touch after which the screen is covered at the latest: 15 to 900
    #[arg(long, value_name = "SECONDS")]
    cover_after: Option<u32>,
    /// The longest pause between two keys of one scan, in milliseconds: 30 to 300
    #[arg(long, value_name = "MS")]
    scan_pause: Option<u32>,
    /// When the store closes, by its own clock: new versions are put in after it
    #[arg(long, value_name = "HH:MM", value_parser = time)]
    closes_at: Option<NaiveTime>,
    /// The receipt printer: `printer:NAME` as each counter's system knows it, `tcp://host:port`, or a port (`COM3`)
    #[arg(long)]
    printer: Option<String>,
    /// Width of its paper, in mm
    #[arg(long, default_value_t = 80, requires = "printer")]
    paper: u16,
    /// Print receipts by themselves
    #[arg(long, requires = "printer")]
    automatic: bool,
    /// Open the cash drawer
    #[arg(long, requires = "printer")]
    drawer: bool,
    /// The printer says when it has printed (network printers)
    #[arg(long, requires = "printer")]
    answers: bool,
}

/// The hand that holds the tablet.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Hand {
    /// The left one
    Left,
    /// The right one
    Right,
}

fn time(said: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(said, "%H:%M").map_err(|_| "a time as 21:30".to_owned())
}

impl SetArgs {
    fn over(&self, mut before: StoreSettings) -> StoreSettings {
        if let Some(hand) = self.held_in {
            before.held_in = Some(match hand {
                Hand::Left => HeldIn::Left,
                Hand::Right => HeldIn::Right,
            });
        }
        before.cover_after_s = self.cover_after.or(before.cover_after_s);
        before.scan_pause_ms = self.scan_pause.or(before.scan_pause_ms);
        before.closes_at = self.closes_at.or(before.closes_at);
        if let Some(said) = &self.printer {
            before.printer = Some(StorePrinter {
                at: self.printer_at(said),
                paper_mm: self.paper,
                automatic: self.automatic,
                drawer: self.drawer,
            });
        }
        before
    }

    fn printer_at(&self, said: &str) -> StorePrinterAt {
        if let Some(name) = said.strip_prefix("printer:") {
            StorePrinterAt::Named {
                name: name.to_owned(),
            }
        } else if let Some(address) = said.strip_prefix("tcp://") {
            StorePrinterAt::Network {
                address: address.to_owned(),
                answers: self.answers,
            }
        } else {
            StorePrinterAt::Port {
                path: said.to_owned(),
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Where there is no such store, a setting is out of its range, or the database cannot be had.
#[boxed]
pub async fn run(args: &StoreSettingsArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| {
            match &args.what {
                What::List => {}
                What::Set(set) => {
                    let store = set.store.as_deref().map(StoreId::from);
                    fleet::set_settings(centre, store.as_ref(), &|before| set.over(before)).await?;
                }
                What::Clear { store, .. } => {
                    let store = store.as_deref().map(StoreId::from);
                    fleet::set_settings(centre, store.as_ref(), &|_| StoreSettings::default())
                        .await?;
                }
            }
            let all = fleet::settings_of(centre).await?;
            say(args.json, &all, || {
                if all.is_empty() {
                    "nothing is set\n".to_owned()
                } else {
                    all.iter().map(|(store, of)| words(store, of)).collect()
                }
            })
        })
        .await
}

fn words(store: &StoreId, settings: &StoreSettings) -> String {
    let mut said = format!("{store}\n");
    if let Some(hand) = settings.held_in {
        let hand = match hand {
            HeldIn::Left => "left",
            HeldIn::Right => "right",
        };
        let _ = writeln!(said, "  held in the {hand} hand");
    }
    if let Some(s) = settings.cover_after_s {
        let _ = writeln!(said, "  covered after {s} s at the latest");
    }
    if let Some(ms) = settings.scan_pause_ms {
        let _ = writeln!(said, "  {ms} ms between two keys of a scan");
    }
    if let Some(at) = settings.closes_at {
        let _ = writeln!(said, "  closes at {}", at.format("%H:%M"));
    }
    if let Some(printer) = &settings.printer {
        let at = match &printer.at {
            StorePrinterAt::Named { name } => format!("named {name}"),
            StorePrinterAt::Network { address, .. } => format!("at {address}"),
            StorePrinterAt::Port { path } => format!("on {path}"),
        };
        let _ = writeln!(said, "  printer {at}, {} mm", printer.paper_mm);
    }
    said
}

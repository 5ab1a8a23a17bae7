//! `central enrol-code`: one-time codes that let one device in each: told, or as a sheet to print.

mod list;
mod sheet;

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use protocol::StoreId;
use protocol::ticket::Ticket;
use sea_orm::EntityTrait;

use crate::cli::{CommandError, DatabaseArgs};
use centre::Centre;
use centre::sync::enrol::{self, EnrolCode, Wanted};
use centre_store::boxed;
use centre_store::tables::{brand, store};
use sheet::Card;

/// What `central enrol-code` is told.
#[derive(Debug, Clone, Args)]
pub struct EnrolCodeArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The store that the device will stand in
    #[arg(long, required_unless_present = "list")]
    pub store: Option<String>,
    /// The device checks customers out, and so holds allowances ahead of time
    #[arg(long)]
    pub checkout: bool,
    /// So many codes: their devices are called NAME 1, NAME 2
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub count: u32,
    /// What the device will be called; without it, whoever enrols it says so
    #[arg(long, default_value = "")]
    pub name: String,
    /// Codes for many stores, from a CSV file with the columns store, name, checkout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["store", "name", "checkout", "count"])]
    pub list: Option<PathBuf>,
    /// For how many days a code may be used: 1 to 30
    #[arg(long, default_value_t = 1)]
    pub days: u32,
    /// Where counters reach the centre, for the QR codes; without it, where phones do
    #[arg(long, value_name = "URL")]
    pub centre: Option<String>,
    /// Write a page to print, with a QR code for each device
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// How codes are told.
pub(super) struct Shown<'a> {
    /// Where counters reach the centre.
    pub address: Option<&'a str>,
    /// Where the page goes.
    pub sheet: Option<&'a Path>,
    /// As JSON.
    pub json: bool,
}

impl EnrolCodeArgs {
    fn wanted(&self) -> Result<Vec<Wanted>, CommandError> {
        if let Some(list) = &self.list {
            return list::read(list, self.days);
        }
        let store = StoreId::from(self.store.as_deref().unwrap_or_default());
        let one = |n: u32| Wanted {
            checkout: self.checkout,
            name: match self.name.trim() {
                "" => String::new(),
                name if self.count == 1 => name.to_owned(),
                name => format!("{name} {n}"),
            },
            days: self.days,
            ..Wanted::in_store(&store)
        };
        Ok((1..=self.count).map(one).collect())
    }
}

/// Makes the codes and tells them: they are told only here.
///
/// # Errors
/// Where there is no such store, a file cannot be read or written, or the database cannot be had.
#[boxed]
pub async fn run(args: &EnrolCodeArgs) -> Result<(), CommandError> {
    let wanted = args.wanted()?;
    let shown = Shown {
        address: args.centre.as_deref(),
        sheet: args.sheet.as_deref(),
        json: args.json,
    };
    args.database
        .with(async |centre| {
            let codes = enrol::new_enrol_codes(centre, &wanted).await?;
            // one is told as an object, as it always was
            tell(centre, &codes, &shown).await
        })
        .await
}

/// Tells codes: as JSON, as a page to print, in words.
pub(super) async fn tell(
    centre: &Centre,
    codes: &[EnrolCode],
    shown: &Shown<'_>,
) -> Result<(), CommandError> {
    let mut out = std::io::stdout();
    if let Some(file) = shown.sheet {
        let brand = brand::Entity::find().one(centre.db().read()).await;
        let brand = brand.map_err(centre::error::ServiceError::from)?;
        let (name, phone_base) = brand.map_or_else(Default::default, |b| (b.name, b.phone_base));
        let address = shown.address.unwrap_or(&phone_base);
        if address.is_empty() {
            return Err(CommandError::Usage(
                "where counters reach the centre is not known yet: say it by --centre".to_owned(),
            ));
        }
        let stores = store::Entity::find().all(centre.db().read()).await;
        let stores = stores.map_err(centre::error::ServiceError::from)?;
        let named = |id: &StoreId| {
            let found = stores.iter().find(|s| *s.id == *id);
            found.map_or_else(|| id.to_string(), |s| s.name.clone())
        };
        let program = centre.current_program().await.ok();
        let local = |at: DateTime<Utc>| match &program {
            Some(program) => at
                .with_timezone(&program.timezone())
                .format("%Y-%m-%d %H:%M"),
            None => at.format("%Y-%m-%d %H:%M UTC"),
        };
        let cards: Vec<Card> = codes
            .iter()
            .map(|code| Card {
                store: named(&code.store),
                name: code.name.clone(),
                checkout: code.checkout,
                replaces: code.replaces.is_some(),
                code: code.code.clone(),
                until: local(code.expires_at).to_string(),
                ticket: Ticket {
                    centre: address.to_owned(),
                    code: code.code.clone(),
                    name: code.name.clone(),
                },
            })
            .collect();
        write_private(file, &sheet::page(&name, &cards)?)?;
        writeln!(
            out,
            "{} codes are on {}: print it, hand it out, and delete it",
            cards.len(),
            file.display()
        )?;
        return Ok(());
    }
    if shown.json {
        let text = match codes {
            [code] => serde_json::to_string(code),
            codes => serde_json::to_string(codes),
        };
        writeln!(out, "{}", text.map_err(std::io::Error::from)?)?;
        return Ok(());
    }
    for code in codes {
        writeln!(out, "{}", code.code)?;
        let name = match code.name.as_str() {
            "" => String::new(),
            name => format!(" ({name})"),
        };
        writeln!(
            out,
            "for one device in store {}{name}, until {}",
            code.store, code.expires_at
        )?;
    }
    Ok(())
}

/// A file for its owner alone: whoever has a code may put a device into the store.
fn write_private(file: &Path, text: &str) -> Result<(), CommandError> {
    let opened = platform::files::options()
        .write(true)
        .create(true)
        .truncate(true)
        .open(file);
    let mut opened = platform::files::checked(file, opened)?;
    Ok(opened.write_all(text.as_bytes())?)
}

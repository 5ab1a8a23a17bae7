//! `central lookups`: which counter looked up whom of another store, who asked and why.

use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::Args;
use protocol::ids::{DeviceId, MemberId, StoreId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use std::collections::HashMap;

use crate::cli::{CommandError, DatabaseArgs, note, say};
use centre::Centre;
use centre::error::ServiceError;
use centre::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{device, lookup_log};

/// What `central lookups` is told.
#[derive(Debug, Clone, Args)]
pub struct LookupsArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Only counters of this store, by its id
    #[arg(long)]
    pub store: Option<String>,
    /// Only this counter, by its id
    #[arg(long)]
    pub device: Option<String>,
    /// Only where this member was found, by her id
    #[arg(long)]
    pub member: Option<String>,
    /// First business date, YYYY-MM-DD; without it, from the beginning
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Last business date, YYYY-MM-DD; without it, until now
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// The newest so many
    #[arg(long, default_value_t = 200)]
    pub limit: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A look-up.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// Of which store the counter is.
    pub store: String,
    /// The counter's id.
    pub device: String,
    /// What people call it.
    pub device_name: String,
    /// Who asked, as the counter says; empty where it does not.
    pub clerk: String,
    /// Why; empty where the counter does not say.
    pub why: String,
    /// What the number was said to be; empty where that was not said.
    pub number_of: String,
    /// What came of it.
    pub outcome: String,
    /// Whom; empty where nobody was found, or several.
    pub member: String,
}

impl Line {
    fn cells(&self) -> [&str; 7] {
        [
            &self.store,
            &self.device_name,
            &self.clerk,
            &self.why,
            &self.number_of,
            &self.outcome,
            &self.member,
        ]
    }
}

/// Runs the command.
///
/// # Errors
/// Where what is asked for cannot be, or the database cannot be had.
#[boxed]
pub async fn run(args: &LookupsArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| {
            let lines = lines(centre, args).await?;
            let entry = Entry::of(Kind::LookupsViewed);
            note(centre, entry.what(format!("{} look-ups", lines.len()))).await?;
            say(args.json, &lines, || table(&lines))
        })
        .await
}

async fn lines(centre: &Centre, args: &LookupsArgs) -> Result<Vec<Line>, CommandError> {
    let db = centre.db().read();
    let mut query = lookup_log::Entity::find();
    if let Some(store) = &args.store {
        let store = StoreId::from(store.as_str());
        query = query.filter(lookup_log::Column::StoreId.eq(Col::from(store)));
    }
    if let Some(said) = &args.device {
        let device: DeviceId = said
            .parse()
            .map_err(|_| CommandError::Usage(format!("--device {said:?} is no device's id")))?;
        query = query.filter(lookup_log::Column::DeviceId.eq(Col::from(device)));
    }
    if let Some(member) = &args.member {
        let member = MemberId::from(member.as_str());
        query = query.filter(lookup_log::Column::MemberId.eq(Col::from(member)));
    }
    if args.from.is_some() || args.to.is_some() {
        let program = centre.current_program().await?;
        if let Some(from) = args.from {
            query = query.filter(lookup_log::Column::At.gte(Col(program.day_begins(from))));
        }
        if let Some(to) = args.to {
            let end = program.day_begins(to + Days::new(1));
            query = query.filter(lookup_log::Column::At.lt(Col(end)));
        }
    }
    let rows = query
        .order_by_desc(lookup_log::Column::At)
        .order_by_desc(lookup_log::Column::Id)
        .limit(args.limit)
        .all(db)
        .await
        .map_err(ServiceError::from)?;
    let devices = device::Entity::find().all(db).await;
    let names: HashMap<DeviceId, String> = devices
        .map_err(ServiceError::from)?
        .into_iter()
        .map(|d| (*d.id, d.name))
        .collect();
    let line = |row: lookup_log::Model| Line {
        at: *row.at,
        store: row.store_id.to_string(),
        device: row.device_id.to_string(),
        device_name: names.get(&*row.device_id).cloned().unwrap_or_default(),
        clerk: row.clerk_id.map(|c| c.to_string()).unwrap_or_default(),
        why: row.why,
        number_of: row.number_of,
        outcome: row.outcome,
        member: row.member_id.map(|m| m.to_string()).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(line).collect())
}

fn table(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "nobody was looked up\n".to_owned();
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "at", "store", "counter", "clerk", "why", "number", "outcome", "member",
    ]);
    for line in lines {
        let at = line.at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        let cells = line.cells().map(str::to_owned);
        table.add_row(std::iter::once(at).chain(cells));
    }
    format!("{table}\n")
}

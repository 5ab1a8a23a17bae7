//! `central audit log`: whether the log is whole, what it says, and a checkpoint to be kept elsewhere.

use std::path::{Path, PathBuf};

use brand_tools::csv_out::{self, Sheet};
use centre::log::{Entry, Kind};
use centre::logbook::{self, Filter};
use centre::{Centre, audit, zone};
use centre_store::boxed;
use centre_store::tables::log_entry;
use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use clap::Args;
use protocol::log::LogCheckpoint;
use serde::Serialize;

use super::asked::{not_asked, there};
use crate::cli::{CommandError, DatabaseArgs, note, say};

/// Entries that are read at once.
const PAGE: u64 = 1_000;

/// Options of `central audit log`.
#[derive(Debug, Clone, Args)]
pub struct LogArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Write a signed checkpoint of the log to this file, to be kept where nobody of the database comes to; it must
    /// not be there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["against", "list"])]
    pub checkpoint: Option<PathBuf>,
    /// Verify against a checkpoint that was kept
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub against: Option<PathBuf>,
    /// List entries instead of verifying
    #[arg(long)]
    pub list: bool,
    /// Only by this person: a clerk's id, a user's name
    #[arg(long, requires = "list")]
    pub who: Option<String>,
    /// Only of this kind
    #[arg(long, requires = "list", value_parser = kind)]
    pub what: Option<Kind>,
    /// Only about this member, by id
    #[arg(long, requires = "list")]
    pub member: Option<String>,
    /// First day, YYYY-MM-DD, in the time zone of the business
    #[arg(long, requires = "list")]
    pub from: Option<NaiveDate>,
    /// Last day, YYYY-MM-DD
    #[arg(long, requires = "list")]
    pub to: Option<NaiveDate>,
    /// Write the list as a CSV file; it must not be there
    #[arg(long, requires = "list", conflicts_with = "json")]
    pub csv: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

fn kind(word: &str) -> Result<Kind, String> {
    Kind::named(word).ok_or_else(|| {
        let all: Vec<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        format!("there is no such kind; there are {}", all.join(", "))
    })
}

/// An entry as it goes out.
#[derive(Debug, Serialize)]
struct Line {
    n: u64,
    at: String,
    happened: String,
    what: String,
    who_kind: String,
    who: String,
    place: String,
    store: String,
    device: String,
    member: String,
    operation: String,
    details: String,
    why: String,
    hash: String,
}

/// Names of [`Line::cells`].
const COLUMNS: [&str; 14] = [
    "n",
    "at",
    "happened",
    "what",
    "who_kind",
    "who",
    "place",
    "store",
    "device",
    "member",
    "operation",
    "details",
    "why",
    "hash",
];

impl Line {
    fn of(row: log_entry::Model) -> Self {
        let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let or_none = |id: Option<String>| id.unwrap_or_default();
        Self {
            n: *row.n,
            at: moment(*row.at),
            happened: moment(*row.happened_at),
            what: row.kind,
            who_kind: row.who_kind,
            who: row.who,
            place: row.place,
            store: or_none(row.store_id.map(|id| id.to_string())),
            device: or_none(row.device_id.map(|id| id.to_string())),
            member: or_none(row.member_id.map(|id| id.to_string())),
            operation: or_none(row.op_id),
            details: row.what,
            why: row.why,
            hash: row.hash.to_string(),
        }
    }

    fn cells(&self) -> [String; 14] {
        [
            self.n.to_string(),
            self.at.clone(),
            self.happened.clone(),
            self.what.clone(),
            self.who_kind.clone(),
            self.who.clone(),
            self.place.clone(),
            self.store.clone(),
            self.device.clone(),
            self.member.clone(),
            self.operation.clone(),
            self.details.clone(),
            self.why.clone(),
            self.hash.clone(),
        ]
    }

    fn words(&self) -> String {
        let parts = [
            &self.who,
            &self.store,
            &self.device,
            &self.member,
            &self.operation,
            &self.details,
            &self.why,
        ];
        let said = parts.into_iter().filter(|part| !part.is_empty());
        let said: Vec<&str> = said.map(String::as_str).collect();
        format!(
            "{:>8}  {}  {:<18} {:<8} {}\n",
            self.n,
            self.happened,
            self.what,
            self.who_kind,
            said.join("  ")
        )
    }
}

/// Runs the command. It ends as `central audit` does.
///
/// # Errors
/// Where the log is not whole; where a file cannot be read or written, or there is no such database.
#[boxed]
pub async fn run(args: &LogArgs) -> Result<(), CommandError> {
    there(&args.database)?;
    if let Some(file) = &args.checkpoint {
        return take_out(args, file).await;
    }
    if args.list {
        return listed(args).await;
    }
    let kept = args.against.as_deref().map(kept).transpose()?;
    let verified = args
        .database
        .with(async |centre| Ok(audit::of_log(centre, kept.as_ref()).await?))
        .await;
    let report = verified.map_err(not_asked)?;
    say(args.json, &report, || report.text())?;
    if report.clean {
        return Ok(());
    }
    Err(CommandError::Failed(format!(
        "the log is not what it was: {} entries or statements break it",
        report.count()
    )))
}

/// A checkpoint that was kept.
fn kept(file: &Path) -> Result<LogCheckpoint, CommandError> {
    let wrong = |why: String| CommandError::Usage(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| wrong(format!("is no checkpoint: {e}")))
}

async fn take_out(args: &LogArgs, file: &Path) -> Result<(), CommandError> {
    let taken = args
        .database
        .with(async |centre| Ok(logbook::checkpoint(centre).await?))
        .await?;
    let taken = taken.ok_or_else(|| CommandError::Failed("nothing was noted yet".to_owned()))?;
    let mut text = serde_json::to_vec_pretty(&taken).map_err(std::io::Error::from)?;
    text.push(b'\n');
    write_new(file, &text)?;
    say(args.json, &taken, || {
        format!(
            "entry {} of {} is in {}\n",
            taken.n,
            taken.at,
            file.display()
        )
    })
}

/// Writes a file that is not there yet, for its owner alone; a link is not followed.
fn write_new(file: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    csv_out::write_new(file, bytes)
        .map_err(|e| CommandError::Failed(format!("{}: {e}", file.display())))
}

async fn listed(args: &LogArgs) -> Result<(), CommandError> {
    let lines = args
        .database
        .with(async |centre| lines(centre, args).await)
        .await?;
    let Some(file) = &args.csv else {
        return say(args.json, &lines, || {
            lines.iter().map(Line::words).collect()
        });
    };
    write_new(file, &csv(&lines)?)?;
    say(false, &(), || {
        format!("{} entries are in {}\n", lines.len(), file.display())
    })
}

async fn lines(centre: &Centre, args: &LogArgs) -> Result<Vec<Line>, CommandError> {
    let zone = zone::known(centre.db().read(), centre.now()).await?;
    let zone = zone.unwrap_or(chrono_tz::UTC);
    let filter = Filter {
        who: args.who.clone(),
        kind: args.what,
        member: args.member.as_deref().map(Into::into),
        from: args.from.map(|day| begins(zone, day)),
        before: args
            .to
            .and_then(|day| day.checked_add_days(Days::new(1)))
            .map(|day| begins(zone, day)),
    };
    let mut lines = Vec::new();
    loop {
        let after = lines.last().map_or(0, |line: &Line| line.n);
        let page = logbook::entries(centre.db().read(), &filter, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        lines.extend(page.into_iter().map(Line::of));
    }
    let mut entry = Entry::of(Kind::LogRead).what(format!("{} entries", lines.len()));
    if let Some(member) = &filter.member {
        entry = entry.about(member);
    }
    note(centre, entry).await?;
    Ok(lines)
}

/// The first moment of a day; where clocks skip it, the first after it.
fn begins(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let local = zone.from_local_datetime(&midnight).earliest();
    local.map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

/// The list as CSV; no cell of it is a formula.
fn csv(lines: &[Line]) -> Result<Vec<u8>, CommandError> {
    let mut out = Sheet::new();
    out.row(COLUMNS)?;
    for line in lines {
        out.row(line.cells())?;
    }
    Ok(out.bytes()?)
}

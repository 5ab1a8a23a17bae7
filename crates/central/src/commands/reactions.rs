//! `central reactions`: the list with the day by which the brand reports each, as a table, CSV or JSON; and erasing.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use loyalty::{Place, Reaction, Sign};
use protocol::ids::{MemberId, StoreId};
use sea_orm::EntityTrait;

use crate::cli::{CommandError, DatabaseArgs, note};
use brand_tools::csv_out::{self, Sheet};
use centre::Centre;
use centre::error::ServiceError;
use centre::log::{Entry, Kind};
use centre::members;
use centre::reactions::{Came, Told, Which, erase, list};
use centre_store::boxed;
use centre_store::tables::store;

/// What `central reactions` is told.
#[derive(Debug, Clone, Args)]
pub struct ReactionsArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Only this store, by its id
    #[arg(long)]
    pub store: Option<String>,
    /// First business date on which it was told, YYYY-MM-DD; without it, from the beginning
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Last business date on which it was told, YYYY-MM-DD; without it, until today
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// Write a CSV file instead; one that is there stays, and a number is put behind the name
    #[arg(long)]
    pub csv: Option<PathBuf>,
    /// Write JSON for programs
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Erase what this member told, by her id; what came back, where and when stays for the report
    #[arg(long, value_name = "MEMBER", conflicts_with_all = ["store", "from", "to", "csv"])]
    pub erase: Option<String>,
}

/// Columns of the table and of the CSV.
const COLUMNS: [&str; 16] = [
    "report_by",
    "class",
    "learned",
    "store",
    "store_name",
    "skus",
    "goods",
    "signs",
    "places",
    "onset",
    "course",
    "doctor",
    "note",
    "member",
    "receipt",
    "operation",
];

/// In the place of what a member told whose words were erased.
const ERASED: &str = "erased";

/// A line of the list, by [`COLUMNS`].
fn cells(told: &Told) -> [String; 16] {
    let joined = |words: Vec<String>| words.join("; ");
    let pieces = |(came, name): &(Came, String)| match name.as_str() {
        "" => format!("{} × {}", came.sku, came.qty),
        name => format!("{name} × {}", came.qty),
    };
    let said = |word: &dyn Fn(&Reaction) -> String| match &told.said {
        Some(said) => word(said),
        None => ERASED.to_owned(),
    };
    let words =
        |all: &mut dyn Iterator<Item = &'static str>| joined(all.map(str::to_owned).collect());
    [
        told.report_by.to_string(),
        told.severity.word().to_owned(),
        told.learned.to_string(),
        told.store.0.to_string(),
        told.store.1.clone(),
        joined(told.goods.iter().map(|(c, _)| c.sku.clone()).collect()),
        joined(told.goods.iter().map(pieces).collect()),
        said(&|r| words(&mut r.signs.iter().copied().map(Sign::word))),
        said(&|r| words(&mut r.places.iter().copied().map(Place::word))),
        said(&|r| r.onset.word().to_owned()),
        said(&|r| r.course.word().to_owned()),
        said(&|r| r.doctor.word().to_owned()),
        said(&|r| r.note.clone()),
        told.member
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        told.receipt.to_string(),
        told.op_id.to_string(),
    ]
}
/// The list as CSV; no cell of it is a formula.
///
/// # Errors
/// Where it cannot be written.
pub fn csv(told: &[Told]) -> Result<Vec<u8>, CommandError> {
    let mut out = Sheet::new();
    out.row(COLUMNS)?;
    for one in told {
        out.row(cells(one))?;
    }
    Ok(out.bytes()?)
}

/// The list as one JSON array of objects, in the words of the CSV.
fn json(told: &[Told]) -> Result<String, CommandError> {
    let object = |one: &Told| COLUMNS.into_iter().zip(cells(one)).collect();
    let all: Vec<BTreeMap<&str, String>> = told.iter().map(object).collect();
    let text = serde_json::to_string_pretty(&all);
    Ok(text.map_err(|e| CommandError::Failed(e.to_string()))? + "\n")
}

fn table(told: &[Told]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(COLUMNS);
    for one in told {
        table.add_row(cells(one));
    }
    table.to_string()
}

/// Runs the command.
///
/// # Errors
/// Where the days are in the wrong order, the store or the member is not there, the file cannot be written, or the
/// database cannot be had.
#[boxed]
pub async fn run(args: &ReactionsArgs) -> Result<(), CommandError> {
    let text = args
        .database
        .with(async |centre| match &args.erase {
            Some(member) => erased(centre, member, args.json).await,
            None => written(centre, args).await,
        })
        .await?;
    Ok(write!(std::io::stdout(), "{text}")?)
}

async fn erased(centre: &Centre, id: &str, json: bool) -> Result<String, CommandError> {
    let mut work = centre.work().await?;
    let Some(member) = members::by_id(work.on(), &MemberId::from(id)).await? else {
        return Err(CommandError::Failed(format!("no member has the id {id:?}")));
    };
    let count = erase(&work, &member.id).await?;
    let what = format!("{count} of the list");
    work.note(Entry::of(Kind::ReactionErased).about(&member.id).what(what));
    work.commit().await?;
    Ok(match json {
        true => format!("{}\n", serde_json::json!({ "erased": count })),
        false => format!("erased what she told of {count} reaction(s)\n"),
    })
}

async fn written(centre: &Centre, args: &ReactionsArgs) -> Result<String, CommandError> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(CommandError::Usage(format!(
            "--from {from} is after --to {to}"
        )));
    }
    let db = centre.db().read();
    let store = args.store.as_deref().map(StoreId::from);
    if let Some(id) = &store {
        let there = store::Entity::find_by_id(id).one(db).await;
        if there.map_err(ServiceError::from)?.is_none() {
            let id = id.as_str();
            return Err(CommandError::Failed(format!("no store has the id {id:?}")));
        }
    }
    let which = Which {
        store,
        from: args.from,
        to: args.to,
    };
    let told = list(db, &which).await?;
    let what = format!("{} told", told.len());
    note(centre, Entry::of(Kind::ReactionsViewed).what(what)).await?;
    match &args.csv {
        Some(path) => {
            let at = csv_to(path, &csv(&told)?)?;
            Ok(format!("{} written to {}\n", told.len(), at.display()))
        }
        None if args.json => json(&told),
        None if told.is_empty() => Ok("nobody told of a reaction\n".to_owned()),
        None => Ok(format!("{}\n", table(&told))),
    }
}

fn csv_to(path: &Path, bytes: &[u8]) -> Result<PathBuf, CommandError> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let Some(stem) = stem else {
        let said = path.display();
        return Err(CommandError::Usage(format!("--csv {said} names no file")));
    };
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("csv");
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok(csv_out::write_beside(folder, stem, ending, bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty::{Course, Doctor, Onset, Severity};

    fn told(note: &str) -> Told {
        Told {
            op_id: "o".into(),
            learned: NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
            report_by: NaiveDate::from_ymd_opt(2026, 12, 28).unwrap(),
            severity: Severity::General,
            store: ("S1".into(), "=静安".into()),
            goods: vec![(
                Came {
                    sku: "A1".into(),
                    qty: 2,
                },
                "@面霜".into(),
            )],
            receipt: "-T1".into(),
            member: Some("M1".into()),
            said: Some(Reaction {
                signs: [Sign::Rash, Sign::Redness].into(),
                places: [Place::Face].into(),
                onset: Onset::Day,
                course: Course::Gone,
                doctor: Doctor::No,
                note: note.into(),
            }),
        }
    }

    #[test]
    fn no_cell_of_the_csv_is_a_formula() {
        for note in ["=1+1", "+86", "-x", "@SUM(A1)", "\t=x", "＝1"] {
            let text = String::from_utf8(csv(&[told(note)]).unwrap()).unwrap();
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let row = rows.records().next().unwrap().unwrap();
            for cell in &row {
                assert!(!csv_out::runs(cell) || cell.starts_with('\''), "{cell:?}");
            }
            assert!(row.iter().any(|cell| cell == format!("'{note}")), "{text}");
            assert!(row.iter().any(|cell| cell == "redness; rash"), "{text}");
        }
    }

    #[test]
    fn what_was_erased_says_so_and_keeps_its_dates() {
        let gone = Told {
            said: None,
            member: None,
            ..told("")
        };
        let text = String::from_utf8(csv(&[gone]).unwrap()).unwrap();
        assert!(text.contains("2026-12-28,general") && text.contains("erased"));
        assert!(!text.contains("redness") && !text.contains("M1"));
    }

    #[test]
    fn a_file_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        assert_eq!(csv_to(&path, b"one").unwrap(), path);
        assert_eq!(
            csv_to(&path, b"two").unwrap(),
            folder.path().join("list-2.csv")
        );
        assert!(csv_to(Path::new("/"), b"").is_err());
    }
}

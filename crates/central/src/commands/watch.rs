//! `central watch`: what is suspicious in what counters recorded, and how good the rules are at finding it.

use std::fmt::Write as _;

use brand_tools::plant;
use centre::Centre;
use centre::log::{Entry, Kind};
use centre::suspicious::{self, Span};
use centre_store::boxed;
use centre_store::tables::clerk;
use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::Args;
use loyalty::Program;
use loyalty::watch::{Finding, Suspicion};
use protocol::ids::{ClerkId, StoreId};
use sea_orm::EntityTrait;

use crate::cli::{CommandError, DatabaseArgs, note, say};

/// Business days that are looked at where nothing is said.
const DAYS: u64 = 35;

/// What `central watch` is told.
#[derive(Debug, Clone, Args)]
pub struct WatchArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Only this store, by its id
    #[arg(long)]
    pub store: Option<String>,
    /// First business date, YYYY-MM-DD; without it, five weeks before the last
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Last business date, YYYY-MM-DD; without it, today
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// Say which phone a clerk has, CLERK=PHONE, so that own purchases are known; CLERK= forgets it
    #[arg(long, value_name = "CLERK=PHONE", value_parser = clerk_phone)]
    pub clerk_phone: Vec<ClerkPhone>,
    /// Plant fraud into a copy of the whole history, imported sales too, and say how much of it is found; nothing is
    /// written
    #[arg(long)]
    pub evaluate: bool,
    /// With --evaluate: cases of each kind
    #[arg(long, default_value_t = 20, requires = "evaluate")]
    pub plant: u32,
    /// With --evaluate: the same seed plants the same cases
    #[arg(long, default_value_t = 1, requires = "evaluate")]
    pub seed: u64,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// A clerk, and a phone or none.
#[derive(Debug, Clone)]
pub struct ClerkPhone {
    clerk: ClerkId,
    phones: Vec<String>,
}

fn clerk_phone(text: &str) -> Result<ClerkPhone, String> {
    let (clerk, phone) = text.split_once('=').ok_or("write it as CLERK=PHONE")?;
    let phones = match phone.trim() {
        "" => Vec::new(),
        phone => {
            vec![protocol::phone::mobile_number(phone).ok_or("no mobile number of 11 digits")?]
        }
    };
    Ok(ClerkPhone {
        clerk: ClerkId::from(clerk),
        phones,
    })
}

/// Runs the command.
///
/// # Errors
/// Where the days are in the wrong order, a clerk is not there, or the database cannot be had.
#[boxed]
pub async fn run(args: &WatchArgs) -> Result<(), CommandError> {
    if args.evaluate {
        let evaluation = args
            .database
            .with(async |centre| {
                let program = centre.current_program().await?;
                let span = Span {
                    from: DateTime::<Utc>::UNIX_EPOCH,
                    before: centre.now(),
                    store: args.store.as_deref().map(StoreId::from),
                    imported: true,
                };
                let honest = suspicious::facts(centre.db().read(), &span).await?;
                let now = centre.now();
                Ok(plant::evaluate(
                    &program, &honest, args.seed, args.plant, now,
                ))
            })
            .await?;
        return say(args.json, &evaluation, || evaluation.text());
    }
    let (program, found) = args
        .database
        .with(async |centre| {
            set_phones(centre, &args.clerk_phone).await?;
            let program = centre.current_program().await?;
            let span = span(&program, args, centre.now())?;
            let now = centre.now();
            let found = suspicious::look(centre.db().read(), &program, &span, now).await?;
            let entry = Entry::of(Kind::SuspicionsViewed);
            note(centre, entry.what(format!("{} findings", found.len()))).await?;
            Ok((program, found))
        })
        .await?;
    say(args.json, &found, || words(&program, &found))
}

async fn set_phones(centre: &Centre, phones: &[ClerkPhone]) -> Result<(), CommandError> {
    if phones.is_empty() {
        return Ok(());
    }
    let mut work = centre.work().await?;
    for one in phones {
        let known = clerk::Entity::find_by_id(&one.clerk)
            .one(work.on())
            .await
            .map_err(centre::error::ServiceError::from)?;
        if known.is_none() {
            let id = one.clerk.as_str();
            return Err(CommandError::Failed(format!("no clerk has the id {id:?}")));
        }
        suspicious::set_clerk_phones(&work, &one.clerk, &one.phones).await?;
        let entry = Entry::of(Kind::ClerkChanged);
        work.note(entry.what(format!("clerk {}, phones", one.clerk)));
    }
    work.commit().await?;
    Ok(())
}

fn span(program: &Program, args: &WatchArgs, now: DateTime<Utc>) -> Result<Span, CommandError> {
    let last = args.to.unwrap_or_else(|| program.business_date(now));
    let first = args
        .from
        .unwrap_or_else(|| last.checked_sub_days(Days::new(DAYS)).unwrap_or(last));
    if first > last {
        return Err(CommandError::Usage(format!(
            "--from {first} is after --to {last}"
        )));
    }
    let after = last.succ_opt().unwrap_or(last);
    Ok(Span {
        from: program.day_begins(first),
        before: program.day_begins(after),
        store: args.store.as_deref().map(StoreId::from),
        imported: false,
    })
}

/// What stands out, a line each.
fn words(program: &Program, found: &[Finding]) -> String {
    if found.is_empty() {
        return "nothing stands out\n".to_owned();
    }
    let mut text = String::new();
    for finding in found {
        let Finding {
            store, clerk, day, ..
        } = finding;
        let _ = writeln!(
            text,
            "{day} store {store} clerk {clerk}: {}",
            why(program, finding)
        );
    }
    let _ = writeln!(text, "{} findings", found.len());
    text
}

/// Why something stands out, with its figures.
fn why(program: &Program, finding: &Finding) -> String {
    let watch = &program.doc().watch;
    let (count, limit, amount) = (finding.count, finding.limit, finding.amount);
    let receipts = match finding.receipts.as_slice() {
        [] => String::new(),
        some => format!(" (receipts {})", some.join(", ")),
    };
    let what = finding.what.as_deref().unwrap_or_default();
    let against = finding
        .against
        .map(|money| money.to_string())
        .unwrap_or_default();
    let member = finding.member.as_deref().unwrap_or_default();
    let said = match finding.rule {
        Suspicion::Velocity => format!(
            "{count} sales within {} minutes, together {amount}; from {limit} on",
            watch.velocity_minutes
        ),
        Suspicion::RoundSums => {
            format!("{count} sales of whole hundreds in a day, together {amount}; from {limit} on")
        }
        Suspicion::ManyMembers => {
            format!("{count} members in a day, together {amount}; from {limit} on")
        }
        Suspicion::SameMember => {
            format!("{count} sales of member {member}, together {amount}; from {limit} on")
        }
        Suspicion::Night => format!("{count} sales by night, together {amount}"),
        Suspicion::Unmatched => {
            format!("{count} sales that the till does not have, together {amount}; from {limit} on")
        }
        Suspicion::Returns => {
            format!(
                "{count} whole receipts taken back in a day, refunded {amount}; from {limit} on"
            )
        }
        Suspicion::TillDiffers => format!("recorded as {amount}, the till has {against}"),
        Suspicion::OverCeiling => format!("{amount} without the till: points of it wait"),
        Suspicion::UnknownProduct => format!("product {what:?} is not in the catalogue, {amount}"),
        Suspicion::OtherStore => format!("recorded at a counter of store {what}, {amount}"),
        Suspicion::OddAmount => {
            format!("product {what:?} at {amount}, in the catalogue {against}")
        }
        Suspicion::OwnPurchase => format!("the clerk is the member {member}, {amount}"),
        Suspicion::Other => "a rule of another build".to_owned(),
    };
    format!("{}: {said}{receipts}", finding.rule.code())
}

//! `central program compare`: what a new program would have done to the members' real histories.
//!
//! Both programs are replayed in the same way from the first purchase on, by the functions that the counters
//! and the centre use, so that what differs is the programs' doing alone. Nothing is written.
//!
//! Chosen where nothing else says so:
//! - What members did stays what it was: the same purchases, returns, redemptions and behaviours at the same
//!   times. Points that were redeemed and would not have been there are *uncovered*.
//! - A behaviour that a program does not know earns nothing under it.
//! - Expected breakage: of the points that have left by expiry or by being redeemed, the share that expired,
//!   applied to the points outstanding. Where none has left yet, nothing is expected and nothing is said.
//! - Money worth: points times the program's own yuan per point, floored to the fen.

mod history;
mod page;
mod replay;
mod report;

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use loyalty::Program;
use protocol::ids::MemberId;
use tokio::task::JoinHandle;

use centre::Centre;
use centre::error::ServiceError;
use centre_store::boxed;
use centre_store::db::snapshot;

pub use replay::Figures;
pub use report::{Comparison, CsvError, MemberChange};

/// How to compare.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// With this version; none = the one that holds now.
    pub with: Option<u32>,
    /// Time passes to the end of this day; none = to now.
    pub until: Option<NaiveDate>,
    /// Show how far it is.
    pub progress: bool,
}

/// Replays every member's history under the published program and under another.
///
/// # Errors
/// Where there is no such version, or the database fails.
#[boxed]
pub async fn compare(
    centre: &Centre,
    new: &Program,
    options: &Options,
) -> Result<Comparison, ServiceError> {
    let old = match options.with {
        None => centre.current_program().await?,
        Some(version) => centre.program(version).await?.ok_or_else(|| {
            ServiceError::refused(
                protocol::ErrorCode::NotFound,
                format!("version {version} was never published"),
            )
        })?,
    };
    let new = Arc::new(new.clone());
    let until = match options.until {
        // the last moment before the next day
        Some(day) => day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| {
            old.day_begins(next) - TimeDelta::milliseconds(1)
        }),
        None => centre.now(),
    };
    let transaction = snapshot::begin(centre.db()).await?;
    let replayed = replay_all(&transaction, &old, &new, until, options.progress).await;
    snapshot::end(transaction).await?;
    replayed
}

async fn replay_all(
    db: &sea_orm::DatabaseTransaction,
    old: &Arc<Program>,
    new: &Arc<Program>,
    until: DateTime<Utc>,
    progress: bool,
) -> Result<Comparison, ServiceError> {
    let (members, rows) = page::count(db).await?;
    let bar = bar(members, progress);
    let mut comparison = Comparison::new(old, new, until, rows);
    // pages are replayed on other threads while the next is read; as many as there are processors
    let most = std::thread::available_parallelism().map_or(2, usize::from);
    let mut running: VecDeque<JoinHandle<Vec<MemberChange>>> = VecDeque::new();
    // before all ids
    let mut after = MemberId::new("");
    loop {
        let histories = page::read(db, &after, until).await?;
        let Some(last) = histories.last() else { break };
        after.clone_from(&last.member);
        let (one, other) = (Arc::clone(old), Arc::clone(new));
        running.push_back(tokio::task::spawn_blocking(move || {
            histories
                .into_iter()
                .map(|h| MemberChange {
                    before: replay::replay(&one, &h, until),
                    after: replay::replay(&other, &h, until),
                    member: h.member,
                    no: h.no,
                })
                .collect()
        }));
        if running.len() > most {
            take(&mut running, &mut comparison, &bar).await?;
        }
    }
    while !running.is_empty() {
        take(&mut running, &mut comparison, &bar).await?;
    }
    bar.finish_and_clear();
    Ok(comparison.finish())
}

async fn take(
    running: &mut VecDeque<JoinHandle<Vec<MemberChange>>>,
    comparison: &mut Comparison,
    bar: &ProgressBar,
) -> Result<(), ServiceError> {
    if let Some(page) = running.pop_front() {
        let doing = "replaying";
        let ended = |source| ServiceError::Task { doing, source };
        let page = page.await.map_err(ended)?;
        bar.inc(page.len() as u64);
        comparison.add(page);
    }
    Ok(())
}

fn bar(members: u64, progress: bool) -> ProgressBar {
    if !progress {
        return ProgressBar::hidden();
    }
    // it draws on standard error, and only where that is a terminal
    let bar = ProgressBar::new(members);
    if let Ok(style) = ProgressStyle::with_template(
        "replaying {bar:30} {human_pos}/{human_len} members, {eta} left",
    ) {
        bar.set_style(style);
    }
    bar
}

//! The single looks.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbBackend;
use x509_parser::pem::Pem;

use super::asked::CheckArgs;
use super::found::Found;
use crate::commands::serve::packages_in;
use centre::error::ServiceError;
use centre::{Centre, fleet, health, jobs, upkeep};

/// Less room than this is too little: a busy day's log and backup fit.
const ROOM: u64 = 2_000_000_000;
/// And with less than this somebody should order a larger disk.
const ROOM_SOON: u64 = 10_000_000_000;
/// A certificate that holds for less is to be renewed.
const RENEW: i64 = 21;
/// How far the database server's clock may be from this machine's.
const CLOCKS: TimeDelta = TimeDelta::seconds(5);
/// How far what was written may lie ahead of this machine's clock.
const AHEAD: TimeDelta = TimeDelta::minutes(2);
/// A backup that is older is too old.
const BACKUP: TimeDelta = TimeDelta::hours(26);
/// A job that has failed so often in a row is stuck.
const STUCK: u64 = 3;

/// What lies in files: room on the disk, the certificate.
pub(super) fn files(args: &CheckArgs) -> Vec<Found> {
    let mut found = vec![room(&args.database.data)];
    found.extend(args.tls_cert.as_deref().map(certificate));
    found
}

fn room(folder: &Path) -> Found {
    const WHAT: &str = "disk";
    let Some(free) = platform::files::free_space(folder) else {
        return Found::soon(
            WHAT,
            format!("how much is free at {} is not known", folder.display()),
            "see that the folder is there",
        );
    };
    let said = format!("{} MB are free at {}", free / 1_000_000, folder.display());
    match free {
        ..ROOM => Found::bad(WHAT, said, "make room, or give the data a larger disk"),
        ROOM..ROOM_SOON => Found::soon(WHAT, said, "plan a larger disk"),
        _ => Found::good(WHAT, said),
    }
}

fn certificate(file: &Path) -> Found {
    const WHAT: &str = "certificate";
    let unreadable = |why: String| {
        Found::bad(
            WHAT,
            format!("{}: {why}", file.display()),
            "name the file that is served, in PEM",
        )
    };
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(e) => return unreadable(e.to_string()),
    };
    let first = Pem::iter_from_buffer(&bytes).find_map(Result::ok);
    let Some(pem) = first.filter(|pem| pem.label == "CERTIFICATE") else {
        return unreadable("no certificate in PEM".to_owned());
    };
    let read = match pem.parse_x509() {
        Ok(read) => read,
        Err(e) => return unreadable(e.to_string()),
    };
    let ends = DateTime::from_timestamp(read.validity().not_after.timestamp(), 0);
    let Some(ends) = ends else {
        return unreadable("ends at no moment".to_owned());
    };
    let days = (ends - Utc::now()).num_days();
    let said = format!("{} holds until {ends}", read.subject());
    if ends <= Utc::now() {
        Found::bad(
            WHAT,
            said,
            "renew it now: no counter and no phone trusts it",
        )
    } else if days < RENEW {
        Found::soon(WHAT, said, "renew it; the file is read again by itself")
    } else {
        Found::good(WHAT, said)
    }
}

/// What the database tells.
pub(super) async fn database(centre: &Centre, args: &CheckArgs) -> Vec<Found> {
    let mut all = vec![engine(centre).await];
    let unread = |e: ServiceError| Found::bad("database", e.to_string(), "see the log");
    if args.deep {
        all.push(pages(centre).await.unwrap_or_else(unread));
    }
    all.push(Found::good(
        "keys",
        "the centre's keys are there and are this database's",
    ));
    for look in [
        time(centre).await,
        health_of(centre).await,
        backup(centre).await,
    ] {
        all.push(look.unwrap_or_else(unread));
    }
    match jobs_of(centre).await {
        Ok(found) => all.extend(found),
        Err(e) => all.push(Found::bad("jobs", e.to_string(), "see the log")),
    }
    match packages(centre, args).await {
        Ok(found) => all.extend(found),
        Err(e) => all.push(Found::bad("packages", e.to_string(), "see the log")),
    }
    all
}

async fn engine(centre: &Centre) -> Found {
    match upkeep::engine(centre).await {
        Ok(engine) => Found::good(
            "database",
            format!("{engine} answers, its schema is this build's"),
        ),
        Err(e) => Found::bad("database", e.to_string(), "see its log"),
    }
}

/// Every page of the embedded database.
async fn pages(centre: &Centre) -> Result<Found, ServiceError> {
    Ok(match upkeep::broken_pages(centre).await? {
        None => Found::good("pages", "all can be read"),
        Some(said) => Found::bad(
            "pages",
            said,
            "stop the service and put the last backup back (docs/OPERATING.md)",
        ),
    })
}

/// This machine's clock beside the database server's, and beside what was written.
async fn time(centre: &Centre) -> Result<Found, ServiceError> {
    const WHAT: &str = "time";
    let off = upkeep::server_ahead(centre).await?;
    if off.abs() > CLOCKS {
        let off = off.num_seconds();
        return Ok(Found::bad(
            WHAT,
            format!("the database server's clock is {off} s off this machine's"),
            "set both by NTP",
        ));
    }
    let ahead = upkeep::written_ahead(centre).await?;
    if ahead > AHEAD {
        let ahead = ahead.num_seconds();
        return Ok(Found::bad(
            WHAT,
            format!("what was written last lies {ahead} s ahead of this machine's clock"),
            "set the clock by NTP: points and rules go by it",
        ));
    }
    let now = Utc::now().format("%Y-%m-%d %H:%M:%S UTC");
    Ok(Found::good(WHAT, now.to_string()))
}

async fn health_of(centre: &Centre) -> Result<Found, ServiceError> {
    let health = health::look(centre).await?;
    Ok(if health.is_good() {
        Found::good(
            "service",
            "rules can be read, and nothing waits for the service itself",
        )
    } else {
        Found::bad(
            "service",
            health.faults.join("; "),
            "see the log; `central audit` tells more",
        )
    })
}

async fn backup(centre: &Centre) -> Result<Found, ServiceError> {
    const WHAT: &str = "backup";
    if centre.db().backend() == DbBackend::Postgres {
        return Ok(Found::good(
            WHAT,
            "PostgreSQL's own tools make them: see that theirs is not old",
        ));
    }
    let last = upkeep::last_backup(centre).await?;
    let todo = "run `central backup` every night, and keep what it makes on another machine";
    Ok(match last {
        None => Found::soon(WHAT, "none was ever made", todo),
        Some(at) if centre.now() - at > BACKUP => {
            Found::soon(WHAT, format!("the last one was made at {at}"), todo)
        }
        Some(at) => Found::good(WHAT, format!("made at {at}")),
    })
}

async fn jobs_of(centre: &Centre) -> Result<Vec<Found>, ServiceError> {
    let mut found = Vec::new();
    let states = jobs::states(centre, centre.now()).await?;
    for state in &states {
        let Some(last) = state.last.as_ref().filter(|last| !last.done) else {
            continue;
        };
        let said = format!(
            "{} failed {} times: {}",
            state.job, state.failures, last.said
        );
        let todo = "see the log; `central jobs run` tries it now";
        found.push(if state.failures >= STUCK {
            Found::bad("jobs", said, todo)
        } else {
            Found::soon("jobs", said, todo)
        });
    }
    if found.is_empty() {
        let ran = states.iter().filter(|state| state.last.is_some()).count();
        found.push(Found::good(
            "jobs",
            format!("{ran} of {} ran, and ended well", states.len()),
        ));
    }
    Ok(found)
}

/// Packages that are given out and are not in their folder.
async fn packages(centre: &Centre, args: &CheckArgs) -> Result<Vec<Found>, ServiceError> {
    let folder = fleet::Folder::at(packages_in(args.packages.as_deref(), &args.database));
    let mut found = Vec::new();
    for release in fleet::releases(centre).await? {
        for file in &release.files {
            let place = fleet::package(centre, &folder, &release.version, &file.target).await?;
            if let Some((path, _)) = place
                && !path.exists()
            {
                found.push(Found::bad(
                    "packages",
                    format!(
                        "{} for {} is not in its folder",
                        release.version, file.target
                    ),
                    "add it again (central release add), on each machine that serves",
                ));
            }
        }
    }
    Ok(found)
}

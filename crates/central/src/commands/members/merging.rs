//! `central members duplicates`, `merge`, `part`, `merged`, `not-same`: members who are one person.

use centre::Centre;
use centre::log::{Entry, Kind};
use centre::merging::{self, Duplicate, Merged, Merging, Reason, Side};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use protocol::{ClerkId, StoreId};
use serde::Serialize;

use super::named::named;
use crate::cli::{CommandError, note, say};

/// Pairs and merges that are listed where nobody says how many.
const LISTED: usize = 200;

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum OnePerson {
    /// List members who may be one person, and why
    Duplicates {
        /// Only pairs of whom one is at home in this store
        #[arg(long)]
        store: Option<String>,
    },
    /// Merge two members: who goes becomes who stays
    Merge {
        /// Who goes: member id, card number or phone number
        went: String,
        /// Who stays: member id, card number or phone number
        stays: String,
    },
    /// List merges that stand
    Merged {
        /// Only those of whom one is at home in this store
        #[arg(long)]
        store: Option<String>,
    },
    /// Undo a merge: points go back to where they came from, and what was spent is owed by who stayed
    Part {
        /// The merge, as `merged` lists it
        merge: String,
    },
    /// Say that two members are two people: they are listed no more
    NotSame {
        /// Member id, card number or phone number
        one: String,
        /// Member id, card number or phone number
        other: String,
    },
}

/// Runs the command.
///
/// # Errors
/// Where there is no such member or merge, or the database cannot be had.
pub async fn run(centre: &Centre, what: &OnePerson, json: bool) -> Result<(), CommandError> {
    let by = ClerkId::from(HEADQUARTERS);
    match what {
        OnePerson::Duplicates { store } => {
            let store = store.as_deref().map(StoreId::from);
            let found = merging::duplicates(centre.db().read(), store.as_ref(), LISTED).await?;
            note(centre, Entry::of(Kind::DuplicatesViewed)).await?;
            let shown: Vec<Pair> = found.iter().map(Pair::of).collect();
            say(json, &shown, || shown.iter().map(Pair::words).collect())
        }
        OnePerson::Merge { went, stays } => {
            let merging = Merging {
                went: named(centre, went).await?,
                stays: named(centre, stays).await?,
                why: None,
                by,
            };
            let merge = merging::merge(centre, &merging).await?;
            let done =
                serde_json::json!({ "merge": merge, "went": merging.went, "stays": merging.stays });
            say(json, &done, || format!("merged: {merge}\n"))
        }
        OnePerson::Merged { store } => {
            let store = store.as_deref().map(StoreId::from);
            let always = DateTime::<Utc>::UNIX_EPOCH;
            let found = merging::latest(centre.db().read(), store.as_ref(), always, LISTED).await?;
            note(centre, Entry::of(Kind::DuplicatesViewed).what("merges")).await?;
            let shown: Vec<One> = found.iter().map(One::of).collect();
            say(json, &shown, || shown.iter().map(One::words).collect())
        }
        OnePerson::Part { merge } => {
            merging::part(centre, merge, &by).await?;
            let done = serde_json::json!({ "parted": merge });
            say(json, &done, || "parted\n".to_owned())
        }
        OnePerson::NotSame { one, other } => {
            let (one, other) = (named(centre, one).await?, named(centre, other).await?);
            merging::not_same(centre, (&one, &other), &by).await?;
            let done = serde_json::json!({ "one": one, "other": other, "same": false });
            say(json, &done, || "noted\n".to_owned())
        }
    }
}

/// By whom, where it is no manager.
const HEADQUARTERS: &str = "headquarters";

#[derive(Serialize)]
struct Member {
    member: String,
    card: String,
    store: String,
    joined: DateTime<Utc>,
    last_purchase: Option<DateTime<Utc>>,
    receipts: u32,
    points: i64,
}

impl Member {
    fn of(side: &Side) -> Self {
        Self {
            member: side.member.id.to_string(),
            card: side.member.card_no.clone(),
            store: side.member.home_store.to_string(),
            joined: *side.member.joined_at,
            last_purchase: side.last_purchase,
            receipts: side.receipts,
            points: side.points.get(),
        }
    }

    fn words(&self) -> String {
        let Self {
            card,
            store,
            receipts,
            points,
            ..
        } = self;
        format!("card {card:<14} store {store:<8} {receipts:>4} receipts {points:>8} points")
    }
}

#[derive(Serialize)]
struct Pair {
    stays: Member,
    goes: Member,
    why: Vec<&'static str>,
}

impl Pair {
    fn of(pair: &Duplicate) -> Self {
        Self {
            stays: Member::of(&pair.stays),
            goes: Member::of(&pair.goes),
            why: pair.why.iter().map(|why| Reason::word(*why)).collect(),
        }
    }

    fn words(&self) -> String {
        let why = self.why.join(", ");
        format!(
            "{why}\n  stays  {}\n  goes   {}\n",
            self.stays.words(),
            self.goes.words()
        )
    }
}

#[derive(Serialize)]
struct One {
    merge: String,
    at: DateTime<Utc>,
    by: String,
    why: String,
    stayed: Member,
    went: Member,
}

impl One {
    fn of(merged: &Merged) -> Self {
        Self {
            merge: merged.id.clone(),
            at: merged.at,
            by: merged.by.clone(),
            why: merged.why.clone(),
            stayed: Member::of(&merged.stayed),
            went: Member::of(&merged.went),
        }
    }

    fn words(&self) -> String {
        let Self {
            merge, at, by, why, ..
        } = self;
        let (stayed, went) = (self.stayed.words(), self.went.words());
        format!("{merge}  {at}  {by}  {why}\n  stayed {stayed}\n  went   {went}\n")
    }
}

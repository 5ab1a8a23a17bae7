//! I9: the log is what it was when it was noted. Each entry builds on the one before it and is what its hash says; it ends
//! where its head says, and begins where a signed statement about what was removed ends. Checkpoints are held against
//! it where they are known: those that the database keeps, and one that was kept elsewhere, which alone can tell that
//! all of it was written anew.

use std::collections::VecDeque;

use protocol::CentreId;
use protocol::chain::Hash;
use protocol::log::{LogCheckpoint, Says};
use sea_orm::{EntityTrait, QueryOrder};

use super::report::CheckReport;
use super::report::Invariant::I9;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use crate::log::expected_hash;
use crate::logbook::{self, Filter, of_row};
use centre_store::tables::{log_checkpoint, log_entry, log_head};

/// Entries that are read at once.
const PAGE: u64 = 1_000;

/// By what signatures are known to be the centre's.
#[derive(Debug, Clone)]
pub struct Signer {
    /// Which centre.
    pub centre: CentreId,
    /// Its public key, 64 hex digits.
    pub public_key: String,
}

/// A statement about an entry, and whether it can be relied on.
struct Known {
    n: u64,
    hash: Hash,
    place: String,
}

/// Walks the log. Signatures are looked at where the signer is known.
pub(super) async fn check(
    at: &mut Snapshot<'_>,
    signer: Option<&Signer>,
    kept: Option<&LogCheckpoint>,
) -> Result<(), ServiceError> {
    let mut chain = CheckReport::new(I9, "log_chain");
    let mut signed = CheckReport::new(I9, "log_checkpoint");
    let rows = log_checkpoint::Entity::find()
        .order_by_asc(log_checkpoint::Column::N)
        .all(at.on())
        .await?;
    let (mut begins, mut stood) = ((0, Hash::ZERO), Vec::new());
    for row in rows {
        signed.rows += 1;
        let place = format!("log_checkpoint {}/{}", row.n, row.kind);
        if let Some(signer) = signer {
            let said = of_row(&row, signer.centre, &signer.public_key);
            if !said.is_some_and(|said| said.is_of(signer.centre, &signer.public_key)) {
                signed.breaks(&place, "the centre's signature", "another");
                continue;
            }
        }
        match Says::named(&row.kind) {
            Some(Says::Removed) => begins = (*row.n, *row.hash),
            Some(Says::Stood) => stood.push(Known {
                n: *row.n,
                hash: *row.hash,
                place,
            }),
            None => signed.breaks(place, "a statement that is known", "another"),
        }
    }
    if let (Some(kept), Some(signer)) = (kept, signer) {
        signed.rows += 1;
        let place = format!("the kept checkpoint of entry {}", kept.n);
        if kept.is_of(signer.centre, &signer.public_key) {
            // of what was removed by its age since, the statement about that says all that can be said
            stood.extend((kept.n > begins.0).then_some(Known {
                n: kept.n,
                hash: kept.hash,
                place,
            }));
            if kept.n == begins.0 && kept.hash != begins.1 {
                let (hash, found) = (kept.hash.to_string(), begins.1.to_string());
                signed.breaks(format!("log_checkpoint {}/removed", kept.n), hash, found);
            }
        } else {
            signed.breaks(place, "this centre's signature", "another");
        }
    }
    let last = walk(at, &mut chain, &mut signed, begins, stood).await?;
    let head = log_head::Entity::find_by_id(1).one(at.on()).await?;
    match head {
        Some(head) if (*head.n, *head.hash) == last => {}
        Some(head) => chain.breaks(
            "log_head 1",
            format!("{} {}", head.n, head.hash),
            format!("the last entry is {} {}", last.0, last.1),
        ),
        None => chain.breaks("log_head 1", "the log's end", "nothing"),
    }
    at.done(chain);
    at.done(signed);
    Ok(())
}

/// Goes over all entries; the last one that is there.
async fn walk(
    at: &Snapshot<'_>,
    chain: &mut CheckReport,
    signed: &mut CheckReport,
    begins: (u64, Hash),
    stood: Vec<Known>,
) -> Result<(u64, Hash), ServiceError> {
    let (mut last, mut stood) = (begins, Statements::of(stood));
    // from the very first row on: what stands before its beginning does not belong there
    let mut after = 0;
    loop {
        let rows = logbook::entries(at.on(), &Filter::default(), after, PAGE).await?;
        let Some(end) = rows.last() else { break };
        after = *end.n;
        for row in rows {
            chain.rows += 1;
            link(chain, &row, last);
            last = (*row.n, *row.hash);
            for known in stood.up_to(*row.n) {
                if (known.n, known.hash) != last {
                    let found = format!("entry {} with hash {}", last.0, last.1);
                    signed.breaks(known.place, format!("hash {}", known.hash), found);
                }
            }
        }
    }
    for known in stood.up_to(u64::MAX) {
        let found = format!("the log ends with entry {}", last.0);
        let said = format!("entry {} with hash {}", known.n, known.hash);
        signed.breaks(known.place, said, found);
    }
    Ok(last)
}

/// One entry: it follows the one before it and is what its hash says.
fn link(check: &mut CheckReport, row: &log_entry::Model, before: (u64, Hash)) {
    let place = format!("log_entry {}", row.n);
    if *row.n != before.0 + 1 {
        check.breaks(
            &place,
            format!("entry {} after {}", before.0 + 1, before.0),
            format!("entry {}", row.n),
        );
    }
    if *row.prev_hash != before.1 {
        check.breaks(
            &place,
            format!("built on {}", before.1),
            format!("on {}", row.prev_hash),
        );
    }
    let expected = expected_hash(row);
    if *row.hash != expected {
        check.breaks(&place, format!("hash {expected}"), row.hash.to_string());
    }
}

/// Statements in order of their entries.
struct Statements(VecDeque<Known>);

impl Statements {
    fn of(mut all: Vec<Known>) -> Self {
        all.sort_by_key(|known| known.n);
        Self(all.into())
    }

    /// Takes those about entries up to one.
    fn up_to(&mut self, n: u64) -> Vec<Known> {
        let mut taken = Vec::new();
        while self.0.front().is_some_and(|known| known.n <= n) {
            taken.extend(self.0.pop_front());
        }
        taken
    }
}

//! Allowances given back by this counter itself: what the centre asks back, what lay idle, and what a
//! counter that no longer checks out was given ahead of time.

use crate::cache;
use crate::changed::{Changed, ChangedMembers};
use crate::error::Result;
use crate::outbox::{self, DueBack, identity};
use crate::shared::Shared;
use chrono::{DateTime, Duration, Utc};

/// Appends a release for everything that this outbox holds: another has taken its place, and what it
/// holds would help nobody. Answers how many there were.
pub(crate) fn give_all_back(shared: &Shared) -> Result<u64> {
    let due = DueBack {
        recalled: Vec::new(),
        idle_since: DateTime::<Utc>::MAX_UTC,
        all_ahead: true,
    };
    append(shared, &due)
}

/// Appends a release for everything that is due. Answers how many there were.
pub(crate) fn give_back(shared: &Shared) -> Result<u64> {
    let recalled = shared.cache(cache::recalled)?;
    let program = shared.program()?;
    let now = shared.now()?;
    let idle = Duration::hours(i64::from(program.doc().allowance.idle_hours));
    let due = DueBack {
        recalled,
        idle_since: now
            .checked_sub_signed(idle)
            .unwrap_or(DateTime::<Utc>::MIN_UTC),
        all_ahead: !shared.outbox().read(identity::checks_out)?,
    };
    append(shared, &due)
}

fn append(shared: &Shared, due: &DueBack) -> Result<u64> {
    let program = shared.program()?;
    let now = shared.now()?;
    let mut released = 0;
    // looked at without the lock first: a durable commit for nothing would cost every contact
    while shared.outbox().read(|c| outbox::is_due(c, due))? {
        released += shared
            .outbox()
            .write(|tx| outbox::give_back(tx, due, program.version(), now))?
            as u64;
    }
    if released > 0 {
        // whose they are is told again once they are answered
        let members = ChangedMembers::All;
        let operations = Changed::operations(None::<String>);
        shared.changed(Changed {
            members,
            ..operations
        });
    }
    Ok(released)
}

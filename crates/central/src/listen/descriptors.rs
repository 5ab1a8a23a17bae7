//! How many files and connections the system lets this process have open.

/// Left for the database, logs and what else is opened beside connections.
const KEPT: u64 = 192;
/// Connections by default, where the system gives more.
const MOST: u64 = 20_000;

/// Asks for as many as may be had, and says how many connections that bears.
pub(super) fn connections() -> usize {
    let now = platform::person::open_files();
    let bears = now.map_or(MOST, |now| now.saturating_sub(KEPT.min(now / 2)));
    usize::try_from(bears.min(MOST))
        .unwrap_or(usize::MAX)
        .max(1)
}

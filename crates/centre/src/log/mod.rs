//! The log: who did what about whom, where, when and why.
//!
//! Whatever does something notes it in its unit of work ([`UnitOfWork::note`](crate::unit_of_work::UnitOfWork::note)),
//! and the entry commits with it or not at all. Each entry's hash covers the one before it; reading, verifying and
//! checkpoints are [`crate::logbook`]'s. An entry names people by their ids and holds nobody's name or number: it stays
//! when a member is erased.

mod chain;
mod entry;
mod kind;
mod who;

pub use chain::expected_hash;
pub(crate) use chain::write;
pub use entry::Entry;
pub use kind::Kind;
pub use who::Who;

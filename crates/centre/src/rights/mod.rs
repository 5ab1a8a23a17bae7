//! What a member may ask of the brand, and what the law asks of it: to hand out all that is held, to forget, to keep what
//! was agreed to in its words, and to keep nothing longer than it is needed.
//!
//! [`holdings`] names every table with what of it belongs to a member; export and erasure go by it, and a test reads the
//! schema and fails for a table that it does not name.

mod backups;
pub mod consents;
mod erase;
mod export;
pub mod holdings;
pub mod retention;
mod scrub;

pub use erase::{Done, Plan, erase, plan, sweep};
pub(crate) use erase::{keep, signed};
pub use export::{Export, Section, export};
pub(crate) use scrub::{Scrubbed, left, less, wiped};

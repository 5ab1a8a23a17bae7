//! The feed: what counters pull. Each entity stands once in a scope, whole, at the number of its
//! last change, so that pulling from 0 is the snapshot and a cursor can skip nothing.

mod changed;
mod complete;
mod digest;
mod kinds;
mod number;
mod people;
mod publish;

pub use changed::{Changed, Owner, Row, Thing};
pub use complete::complete_digests;
pub(crate) use kinds::sensitive_kinds;
pub(crate) use kinds::{
    Expected, expected, from_ledger, has_passed, keys_of_member, later, same, source,
};
pub use kinds::{Reach, member as render_member, of_member};
pub(crate) use people::Known;
pub(crate) use publish::publish_known;
pub use publish::{heads, publish, rendered};

/// Rows, members or receipts in one statement: far below the engines' limits, and few different texts of statements.
const CHUNK: usize = 125;

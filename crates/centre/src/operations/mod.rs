//! What counters did: each operation has its effect once, waits for what it needs, or is set aside; none is thrown away.

mod apply;
mod awaited;
mod batch;
mod branch;
mod branch_rows;
mod case;
mod chain;
mod conflicts;
mod fork;
mod forks;
mod held;
mod kinds;
mod listed;
mod logged;
mod prove_late;
mod retry_known;
mod store;
mod take;
mod verdict;
mod whose;

pub(crate) use awaited::{PHONE, SERVICE};
pub(crate) use batch::take_all;
pub(crate) use branch::{Delivered, deliver};
pub(crate) use chain::{ChainPosition, Head, position};
pub use fork::{Resolved, resolve};
pub use held::{retry_for_member, retry_for_members};
pub(crate) use prove_late::prove_late;
pub use retry_known::retry_known;
pub(crate) use store::{content_hash, outcome, quarantine, stored};
pub(crate) use verdict::{repeated, result};

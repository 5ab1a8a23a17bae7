//! Reading the log, and what keeps it whole: checkpoints that the centre signs, and the removal of what is old.
//!
//! Whether it is whole is [`crate::audit`]'s to say.

mod checkpoint;
mod read;
mod trim;

pub(crate) use checkpoint::of_row;
pub use checkpoint::{checkpoint, keep_checkpoint};
pub use read::{Filter, entries};
pub use trim::{KEPT_AT_LEAST, trim};

//! Members who are one person: found with reasons, merged by a manager or headquarters, and parted again.
//!
//! Nothing of the books is written anew. Who went keeps an account, with all that was ever done on it; what becomes free
//! there goes over to the one who stayed, lot by lot ([`crate::ledger`]), and what she bought counts for that one's tier
//! and is shown as that one's ([`crate::feed`]). So a counter that has not heard of it goes on, and parting them brings
//! each lot back to where it came from.

mod carried;
mod duplicates;
mod merge;
mod pair;
mod part;
mod profile;
mod seen;

pub use duplicates::{Duplicate, Reason, Side, all as duplicates, not_same};
pub use merge::{Merging, merge, merge_in};
pub use pair::are_two;
pub use part::{part, part_in};
pub use seen::{Merged, SHOWN_FOR, latest, of};

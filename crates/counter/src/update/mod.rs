//! New versions of the program: fetched when headquarters offers one, put in at a quiet moment, and taken back by itself where
//! the new one does not reach the centre.
//!
//! Who does what: the program fetches a package, checks the brand's signature, and waits for a quiet moment. Then it starts a
//! guard, which is a copy of itself, and ends. The guard puts the package in, starts the new program, and watches until that
//! has reached the centre. Where it does not, the guard puts the version before back. A new program that cannot even start is
//! taken back so too.

mod fetch;
mod guard;
mod installation;
mod keeper;
mod timing;

pub use guard::{GUARD_WORD, GuardArgs, guard};
pub use installation::Installation;
pub use keeper::{Running, Updates};
pub use timing::Situation;

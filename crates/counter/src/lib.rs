//! The offline engine of one counter: an encrypted cache of the store's members, an outbox that
//! loses nothing, allowances of points that may be spent with no network, and the sync that
//! brings all of it to the centre.
//!
//! Everything that a clerk does is one method of [`Engine`]; the app's window and the command
//! line call the same ones. The engine knows no window.

mod age;
mod books;
mod cache;
mod catalogue;
mod changed;
pub mod cli;
mod client;
mod clock;
pub mod doctor;
mod engine;
mod error;
mod hand;
mod health;
mod home;
mod keys;
mod limits;
mod lock;
mod log_file;
mod ops;
mod outbox;
mod parked;
mod read_only;
#[cfg(test)]
mod scripted;
mod seal;
pub mod search;
mod settings;
mod shared;
mod shelf;
mod slip;
mod sync;
mod trial;
pub mod update;
mod version;
pub mod view;

pub use changed::{Changed, ChangedMembers};
pub use engine::Engine;
pub use home::of_this_user as home_of_this_user;
pub use limits::Limits;
pub use log_file::LogFile;
pub use protocol::operation::{KINDS as OPERATION_KINDS, kinds_with_slips};
pub use version::{target, version};

/// What a simulation puts in the place of network and clocks. No part of the counter's interface:
/// a real one is opened by [`Engine::open`].
#[doc(hidden)]
pub mod simulated {
    pub use crate::client::{Answer, Request, Transport};
    pub use crate::clock::{ClockSource, Reading, use_on_this_thread};
}
pub use error::{Error, Problem, Result, SlipError, Unfit};
pub use keys::KeyAccess;
pub use ops::SignedIn;
pub use outbox::PutAside;
pub use sync::SyncReport;

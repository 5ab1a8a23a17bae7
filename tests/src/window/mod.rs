//! The app's own window, steered as a clerk would: a screen of its own, the driver, and one file
//! per part of the app with what can be done and read there.
//!
//! Nothing here sleeps for a guessed time: [`Window`] looks until what is waited for is so.

pub mod approving;
pub mod bench;
pub mod devices;
pub mod enrolment;
pub mod finding;
pub mod giving_back;
pub mod keys;
pub mod look;
pub mod menu;
pub mod page;
pub mod redeeming;
pub mod selling;
pub mod signing_in;
pub mod syncing;
pub mod web;

pub use bench::{Bench, Size};
pub use look::Album;
pub use page::Window;

//! A simulation of a brand: some counters and members ([`Population`]), with partitions, loss, duplicates,
//! reordering, late replies, crashes, clocks that jump, copied disks and restored backups.
//!
//! Engines and centre are the real ones, on real files. What is made up is all that surrounds
//! them: network, time, people and accidents. One generator decides it all, so a seed is a run:
//! the same seed gives the same run to the last message. See ADR 0007.
//!
//! [`mirror`] holds what a counter says offline against what the centre makes of it.
//!
//! [`run`] plays one seed: a time of trade and faults, then everything heals and all counters
//! make contact until nothing moves; then the books must agree.

// a simulation that cannot go on ends by panicking, with its seed
#![allow(clippy::expect_used, clippy::panic)]

mod activity;
mod baton;
mod brand;
mod centre_room;
mod check;
mod clerk;
mod clocks;
mod counter_unit;
mod dice;
mod disk;
mod faults;
mod habits;
mod image;
mod lies;
mod machines;
mod mirror;
mod people;
mod population;
mod quiet;
mod rogue;
mod run;
mod scheduler;
mod service;
mod trace;
mod trade;
mod world;

pub use mirror::{Mirrored, mirror};
pub use population::Population;
pub use run::{Report, run};

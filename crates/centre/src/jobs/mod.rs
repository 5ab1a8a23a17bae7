//! Jobs: what passes by itself, when each is due, who runs it, and how it ended.
//!
//! Every process that serves runs a [`runner`](serve). Where several serve one database they share the work: a job is run
//! by whoever takes its [`Lease`]. Running a job twice is harmless; the lease keeps it from being common.

mod lease;
mod registry;
mod run;
mod runner;
mod schedule;
mod state;

pub use crate::job::Job;
pub use lease::{Lease, Terms, When};
pub use registry::Report;
pub use run::{Ran, run_now, under};
pub use runner::{announce, serve, take_due};
pub use schedule::ScheduleError;
pub use state::{Holding, Last, State, states};

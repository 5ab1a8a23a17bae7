//! The centre's tests in one program: the service is linked once, not once for each file.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[macro_use]
mod common;
mod audit_support;
mod import_support;
mod jobs_support;

mod acts;
mod acts_late;
mod answered;
mod answering;
mod audit;
mod audit_planted;
mod awards;
mod clerk_keys;
mod clerk_proofs;
mod coupons;
mod credit;
mod demo;
mod fleet;
mod fresh;
mod grants;
mod hostile;
mod identity;
mod import_broken;
mod import_cut;
mod import_exported;
mod import_identifiers;
mod import_interrupted;
mod import_journey;
mod invited;
mod jobs;
mod jobs_process;
mod jobs_times;
mod join;
mod ledger;
mod live;
mod lives;
mod log;
mod lookup;
mod lookup_pace;
mod lying;
mod manage;
mod messages;
mod movements;
mod new_phone;
mod own_page;
mod postgres;
mod postgres_process;
mod process;
mod profile;
mod program;
mod reactions;
mod recalls;
mod receipts;
mod restored;
mod restored_coupons;
mod rights;
mod samples;
mod stock;
mod sync;
mod taken_over;
mod told;
mod unreadable;
mod zones;

//! Clerks: who works where, the keys that they have on devices, what proves that they did something, and how often a PIN
//! may be tried.

mod admin;
mod hashes;
mod keys;
mod pin;
mod proof;

pub use admin::{By, add, change, managed};
pub(crate) use hashes::told as hashes_told;
pub use hashes::{Told, older_counters, stop as stop_hashes, stopped as hashes_stopped};
pub(crate) use keys::{end_of_device, has_ended, keep as keep_key, unknown as unknown_keys};
pub(crate) use pin::{Checked, check as check_pin};
pub(crate) use proof::{APPROVAL_UNPROVEN, CLERK_UNPROVEN, Proofs, Proven};

//! What a clerk does, one file per thing.

mod acts;
mod coupons;
mod find;
mod invite;
mod lookup;
mod manage;
mod member;
mod next;
mod obtain;
mod parked;
#[cfg(test)]
mod parked_tests;
mod points;
mod profile;
mod receipt_entry;
mod redeem;
pub(crate) mod returns;
mod returns_unknown;
mod reveal;
mod sale;
mod sale_again;
mod settings;
mod signin;
mod slip;
mod slip_print;
#[cfg(test)]
mod slip_tests;
mod status;
mod stock;
#[cfg(test)]
mod tests;
mod tiers;
#[cfg(test)]
mod tiers_tests;

pub use signin::SignedIn;

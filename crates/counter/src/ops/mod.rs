//! What a clerk does, one file per thing.

mod coupons;
mod find;
mod invite;
mod lookup;
mod manage;
mod member;
mod next;
mod obtain;
mod points;
mod profile;
mod quote;
mod redeem;
mod returns;
mod reveal;
mod sale;
mod sale_again;
mod signin;
mod slip;
mod slip_print;
#[cfg(test)]
mod slip_tests;
mod status;
#[cfg(test)]
mod tests;

pub use signin::SignedIn;

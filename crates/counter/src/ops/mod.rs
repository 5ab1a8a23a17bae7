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
mod points;
mod profile;
mod quote;
mod redeem;
mod returns;
mod returns_unknown;
mod reveal;
mod sale;
mod sale_again;
mod signin;
mod status;
#[cfg(test)]
mod tests;

pub use signin::SignedIn;

//! What a clerk does, one file per thing.

mod find;
mod invite;
mod member;
mod next;
mod points;
mod quote;
mod redeem;
mod returns;
mod reveal;
mod sale;
mod signin;
mod status;

pub use signin::SignedIn;

//! Talking to the centre: one file per step, each the client half of the same file in
//! `protocol` and in `central::http`.

mod client;
mod cycle;
mod enrol;
mod grant;
mod heads;
mod hello;
mod join;
mod live;
mod lookup;
mod moved;
mod pull;
mod push;
mod release;
mod report;
mod worker;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_again;

pub use client::{Answer, Request, Transport};
pub(crate) use client::{Client, check_address};
pub use cycle::SyncReport;
pub(crate) use enrol::enrol;
pub(crate) use grant::{coupon, top_up};
pub(crate) use heads::Heads;
pub(crate) use hello::hello;
pub(crate) use join::{invited, join, prove_phone, pull_store, send_code};
pub(crate) use lookup::look_up;
pub(crate) use moved::prove;
pub(crate) use worker::{Worker, contact, send, start};

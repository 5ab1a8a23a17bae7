//! Talking to the centre: one file per step, each the client half of the same file in
//! `protocol` and in `central::http`.

#[cfg(test)]
mod again_tests;
mod check_in;
mod clerk;
mod cycle;
mod enrol;
mod grant;
mod hello;
mod join;
mod live;
mod lookup;
mod moved;
mod new_phone;
mod presence;
mod provisional;
mod pull;
mod push;
mod release;
mod report;
mod worker;

#[cfg(test)]
mod tests;

pub(crate) use clerk::tell_key;
pub use cycle::SyncReport;
pub(crate) use enrol::enrol;
pub(crate) use grant::{coupon, top_up};
pub(crate) use hello::hello;
pub(crate) use join::{invited, join, prove_phone, pull_store, send_code};
pub(crate) use lookup::look_up;
pub(crate) use moved::prove;
pub(crate) use new_phone::new_phone;
pub(crate) use presence::presence;
pub(crate) use provisional::hold_provisional;
pub(crate) use worker::{Worker, contact, send, start};

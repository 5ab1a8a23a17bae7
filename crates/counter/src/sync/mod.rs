//! Talking to the centre: one file per step, each the client half of the same file in
//! `protocol` and in `central::http`.

mod client;
mod cycle;
mod enrol;
mod grant;
mod hello;
mod live;
mod pull;
mod push;
mod worker;

pub(crate) use client::Client;
pub use client::{Answer, Request, Transport};
pub use cycle::SyncReport;
pub(crate) use enrol::enrol;
pub(crate) use grant::top_up;
pub(crate) use hello::hello;
pub(crate) use worker::{Worker, contact, start};

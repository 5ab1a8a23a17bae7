//! What the central service does, without a way in: commands and HTTP are the `central` program's.
//!
//! Each thing that happens is one [`unit_of_work::UnitOfWork`]: what the rules in `loyalty` say is written to the tables and to the feed
//! together. `house.toml` at the root says which module may use which.

pub mod audit;
pub mod awards;
pub mod backup;
mod beside;
pub mod catalogue;
pub mod clerks;
mod clock;
pub mod coupons;
pub mod devices;
pub mod error;
pub mod feed;
pub mod fleet;
pub mod follow;
pub mod friends;
pub mod funnel;
pub mod generation;
pub mod health;
pub mod job;
pub mod jobs;
pub mod joining;
pub mod key;
pub mod ledger;
pub mod ledger_accounts;
pub mod live;
pub mod log;
pub mod logbook;
pub mod member_keys;
pub mod members;
pub mod merging;
mod opening;
pub mod operations;
pub mod own_page;
pub mod pace;
pub mod passing_time;
pub mod profile;
pub mod program;
pub mod reactions;
pub mod recall;
pub mod recovery;
mod retry;
pub mod rights;
pub mod sealing;
mod service;
mod sign_ups;
pub mod stock;
pub mod suspicious;
pub mod sync;
pub mod tell_anew;
pub mod unit_of_work;
pub mod upkeep;
pub mod write_off;
pub mod zone;

pub use clock::Clock;
pub use opening::replace_key;
pub use service::Centre;

//! The commands of `central`, a file each.

pub mod audit;
pub mod backup;
pub mod check;
pub mod clerks;
pub mod coupons;
pub mod demo;
pub mod devices;
pub mod enrol_code;
pub mod import;
pub mod jobs;
pub mod lookups;
pub mod members;
mod process;
pub mod program;
pub mod reactions;
pub mod receipts;
pub mod release;
pub mod replace_key;
pub mod report;
pub mod restored;
pub mod rewards;
pub mod sales;
pub mod serve;
pub mod sign_up;
pub mod sms;
pub mod store_settings;
pub mod watch;

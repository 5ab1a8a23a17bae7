//! The steps of the sync protocol, one file each, by the names that `protocol` has for them.

pub mod clerk;
pub mod enrol;
pub mod grant;
pub mod hello;
pub mod lookup;
pub mod manage;
pub mod pull;
pub mod push;
pub mod report;
pub mod token;

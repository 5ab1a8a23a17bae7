//! What each kind of operation does beside its deed, a file each; and what several of them share.

mod account;
mod approval;
pub mod behaviour;
mod called_off;
mod coupons;
mod credit;
mod earlier;
pub mod extension;
mod forgotten;
pub mod freeze;
pub mod profile;
mod reaction;
pub mod redemption;
pub mod release;
pub mod returns;
pub mod reveal;
pub mod reversal;
pub mod sale;
mod which;

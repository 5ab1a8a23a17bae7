//! The central service: ledger, feed, sync, phone pages, administration.
//!
//! A request is answered in one file of [`http`]; what it does is a function of a module here;
//! what the rules say comes from `loyalty`; what changes is written in one [`work::Work`].

pub mod audit;
pub mod backup;
pub mod catalog;
pub mod centre;
pub mod cli;
pub mod coupons;
pub mod csv_out;
pub mod db;
pub mod demo;
pub mod devices;
pub mod enrol_code;
pub mod entities;
pub mod error;
pub mod feed;
pub mod grants;
pub mod health;
pub mod http;
pub mod import;
pub mod ledger;
pub mod live;
pub mod lookup;
pub mod manage;
pub mod members;
pub mod migration;
pub mod passing;
pub mod phone;
pub mod profile;
pub mod program;
pub mod pull;
pub mod push;
pub mod reactions;
pub mod recall;
pub mod recovery;
pub mod restored;
pub mod retry;
pub mod rewards;
pub mod sales;
pub mod serve;
pub mod stock;
pub mod time;
pub mod work;
pub mod zone;

//! The central service's database: the connection, its tables, and the steps that bring a schema up to date.
//!
//! It knows rows and statements, and no rule: what a row means is said by the `centre` crate.

pub mod column;
pub mod db;
pub mod migration;
pub mod tables;

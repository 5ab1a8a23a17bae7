//! The central service's database: the connection, its tables, and the steps that bring a schema up to date.
//!
//! It knows rows and statements, and no rule: what a row means is said by the `centre` crate.

pub mod column;
pub mod db;
pub mod files;
pub mod migration;
pub mod seal;
pub mod tables;

/// Boxes what an async function does: it is compiled once, in its own crate. The compiler makes what it does not box
/// again in every crate that awaits it, and in every part of a crate: a tenth of an optimised build. For the doors of a
/// crate, and the joints where many ways meet; an allocation each.
pub use async_recursion::async_recursion as boxed;

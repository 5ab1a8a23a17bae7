//! What a brand begins and plans with: a made-up brand to look at ([`demo`]), the import of its own files ([`import`]),
//! and what a new program would have done to its members' histories ([`compare`]).

pub mod compare;
pub mod csv_out;
pub mod demo;
pub mod import;

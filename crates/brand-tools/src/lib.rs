//! What a brand begins and plans with: a made-up brand to look at ([`demo`]), the import of its own files ([`import`]),
//! what a new program would have done to its members' histories ([`compare`]), and how much of planted fraud the watch
//! finds in them ([`plant`]).

pub mod compare;
pub mod csv_out;
pub mod demo;
pub mod import;
pub mod plant;

//! The desktop app: a window and typed commands over the counter engine. Glue only: a command
//! translates, calls the engine, translates back.

mod bindings;
mod commands;
mod start;
mod state;

pub use start::run;

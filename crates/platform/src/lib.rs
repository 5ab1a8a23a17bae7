//! What only the operating system knows or does, behind one function each: a clock that counts sleep, whose files are and who
//! may read them, names that are durable, printers, how a process is told to end.
//!
//! Everything above asks here and knows no system. A system has a file of its own in each folder; one that is not there yet
//! (macOS, Android) takes the Unix one where that says so, and else fails to compile rather than guess.

pub mod clock;
pub mod files;
pub mod person;
pub mod printing;
pub mod process;
#[cfg(windows)]
mod windows;

//! The central service's program: its commands ([`commands`]) and what is answered over HTTP ([`http`]) to whom
//! it is reached by ([`listen`]).
//!
//! Both translate, call a function of the `centre` crate, and translate its answer.

pub mod cli;
pub mod commands;
pub mod http;
pub mod listen;

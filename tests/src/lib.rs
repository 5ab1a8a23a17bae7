//! Harness of the black-box tests: real processes, real files, real ports.
//!
//! A [`Shop`] is what most tests begin with: a made-up brand in a folder of its own, its
//! [`Centre`] running, and [`Counter`]s enrolled at it. The programs are those in
//! `COUNTERPART_BIN_DIR`, else those that the workspace built for debugging.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness that cannot go on fails the test that it serves"
)]

pub mod books;
pub mod brand;
pub mod centre;
pub mod copies;
pub mod counter;
pub mod dice;
pub mod elsewhere;
pub mod headquarters;
pub mod http;
pub mod keychain;
pub mod ledger;
pub mod phone;
pub mod postgres;
pub mod process;
pub mod programs;
pub mod relay;
pub mod room;
pub mod shop;
pub mod still;
pub mod till;
pub mod told;
pub mod wait;
pub mod wall;
pub mod window;
pub mod wire;

pub use books::Books;
pub use brand::{Brand, Clerk, Person};
pub use centre::Centre;
pub use counter::{Answer, Counter};
pub use ledger::Ledger;
pub use shop::Shop;

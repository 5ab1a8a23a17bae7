//! A member's books on this counter: her account as the centre has it, what this counter did since, and both
//! brought to now, by the rules with which the centre does the same.
//!
//! The cache has her lots, tier, receipts and coupons; the outbox has the allowances of this counter and the
//! operations that the cache does not show yet. The operations are done over again on the account, in order,
//! as things that have happened. What a screen shows is therefore what the centre will say, as long as
//! nobody else did something meanwhile.

mod account;
mod load;
mod op;
mod quote;
mod receipt;
mod replay;
mod sales;
mod spend;
mod state;

pub(crate) use op::Op;
pub(crate) use quote::{Quoted, refused, worth};
pub(crate) use sales::{Known, days_between, receipt_number};
pub(crate) use state::Books;

//! One thing that a clerk did: immutable, numbered, chained. Each kind has a file of its own; [`kinds`](self) has what all
//! of them say of themselves.

mod approval;
mod behaviour;
mod envelope;
mod extension;
mod freeze;
mod kinds;
mod member_ref;
mod redemption;
mod release;
mod returns;
mod reveal;
mod reversal;
mod sale;
mod sample_given;
mod spend;
#[cfg(test)]
mod tests;

pub use crate::profile::Profile;
pub use crate::sold::SoldAs;
pub use approval::{Approval, REASONS, reason_word};
pub use behaviour::{Behaviour, JOIN};
pub use envelope::{BY_ITSELF, Operation};
pub use extension::Extension;
pub use freeze::{Freeze, Unfreeze};
pub use kinds::{Approving, Body, KINDS, OperationKind};
pub use member_ref::{MemberRef, PHONE};
pub use redemption::{Redeemed, Redemption};
pub use release::Release;
pub use returns::{REACTION, Return, ReturnLine, what_comes_back};
pub use reveal::Reveal;
pub use reversal::Reversal;
pub use sale::{Sale, SaleLine, sale_lines};
pub use sample_given::{SAMPLE_REASONS, SampleGiven, sample_reason};
pub use spend::{Spend, add_up};

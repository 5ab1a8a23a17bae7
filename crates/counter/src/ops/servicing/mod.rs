//! Account servicing 账户处理: acts of a clerk on a member's account beside sales, redemptions and returns. One file per
//! act plans it; `record` asks for an approval where it needs one, and writes it down.

pub(super) mod approval;
mod behaviour;
mod extension;
mod freeze;
mod plan;
mod record;
mod reversal;
#[cfg(test)]
mod tests;

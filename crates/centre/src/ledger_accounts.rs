//! Names of a member's accounts in the ledger.

use std::collections::HashMap;

use loyalty::{AccountKind, GrantId, OpId};
use protocol::{DeviceId, Epoch, StoreId};

use crate::error::ServiceError;

/// Who holds an allowance: a device, in one life of its outbox. A restored outbox may show an
/// allowance of the life before; that is not its to spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Which device.
    pub device: DeviceId,
    /// Which life of its outbox.
    pub epoch: Epoch,
}

/// The member's lots, free to be spent.
pub const AVAILABLE: &str = "available";
/// Points that wait until the till confirms their sales.
pub const WAITING: &str = "waiting";
/// What the member owes.
pub const DEBT: &str = "debt";

/// Past their date.
pub const EXPIRED: &str = "expired";
/// Spent: redeemed, or paid on a purchase.
pub const REDEEMED: &str = "redeemed";
/// Earned points taken back by a return.
pub const TAKEN_BACK: &str = "taken_back";
/// Where adjustments come from, and go to.
pub const ADJUSTED: &str = "adjusted";
/// Between two accounts of one person; of both together it is zero.
pub const MERGED: &str = "merged";

const ESCROW: &str = "escrow:";
const LOSS: &str = "loss:";

/// Points that a counter holds as allowances.
pub fn escrow(device: DeviceId) -> String {
    format!("{ESCROW}{device}")
}

/// Whether an account is some counter's escrow.
pub fn is_escrow(account: &str) -> bool {
    account.starts_with(ESCROW)
}

/// Points that a store bears.
pub fn loss(store: &StoreId) -> String {
    format!("{LOSS}{store}")
}

/// The stored name of an account of the rules, in what moved by this.
pub(super) fn of(
    kind: &AccountKind,
    holders: &HashMap<GrantId, Holder>,
    store: Option<&StoreId>,
    op_id: &OpId,
) -> Result<String, ServiceError> {
    Ok(match kind {
        AccountKind::Earned => "earned".to_owned(),
        AccountKind::Available => AVAILABLE.to_owned(),
        AccountKind::Escrow(grant) => {
            let unknown = || ServiceError::UnknownAllowance {
                grant: grant.clone(),
            };
            let holder = holders.get(grant).ok_or_else(unknown)?;
            escrow(holder.device)
        }
        AccountKind::Waiting => WAITING.to_owned(),
        AccountKind::Redeemed => REDEEMED.to_owned(),
        AccountKind::Expired => EXPIRED.to_owned(),
        AccountKind::Debt => DEBT.to_owned(),
        AccountKind::TakenBack => TAKEN_BACK.to_owned(),
        AccountKind::Adjusted => ADJUSTED.to_owned(),
        AccountKind::Merged => MERGED.to_owned(),
        AccountKind::Loss => loss(store.ok_or_else(|| ServiceError::LossOfNoStore {
            op_id: op_id.to_string(),
        })?),
    })
}

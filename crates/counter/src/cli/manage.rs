//! What a store's manager does about its devices, from a shell.

use crate::error::{Error, Result};
use clap::Subcommand;
use protocol::DeviceId;
use protocol::manage::ManageAction;

#[derive(Subcommand)]
pub(super) enum Manage {
    /// The store's devices, what they hold, and what the store bears.
    Look,
    /// Apply what a forked outbox brought and let the device begin anew.
    Resolve {
        /// The device's id.
        device: String,
    },
    /// Free what a silent device holds; what it still brings of it is the store's loss.
    WriteOff {
        /// The device's id.
        device: String,
    },
    /// Write a device off and never let it in again.
    Revoke {
        /// The device's id.
        device: String,
    },
    /// A code that opens a device for a day that was silent for too long.
    Unlock {
        /// The device's id.
        device: String,
    },
    /// Entries of the list that have been seen to.
    Seen {
        /// Their ids.
        #[arg(required = true)]
        entries: Vec<String>,
    },
}

/// What is asked of the centre.
pub(super) fn action(action: Manage) -> Result<ManageAction> {
    let device = |text: String| {
        text.trim()
            .parse::<DeviceId>()
            .map_err(|_| Error::DeviceUnknown)
    };
    Ok(match action {
        Manage::Look => ManageAction::Look,
        Manage::Resolve { device: id } => ManageAction::Resolve {
            device: device(id)?,
        },
        Manage::WriteOff { device: id } => ManageAction::WriteOff {
            device: device(id)?,
        },
        Manage::Revoke { device: id } => ManageAction::Revoke {
            device: device(id)?,
        },
        Manage::Unlock { device: id } => ManageAction::Unlock {
            device: device(id)?,
        },
        Manage::Seen { entries } => ManageAction::Seen { entries },
    })
}

//! What a store's manager does about its devices and clerks, from a shell.

use super::who::given;
use crate::error::{Error, Result};
use clap::{Args, Subcommand, ValueEnum};
use protocol::DeviceId;
use protocol::entity::Role;
use protocol::manage::{ClerkChange, ManageAction, NewClerk};
use std::path::PathBuf;

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
    /// Take a clerk on in this store.
    ClerkAdd {
        /// The clerk's id.
        id: String,
        /// The name.
        #[arg(long)]
        name: String,
        /// What the clerk may do.
        #[arg(long, value_enum)]
        role: RoleWord,
        #[command(flatten)]
        pin: NewPin,
    },
    /// Change a clerk of this store; what is not said stays.
    ClerkChange {
        /// The clerk's id.
        id: String,
        /// The name.
        #[arg(long)]
        name: Option<String>,
        /// What the clerk may do.
        #[arg(long, value_enum)]
        role: Option<RoleWord>,
        #[command(flatten)]
        pin: NewPin,
    },
    /// Let a clerk go: every counter stops the clerk at its next contact.
    ClerkDisable {
        /// The clerk's id.
        id: String,
    },
    /// Let a clerk who was let go work again.
    ClerkEnable {
        /// The clerk's id.
        id: String,
    },
}

#[derive(Args)]
pub(super) struct NewPin {
    /// The clerk's new PIN, six digits; better given in the environment or a file than on a command line.
    #[arg(long, env = "COUNTER_NEW_PIN", hide_env_values = true)]
    new_pin: Option<String>,
    /// A file with it.
    #[arg(long)]
    new_pin_file: Option<PathBuf>,
}

impl NewPin {
    fn given(self) -> Result<Option<String>> {
        if self.new_pin.is_none() && self.new_pin_file.is_none() {
            return Ok(None);
        }
        given(self.new_pin.as_ref(), self.new_pin_file.as_deref()).map(Some)
    }
}

/// What a clerk may do.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RoleWord {
    /// Beauty advisor.
    Advisor,
    /// Cashier.
    Cashier,
    /// Store manager: headquarters alone gives it.
    Manager,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Advisor => Self::Advisor,
            RoleWord::Cashier => Self::Cashier,
            RoleWord::Manager => Self::Manager,
        }
    }
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
        Manage::ClerkAdd {
            id,
            name,
            role,
            pin,
        } => ManageAction::ClerkAdd {
            clerk: NewClerk {
                id: id.into(),
                name,
                role: role.into(),
                pin: pin.given()?.unwrap_or_default(),
            },
        },
        Manage::ClerkChange {
            id,
            name,
            role,
            pin,
        } => ManageAction::ClerkChange {
            change: ClerkChange {
                name,
                role: role.map(Role::from),
                pin: pin.given()?,
                ..nothing(id)
            },
        },
        Manage::ClerkDisable { id } => active(id, false),
        Manage::ClerkEnable { id } => active(id, true),
    })
}

fn active(id: String, on: bool) -> ManageAction {
    ManageAction::ClerkChange {
        change: ClerkChange {
            active: Some(on),
            ..nothing(id)
        },
    }
}

fn nothing(id: String) -> ClerkChange {
    ClerkChange {
        id: id.into(),
        name: None,
        role: None,
        pin: None,
        active: None,
    }
}

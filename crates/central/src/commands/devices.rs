//! `central devices`: how devices stand and are, and what headquarters does about them.

mod health;
mod log;

use std::io::Write;

use clap::{Args, Subcommand};
use protocol::manage::{DeviceState, ManagedDevice};
use protocol::{DeviceId, ErrorCode, StoreId};
use serde::Serialize;

use super::enrol_code;
use crate::cli::{CommandError, DatabaseArgs};
use centre::Centre;
use centre::devices::{WrittenOff, managed, unlock};
use centre::error::ServiceError;
use centre::fleet;
use centre::operations;
use centre::write_off::{move_to, revoke, write_off};
use centre_store::boxed;

/// What `central devices` is told.
#[derive(Debug, Clone, Args)]
pub struct DevicesArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// List devices, what they hold, and which are in doubt or in quarantine
    List {
        /// Only of this store
        #[arg(long)]
        store: Option<String>,
    },
    /// Show a device, with the operations that are kept of a forked outbox
    Show {
        /// The device's id
        device: String,
    },
    /// Apply what both copies of a forked outbox brought, and let the device begin anew
    Resolve {
        /// The device's id
        device: String,
    },
    /// Free what a lost or silent device holds; what it spent of it is the store's loss
    WriteOff {
        /// The device's id
        device: String,
    },
    /// Write a device off and never let it in again
    Revoke {
        /// The device's id
        device: String,
    },
    /// Give a code that opens a counter for a day that was silent for too long and shows no members; it needs no
    /// network there, and is good once
    Unlock {
        /// The device's id
        device: String,
    },
    /// See how devices are: version, disk, clock, last contact, what waits, printer
    Health {
        /// Only of this store
        #[arg(long)]
        store: Option<String>,
        /// Only those with which something is wrong
        #[arg(long)]
        trouble: bool,
    },
    /// See the last lines of a device's log, or ask for them: it brings them at its next contact
    Log {
        /// The device's id
        device: String,
        /// Ask for them anew
        #[arg(long)]
        ask: bool,
        /// Wait so many seconds for them
        #[arg(long, value_name = "SECONDS", default_value_t = 0)]
        wait: u64,
    },
    /// Give a code for a device that takes this one's place: it has its name and use; the old one delivers what it has,
    /// gives back what it holds, and is let go
    Replace {
        /// The old device's id
        device: String,
        /// The old one is lost or broken: write it off now; what it spent is its store's loss
        #[arg(long)]
        lost: bool,
        /// Where counters reach the centre, for the QR code; without it, where phones do
        #[arg(long, value_name = "URL")]
        centre: Option<String>,
        /// Write a page to print, with a QR code that the new device reads
        #[arg(long, value_name = "FILE")]
        sheet: Option<std::path::PathBuf>,
    },
    /// Put a device into another store, or change whether it checks customers out
    Move {
        /// The device's id
        device: String,
        /// Its new store
        #[arg(long)]
        store: Option<String>,
        /// Whether it checks customers out
        #[arg(long)]
        checkout: Option<bool>,
    },
}

/// Runs the command.
///
/// # Errors
/// Where there is no such device, or the database cannot be had.
#[boxed]
pub async fn run(args: &DevicesArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| act(centre, args).await)
        .await
}

async fn act(centre: &Centre, args: &DevicesArgs) -> Result<(), CommandError> {
    const HEADQUARTERS: &str = "headquarters";
    match &args.what {
        What::List { store } => {
            let program = centre.current_program().await?;
            let store = store.as_deref().map(StoreId::from);
            let states =
                managed(centre.db().read(), &program, store.as_ref(), centre.now()).await?;
            print(args.json, &states, |out| {
                states.iter().try_for_each(|state| line(out, state))
            })
        }
        What::Show { device } => {
            let program = centre.current_program().await?;
            let states = managed(centre.db().read(), &program, None, centre.now()).await?;
            let state = states
                .into_iter()
                .find(|s| s.device.to_string() == *device)
                .ok_or_else(|| CommandError::Failed(format!("no device {device}")))?;
            print(args.json, &state, |out| {
                line(out, &state)?;
                for op in &state.kept {
                    writeln!(
                        out,
                        "  {:>6} {}  {:<10} {}  {} points{}",
                        op.seq,
                        op.hash,
                        op.kind,
                        op.at,
                        op.points,
                        op.receipt
                            .as_deref()
                            .map_or_else(String::new, |no| format!("  receipt {no}")),
                    )?;
                }
                Ok(())
            })
        }
        What::Resolve { device } => {
            let done = operations::resolve(centre, named(device)?, HEADQUARTERS).await?;
            print(args.json, &done, |out| {
                writeln!(
                    out,
                    "{} operations of {} copies applied, {} points freed, {} still kept",
                    done.applied, done.branches, done.freed, done.still_kept
                )
            })
        }
        What::WriteOff { device } => {
            let done = write_off(centre, named(device)?, HEADQUARTERS).await?;
            print(args.json, &done, |out| freed(out, &done))
        }
        What::Revoke { device } => {
            let done = revoke(centre, named(device)?, HEADQUARTERS).await?;
            print(args.json, &done, |out| freed(out, &done))
        }
        What::Unlock { device } => {
            let given = unlock(centre, named(device)?, None, HEADQUARTERS).await?;
            print(args.json, &given, |out| {
                writeln!(out, "{}\ngood once, until {}", given.code, given.until)
            })
        }
        What::Health { store, trouble } => {
            let store = store.as_deref().map(StoreId::from);
            health::show(centre, store.as_ref(), *trouble, args.json).await
        }
        What::Log { device, ask, wait } => {
            log::show(centre, named(device)?, *ask, *wait, args.json).await
        }
        What::Replace {
            device,
            lost,
            centre: address,
            sheet,
        } => {
            let old = named(device)?;
            // the code first: a write-off frees what the old one holds, and leaves its name and its use
            let code = fleet::replace(centre, old).await?;
            if *lost {
                write_off(centre, old, HEADQUARTERS).await?;
            }
            enrol_code::tell(
                centre,
                std::slice::from_ref(&code),
                &enrol_code::Shown {
                    address: address.as_deref(),
                    sheet: sheet.as_deref(),
                    json: args.json,
                },
            )
            .await
        }
        What::Move {
            device,
            store,
            checkout,
        } => {
            let store = store.as_deref().map(StoreId::from);
            move_to(centre, named(device)?, store.as_ref(), *checkout).await?;
            print(args.json, &serde_json::json!({"moved": device}), |out| {
                writeln!(out, "done; what it holds is asked back")
            })
        }
    }
}

/// The device of this id; what is none is no device's.
fn named(device: &str) -> Result<DeviceId, ServiceError> {
    let unknown = |_| ServiceError::refused(ErrorCode::NotFound, format!("no device {device}"));
    device.parse().map_err(unknown)
}

fn freed(out: &mut dyn Write, done: &WrittenOff) -> std::io::Result<()> {
    writeln!(
        out,
        "{} points of {} members and {} coupons are free again",
        done.points, done.members, done.coupons
    )?;
    if done.unreported {
        writeln!(
            out,
            "it had not reported since the database was put back from a backup, so it may have held more; \
             what it spent of that is its store's loss"
        )?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, device: &ManagedDevice) -> std::io::Result<()> {
    let word = match device.state {
        DeviceState::Good => "good",
        DeviceState::InDoubt => "in doubt",
        DeviceState::Quarantined => "quarantined",
        DeviceState::WrittenOff => "written off",
        DeviceState::Revoked => "revoked",
        DeviceState::Unknown => "unknown",
    };
    writeln!(
        out,
        "{}  {:<20} {:<12} holds {} of {} members, {} in doubt, {} coupons; last heard {}",
        device.device,
        device.name,
        word,
        device.holds,
        device.members,
        device.in_doubt,
        device.coupons,
        device.last_contact
    )
}

fn print<T: Serialize>(
    json: bool,
    value: &T,
    words: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), CommandError> {
    let mut out = std::io::stdout();
    if json {
        let text = serde_json::to_string(value).map_err(ServiceError::from)?;
        writeln!(out, "{text}")?;
    } else {
        words(&mut out)?;
    }
    Ok(())
}

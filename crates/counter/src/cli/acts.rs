//! Acts on a member's account from a shell.

use super::args::ClerkArgs;
use super::{Shown, id_of, sign_in};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{Act, ActRequest, Approver};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum ActWords {
    /// What may be done, and her redemptions with their ids.
    List,
    /// Record something valued that she did.
    Behave {
        /// Which, by the program's name, for example check_in.
        behaviour: String,
    },
    /// Undo a redemption.
    Reverse {
        /// Its operation's id.
        redemption: String,
    },
    /// Freeze her points.
    Freeze,
    /// Make them usable again.
    Unfreeze,
    /// Let what expires earlier expire on another date.
    Extend {
        /// The new last day, YYYY-MM-DD.
        to: String,
    },
}

#[derive(Args)]
pub(super) struct ActArgs {
    #[command(flatten)]
    clerk: ClerkArgs,
    #[command(flatten)]
    approver: ApproverArgs,
    /// Member id, member number, or phone number.
    #[arg(long)]
    member: String,
    /// asked, mistake, fault, misuse, goodwill or other.
    #[arg(long, default_value = "other")]
    reason: String,
    /// Say what it would come to, record nothing.
    #[arg(long)]
    quote: bool,
    #[command(subcommand)]
    act: ActWords,
}

#[derive(Args)]
pub(super) struct ApproverArgs {
    /// Id of the manager who approves.
    #[arg(long)]
    approver: Option<String>,
    /// Her PIN; better given in the environment or a file than on a command line.
    #[arg(long, env = "COUNTER_APPROVER_PIN", hide_env_values = true)]
    approver_pin: Option<String>,
    /// A file with her PIN.
    #[arg(long)]
    approver_pin_file: Option<PathBuf>,
}

impl ApproverArgs {
    /// Who approves; none where nobody is named.
    pub(super) fn approver(self) -> Result<Option<Approver>> {
        let Some(manager) = self.approver else {
            return Ok(None);
        };
        let pin = match (self.approver_pin, self.approver_pin_file) {
            (Some(pin), _) => pin,
            (None, Some(file)) => std::fs::read_to_string(&file)
                .map(|text| text.trim().to_owned())
                .map_err(Error::home(&file))?,
            (None, None) => String::new(),
        };
        Ok(Some(Approver { manager, pin }))
    }
}

pub(super) fn run(engine: &Engine, args: ActArgs, json: bool) -> Result<String> {
    let clerk = sign_in(engine, &args.clerk)?;
    let member_id = id_of(engine, &args.member)?;
    let act = match args.act {
        ActWords::List => return engine.member_acts(&member_id)?.shown(json),
        ActWords::Behave { behaviour } => Act::Behaviour { behaviour },
        ActWords::Reverse { redemption } => Act::Reversal { redemption },
        ActWords::Freeze => Act::Freeze,
        ActWords::Unfreeze => Act::Unfreeze,
        ActWords::Extend { to } => Act::Extension { to },
    };
    let request = ActRequest {
        member_id,
        act,
        reason: args.reason,
        approver: args.approver.approver()?,
    };
    if args.quote {
        engine.quote_act(&clerk, &request)?.shown(json)
    } else {
        engine.record_act(&clerk, &request)?.shown(json)
    }
}

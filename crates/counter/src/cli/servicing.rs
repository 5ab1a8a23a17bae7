//! Acts on a member's account from a shell.

use super::shown::Shown;
use super::who::{ApproverArgs, ClerkArgs, id_of, sign_in};
use crate::engine::Engine;
use crate::error::Result;
use crate::view::{Act, ActRequest};
use clap::{Args, Subcommand};

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

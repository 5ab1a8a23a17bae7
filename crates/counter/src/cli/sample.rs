//! Samples from a shell.

use super::shown::Shown;
use super::who::{ClerkArgs, id_of, sign_in};
use crate::engine::Engine;
use crate::error::Result;
use crate::view::{SampleRequest, SampleWhat};
use clap::{ArgGroup, Args};

#[derive(Args)]
#[command(group(ArgGroup::new("what").args(["reward", "product"])))]
pub(super) struct SampleArgs {
    #[command(flatten)]
    clerk: ClerkArgs,
    /// Member id, member number, or phone number.
    #[arg(long)]
    member: String,
    /// A sample that others redeem points for, by the reward's id.
    #[arg(long)]
    reward: Option<String>,
    /// The product that it is a sample of, by its number.
    #[arg(long)]
    product: Option<String>,
    /// Pieces.
    #[arg(long, default_value_t = 1)]
    qty: u32,
    /// `welcome`, `trial`, `with_sale`, `care` or `other`.
    #[arg(long, default_value = "other")]
    reason: String,
}

pub(super) fn run(engine: &Engine, args: SampleArgs, json: bool) -> Result<String> {
    let clerk = sign_in(engine, &args.clerk)?;
    let member_id = id_of(engine, &args.member)?;
    let what = match (args.reward, args.product) {
        (Some(id), _) => SampleWhat::Reward { id },
        (None, Some(sku)) => SampleWhat::Product { sku },
        (None, None) => return engine.sample_options(&member_id, "")?.shown(json),
    };
    let request = SampleRequest {
        member_id,
        what,
        qty: args.qty,
        reason: args.reason,
    };
    engine.give_sample(&clerk, &request)?.shown(json)
}

//! `central rewards`: what is given for points, and how many pieces stores have.

use std::io::Write;

use clap::{Args, Subcommand};
use protocol::ids::StoreId;
use sea_orm::{EntityTrait, QueryOrder};

use crate::cli::{CommandError, DatabaseArgs};
use centre::stock;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{reward, reward_stock};

/// What `central rewards` is told.
#[derive(Debug, Clone, Args)]
pub struct RewardsArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// List rewards, one JSON object a line, with the pieces that each store has
    List,
    /// Say how many pieces of a reward a store has
    Stock {
        /// The store's id
        store: String,
        /// The reward's id
        reward: String,
        /// Pieces left; `none` = not counted there
        #[arg(value_parser = pieces)]
        pieces: Counted,
    },
}

/// Pieces, or that they are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted(pub Option<u32>);

fn pieces(text: &str) -> Result<Counted, String> {
    if text == "none" {
        return Ok(Counted(None));
    }
    match text.parse() {
        Ok(n) if n <= stock::MOST => Ok(Counted(Some(n))),
        _ => Err(format!("0 to {} or none", stock::MOST)),
    }
}

/// Runs the command.
///
/// # Errors
/// Where the store, the reward or the database cannot be had.
#[boxed]
pub async fn run(args: &RewardsArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| {
            let mut out = std::io::stdout();
            match &args.what {
                What::List => {
                    let db = centre.db().read();
                    let stocks = reward_stock::Entity::find()
                        .order_by_asc(reward_stock::Column::StoreId)
                        .all(db)
                        .await
                        .map_err(centre::error::ServiceError::from)?;
                    let rewards = reward::Entity::find()
                        .order_by_asc(reward::Column::Id)
                        .all(db)
                        .await
                        .map_err(centre::error::ServiceError::from)?;
                    for r in rewards {
                        let own = stocks.iter().filter(|s| s.reward_id == r.id);
                        let stock: serde_json::Map<String, serde_json::Value> = own
                            .map(|s| (s.store_id.to_string(), s.pieces.0.into()))
                            .collect();
                        let line = serde_json::json!({
                            "reward": r.id, "name": r.name, "kind": *r.kind, "points": *r.points,
                            "min_tier": r.min_tier.map(Col::into_inner), "active": r.active, "stock": stock,
                        });
                        writeln!(out, "{line}")?;
                    }
                }
                What::Stock {
                    store,
                    reward,
                    pieces,
                } => {
                    let mut work = centre.work().await?;
                    stock::set(&mut work, &StoreId::from(store.as_str()), reward, pieces.0).await?;
                    work.commit().await?;
                    match pieces.0 {
                        Some(n) => writeln!(out, "{store} has {n} of {reward}")?,
                        None => writeln!(out, "{store} does not count {reward}")?,
                    }
                }
            }
            Ok(())
        })
        .await
}

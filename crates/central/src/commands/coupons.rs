//! `central coupons`: give members coupons, and see which counter holds each.

use std::io::Write;
use std::path::PathBuf;

use centre::coupons;
use centre::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::column::Col;
use clap::{Args, Subcommand};
use loyalty::Coupon;

use crate::cli::{CommandError, DatabaseArgs, note};

/// What `central coupons` is told.
#[derive(Debug, Clone, Args)]
pub struct CouponsArgs {
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
    /// Give a member a coupon, written as in a scenario file
    Give {
        /// Member id, card number or phone number
        #[arg(long)]
        member: String,
        /// A file with the coupon in JSON
        #[arg(long)]
        file: PathBuf,
    },
    /// List a member's coupons, and which counter holds each
    List {
        /// Member id, card number or phone number
        #[arg(long)]
        member: String,
    },
}

/// Runs the command.
///
/// # Errors
/// Where the member, the file or the database cannot be had.
#[boxed]
pub async fn run(args: &CouponsArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| {
            let mut out = std::io::stdout();
            match &args.what {
                What::Give { member, file } => {
                    let text = std::fs::read_to_string(file)
                        .map_err(|e| CommandError::Failed(format!("{}: {e}", file.display())))?;
                    let coupon: Coupon = serde_json::from_str(&text)
                        .map_err(|e| CommandError::Failed(format!("{}: {e}", file.display())))?;
                    let id = coupons::give(centre, member, coupon).await?;
                    if args.json {
                        writeln!(out, "{}", serde_json::json!({ "coupon": id }))?;
                    } else {
                        writeln!(out, "coupon {id} given")?;
                    }
                }
                What::List { member } => {
                    let member = coupons::named(centre.db().read(), member).await?;
                    let rows = coupons::of(centre, &member.id).await?;
                    note(centre, Entry::of(Kind::CouponsViewed).about(&member.id)).await?;
                    for row in rows {
                        let line = serde_json::json!({
                            "coupon": row.id.0,
                            "used_by": row.used_by,
                            "held_by": row.holder_device.map(Col::into_inner),
                            "expires": row.expires_on.map(Col::into_inner),
                        });
                        writeln!(out, "{line}")?;
                    }
                }
            }
            Ok(())
        })
        .await
}

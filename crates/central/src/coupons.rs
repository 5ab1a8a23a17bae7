//! Coupons of members: `central coupons give`, and the one function by which a coupon comes to be.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use identity::Found;
use loyalty::Coupon;
use protocol::ErrorCode;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

use crate::centre::Centre;
use crate::cli::{CommandError, DatabaseArgs};
use crate::entities::{coupon, member};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::ledger::{Ledger, Need};
use crate::members;
use crate::time;
use crate::work::Work;

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

/// Who is meant by an id, a card number or a phone number.
async fn named<C: ConnectionTrait>(db: &C, who: &str) -> Result<member::Model, ServiceError> {
    match members::by_number(db, who).await? {
        Found::One(named) => Ok(named.model),
        Found::None => Err(nobody()),
        Found::Several(all) => {
            let cards: Vec<String> = all.into_iter().map(|n| n.model.card_no).collect();
            let which = format!("several may be meant, by card: {}", cards.join(", "));
            Err(ServiceError::refused(ErrorCode::Malformed, which))
        }
    }
}

/// Gives a member a coupon.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such member, [`ErrorCode::Malformed`] for a coupon that
/// cannot be or whose id is taken; where the database fails.
pub async fn give(centre: &Centre, who: &str, coupon: Coupon) -> Result<String, ServiceError> {
    let mut work = centre.work().await?;
    let member = named(work.on(), who).await?;
    let id = coupon.id.to_string();
    let taken = coupon::Entity::find()
        .filter(coupon::Column::Id.eq(&id))
        .one(work.on())
        .await?;
    let malformed = |what: String| ServiceError::refused(ErrorCode::Malformed, what);
    if taken.is_some() {
        return Err(malformed(format!("coupon {id} has been given before")));
    }
    let program = centre.current_program().await?;
    let loaded = Ledger::load(
        work.on(),
        &program,
        &member.id,
        time::now(),
        &Need::default(),
    )
    .await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::broken("a member without an account"))?;
    loyalty::give_coupon(&mut ledger.account, coupon).map_err(|e| malformed(e.to_string()))?;
    ledger.save(&mut work, &program).await?;
    work.changed(Changed::Coupon(member.id, id.clone()));
    work.commit().await?;
    Ok(id)
}

/// Lets go of a coupon: nobody holds it any more, and any counter may ask for it.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn let_go(work: &mut Work, held: coupon::Model) -> Result<(), ServiceError> {
    coupon::ActiveModel {
        member_id: Set(held.member_id.clone()),
        id: Set(held.id.clone()),
        holder_device: Set(None),
        holder_epoch: Set(None),
        holder_grant: Set(None),
        recalled_at: Set(None),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    work.changed(Changed::Coupon(held.member_id, held.id));
    Ok(())
}

/// All coupons of a member, used ones too.
async fn of(centre: &Centre, member: &str) -> Result<Vec<coupon::Model>, ServiceError> {
    Ok(coupon::Entity::find()
        .filter(coupon::Column::MemberId.eq(member))
        .order_by_asc(coupon::Column::Id)
        .all(centre.db().read())
        .await?)
}

fn nobody() -> ServiceError {
    ServiceError::refused(ErrorCode::NotFound, "no such member")
}

/// Runs the command.
///
/// # Errors
/// Where the member, the file or the database cannot be had.
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
                    let id = give(centre, member, coupon).await?;
                    if args.json {
                        writeln!(out, "{}", serde_json::json!({ "coupon": id }))?;
                    } else {
                        writeln!(out, "coupon {id} given")?;
                    }
                }
                What::List { member } => {
                    let member = named(centre.db().read(), member).await?;
                    let rows = of(centre, &member.id).await?;
                    for row in rows {
                        let line = serde_json::json!({
                            "coupon": row.id,
                            "used_by": row.used_by,
                            "held_by": row.holder_device,
                            "expires": row.expires_on,
                        });
                        writeln!(out, "{line}")?;
                    }
                }
            }
            Ok(())
        })
        .await
}

//! `central members`: what a member may ask of the brand. What is held is exported, consents are shown and withdrawn, and
//! a member is erased.

pub mod labels;
mod merging;
mod named;
mod page;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use brand_tools::csv_out;
use centre::Centre;
use centre::joining;
use centre::log::{Entry, Kind};
use centre::rights::consents::{self, Purpose, Receipt, Through};
use centre::rights::{self, Plan};
use centre_store::boxed;
use clap::{Args, Subcommand, ValueEnum};
use identity::MobileNumber;

use crate::cli::{CommandError, DatabaseArgs, note, say};
use named::named;

/// What `central members` is told.
#[derive(Debug, Clone, Args)]
pub struct MembersArgs {
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
    /// Write all that is held on a member into a folder: as JSON, and as a page to be read
    Export {
        /// Member id, card number or phone number
        member: String,
        /// The folder; files that are there stay
        #[arg(long)]
        dir: PathBuf,
    },
    /// List what a member agreed to, when, where and in which words
    Consents {
        /// Member id, card number or phone number
        member: String,
    },
    /// Withdraw a consent for a member who asks headquarters
    Withdraw {
        /// Member id, card number or phone number
        member: String,
        /// Which
        purpose: PurposeArg,
        /// Why, for the log
        #[arg(long, default_value = "the member asked for it")]
        reason: String,
    },
    /// Erase a member: shows what goes; with --confirm, does it. It cannot be undone
    Erase {
        /// Member id, card number or phone number
        member: String,
        /// Why, for the log
        #[arg(long)]
        reason: String,
        /// Do it
        #[arg(long)]
        confirm: bool,
    },
    /// Take a number from a member, whose it is no more: everything else stays under the card. Whoever has the number now can
    /// join with it
    PassOn {
        /// The phone number
        phone: String,
        /// Why, for the log
        #[arg(long)]
        reason: String,
    },
    /// Members who are one person
    #[command(flatten)]
    OnePerson(merging::OnePerson),
}

/// A consent that can be withdrawn.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum PurposeArg {
    /// Keeping skin and allergies
    Skin,
    /// Messages
    Marketing,
    /// A guardian's, to keeping a child's skin and allergies
    Guardian,
    /// Being known by who she is at WeChat or Alipay
    OpenId,
}

impl From<PurposeArg> for Purpose {
    fn from(purpose: PurposeArg) -> Self {
        match purpose {
            PurposeArg::Skin => Self::Skin,
            PurposeArg::Marketing => Self::Marketing,
            PurposeArg::Guardian => Self::Guardian,
            PurposeArg::OpenId => Self::OpenId,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Where there is no such member, a file cannot be written, or the database cannot be had.
#[boxed]
pub async fn run(args: &MembersArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| match &args.what {
            What::Export { member, dir } => export(centre, member, dir, args.json).await,
            What::Consents { member } => listed(centre, member, args.json).await,
            What::Withdraw {
                member,
                purpose,
                reason,
            } => {
                let id = named(centre, member).await?;
                let through = Through::Headquarters;
                consents::withdraw(centre, &id, (*purpose).into(), through, reason).await?;
                let done = serde_json::json!({ "member": id, "withdrawn": Purpose::from(*purpose).word() });
                say(args.json, &done, || "withdrawn\n".to_owned())
            }
            What::Erase {
                member,
                reason,
                confirm,
            } => erase(centre, member, reason, *confirm, args.json).await,
            What::PassOn { phone, reason } => {
                let number = MobileNumber::parse(phone)
                    .map_err(|_| CommandError::Usage("a mobile number of 11 digits".to_owned()))?;
                let id = joining::pass_on(centre, number.as_str(), reason).await?;
                let done = serde_json::json!({ "member": id });
                say(args.json, &done, || "the number is nobody's now\n".to_owned())
            }
            What::OnePerson(what) => merging::run(centre, what, args.json).await,
        })
        .await
}

async fn export(centre: &Centre, who: &str, dir: &Path, json: bool) -> Result<(), CommandError> {
    let id = named(centre, who).await?;
    let export = rights::export(centre, &id).await?;
    let zone = centre::zone::known(centre.db().read(), centre.now()).await?;
    let failed = |e: std::io::Error| CommandError::Failed(format!("{}: {e}", dir.display()));
    platform::files::private_folder(dir).map_err(failed)?;
    let stem = format!("member-{}", centre.now().format("%Y%m%dT%H%M%S"));
    let mut all = serde_json::to_vec_pretty(&export).map_err(std::io::Error::from)?;
    all.push(b'\n');
    let page = page::page(&export, zone.unwrap_or(chrono_tz::UTC));
    let files = [("json", all), ("html", page.into_bytes())];
    let mut written = Vec::new();
    for (ending, bytes) in files {
        let path = dir.join(format!("{stem}.{ending}"));
        csv_out::write_new(&path, &bytes).map_err(failed)?;
        written.push(path.display().to_string());
    }
    let done = serde_json::json!({ "member": id, "files": written });
    say(json, &done, || written.join("\n") + "\n")
}

async fn listed(centre: &Centre, who: &str, json: bool) -> Result<(), CommandError> {
    let id = named(centre, who).await?;
    let receipts = consents::receipts(centre.db().read(), &id).await?;
    note(centre, Entry::of(Kind::ConsentsViewed).about(&id)).await?;
    say(json, &receipts, || receipts.iter().map(words).collect())
}

fn words(receipt: &Receipt) -> String {
    let given = if receipt.given { "given" } else { "not given" };
    let mut text = format!(
        "{}  {:<10} {given:<9}  {}  {}\n",
        receipt.at, receipt.purpose, receipt.version, receipt.source
    );
    for (language, wording) in &receipt.wording {
        for line in wording.lines() {
            text.push_str(&format!("    {language:<5} {line}\n"));
        }
    }
    text
}

async fn erase(
    centre: &Centre,
    who: &str,
    reason: &str,
    confirm: bool,
    json: bool,
) -> Result<(), CommandError> {
    let id = named(centre, who).await?;
    let plan = rights::plan(centre, &id).await?;
    if !confirm {
        return say(json, &plan, || {
            format!(
                "{}nothing was changed; give --confirm to do it. It takes her out of the backups of `central backup` too; \
                     backups by other tools keep what goes.\n",
                shown(&plan)
            )
        });
    }
    let done = rights::erase(centre, &id, reason).await?;
    say(json, &done, || {
        format!(
            "{}erased. {} operations let go of personal values, {} of a part of their text; {} entries were taken \
             from counters. No backup of `central backup` can say who she was any more; backups by other tools can.\n",
            shown(&plan),
            done.operations,
            done.bodies,
            done.told
        )
    })?;
    Ok(std::io::stdout().flush()?)
}

fn shown(plan: &Plan) -> String {
    let mut text = format!("member {}\n", plan.member);
    for (table, rows, becomes) in &plan.tables {
        text.push_str(&format!("  {rows:>6} {table:<16} {becomes}\n"));
    }
    text.push_str(&format!(
        "  {} free points expire; {} that counters hold are asked back and expire then; {} are owed\n",
        plan.points, plan.held, plan.debt
    ));
    text
}

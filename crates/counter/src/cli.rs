//! `counter --home DIR COMMAND`: the same functions as the app's, from a shell.
//!
//! Exit codes: 0 done · 1 refused or failed, with the reason on standard error (or as JSON on
//! standard output with `--json`) · 2 wrong usage.

use crate::error::{Error, Problem};
use crate::ops::SignedIn;
use crate::view::{
    LineRequest, MemberTarget, RedeemRequest, RedeemWhat, ReturnLineRequest, ReturnRequest,
    SaleRequest,
};
use crate::{Engine, Result};
use clap::{Args, Parser, Subcommand};
use loyalty::{Money, Points};
use serde::Serialize;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "counter",
    version,
    about = "The offline engine of a Counterpart counter"
)]
struct Cli {
    /// Data folder of the counter.
    #[arg(long, env = "COUNTERPART_HOME")]
    home: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Register this device at a centre with a one-time code.
    Enrol {
        /// Address of the centre: https, or http on this machine.
        #[arg(long)]
        centre: String,
        /// The one-time code.
        #[arg(long)]
        code: String,
        /// What people will call this counter.
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Send what waits and fetch what changed, once.
    Sync,
    /// Find members by phone, last four digits, name, pinyin, initials, member number or scan.
    Find {
        /// What a clerk would type.
        query: String,
        /// Most hits.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Find products by number, bar code, name, pinyin or initials.
    Products {
        /// What a clerk would type.
        query: String,
        /// Most hits.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Show a member's page: points, tier, skin, history, what to do next.
    Show {
        /// Member id, member number, or phone number.
        member: String,
    },
    /// Record a till's sale.
    Sell {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        clerk: ClerkArgs,
        /// The till's receipt number.
        #[arg(long)]
        receipt: String,
        /// `SKU`, `SKU*QTY` or `SKU*QTY=AMOUNT` (the till's amount for the line), repeated.
        #[arg(long = "line", required = true)]
        lines: Vec<String>,
        /// Points to pay part of it with.
        #[arg(long, default_value_t = 0)]
        points: i64,
        /// Say what it would come to, record nothing.
        #[arg(long)]
        quote: bool,
    },
    /// Take goods back against a receipt.
    Return {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Receipt number of the sale.
        #[arg(long)]
        receipt: String,
        /// `SKU` or `SKU*QTY`, repeated; none = all that is left.
        #[arg(long = "line")]
        lines: Vec<String>,
        /// shade, reaction, surplus, damaged or other.
        #[arg(long, default_value = "other")]
        reason: String,
        /// Say what it would come to, record nothing.
        #[arg(long)]
        quote: bool,
    },
    /// Redeem points for a reward or money off. Without either: what she can have now.
    Redeem {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Member id, member number, or phone number.
        #[arg(long)]
        member: String,
        /// A reward's id.
        #[arg(long, conflicts_with = "cash")]
        reward: Option<String>,
        /// Pieces of the reward.
        #[arg(long, default_value_t = 1)]
        qty: u32,
        /// Points to turn into money off a bill.
        #[arg(long, requires = "bill")]
        cash: Option<i64>,
        /// The bill before it, in yuan.
        #[arg(long)]
        bill: Option<String>,
    },
    /// Make a sign-up code; with an id, ask who joined by it.
    Join {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Id of an earlier code.
        #[arg(long)]
        joined: Option<String>,
    },
    /// How the device and its sync stand, and what waits.
    Status,
}

#[derive(Args)]
struct Who {
    /// Member id or member number.
    #[arg(long, group = "who")]
    member: Option<String>,
    /// A phone number; credited at sync where she is not held here.
    #[arg(long, group = "who")]
    phone: Option<String>,
    /// A scanned member code; credited at sync where she is not held here.
    #[arg(long, group = "who")]
    code: Option<String>,
}

#[derive(Args)]
struct ClerkArgs {
    /// The clerk's id.
    #[arg(long, env = "COUNTER_CLERK")]
    clerk: String,
    /// The clerk's PIN; better given in the environment than on a command line.
    #[arg(long, env = "COUNTER_PIN", hide_env_values = true)]
    pin: String,
}

/// Runs the command line; what it prints goes to standard output, errors to standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            // help and version are no failures; a closed pipe is nobody's
            let _ = e.print();
            return if e.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let json = cli.json;
    let answer = Engine::open(&cli.home).and_then(|engine| command(&engine, cli.command, json));
    match answer {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(e) => {
            fail(&e, json);
            ExitCode::FAILURE
        }
    }
}

fn command(engine: &Engine, command: Command, json: bool) -> Result<String> {
    let show = |value: &dyn Shown| value.shown(json);
    match command {
        Command::Enrol { centre, code, name } => {
            engine.enrol(&centre, &code, &name)?;
            show(&engine.device_status()?)
        }
        Command::Sync => show(&engine.sync_now()?),
        Command::Find { query, limit } => show(&engine.find(&query, limit)?),
        Command::Products { query, limit } => show(&engine.find_products(&query, limit)?),
        Command::Show { member } => show(&engine.member_page(&id_of(engine, &member)?)?),
        Command::Sell {
            who,
            clerk,
            receipt,
            lines,
            points,
            quote,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            let request = SaleRequest {
                receipt,
                member: target(engine, who)?,
                lines: lines.iter().map(|l| sale_line(l)).collect::<Result<_>>()?,
                pay_points: Points(points),
            };
            if quote {
                show(&engine.quote_sale(&request)?)
            } else {
                show(&engine.record_sale(&clerk, &request)?)
            }
        }
        Command::Return {
            clerk,
            receipt,
            lines,
            reason,
            quote,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            let lines = lines
                .iter()
                .map(|l| return_line(l))
                .collect::<Result<_>>()?;
            let request = ReturnRequest {
                receipt,
                lines,
                reason,
            };
            if quote {
                show(&engine.quote_return(&request)?)
            } else {
                show(&engine.record_return(&clerk, &request)?)
            }
        }
        Command::Redeem {
            clerk,
            member,
            reward,
            qty,
            cash,
            bill,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            let member_id = id_of(engine, &member)?;
            let what = match (reward, cash, bill) {
                (Some(id), _, _) => RedeemWhat::Reward { id, qty },
                (None, Some(points), Some(bill)) => RedeemWhat::Cash {
                    points: Points(points),
                    bill: money(&bill)?,
                },
                _ => return show(&engine.redeem_options(&member_id)?),
            };
            show(&engine.redeem(&clerk, &RedeemRequest { member_id, what })?)
        }
        Command::Join { clerk, joined } => match joined {
            Some(id) => show(&engine.joined(&id)?),
            None => show(&engine.join_code(&sign_in(engine, &clerk)?)?),
        },
        Command::Status => {
            if let Err(e) = engine.hello_now() {
                tracing::info!("the centre was not reached: {e}");
            }
            show(&(engine.device_status()?, engine.sync_page()?))
        }
    }
}

fn sign_in(engine: &Engine, args: &ClerkArgs) -> Result<SignedIn> {
    engine.sign_in(&args.clerk, &args.pin)
}

fn target(engine: &Engine, who: Who) -> Result<MemberTarget> {
    match (who.member, who.phone, who.code) {
        (Some(text), _, _) => Ok(MemberTarget::Member {
            id: id_of(engine, &text)?,
        }),
        (None, Some(phone), _) => Ok(MemberTarget::Phone { phone }),
        (None, None, Some(code)) => Ok(MemberTarget::Code { code }),
        (None, None, None) => Err(Error::MemberUnknown),
    }
}

fn id_of(engine: &Engine, text: &str) -> Result<String> {
    engine.member_id(text)?.ok_or(Error::MemberUnknown)
}

/// `SKU`, `SKU*QTY`, `SKU*QTY=AMOUNT`.
fn sale_line(text: &str) -> Result<LineRequest> {
    let (left, amount) = match text.split_once('=') {
        Some((left, amount)) => (left, Some(money(amount)?)),
        None => (text, None),
    };
    let (sku, qty) = pieces(left)?;
    Ok(LineRequest { sku, qty, amount })
}

fn return_line(text: &str) -> Result<ReturnLineRequest> {
    let (sku, qty) = pieces(text)?;
    Ok(ReturnLineRequest { sku, qty })
}

fn pieces(text: &str) -> Result<(String, u32)> {
    let max = protocol::limits::QUANTITY;
    match text.rsplit_once('*') {
        None => Ok((text.trim().to_owned(), 1)),
        Some((sku, qty)) => {
            let qty = qty
                .trim()
                .parse()
                .map_err(|_| Error::QuantityInvalid { qty: 0, max })?;
            Ok((sku.trim().to_owned(), qty))
        }
    }
}

fn money(text: &str) -> Result<Money> {
    Money::parse(text.trim()).map_err(|_| Error::AmountInvalid)
}

/// What a command answers: JSON for programs; for people the same, laid out.
trait Shown {
    fn shown(&self, json: bool) -> Result<String>;
}

impl<T: Serialize> Shown for T {
    fn shown(&self, json: bool) -> Result<String> {
        Ok(if json {
            serde_json::to_string(self)?
        } else {
            serde_json::to_string_pretty(self)?
        })
    }
}

fn print(text: &str) {
    // a reader that went away is not a failure of what was done
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn fail(error: &Error, json: bool) {
    let problem: Problem = error.problem();
    if json && let Ok(text) = serde_json::to_string(&serde_json::json!({ "error": problem })) {
        print(&text);
    }
    let _ = writeln!(
        std::io::stderr().lock(),
        "counter: {} ({})",
        problem.message,
        problem.number
    );
}

//! Running a command.

use super::args::{Cli, Command, OutboxAction};
use super::parse::{money, return_line, sale_line};
use super::shown::{Shown, fail, print};
use super::who::{id_of, looks, looks_at, pin, sign_in, target};
use super::{ask, keep_running, manage, sample, servicing, sign_up, slip};
use crate::doctor;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::keys::KeyAccess;
use crate::log_file::LogFile;
use crate::update::{GuardArgs, guard};
use crate::view::{
    Approver, MemberTarget, PresenceGiven, RedeemRequest, RedeemWhat, ReturnRequest, SaleRequest,
    UnderNumber,
};
use clap::Parser;
use loyalty::Points;
use protocol::ticket::Ticket;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Runs the command line; what it prints goes to standard output, errors to standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(told) = GuardArgs::read(args.get(1..).unwrap_or_default()) {
        return run_guard(&told);
    }
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
    let log = LogFile::default();
    // one that stays is looked after by its log; of one that answers at once, its answer tells
    let usual = if matches!(cli.command, Command::Run(_)) {
        "info"
    } else {
        "warn"
    };
    log.note_all(usual);
    let json = cli.json;
    let answer = KeyAccess::from_environment().and_then(|access| {
        let insecure = cli.insecure_key_file;
        let access = if insecure {
            access.or_insecure()
        } else {
            access
        };
        let home = cli.home.or_else(crate::home::of_this_user);
        let home = home.ok_or_else(|| Error::Home {
            path: "the user's own data".into(),
            error: std::io::ErrorKind::NotFound.into(),
        })?;
        if matches!(cli.command, Command::Run(_)) {
            log.begin(&home);
        }
        answer(&home, &access, cli.command, json)
    });
    match answer {
        Ok(text) if text.is_empty() => ExitCode::SUCCESS,
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

/// Puts a new version of the program in, in a process of its own.
fn run_guard(told: &GuardArgs) -> ExitCode {
    let log = LogFile::default();
    log.note_all("info");
    if let Some(home) = told.updates.parent() {
        log.begin(home);
    }
    guard(told);
    ExitCode::SUCCESS
}

fn answer(home: &Path, access: &KeyAccess, said: Command, json: bool) -> Result<String> {
    match said {
        // for the day that the engine does not open
        Command::Outbox {
            action: OutboxAction::MoveAside,
        } => ask::with_keys(access, |keys| Engine::put_outbox_aside(home, keys))?.shown(json),
        // whatever keeps the engine from opening is what it looks for
        Command::Doctor { language } => {
            let found = doctor::examine(home, access);
            let text = if json {
                found.shown(true)?
            } else {
                found.words(language)
            };
            print(&text);
            if found.is_well() {
                Ok(String::new())
            } else {
                Err(Error::Unwell)
            }
        }
        // nothing is made only to be erased
        Command::Leave { confirm } => {
            ask::with_keys(access, |keys| Engine::leave(home, keys, confirm))?.shown(json)
        }
        other => {
            let engine = ask::with_keys(access, |keys| Engine::open(home, keys))?;
            command(&engine, other, json)
        }
    }
}

fn command(engine: &Engine, command: Command, json: bool) -> Result<String> {
    let show = |value: &dyn Shown| value.shown(json);
    match command {
        Command::Enrol {
            centre,
            code,
            name,
            ticket,
        } => {
            let ticket = match ticket {
                Some(text) => Ticket::read(&text).ok_or(Error::TicketInvalid)?,
                None => Ticket {
                    centre: centre.unwrap_or_default(),
                    code: code.unwrap_or_default(),
                    name: String::new(),
                },
            };
            let name = if name.is_empty() { ticket.name } else { name };
            engine.enrol(&ticket.centre, &ticket.code, &name)?;
            show(&engine.device_status()?)
        }
        Command::Move { centre } => {
            engine.follow_centre(&centre)?;
            // what waited for it goes at once
            show(&engine.sync_now()?)
        }
        Command::Sync => show(&engine.sync_now()?),
        Command::Find {
            clerk,
            query,
            limit,
        } => {
            looks(engine, &clerk, "find", || Ok(None))?;
            show(&engine.find(&query, limit)?)
        }
        Command::LookUp { clerk, query, by } => {
            let found = looks(engine, &clerk, "look-up", || {
                Ok(engine.look_up(&query, by)?.map(|found| found.member_id))
            })?;
            show(&engine.member_page(&found.ok_or(Error::MemberUnknown)?)?)
        }
        Command::Scan { clerk, text } => {
            looks(engine, &clerk, "scan", || Ok(None))?;
            show(&engine.scanned(&text)?)
        }
        Command::Products {
            query,
            limit,
            member,
            clerk,
        } => {
            let member = match (member, clerk) {
                (Some(who), Some(clerk)) => Some(looks_at(engine, &clerk, "products", &who)?),
                (Some(_), None) => return Err(Error::NotSignedIn),
                (None, _) => None,
            };
            show(&engine.find_products_for(member.as_deref(), &query, limit)?)
        }
        Command::Allergies { said, find } => match find {
            Some(typed) => show(&engine.find_allergies(&typed, 20)?),
            None => show(&engine.read_allergies(&said)?),
        },
        Command::Show { clerk, member } => {
            show(&engine.member_page(&looks_at(engine, &clerk, "show", &member)?)?)
        }
        Command::Sell {
            who,
            clerk,
            receipt,
            lines,
            points,
            coupons,
            best_coupons,
            credit,
            number,
            last_four,
            approver,
            quote,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            let approver = approver.approver()?;
            let request = SaleRequest {
                presence: presence(last_four, approver.clone()),
                receipt,
                member: target(engine, who)?,
                lines: lines.iter().map(|l| sale_line(l)).collect::<Result<_>>()?,
                pay_points: Points(points),
                coupons,
                fit_points: false,
                propose: best_coupons,
                credit: credit.request(),
                number: number.said(),
                approver,
            };
            let request = if best_coupons && !quote {
                let coupons = engine.quote_sale(&request)?.chosen;
                SaleRequest { coupons, ..request }
            } else {
                request
            };
            if quote {
                show(&engine.quote_sale(&request)?)
            } else {
                show(&engine.record_sale(&clerk, &request)?)
            }
        }
        Command::Credit { who, clerk } => {
            let clerk = sign_in(engine, &clerk)?;
            show(&engine.sale_credit(&clerk, &target(engine, who)?)?)
        }
        Command::Points { clerk, member } => {
            show(&engine.points_ledger(&looks_at(engine, &clerk, "points", &member)?)?)
        }
        Command::Coupons {
            clerk,
            member,
            all: true,
            ..
        } => show(&engine.member_coupons(&looks_at(engine, &clerk, "coupons", &member)?)?),
        Command::Coupons {
            clerk,
            member,
            lines,
            ..
        } if lines.is_empty() => {
            show(&engine.coupons(&looks_at(engine, &clerk, "coupons", &member)?)?)
        }
        Command::Coupons {
            clerk,
            member,
            lines,
            ..
        } => {
            let member = looks_at(engine, &clerk, "coupons", &member)?;
            if let Err(e) = engine.hello_now() {
                tracing::info!("the centre was not reached: {e}");
            }
            let request = SaleRequest {
                presence: None,
                receipt: String::new(),
                member: MemberTarget::Member {
                    id: id_of(engine, &member)?,
                },
                lines: lines.iter().map(|l| sale_line(l)).collect::<Result<_>>()?,
                pay_points: Points::ZERO,
                coupons: Vec::new(),
                fit_points: false,
                propose: true,
                credit: None,
                number: UnderNumber::Ask,
                approver: None,
            };
            show(&engine.quote_sale(&request)?.coupons)
        }
        Command::Return {
            clerk,
            receipt,
            which,
            lines,
            reason,
            reaction,
            refund,
            approver,
            quote,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            let lines = lines
                .iter()
                .map(|l| return_line(l))
                .collect::<Result<_>>()?;
            let request = ReturnRequest {
                receipt,
                sale: which.sale,
                store: which.store,
                date: which.date,
                lines,
                reason,
                refund: refund.as_deref().map(money).transpose()?,
                approver: approver.approver()?,
                reaction: reaction.told(),
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
            last_four,
            approver,
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
            let request = RedeemRequest {
                member_id,
                what,
                presence: presence(last_four, approver.approver()?),
            };
            show(&engine.redeem(&clerk, &request)?)
        }
        Command::Act(args) => servicing::run(engine, args, json),
        Command::Sample(args) => sample::run(engine, args, json),
        Command::Profile { clerk, change } => {
            let clerk = sign_in(engine, &clerk)?;
            let member_id = id_of(engine, &change.member)?;
            show(&engine.change_profile(&clerk, &change.request(member_id))?)
        }
        Command::ProfileForm { clerk, member } => {
            let clerk = sign_in(engine, &clerk)?;
            show(&engine.profile_form(&clerk, &id_of(engine, &member)?)?)
        }
        Command::NewPhone {
            clerk,
            member,
            code,
            drop,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            let member = id_of(engine, &member)?;
            match code {
                Some(code) => show(&engine.new_phone_prove(&clerk, &member, &code)?),
                None if drop => show(&engine.new_phone_drop(&clerk, &member)?),
                None => show(&engine.new_phone_send(&clerk, &member)?),
            }
        }
        Command::Join {
            clerk,
            joined,
            paper,
        } => match joined {
            Some(id) => {
                looks(engine, &clerk, "join", || Ok(None))?;
                show(&engine.joined(&id)?)
            }
            None if paper => show(&engine.paper_code(&sign_in(engine, &clerk)?)?),
            None => show(&engine.join_code(&sign_in(engine, &clerk)?)?),
        },
        Command::SignUp { action } => sign_up::sign_up(engine, action, json),
        Command::Clerks => show(&engine.clerks()?),
        Command::SignIn { clerk } => show(&sign_in(engine, &clerk)?.session()),
        Command::Status => {
            if let Err(e) = engine.hello_now() {
                tracing::info!("the centre was not reached: {e}");
            }
            show(&(engine.device_status()?, engine.sync_page()?))
        }
        Command::Unlock { code } => {
            engine.unlock(&code)?;
            show(&engine.device_status()?)
        }
        Command::Looks { clerk, days } => {
            let manager = sign_in(engine, &clerk)?;
            show(&engine.looks(&manager, days)?)
        }
        Command::Manage { clerk, action } => {
            let pin = pin(&clerk)?;
            show(&engine.manage(&clerk.clerk, &pin, manage::action(action)?)?)
        }
        Command::Receipt { clerk, action } => {
            looks(engine, &clerk, "receipt", || Ok(None))?;
            slip::receipt(engine, action, json)
        }
        Command::Printer { action } => slip::printer(engine, action, json),
        Command::Run(args) => {
            keep_running::run(engine, &args)?;
            Ok(String::new())
        }
        // answered before the engine was opened
        Command::Outbox { .. } | Command::Leave { .. } | Command::Doctor { .. } => {
            Ok(String::new())
        }
    }
}

/// What shows that a member is there, as the command line says it.
fn presence(last_four: Option<String>, approver: Option<Approver>) -> Option<PresenceGiven> {
    (last_four.is_some() || approver.is_some()).then(|| PresenceGiven {
        last_four: last_four.unwrap_or_default(),
        approver,
    })
}

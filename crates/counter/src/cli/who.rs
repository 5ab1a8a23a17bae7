//! Who does something, who approves it, and for whom, as it is said in a shell.

use super::ask;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ops::SignedIn;
use crate::view::{Approver, MemberTarget};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Who {
    /// Member id or member number.
    #[arg(long, group = "who")]
    pub(super) member: Option<String>,
    /// A phone number; credited at sync where she is not held here.
    #[arg(long, group = "who")]
    pub(super) phone: Option<String>,
    /// A scanned member code; credited at sync where she is not held here.
    #[arg(long, group = "who")]
    pub(super) code: Option<String>,
}

#[derive(Args)]
pub(super) struct ClerkArgs {
    /// The clerk's id.
    #[arg(long, env = "COUNTER_CLERK")]
    pub(super) clerk: String,
    /// The clerk's PIN; better given in the environment or a file than on a command line. Where it is given in none of
    /// these, it is asked for, or read as a line of standard input.
    #[arg(long, env = "COUNTER_PIN", hide_env_values = true)]
    pub(super) pin: Option<String>,
    /// A file with the PIN, where it is not given otherwise.
    #[arg(long, env = "COUNTERPART_PIN_FILE")]
    pub(super) pin_file: Option<PathBuf>,
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
        let pin = given(
            self.approver_pin.as_ref(),
            self.approver_pin_file.as_deref(),
        )?;
        Ok(Some(Approver { manager, pin }))
    }
}

/// A PIN as it was given; empty where it was not.
pub(super) fn given(pin: Option<&String>, file: Option<&Path>) -> Result<String> {
    match (pin, file) {
        (Some(pin), _) => Ok(pin.clone()),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map(|text| text.trim().to_owned())
            .map_err(Error::home(file)),
        (None, None) => Ok(String::new()),
    }
}

/// Signs the clerk in.
pub(super) fn sign_in(engine: &Engine, args: &ClerkArgs) -> Result<SignedIn> {
    engine.sign_in(&args.clerk, &pin(args)?)
}

/// The clerk's PIN.
pub(super) fn pin(args: &ClerkArgs) -> Result<String> {
    if args.pin.is_none() && args.pin_file.is_none() {
        let asked = ask::secret(&format!("PIN of {}: ", args.clerk))?;
        return Ok(asked.trim().to_owned());
    }
    given(args.pin.as_ref(), args.pin_file.as_deref())
}

/// Signs in the clerk who looks at members, and writes down that she does.
pub(super) fn looks(
    engine: &Engine,
    args: &ClerkArgs,
    what: &str,
    member: impl FnOnce() -> Result<Option<String>>,
) -> Result<Option<String>> {
    let clerk = sign_in(engine, args)?;
    let member = member()?;
    engine.looked(&clerk, what, member.as_deref())?;
    Ok(member)
}

/// The same for the page of one member, named by her id, number or phone.
pub(super) fn looks_at(
    engine: &Engine,
    args: &ClerkArgs,
    what: &str,
    member: &str,
) -> Result<String> {
    let named = looks(engine, args, what, || id_of(engine, member).map(Some))?;
    named.ok_or(Error::MemberUnknown)
}

/// Whose a sale is.
pub(super) fn target(engine: &Engine, who: Who) -> Result<MemberTarget> {
    match (who.member, who.phone, who.code) {
        (Some(text), _, _) => Ok(MemberTarget::Member {
            id: id_of(engine, &text)?,
        }),
        (None, Some(phone), _) => Ok(MemberTarget::Phone { phone }),
        (None, None, Some(code)) => Ok(MemberTarget::Code { code }),
        (None, None, None) => Err(Error::MemberUnknown),
    }
}

/// The id of a member who is named by it, by her number or her phone.
pub(super) fn id_of(engine: &Engine, text: &str) -> Result<String> {
    match engine.member_id(text)? {
        Some(id) => Ok(id),
        None => {
            engine.members_are_shown()?;
            Err(Error::MemberUnknown)
        }
    }
}

//! Signing somebody up from a shell.

use super::shown::Shown;
use super::who::{ClerkArgs, sign_in};
use crate::engine::Engine;
use crate::error::Result;
use crate::view::{FillIn, NumberTold, SkinView, SlipFormat, Title};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What is done about somebody who joins.
#[derive(Subcommand)]
pub(super) enum SignUpAction {
    /// Tell whose a phone number is, or have a code sent to it.
    Number {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Her mobile number.
        phone: String,
        /// The sign-up code of an earlier message.
        #[arg(long)]
        code: Option<String>,
    },
    /// Prove her phone by the code that she read out, and make her a member.
    Join {
        #[command(flatten)]
        clerk: ClerkArgs,
        #[command(flatten)]
        told: Box<ToldArgs>,
    },
    /// Make her a member of this counter without the network; she proves her number later.
    Offline {
        #[command(flatten)]
        clerk: ClerkArgs,
        #[command(flatten)]
        told: Box<ToldArgs>,
        /// It was read out to her, and she said what she agrees to.
        #[arg(long)]
        read_out: bool,
    },
    /// How far guests have come by codes of this counter.
    Steps {
        /// Ids of codes.
        ids: Vec<String>,
    },
    /// Print a code, or write it to a file.
    Paper {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// The code.
        code: String,
        /// What it is saved as; without it, it is printed.
        #[arg(long, value_enum)]
        format: Option<SlipFormat>,
        /// Folder for the file.
        #[arg(long)]
        to: Option<PathBuf>,
    },
}

/// What she told.
#[derive(Args)]
pub(super) struct ToldArgs {
    /// Her mobile number.
    phone: String,
    /// The sign-up code; none without the network.
    #[arg(long, default_value = "")]
    code: String,
    /// What she read out of the message; none without the network.
    #[arg(long, default_value = "")]
    verification: String,
    /// Her name, or her surname.
    #[arg(long, default_value = "")]
    name: String,
    /// How she is addressed.
    #[arg(long, value_enum)]
    title: Option<Title>,
    /// Birthday, YYYY-MM-DD, or MM-DD without the year.
    #[arg(long, default_value = "")]
    birthday: String,
    /// dry, combination, oily
    #[arg(long, default_value = "")]
    moisture: String,
    /// sensitive, resistant
    #[arg(long, default_value = "")]
    sensitivity: String,
    /// pigmented, non_pigmented
    #[arg(long, default_value = "")]
    pigmentation: String,
    /// wrinkled, tight
    #[arg(long, default_value = "")]
    ageing: String,
    /// What she wants to improve; may be given several times.
    #[arg(long = "concern")]
    concerns: Vec<String>,
    /// What she is allergic to; may be given several times.
    #[arg(long = "allergy")]
    allergies: Vec<String>,
    /// What she agreed to: terms, skin, marketing, guardian; may be given several times.
    #[arg(long = "agreed")]
    agreed: Vec<String>,
}

pub(super) fn sign_up(engine: &Engine, action: SignUpAction, json: bool) -> Result<String> {
    match action {
        SignUpAction::Number { clerk, phone, code } => {
            let clerk = sign_in(engine, &clerk)?;
            let told: NumberTold = engine.fill_in_number(&clerk, &phone, code.as_deref())?;
            told.shown(json)
        }
        SignUpAction::Join { clerk, told } => {
            let clerk = sign_in(engine, &clerk)?;
            let told = told.filled();
            engine.fill_in_prove(&clerk, &told.phone, &told.code, &told.verification)?;
            engine.fill_in_join(&clerk, &told)?.shown(json)
        }
        SignUpAction::Offline {
            clerk,
            told,
            read_out,
        } => {
            let clerk = sign_in(engine, &clerk)?;
            engine
                .fill_in_offline(&clerk, &told.filled(), read_out)?
                .shown(json)
        }
        SignUpAction::Steps { ids } => {
            // whether there is a network is not known to a process that has just begun
            engine.hello_now()?;
            engine.invited(&ids)?.shown(json)
        }
        SignUpAction::Paper {
            clerk,
            code,
            format: None,
            ..
        } => {
            let clerk = sign_in(engine, &clerk)?;
            engine.print_invite(&clerk, &code)?.shown(json)
        }
        SignUpAction::Paper {
            code,
            format: Some(format),
            to,
            ..
        } => engine
            .save_invite(&code, format, None, to.as_deref())?
            .shown(json),
    }
}

impl ToldArgs {
    fn filled(self) -> FillIn {
        FillIn {
            code: self.code,
            phone: self.phone,
            verification: self.verification,
            name: self.name,
            title: self.title,
            birthday: self.birthday,
            skin: SkinView {
                moisture: self.moisture,
                sensitivity: self.sensitivity,
                pigmentation: self.pigmentation,
                ageing: self.ageing,
            },
            concerns: self.concerns,
            allergies: self.allergies,
            ticked: self.agreed,
        }
    }
}

//! The words of the command line.

use super::manage::Manage;
use super::profile::ProfileArgs;
use super::reaction::ReactionArgs;
use super::sale::{CreditArgs, NumberArgs, WhichArgs};
use super::sample::SampleArgs;
use super::servicing::ActArgs;
use super::sign_up::SignUpAction;
use super::slip::{PrinterAction, ReceiptAction};
use super::who::{ApproverArgs, ClerkArgs, Who};
use crate::view::{MemberBy, SlipLanguage};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    name = "counter",
    version,
    about = "The offline engine of a Counterpart counter"
)]
pub(super) struct Cli {
    /// Data folder of the counter; without it, that of this user's app.
    #[arg(long, env = "COUNTERPART_HOME")]
    pub(super) home: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Keep the keys of the files in a plain file beside them, which whoever copies the folder copies too: for
    /// development and tests alone. COUNTERPART_INSECURE_KEY_FILE=1 says the same.
    #[arg(long, global = true)]
    pub(super) insecure_key_file: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Register this device at a centre with a one-time code.
    Enrol {
        /// Address of the centre: https, or http on this machine.
        #[arg(long, required_unless_present = "ticket")]
        centre: Option<String>,
        /// The one-time code.
        #[arg(long, required_unless_present = "ticket")]
        code: Option<String>,
        /// What people will call this counter.
        #[arg(long, default_value = "")]
        name: String,
        /// All of these in one, as the QR code of the sheet has it.
        #[arg(long, conflicts_with_all = ["centre", "code"])]
        ticket: Option<String>,
    },
    /// Follow the centre that this counter belongs to to another address. It proves itself first.
    Move {
        /// Its new address: https, or http on this machine.
        #[arg(long)]
        centre: String,
    },
    /// Send what waits and fetch what changed, once.
    Sync,
    /// Find members by phone, last four digits, name, pinyin, initials, member number or scan. Who looks is written down.
    Find {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// What a clerk would type.
        query: String,
        /// Most hits.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Find a member of another store by phone, card number or member code, and keep her for the day.
    #[command(name = "look-up")]
    LookUp {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// The whole number or code.
        query: String,
        /// What the number is, where it may be a card's and another member's phone number.
        #[arg(long, value_enum)]
        by: Option<MemberBy>,
    },
    /// Say what a scanned text is: a product, a member, a receipt.
    Scan {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// What the scanner read.
        text: String,
    },
    /// Find products by number, bar code, name, pinyin or initials.
    Products {
        /// What a clerk would type.
        query: String,
        /// Most hits.
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// Check them against the allergies of a member: id, member number, or phone number. Then a clerk signs in.
        #[arg(long, requires = "clerk")]
        member: Option<String>,
        #[command(flatten)]
        clerk: Option<ClerkArgs>,
    },
    /// What words for allergies mean, and how many products have each; or, with one word to look up, what it may
    /// mean.
    Allergies {
        /// As she said them.
        said: Vec<String>,
        /// Look this up by any name, number, pinyin or initials.
        #[arg(long, conflicts_with = "said")]
        find: Option<String>,
    },
    /// Show a member's page: points, tier, skin, history, what to do next. Who looks is written down.
    Show {
        #[command(flatten)]
        clerk: ClerkArgs,
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
        /// A coupon of hers to use, by id, repeated.
        #[arg(long = "coupon")]
        coupons: Vec<String>,
        /// Use those of her coupons that are best on this basket.
        #[arg(long, conflicts_with = "coupons")]
        best_coupons: bool,
        #[command(flatten)]
        credit: CreditArgs,
        #[command(flatten)]
        number: NumberArgs,
        /// The last four digits of her phone number, where her points pay.
        #[arg(long)]
        last_four: Option<String>,
        #[command(flatten)]
        approver: ApproverArgs,
        /// Say what it would come to, record nothing.
        #[arg(long)]
        quote: bool,
    },
    /// Coupons that a member may still use, and where; with lines, what each would do to that basket.
    Coupons {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Member id, member number, or phone number.
        #[arg(long)]
        member: String,
        /// As her page shows them: used ones too.
        #[arg(long, conflicts_with = "lines")]
        all: bool,
        /// `SKU`, `SKU*QTY` or `SKU*QTY=AMOUNT`, repeated.
        #[arg(long = "line")]
        lines: Vec<String>,
    },
    /// Who would get the credit of a sale by the shop's rule, and who else works here.
    Credit {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        clerk: ClerkArgs,
    },
    /// The ledger of a member's points: what goes when, what came and what went.
    Points {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Member id, member number, or phone number.
        member: String,
    },
    /// Take goods back against a receipt.
    Return {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Receipt number of the sale.
        #[arg(long)]
        receipt: String,
        #[command(flatten)]
        which: WhichArgs,
        /// `SKU` or `SKU*QTY`, repeated; `SKU@2` the product on the receipt's second line, `#2` that line; none = all
        /// that is left.
        #[arg(long = "line")]
        lines: Vec<String>,
        /// shade, reaction, surplus, damaged or other.
        #[arg(long, default_value = "other")]
        reason: String,
        #[command(flatten)]
        reaction: ReactionArgs,
        /// For a receipt that this counter does not know: what was given back at the till, in yuan.
        #[arg(long)]
        refund: Option<String>,
        #[command(flatten)]
        approver: ApproverArgs,
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
        /// The last four digits of her phone number, where they are asked.
        #[arg(long)]
        last_four: Option<String>,
        #[command(flatten)]
        approver: ApproverArgs,
    },
    /// Act on a member's account: behaviours, undoing a redemption, freezing, extending.
    Act(ActArgs),
    /// Hand a sample or a welcome gift to a member; with neither reward nor product, say what can be given.
    Sample(SampleArgs),
    /// Change a member's profile.
    Profile {
        #[command(flatten)]
        clerk: ClerkArgs,
        #[command(flatten)]
        change: ProfileArgs,
    },
    /// A profile in full, to be changed. That it was looked at is logged.
    ProfileForm {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Member id, member number, or phone number.
        #[arg(long)]
        member: String,
    },
    /// A member's new phone number: send a code to it; with a code, prove it; or leave the old one.
    NewPhone {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Member id, member number, or phone number.
        #[arg(long)]
        member: String,
        /// The code that she says.
        #[arg(long)]
        code: Option<String>,
        /// The number was a mistake.
        #[arg(long, conflicts_with = "code")]
        drop: bool,
    },
    /// Make a sign-up code; with an id, ask who joined by it.
    Join {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Id of an earlier code.
        #[arg(long)]
        joined: Option<String>,
        /// A code that goes on paper: it holds longer.
        #[arg(long, conflicts_with = "joined")]
        paper: bool,
    },
    /// Sign somebody up whose form is filled in here.
    #[command(name = "sign-up")]
    SignUp {
        #[command(subcommand)]
        action: SignUpAction,
    },
    /// Who may sign in here, and whether that needs no network.
    Clerks,
    /// Sign a clerk in: the first time on this counter needs the network, later ones none.
    #[command(name = "sign-in")]
    SignIn {
        #[command(flatten)]
        clerk: ClerkArgs,
    },
    /// How the device and its sync stand, and what waits.
    Status,
    /// Open a counter that has been silent for too long, by a code that headquarters or a manager gave.
    Unlock {
        /// The code: sixteen letters and digits.
        code: String,
    },
    /// Who looked at members from a shell; for a manager.
    Looks {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Of the last days.
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// What a store's manager does about the devices and clerks of the store.
    Manage {
        #[command(flatten)]
        clerk: ClerkArgs,
        #[command(subcommand)]
        action: Manage,
    },
    /// The customer's receipt: of an operation's id, or of a till's receipt number. Who looks is written down.
    Receipt {
        #[command(flatten)]
        clerk: ClerkArgs,
        #[command(subcommand)]
        action: ReceiptAction,
    },
    /// This device's receipt printer.
    Printer {
        #[command(subcommand)]
        action: PrinterAction,
    },
    /// The file of what only this counter knows.
    Outbox {
        #[command(subcommand)]
        action: OutboxAction,
    },
    /// Say in words what is wrong on this machine, and what to do: 0 = nothing, 1 = something.
    Doctor {
        /// In which language.
        #[arg(long, value_enum, default_value = "en")]
        language: SlipLanguage,
    },
    /// Keep in step with the centre, and up to date, without a window, until told to stop.
    Run(RunArgs),
    /// Take this counter off the machine: says what waits; with --confirm, and where nothing does, erases all that it
    /// keeps here, for good. Revoke the device at the centre as well.
    Leave {
        /// Do it.
        #[arg(long)]
        confirm: bool,
    },
}

#[derive(Args)]
pub(super) struct RunArgs {
    /// The program that new versions replace; without it, this one.
    #[arg(long)]
    pub(super) program: Option<PathBuf>,
    /// Seconds without an operation after which the counter counts as quiet.
    #[arg(long, default_value_t = 1_200)]
    pub(super) quiet_after: u64,
    /// Seconds that a new version has to reach the centre.
    #[arg(long, default_value_t = 900)]
    pub(super) patience: u64,
}

#[derive(Subcommand)]
pub(super) enum OutboxAction {
    /// Put a damaged or lost outbox under another name and begin a new one for the same device.
    MoveAside,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_words_fit_together() {
        super::Cli::command().debug_assert();
    }
}

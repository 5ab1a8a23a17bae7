//! The words of the command line.

use super::acts::{ActArgs, ApproverArgs};
use super::reaction::ReactionArgs;
use super::sign_up::SignUpAction;
use crate::view::{
    CreditRequest, MemberBy, PaperWidth, ProfileRequest, SkinView, SlipFormat, SlipLanguage,
    UnderNumber,
};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    name = "counter",
    version,
    about = "The offline engine of a Counterpart counter"
)]
pub(super) struct Cli {
    /// Data folder of the counter.
    #[arg(long, env = "COUNTERPART_HOME")]
    pub(super) home: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
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
    /// Follow the centre that this counter belongs to to another address. It proves itself first.
    Move {
        /// Its new address: https, or http on this machine.
        #[arg(long)]
        centre: String,
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
    /// Find a member of another store by phone, card number or member code, and keep her for the day.
    #[command(name = "look-up")]
    LookUp {
        /// The whole number or code.
        query: String,
        /// What the number is, where it may be a card's and another member's phone number.
        #[arg(long, value_enum)]
        by: Option<MemberBy>,
    },
    /// Say what a scanned text is: a product, a member, a receipt.
    Scan {
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
        /// Check them against the allergies of a member: id, member number, or phone number.
        #[arg(long)]
        member: Option<String>,
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
        #[command(flatten)]
        approver: ApproverArgs,
        /// Say what it would come to, record nothing.
        #[arg(long)]
        quote: bool,
    },
    /// Coupons that a member may still use, and where; with lines, what each would do to that basket.
    Coupons {
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
    },
    /// Act on a member's account: behaviours, undoing a redemption, freezing, extending.
    Act(ActArgs),
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
    /// Make a sign-up code; with an id, ask who joined by it.
    Join {
        #[command(flatten)]
        clerk: ClerkArgs,
        /// Id of an earlier code.
        #[arg(long)]
        joined: Option<String>,
    },
    /// Sign somebody up whose form is filled in here.
    #[command(name = "sign-up")]
    SignUp {
        #[command(subcommand)]
        action: SignUpAction,
    },
    /// How the device and its sync stand, and what waits.
    Status,
    /// What a store's manager does about the devices of her store.
    Manage {
        #[command(flatten)]
        clerk: ClerkArgs,
        #[command(subcommand)]
        action: Manage,
    },
    /// The customer's receipt: of an operation's id, or of a till's receipt number.
    Receipt {
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
}

#[derive(Subcommand)]
pub(super) enum Manage {
    /// The store's devices, what they hold, and what the store bears.
    Look,
    /// Apply what a forked outbox brought and let the device begin anew.
    Resolve {
        /// The device's id.
        device: String,
    },
    /// Free what a silent device holds; what it still brings of it is the store's loss.
    WriteOff {
        /// The device's id.
        device: String,
    },
    /// Write a device off and never let it in again.
    Revoke {
        /// The device's id.
        device: String,
    },
    /// Entries of the list that have been seen to.
    Seen {
        /// Their ids.
        #[arg(required = true)]
        entries: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(super) enum OutboxAction {
    /// Put a damaged or lost outbox under another name and begin a new one for the same device.
    MoveAside,
}

#[derive(Subcommand)]
pub(super) enum ReceiptAction {
    /// Show it as it is set on paper; with --json its parts.
    Show {
        /// Id of an operation of this counter, or a till's receipt number.
        which: String,
        #[command(flatten)]
        paper: PaperArgs,
    },
    /// Print it. Once printed it is a reprint, and says so.
    Print {
        /// Id of an operation of this counter, or a till's receipt number.
        which: String,
    },
    /// Save it as a file, which counts as no print.
    Save {
        /// Id of an operation of this counter, or a till's receipt number.
        which: String,
        /// What to save it as.
        #[arg(long, value_enum, default_value = "pdf")]
        format: SlipFormat,
        #[command(flatten)]
        paper: PaperArgs,
        /// The file; none = a new one in the folder of the settings. One that is there is not written over.
        #[arg(long)]
        to: Option<PathBuf>,
    },
}

#[derive(Args, Clone, Copy)]
pub(super) struct PaperArgs {
    /// Width of the paper in millimetres; none = the printer's.
    #[arg(long, value_enum)]
    pub(super) width: Option<PaperWidth>,
    /// Its language; none = the printer's.
    #[arg(long, value_enum)]
    pub(super) language: Option<SlipLanguage>,
}

#[derive(Subcommand)]
pub(super) enum PrinterAction {
    /// Show the settings.
    Show,
    /// Change settings; what is not said stays.
    Set {
        /// `none`, a file or a folder, a device such as /dev/usb/lp0, or tcp://HOST[:PORT].
        #[arg(long)]
        to: Option<String>,
        #[command(flatten)]
        paper: PaperArgs,
        /// Whether the app prints after each sale, return and redemption.
        #[arg(long)]
        automatic: Option<bool>,
        /// Whether the first print opens the cash drawer.
        #[arg(long)]
        drawer: Option<bool>,
        /// Whether a network printer says when it has printed.
        #[arg(long)]
        answers: Option<bool>,
        /// Folder for pictures and PDFs.
        #[arg(long)]
        folder: Option<String>,
    },
    /// Print a page that shows whether it prints.
    Test,
}

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

/// What is said of a number under which a sale stands already.
#[derive(Args, Clone, Copy)]
pub(super) struct NumberArgs {
    /// It is another sale than the one that stands under this number; a manager approves where that is of today.
    #[arg(long, conflicts_with = "corrects")]
    new_sale: bool,
    /// The sale of today that stands under this number was keyed wrongly: it is taken back whole. A manager approves.
    #[arg(long)]
    corrects: bool,
}

impl NumberArgs {
    pub(super) fn said(self) -> UnderNumber {
        match (self.new_sale, self.corrects) {
            (true, _) => UnderNumber::NewSale,
            (false, true) => UnderNumber::Corrects,
            (false, false) => UnderNumber::Ask,
        }
    }
}

/// Which sale of a number.
#[derive(Args)]
pub(super) struct WhichArgs {
    /// The sale's id, as the question "which sale" names it.
    #[arg(long)]
    pub(super) sale: Option<String>,
    /// The store that sold; this one where it is not said.
    #[arg(long)]
    pub(super) store: Option<String>,
    /// The business day on which it was sold, YYYY-MM-DD.
    #[arg(long)]
    pub(super) date: Option<String>,
}

#[derive(Args)]
pub(super) struct CreditArgs {
    /// Id of who gets the credit; without it, as the shop's rule has it.
    #[arg(long)]
    seller: Option<String>,
    /// Id of who assisted.
    #[arg(long, requires = "seller")]
    second: Option<String>,
    /// Nobody gets the credit, as for what the staff buy themselves.
    #[arg(long, conflicts_with_all = ["seller", "second"])]
    nobody: bool,
    /// Why it is not as the rule has it: served, assisted, own_purchase, mistake or other.
    #[arg(long, default_value = "")]
    credit_reason: String,
}

impl CreditArgs {
    /// What is asked for; none where nothing is said.
    pub(super) fn request(self) -> Option<CreditRequest> {
        let said = self.nobody || self.seller.is_some();
        said.then_some(CreditRequest {
            seller: self.seller,
            second: self.second,
            reason: self.credit_reason,
        })
    }
}

#[derive(Args)]
pub(super) struct ClerkArgs {
    /// The clerk's id.
    #[arg(long, env = "COUNTER_CLERK")]
    pub(super) clerk: String,
    /// The clerk's PIN; better given in the environment or a file than on a command line.
    #[arg(
        long,
        env = "COUNTER_PIN",
        hide_env_values = true,
        required_unless_present = "pin_file"
    )]
    pub(super) pin: Option<String>,
    /// A file with the PIN, where it is not given otherwise.
    #[arg(long)]
    pub(super) pin_file: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct ProfileArgs {
    /// Member id, member number, or phone number.
    #[arg(long)]
    pub(super) member: String,
    /// Full name.
    #[arg(long)]
    name: Option<String>,
    /// What she likes to be called.
    #[arg(long)]
    called: Option<String>,
    /// New mobile number; with the network only.
    #[arg(long)]
    phone: Option<String>,
    /// YYYY-MM-DD, or MM-DD where she does not tell the year.
    #[arg(long)]
    birthday: Option<String>,
    /// Id of her own advisor; empty = nobody.
    #[arg(long)]
    advisor: Option<String>,
    /// Skin by its axes: moisture,sensitivity,pigmentation,ageing; each may be empty.
    #[arg(long, value_delimiter = ',', num_args = 1)]
    skin: Vec<String>,
    /// What she wants to improve, the whole list, separated by commas.
    #[arg(long, value_delimiter = ',')]
    concerns: Option<Vec<String>>,
    /// An allergy or avoided ingredient, repeated.
    #[arg(long)]
    allergy: Vec<String>,
    /// One that she took back, repeated.
    #[arg(long)]
    no_allergy: Vec<String>,
    /// Consent to keeping skin and allergies.
    #[arg(long)]
    consent_skin: Option<bool>,
    /// Consent to marketing.
    #[arg(long)]
    consent_marketing: Option<bool>,
    /// Her guardian's consent, where she is under 14.
    #[arg(long)]
    consent_guardian: Option<bool>,
    /// Revision of her profile that was in sight.
    #[arg(long)]
    seen: Option<u32>,
    /// Version of the wording that she agreed to.
    #[arg(long, default_value = "")]
    consent_version: String,
    /// What to note of her.
    #[arg(long)]
    note: Option<String>,
}

impl ProfileArgs {
    /// The change, of the member who was found.
    pub(super) fn request(self, member_id: String) -> ProfileRequest {
        let mut axes = self.skin.into_iter();
        let skin = axes.next().map(|moisture| SkinView {
            moisture,
            sensitivity: axes.next().unwrap_or_default(),
            pigmentation: axes.next().unwrap_or_default(),
            ageing: axes.next().unwrap_or_default(),
        });
        ProfileRequest {
            member_id,
            seen: self.seen,
            name: self.name,
            called: self.called,
            phone: self.phone,
            birthday: self.birthday,
            advisor: self.advisor,
            skin,
            concerns: self.concerns,
            allergies_add: self.allergy,
            allergies_remove: self.no_allergy,
            consent_skin: self.consent_skin,
            consent_marketing: self.consent_marketing,
            consent_guardian: self.consent_guardian,
            consent_version: self.consent_version,
            note: self.note,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_words_fit_together() {
        super::Cli::command().debug_assert();
    }
}

//! A sign-up that a clerk fills in, and how far those have come who use a code.

use super::{Joined, Millis, Part, SkinView};
use serde::{Deserialize, Serialize};

/// What a phone number came to, where a clerk typed it to sign its owner up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum NumberTold {
    /// A member has it: there is nothing to fill in.
    Member {
        /// Who.
        member_id: String,
    },
    /// A message is on its way to her.
    Sent {
        /// The sign-up code that all of this is done by.
        code: String,
        /// Its id, to ask who has joined by it.
        id: String,
        /// In how many seconds another message may be sent.
        resend_after_seconds: u32,
        /// Only in a demonstration, where no message is really sent: what she would read.
        demo_code: Option<String>,
    },
}

/// How somebody is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Title {
    /// 女士
    Ms,
    /// 先生
    Mr,
}

/// What a clerk filled in for her. Until she has agreed it is kept nowhere and sent nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FillIn {
    /// The sign-up code, as [`NumberTold::Sent`] has it.
    pub code: String,
    /// Her mobile number.
    pub phone: String,
    /// What she read out of the message.
    pub verification: String,
    /// Her name, or her surname; may be empty.
    pub name: String,
    /// How she is addressed, where that was said.
    pub title: Option<Title>,
    /// Birthday, `YYYY-MM-DD`, or `MM-DD` where she does not tell the year; empty = not told.
    pub birthday: String,
    /// Skin by the four axes; empty = she is not sure.
    pub skin: SkinView,
    /// What she wants to improve.
    pub concerns: Vec<String>,
    /// What she is allergic to or avoids.
    pub allergies: Vec<String>,
    /// What she ticked, each by itself.
    pub ticked: Vec<String>,
}

/// A consent that she is asked for on the tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AskedConsent {
    /// `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Whether nobody joins without it.
    pub required: bool,
    /// Version of its wording.
    pub version: String,
}

/// What she is shown before she decides.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ToAgree {
    /// What she will be called; empty where nothing was said.
    pub called: String,
    /// Her guardian has to be there.
    pub under_14: bool,
    /// The consents, each by itself.
    pub consents: Vec<AskedConsent>,
}

/// She has joined, or was a member before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilledIn {
    /// The number was a member's before: nothing of what was filled in was kept.
    pub already: bool,
    /// There was no network: she is known here, and proves her number later.
    pub provisional: bool,
    /// Who; none until this counter has heard of her.
    pub who: Option<Joined>,
    /// Her number, masked.
    pub masked_phone: String,
}

/// How far a guest has come by a code of this counter. Where several use it, of whoever has not joined yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InvitedView {
    /// The code's id.
    pub id: String,
    /// When she opened the page.
    pub opened: Option<Millis>,
    /// When a message was sent to her.
    pub sent: Option<Millis>,
    /// When she proved her phone.
    pub proven: Option<Millis>,
    /// When somebody joined last.
    pub joined: Option<Millis>,
}

/// A sign-up code as paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InviteSlip {
    /// What it says, in order.
    pub parts: Vec<Part>,
    /// Its QR code as SVG.
    pub code_svg: String,
    /// Whether this device has a printer.
    pub printer: bool,
}

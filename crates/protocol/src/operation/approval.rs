//! A store manager's approval.
//!
//! What has already happened at a counter counts at the centre, with or without a sound approval; where one was needed and
//! is missing, or names nobody who may give it, that is on the manager's list.

use serde::{Deserialize, Serialize};

use crate::ids::ClerkId;
use crate::limits::{REASON_CHARS, is_line};

/// Why a clerk asks for an approval, by stable words; the screens have the texts. Words and no free
/// text: the body is hashed and is never erased, so that nothing personal may stand in it.
pub const REASONS: [&str; 6] = ["asked", "mistake", "fault", "misuse", "goodwill", "other"];

/// What showed that she was there whose points were spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// She said the last four digits of her phone number.
    LastFour,
    /// She said a code that was sent to her number.
    Message,
    /// She showed her page's code, made a moment ago, or the number beside it.
    MemberCode,
    /// A way that this build does not know.
    #[serde(other)]
    Other,
}

/// A manager of the store has typed her PIN on the counter for this operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub manager: ClerkId,
    /// Why: one of [`REASONS`], or for a return its own reason; a word that a build does not know counts as
    /// `other`.
    pub reason: String,
}

impl Approval {
    /// Whether it keeps to the limits of length and letters.
    pub fn fits(&self) -> bool {
        is_line(self.manager.as_str(), REASON_CHARS) && is_line(&self.reason, REASON_CHARS)
    }
}

/// The word of a reason that is kept: itself where it is one of [`REASONS`], else `other`.
pub fn reason_word(word: &str) -> &'static str {
    REASONS
        .into_iter()
        .find(|known| *known == word)
        .unwrap_or("other")
}

//! Why a text is no identifier.

use crate::text::describe;
use thiserror::Error;

/// Why a text cannot be a number on a card, a product's number or the like. Places count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No letter and no digit is in it.
    #[error("has no letter and no digit")]
    Blank,
    /// It is too long.
    #[error("longer than {most} characters")]
    TooLong {
        /// What is allowed.
        most: usize,
    },
    /// It holds a character that no screen shows and no keyboard types.
    #[error("holds a control character: {} at place {place}", describe(*character))]
    Control {
        /// Which.
        character: char,
        /// Where.
        place: usize,
    },
    /// A spreadsheet has written it as a number with an exponent; digits are lost.
    #[error("a spreadsheet has rounded this number; export the column as text")]
    Rounded,
    /// A spreadsheet has put an error in its place.
    #[error("a spreadsheet's error stands in its place")]
    SpreadsheetError,
    /// It begins as a formula does, and a spreadsheet would run it.
    #[error("begins with {character}, as a formula of a spreadsheet does")]
    Formula {
        /// By what.
        character: char,
    },
    /// A colon, which in a scanned code ends the number.
    #[error("holds a colon, which ends the number in a member's code")]
    Colon,
    /// It begins as a scanned member code does, and no card may.
    #[error("begins with CPM:, as a scanned code does; give the number behind it")]
    MemberCode,
}

impl Refusal {
    /// A stable name for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::TooLong { .. } => "too_long",
            Self::Control { .. } => "control_character",
            Self::Rounded => "rounded",
            Self::SpreadsheetError => "spreadsheet_error",
            Self::Formula { .. } => "formula",
            Self::Colon => "colon",
            Self::MemberCode => "member_code",
        }
    }
}

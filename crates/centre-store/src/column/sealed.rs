//! Text that a column holds sealed, by the key of its database.
//!
//! A value that is to be sealed goes to [`WriteTransaction`](crate::db::WriteTransaction) with a sign before it, which
//! seals it on its way to the engine: only there is it known whose database it is.

use std::fmt;

use sea_orm::{DbErr, Value, Values};

use super::{Col, Stored};
use crate::seal::{self, CannotSeal, SealingKey};

/// Stands before a text that is to be sealed. No text of ours begins with it.
const TO_SEAL: &str = "\u{1}seal\u{1}";
/// Stands before a text that is to be sealed alike beside a salt; the salt follows, and [`END`].
const TO_SEAL_ALIKE: &str = "\u{1}alike\u{1}";
/// Ends a salt.
const END: char = '\u{1}';

/// A text, and whether the column has it sealed.
#[derive(Clone, Default)]
pub struct Sealed {
    text: String,
    how: How,
}

#[derive(Clone, Default, PartialEq, Eq)]
enum How {
    /// As it is: it says nothing that is worth a seal.
    #[default]
    Plain,
    Sealed,
    /// The same text alike, beside this salt.
    Alike(String),
}

impl Sealed {
    /// A text that is to be sealed. What says nothing, an empty text or list, is not.
    pub fn secret(text: impl Into<String>) -> Self {
        let text = text.into();
        let how = match text.as_str() {
            "" | "[]" => How::Plain,
            _ => How::Sealed,
        };
        Self { text, how }
    }

    /// A text that is to be sealed so that rows of one salt can be told apart by it. The salt has no control characters.
    pub fn alike(salt: &str, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            how: How::Alike(salt.replace(char::is_control, "")),
        }
    }

    /// A text that nobody has to seal.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            how: How::Plain,
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text alone.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

/// By what they say.
impl PartialEq for Sealed {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Sealed {}

/// What it says is in no log.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text of {} bytes", self.text.len())
    }
}

impl Stored for Sealed {
    type Raw = String;
    const WHAT: &'static str = "a text that the key for sensitive data opens";

    fn to_raw(&self) -> String {
        match &self.how {
            How::Plain => self.text.clone(),
            How::Sealed => format!("{TO_SEAL}{}", self.text),
            How::Alike(salt) => format!("{TO_SEAL_ALIKE}{salt}{END}{}", self.text),
        }
    }

    fn from_raw(raw: String) -> Option<Self> {
        let how = match seal::mark_of(&raw) {
            Some(_) => How::Sealed,
            None => How::Plain,
        };
        let text = seal::opened(raw).ok()?;
        Some(Self { text, how })
    }
}

impl From<Sealed> for String {
    fn from(sealed: Sealed) -> Self {
        sealed.text
    }
}

impl Col<Sealed> {
    /// [`Sealed::secret`], for a column.
    pub fn secret(text: impl Into<String>) -> Self {
        Self(Sealed::secret(text))
    }

    /// [`Sealed::plain`], for a column.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(Sealed::plain(text))
    }
}

/// Seals those of a statement's values that are to be sealed.
///
/// # Errors
/// Where one is, and there is no key or no randomness.
pub(crate) fn seal_values(values: &mut Values, key: Option<&SealingKey>) -> Result<(), DbErr> {
    let failed = |e: CannotSeal| DbErr::Custom(e.to_string());
    let none = || DbErr::Custom("no key to seal with: the database was opened without".into());
    for value in &mut values.0 {
        let Value::String(Some(text)) = value else {
            continue;
        };
        if !text.starts_with(END) {
            continue;
        }
        if let Some(secret) = text.strip_prefix(TO_SEAL) {
            *text = key.ok_or_else(none)?.seal(secret).map_err(failed)?;
        } else if let Some((salt, secret)) = text
            .strip_prefix(TO_SEAL_ALIKE)
            .and_then(|rest| rest.split_once(END))
        {
            let key = key.ok_or_else(none)?;
            *text = key.seal_alike(salt, secret).map_err(failed)?;
        }
    }
    Ok(())
}

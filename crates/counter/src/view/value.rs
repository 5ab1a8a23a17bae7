//! Values that several views are made of.

use serde::{Deserialize, Serialize};

/// An instant as milliseconds since 1970-01-01 UTC, as a script reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Millis(
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))] pub i64,
);

impl From<chrono::DateTime<chrono::Utc>> for Millis {
    fn from(at: chrono::DateTime<chrono::Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

/// Words of the brand in the languages of the screens; either may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Skin by the four axes; empty words are not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SkinView {
    /// `dry`, `combination`, `oily`.
    pub moisture: String,
    /// `sensitive`, `resistant`.
    pub sensitivity: String,
    /// `pigmented`, `non_pigmented`.
    pub pigmentation: String,
    /// `wrinkled`, `tight`.
    pub ageing: String,
}

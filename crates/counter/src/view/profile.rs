//! Changing a member's profile.

use super::{Millis, SkinView};
use serde::{Deserialize, Serialize};

/// What a clerk changes of a profile; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ProfileRequest {
    /// Whose.
    pub member_id: String,
    /// Full name.
    pub name: Option<String>,
    /// Mobile number.
    pub phone: Option<String>,
    /// Birthday, `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// Id of her own advisor; empty = nobody.
    pub advisor: Option<String>,
    /// Skin, where she agrees to its being recorded.
    pub skin: Option<SkinView>,
    /// What she wants to improve, the whole list.
    pub concerns: Option<Vec<String>>,
    /// Allergies and avoided ingredients that she told of.
    pub allergies_add: Vec<String>,
    /// Those that she took back.
    pub allergies_remove: Vec<String>,
    /// Consent to keeping skin and allergies, given or withdrawn.
    pub consent_skin: Option<bool>,
    /// Consent to marketing, given or withdrawn.
    pub consent_marketing: Option<bool>,
    /// Version of the wording that she agreed to.
    pub consent_version: String,
    /// What to note of her.
    pub note: Option<String>,
}

/// A change of a profile that is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProfileDone {
    /// The operation.
    pub op_id: String,
}

/// What a clerk noted of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NoteView {
    /// Who: name, or id where the name is not known here.
    pub clerk: String,
    /// When.
    pub at: Millis,
    /// The words.
    pub text: String,
}

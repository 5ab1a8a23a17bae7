//! The `profile` operation: what a clerk changed of a member, besides points.
//!
//! Two counters may change the same member while neither sees the other. What then holds, whatever
//! order they arrive in: a field that was set is the last one's by the centre's order; what she is
//! allergic to joins, and taking one off the list undoes only what the clerk had seen; a consent that was
//! withdrawn stays withdrawn unless whoever gave it anew had seen that; notes only add.

use crate::entity::Skin;
use crate::ids::{ClerkId, MemberId};
use crate::limits::{NAME_CHARS, NOTE_CHARS, TAG_CHARS, TAGS};
use crate::operation::Operation;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Name of the personal value that holds a new full name.
pub const NAME: &str = "member.name";
/// Name of the personal value that holds what a clerk noted.
pub const NOTE: &str = "member.note";

/// A change of a member's profile. A new name, a new phone number and a note are personal values
/// beside it ([`NAME`], [`crate::operation::PHONE`], [`NOTE`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose.
    pub member: MemberId,
    /// Revision of her profile that the clerk had in sight
    /// ([`revision`](crate::entity::Member::revision)).
    #[serde(default)]
    pub seen: u32,
    /// Fields that were set.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub set: Fields,
    /// What she is allergic to or avoids, newly told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergies_add: Vec<String>,
    /// What was taken off that list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergies_remove: Vec<String>,
    /// Consents given or withdrawn.
    #[serde(default, skip_serializing_if = "Consents::is_empty")]
    pub consents: Consents,
}

/// Fields of a profile that are set whole; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Birthday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// Skin, by the brand's words; kept only with her consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skin: Option<Skin>,
    /// Her own advisor; an empty id is nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisor: Option<ClerkId>,
    /// What she wants to improve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concerns: Option<Vec<String>>,
}

impl Fields {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Consents given (true) or withdrawn (false); what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consents {
    /// To keeping skin condition and allergies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skin: Option<bool>,
    /// To marketing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing: Option<bool>,
    /// Version of the wording that she saw; empty where she withdraws.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text_version: String,
}

impl Consents {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.skin.is_none() && self.marketing.is_none()
    }
}

impl Profile {
    /// Whether everything is within the limits, the personal values of its operation included.
    pub fn is_sound(&self, op: &Operation) -> bool {
        let words = |list: &[String]| list.len() <= TAGS && list.iter().all(|w| fits(w, TAG_CHARS));
        let skin = self.set.skin.iter().all(|s| {
            [&s.moisture, &s.sensitivity, &s.pigmentation, &s.ageing]
                .iter()
                .all(|w| w.is_empty() || fits(w, TAG_CHARS))
        });
        let personal = |name, most| op.personal_value(name).is_none_or(|v| fits(v, most));
        let advisor = self.set.advisor.iter();
        skin && words(&self.allergies_add)
            && words(&self.allergies_remove)
            && self.set.concerns.iter().all(|c| words(c))
            && advisor.into_iter().all(|a| a.as_str().len() <= TAG_CHARS)
            && self.consents.text_version.chars().count() <= TAG_CHARS
            && personal(NAME, NAME_CHARS)
            && personal(NOTE, NOTE_CHARS)
    }
}

/// Something is said, within the limit, and on no terminal does it do more than show.
fn fits(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= most
        && !text.chars().any(|c| c.is_control() && c != '\n')
}

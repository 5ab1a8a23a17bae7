//! Changing a member's profile.

use super::{AllergyView, ClerkCard, Millis, SkinView};
use protocol::join::Sent;
use serde::{Deserialize, Serialize};

/// What a clerk changes of a profile; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ProfileRequest {
    /// Whose.
    pub member_id: String,
    /// Revision of her profile that the clerk had in sight, as the form said it; none = what is here now.
    pub seen: Option<u32>,
    /// Full name.
    pub name: Option<String>,
    /// What she likes to be called.
    pub called: Option<String>,
    /// Mobile number. It is changed with the network only.
    pub phone: Option<String>,
    /// Birthday, `YYYY-MM-DD`, or `MM-DD` where she does not tell the year.
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
    /// Her guardian's consent, where she is under 14, given or withdrawn.
    pub consent_guardian: Option<bool>,
    /// Version of the wording that she agreed to; empty = that of this build.
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
    /// What the words for new allergies mean. One with no products warns of nothing now: the clerk is told.
    pub allergies: Vec<AllergyView>,
    /// Of the words for new allergies, those that no product's list here has.
    pub warns_of_nothing: Vec<String>,
    /// Somebody else changed her profile since the form was opened; this change comes after it.
    pub meanwhile: Option<Meanwhile>,
    /// A new phone number was told: she has still to prove it.
    pub phone_waits: bool,
}

/// A code is on its way to a member's new number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NewPhoneSent {
    /// Seconds after which another may be sent.
    pub resend_after_seconds: u32,
    /// Only in a demonstration, where no message is really sent: the code itself.
    pub demo_code: Option<String>,
}

impl From<Sent> for NewPhoneSent {
    fn from(sent: Sent) -> Self {
        Self {
            resend_after_seconds: u32::try_from(sent.resend_after_seconds).unwrap_or(0),
            demo_code: sent.demo_code,
        }
    }
}

/// What somebody else made of a profile while a form was open: both changes stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Meanwhile {
    /// Who: name, or id where the name is not known here; none where the centre does not tell.
    pub clerk: Option<String>,
    /// When.
    pub at: Option<Millis>,
    /// The name that it has now, where this change sets one too.
    pub name: Option<String>,
    /// What she is called now, where this change sets that too.
    pub called: Option<String>,
}

/// A profile to be changed: everything in full. That it was looked at is logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProfileForm {
    /// Whose.
    pub member_id: String,
    /// Revision of her profile; it goes back with the change.
    pub revision: u32,
    /// Full name; may be empty.
    pub name: String,
    /// What she likes to be called; may be empty.
    pub called: String,
    /// Mobile number.
    pub phone: String,
    /// Birthday.
    pub birthday: Option<BirthdayView>,
    /// Whether she is under 14: her guardian agrees first.
    pub under_14: bool,
    /// Id of her own advisor.
    pub advisor: Option<String>,
    /// Who may be.
    pub advisors: Vec<ClerkCard>,
    /// Skin; none where it was not told or may not be kept.
    pub skin: Option<SkinView>,
    /// What she wants to improve.
    pub concerns: Vec<String>,
    /// Words for it that the brand's products know.
    pub concern_words: Vec<String>,
    /// Allergies and avoided ingredients.
    pub allergies: Vec<String>,
    /// What clerks noted last, newest first.
    pub notes: Vec<NoteView>,
    /// What she agreed to: terms, skin, marketing, and the guardian's.
    pub consents: Vec<ConsentView>,
    /// Version of the wording that is shown.
    pub consent_version: String,
    /// Whether some of it was changed here and the centre has not confirmed it.
    pub pending: bool,
    /// Whether the centre can be reached: the phone number is changed with the network only.
    pub online: bool,
}

impl std::fmt::Debug for ProfileForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProfileForm({}, …)", self.member_id)
    }
}

/// A birthday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BirthdayView {
    /// Year; none where she did not tell it.
    pub year: Option<i32>,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day.
    pub day: u32,
}

/// A consent as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConsentView {
    /// `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Given or not.
    pub given: bool,
    /// Version of the wording that was seen; empty where it is not known.
    pub version: String,
    /// When it was given or withdrawn; none where that is not known.
    pub at: Option<Millis>,
    /// Where: `phone`, `counter`, `import`; empty where that is not known.
    pub source: String,
    /// Whether it was said here and the centre has not confirmed it.
    pub pending: bool,
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

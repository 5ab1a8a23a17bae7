//! A change of a profile, as it is said in a shell.

use crate::view::{ProfileRequest, SkinView};
use clap::Args;

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

//! Somebody who was signed up at a counter without the network: she can buy and earn at once, and whoever has her number proves
//! it later.

use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, PHONE, Spend};
use crate::ids::{CampaignId, MemberId, StoreId};
use crate::join::{Consent, Joining};
use crate::personal::PersonalField;
use crate::phone::mobile_number;
use crate::sign_up::is_campaign;

/// Name of the personal value that holds what she told, the JSON of [`Told`].
pub const TOLD: &str = "sign_up.told";
/// Digits and letters of the id that a counter gives a member.
const ID_CHARS: usize = 32;

/// How she agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreeing {
    /// She ticked it herself on the turned tablet.
    Ticked,
    /// It was read out to her, and the clerk ticked what she said.
    ReadOut,
    /// A way that this build does not know.
    #[serde(other)]
    Other,
}

/// Somebody signed up at a counter without the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUp {
    /// The id that her counter gave her. Where her number is a member's already, it is another name of hers.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// By which campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// Each consent by itself.
    pub consents: Vec<Consent>,
    /// How she agreed.
    pub agreeing: Agreeing,
    /// What she told; beside the operation.
    #[serde(skip)]
    pub told: Told,
}

/// What she told, beside her number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Her name; may be empty.
    pub name: String,
    /// What she likes to be called; may be empty.
    pub called: String,
    /// Her birthday, where she told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<chrono::NaiveDate>,
    /// Skin type.
    pub skin: crate::entity::Skin,
    /// What she wants to improve.
    pub concerns: Vec<String>,
    /// What she is allergic to.
    pub allergies: Vec<String>,
}

impl Told {
    /// What of a sign-up is told beside the number.
    #[must_use]
    pub fn of(joining: Joining) -> Self {
        Self {
            name: joining.name,
            called: joining.called,
            birthday: joining.birthday,
            skin: joining.skin,
            concerns: joining.concerns,
            allergies: joining.allergies,
        }
    }
}

impl SignUp {
    /// All of it as a sign-up by code would tell it, to be judged by the same rules.
    #[must_use]
    pub fn as_joining(&self, phone: &str) -> Joining {
        let told = self.told.clone();
        Joining {
            phone: phone.to_owned(),
            verification: String::new(),
            name: told.name,
            called: told.called,
            birthday: told.birthday,
            skin: told.skin,
            concerns: told.concerns,
            allergies: told.allergies,
            consents: self.consents.clone(),
            at_counter: true,
            ticket: None,
            not_me: false,
            browser: None,
            authorised: None,
            guardian: None,
        }
    }
}

impl OperationKind for SignUp {
    const NAME: &'static str = "sign_up";
    const APPROVING: Approving = Approving::Never;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = true;
    const GETS_SLIP: bool = false;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = false;

    fn member(&self) -> Option<&MemberId> {
        // she is nobody's account yet
        None
    }

    fn store(&self) -> Option<&StoreId> {
        Some(&self.store)
    }

    fn spends(&self) -> &[Spend] {
        &[]
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        None
    }

    fn approval(&self) -> Option<&Approval> {
        None
    }

    fn fits(&self, op: &Operation) -> bool {
        let id = self.member.as_str();
        let of_a_counter = id.len() == ID_CHARS && id.bytes().all(|b| b.is_ascii_hexdigit());
        let phone = op.personal_value(PHONE).and_then(mobile_number);
        let campaign = self.campaign.as_ref();
        of_a_counter
            && campaign.is_none_or(|c| is_campaign(c.as_str()))
            // the day is looked at where it is known
            && phone.is_some_and(|phone| {
                self.as_joining(&phone).admit(chrono::NaiveDate::MAX).is_ok()
            })
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        None
    }

    fn take_in(&mut self, personal: &[PersonalField]) -> Result<(), serde_json::Error> {
        let told = personal.iter().find(|field| field.name == TOLD);
        if let Some(text) = told.and_then(PersonalField::value) {
            self.told = serde_json::from_str(text)?;
        }
        Ok(())
    }
}

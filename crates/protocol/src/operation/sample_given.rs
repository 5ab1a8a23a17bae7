//! A sample or a welcome gift handed to a member: it costs her nothing.

use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::ids::{MemberId, StoreId};
use crate::limits::{QUANTITY, REASON_CHARS, SKU_CHARS, is_line};

/// Length of a sample's name, in characters.
pub const SAMPLE_NAME_CHARS: usize = 120;

/// Why a sample is given, by stable words; the screens have the texts.
pub const SAMPLE_REASONS: [&str; 5] = ["welcome", "trial", "with_sale", "care", "other"];

/// A sample or a welcome gift handed to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleGiven {
    /// To whom.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// The reward that it is a piece of: the store's pieces are counted down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<String>,
    /// The product that it is a sample of, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Its name on that day.
    pub name: String,
    /// Pieces, at least 1.
    pub qty: u32,
    /// Why: one of [`SAMPLE_REASONS`]; a word that a build does not know counts as `other`.
    pub reason: String,
}

/// The word of a reason that is kept: itself where it is one of [`SAMPLE_REASONS`], else `other`.
#[must_use]
pub fn sample_reason(word: &str) -> &'static str {
    SAMPLE_REASONS
        .into_iter()
        .find(|known| *known == word)
        .unwrap_or("other")
}

impl OperationKind for SampleGiven {
    const NAME: &'static str = "sample_given";
    const APPROVING: Approving = Approving::Never;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = true;
    const GETS_SLIP: bool = false;
    const GIVES_PIECES: bool = true;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = true;

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
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

    fn fits(&self, _op: &Operation) -> bool {
        let id_fits = |id: &Option<String>| id.as_deref().is_none_or(|id| is_line(id, SKU_CHARS));
        is_line(&self.name, SAMPLE_NAME_CHARS)
            && !self.name.trim().is_empty()
            && is_line(&self.reason, REASON_CHARS)
            && id_fits(&self.reward)
            && id_fits(&self.sku)
            && (1..=QUANTITY).contains(&self.qty)
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        None
    }

    fn pieces(&self) -> Option<(&str, u32)> {
        self.reward.as_deref().map(|reward| (reward, self.qty))
    }
}

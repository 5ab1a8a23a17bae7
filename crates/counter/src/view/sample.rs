//! Samples and welcome gifts handed to a member 送小样: what can be given, and what she was given.

use super::{AllergyCheck, Millis, StoreCard};
use serde::{Deserialize, Serialize};

/// What a clerk can hand to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleOptions {
    /// Samples that others redeem points for, what she never had before what she had, what is used up last; or, where
    /// something was typed, products that were meant by it.
    pub samples: Vec<SampleOption>,
    /// Every word for why one is given, in the order in which they are offered.
    pub reasons: Vec<String>,
    /// The likeliest of them: `welcome` for one who joined a few weeks ago and was given nothing, else `trial`.
    pub reason: String,
}

/// A sample that can be handed out, or a sample of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleOption {
    /// What to ask for.
    pub what: SampleWhat,
    /// Name in Chinese.
    pub name: String,
    /// Name in English; empty where there is none.
    pub name_en: String,
    /// Size or shade.
    pub size: String,
    /// Texture picture.
    pub swatch: String,
    /// What she is allergic to and it has or may have.
    pub allergy: AllergyCheck,
    /// Pieces left in this store; none where they are not counted.
    pub stock: Option<u32>,
    /// When she was given it last; none = never, as far as is known here.
    pub had: Option<Millis>,
}

/// What is handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SampleWhat {
    /// A sample that others redeem points for: the store's pieces are counted down.
    Reward {
        /// The reward's id.
        id: String,
    },
    /// A sample of a product.
    Product {
        /// Its number.
        sku: String,
    },
}

/// A sample to be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleRequest {
    /// To whom.
    pub member_id: String,
    /// What.
    pub what: SampleWhat,
    /// Pieces, 1 to 99.
    pub qty: u32,
    /// Why: one of [`SampleOptions::reasons`].
    pub reason: String,
}

/// A sample that is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleDone {
    /// The operation.
    pub op_id: String,
}

/// A sample that a member was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleView {
    /// The operation.
    pub op_id: String,
    /// When.
    pub at: Millis,
    /// Name in Chinese, as it was on that day.
    pub name: String,
    /// Name in English; empty where there is none.
    pub name_en: String,
    /// Pieces.
    pub qty: u32,
    /// Why, by a stable word.
    pub reason: String,
    /// Where.
    pub store: StoreCard,
    /// Who gave it: her name, or her id where she is not known here.
    pub clerk: String,
    /// The centre has not confirmed it yet.
    pub pending: bool,
}

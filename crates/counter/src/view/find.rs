//! A member in a list of hits.

use super::{Millis, SkinView, StoreCard, Words};
use crate::search::Matched;
use serde::Serialize;

/// Enough to know a member at a glance and tell look-alikes apart; masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemberHit {
    /// Id.
    pub id: String,
    /// Number on the card.
    pub no: String,
    /// Masked name; empty where she gave none.
    pub masked_name: String,
    /// Masked phone number, its tail readable.
    pub masked_phone: String,
    /// Tier by the program's id.
    pub tier: String,
    /// The tier's place, lowest 0.
    pub tier_rank: u32,
    /// The tier's name in Chinese.
    pub tier_zh: String,
    /// The tier's name in English.
    pub tier_en: String,
    /// Skin, where she consented to its being kept.
    pub skin: Option<SkinView>,
    /// What she is allergic to or avoids, in Chinese, each once.
    pub allergies: Vec<String>,
    /// The same in both languages.
    pub allergy_names: Vec<Words>,
    /// Last purchase.
    pub last_purchase: Option<Millis>,
    /// Home store.
    pub home_store: StoreCard,
    /// Why she is among the hits.
    pub matched: Matched,
}

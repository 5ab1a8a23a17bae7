//! Those of whom one has to be named, because what was typed or scanned means each of them.

use crate::search::{By, Named, mask};
use protocol::entity::Product;
use protocol::lookup::{LookupBy, LookupCandidate};
use serde::{Deserialize, Serialize};

/// What of a member a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MemberBy {
    /// The number on her card.
    Card,
    /// Her phone number.
    Phone,
}

/// A member who may be meant, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemberChoice {
    /// Her id; none where she is not on this counter and has to be looked up.
    pub id: Option<String>,
    /// What of her was typed.
    pub by: MemberBy,
    /// The number on her card.
    pub no: String,
    /// Masked name; empty where she gave none, or is not on this counter.
    pub masked_name: String,
    /// Masked phone number; empty where she is not on this counter.
    pub masked_phone: String,
}

impl From<Named> for MemberChoice {
    fn from(Named { hers, by }: Named) -> Self {
        Self {
            id: Some(hers.id),
            by: match by {
                By::Card => MemberBy::Card,
                By::Phone => MemberBy::Phone,
            },
            no: hers.no,
            masked_name: mask::name(&hers.name),
            masked_phone: mask::phone(&hers.phone),
        }
    }
}

impl From<LookupCandidate> for MemberChoice {
    fn from(candidate: LookupCandidate) -> Self {
        Self {
            id: None,
            by: match candidate.by {
                LookupBy::Phone => MemberBy::Phone,
                LookupBy::Card | LookupBy::Unknown => MemberBy::Card,
            },
            no: candidate.card,
            masked_name: String::new(),
            masked_phone: String::new(),
        }
    }
}

/// A product that may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProductChoice {
    /// Its number.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Size or shade.
    pub size: String,
    /// False where it is no longer sold.
    pub active: bool,
}

impl From<Product> for ProductChoice {
    fn from(p: Product) -> Self {
        Self {
            sku: p.sku,
            name: p.name,
            size: p.size,
            active: p.active,
        }
    }
}

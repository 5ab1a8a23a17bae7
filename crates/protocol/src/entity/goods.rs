//! What is sold, and what points are given for.

use super::left_out::yes;
use super::{Entity, EntityKind};
use crate::ids::MemberId;
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// A product of the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its number.
    pub sku: String,
    /// Bar code (EAN-13), where there is one.
    #[serde(default)]
    pub barcode: Option<String>,
    /// Name in Chinese.
    pub name: String,
    /// Name in English, where there is one.
    #[serde(default)]
    pub name_en: String,
    /// Size or shade, as it is printed.
    #[serde(default)]
    pub size: String,
    /// Category by the brand's id, for factors and coupons.
    #[serde(default)]
    pub category: String,
    /// Price; none where the till alone knows it.
    #[serde(default)]
    pub price: Option<Money>,
    /// Texture picture by kind, for example `serum`.
    #[serde(default)]
    pub swatch: String,
    /// Ingredients that members may be allergic to.
    #[serde(default)]
    pub allergens: Vec<String>,
    /// What it is for: concerns and skin kinds, for suggestions.
    #[serde(default)]
    pub suits: Vec<String>,
    /// Days one piece usually lasts; 0 = not known.
    #[serde(default)]
    pub lasts_days: u32,
    /// False once it is no longer sold.
    #[serde(default = "yes")]
    pub active: bool,
}

impl Entity for Product {
    const KIND: EntityKind = EntityKind::Product;

    fn key(&self) -> String {
        self.sku.clone()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
}

/// Something that points are given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Its id.
    pub id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: String,
    /// Size or shade.
    #[serde(default)]
    pub size: String,
    /// Low → samples, middle → products, high → care services.
    pub kind: RewardKind,
    /// Points for one piece; above zero.
    pub points: Points,
    /// Lowest tier that may have it, by the program's id; none = all.
    #[serde(default)]
    pub min_tier: Option<String>,
    /// Texture picture by kind.
    #[serde(default)]
    pub swatch: String,
    /// Ingredients that members may be allergic to.
    #[serde(default)]
    pub allergens: Vec<String>,
    /// False once it is no longer given.
    #[serde(default = "yes")]
    pub active: bool,
}

impl Entity for Reward {
    const KIND: EntityKind = EntityKind::Reward;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
}

/// Steps of rewards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardKind {
    /// 小样
    Sample,
    /// 正装
    Product,
    /// 护理
    Service,
}

/// How many pieces of a reward a store has; keyed by the reward's id, in the store's scope. A reward
/// without one is not counted there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// Which reward.
    pub reward: String,
    /// Pieces left.
    pub left: u32,
}

impl Entity for Stock {
    const KIND: EntityKind = EntityKind::Stock;

    fn key(&self) -> String {
        self.reward.clone()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
}

//! Finding members and products.

use crate::cache;
use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::Result;
use crate::search::{self, Hit};
use crate::view::{MemberHit, Millis, ProductHit, SkinView};
use loyalty::{Program, TierId};
use protocol::entity::Product;

/// Most hits of one question.
const MOST: u32 = 50;

impl Engine {
    /// Members that a clerk may mean by what was typed or scanned, best first.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn find(&self, typed: &str, limit: u32) -> Result<Vec<MemberHit>> {
        let hits = self.cache(|c| Ok(search::find(c, typed, limit.min(MOST) as usize)?))?;
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        let catalogue = self.catalogue()?;
        let program = catalogue.program(self.shared.now()?);
        Ok(hits
            .into_iter()
            .map(|h| member_hit(h, &catalogue, program))
            .collect())
    }

    /// The id of a member by id, member number or phone number, exactly.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn member_id(&self, text: &str) -> Result<Option<String>> {
        let found = self.cache(|c| {
            Ok(match cache::member(c, text)? {
                Some(m) => Some(m),
                None => match cache::member_by_no(c, text)? {
                    Some(m) => Some(m),
                    None => cache::member_by_phone(c, text)?,
                },
            })
        })?;
        Ok(found.map(|m| m.id.to_string()))
    }

    /// Products by number, bar code, name, pinyin or initials, best first.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn find_products(&self, typed: &str, limit: u32) -> Result<Vec<ProductHit>> {
        let found = self.cache(|c| cache::find_products(c, typed, limit.min(MOST)))?;
        Ok(found.into_iter().map(hit).collect())
    }
}

fn member_hit(h: Hit, catalogue: &Catalogue, program: &Program) -> MemberHit {
    let tier = TierId::from(h.tier.as_str());
    let found = program.tiers().enumerate().find(|(_, t)| t.id == tier);
    let rank = found.and_then(|(i, _)| u32::try_from(i).ok()).unwrap_or(0);
    let label = found.and_then(|(_, t)| t.label.clone()).unwrap_or_default();
    let named = |name: String| {
        if name.is_empty() {
            h.tier.clone()
        } else {
            name
        }
    };
    MemberHit {
        id: h.member_id.to_string(),
        no: h.member_no,
        masked_name: h.masked_name,
        masked_phone: h.masked_phone,
        tier_rank: rank,
        tier_zh: named(label.zh),
        tier_en: named(label.en),
        tier: h.tier.clone(),
        skin: h.skin.map(|s| SkinView {
            moisture: s.moisture,
            sensitivity: s.sensitivity,
            pigmentation: s.pigmentation,
            ageing: s.ageing,
        }),
        allergies: h.allergies,
        last_purchase: h.last_purchase.map(Millis),
        home_store: catalogue.store(&h.home_store),
        matched: h.matched,
    }
}

pub(super) fn hit(p: Product) -> ProductHit {
    ProductHit {
        sku: p.sku,
        barcode: p.barcode,
        name: p.name,
        name_en: p.name_en,
        size: p.size,
        price: p.price,
        swatch: p.swatch,
        allergens: p.allergens,
    }
}

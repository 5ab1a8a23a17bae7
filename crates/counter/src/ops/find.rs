//! Finding members and products.

use crate::cache;
use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::search::{self, Hit};
use crate::view::{MemberHit, Millis, ProductChoice, ProductHit, SkinView};
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

    /// The id of a member by id, or by a card or phone number as it was typed or scanned.
    ///
    /// # Errors
    /// [`Error::MemberAmbiguous`] where several may be meant; where the cache cannot be
    /// read.
    pub fn member_id(&self, text: &str) -> Result<Option<String>> {
        self.cache(|c| match cache::member(c, text)? {
            Some(m) => Ok(Some(m.id.to_string())),
            None => Ok(cache::member_by_number(c, text)?.map(|(id, _)| id)),
        })
    }

    /// The product that is meant by a number or a bar code; what is sold goes before what no longer is.
    ///
    /// # Errors
    /// [`Error::ProductAmbiguous`] where several may be meant; where the cache cannot
    /// be read.
    pub(super) fn product_meant(&self, typed: &str) -> Result<Option<Product>> {
        let found = self.cache(|c| cache::products_like(c, typed))?;
        found.one().map_err(|all| Error::ProductAmbiguous {
            code: typed.chars().take(40).collect(),
            products: all.into_iter().map(ProductChoice::from).collect(),
        })
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

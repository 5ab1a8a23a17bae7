//! Finding members and products.

use crate::cache;
use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::search::{self, Hit, SkinWords, mask};
use crate::shelf::check;
use crate::view::{MemberHit, Millis, ProductChoice, ProductHit, SkinView, Words};
use ingredients::{Allergies, List};
use loyalty::{Program, TierId};
use protocol::entity::{Member, Product};

/// Most hits of one question.
const MOST: u32 = 50;

impl Engine {
    /// Members that a clerk may mean by what was typed or scanned, best first.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn find(&self, typed: &str, limit: u32) -> Result<Vec<MemberHit>> {
        self.members_are_shown()?;
        let mut hits = self.cache(|c| Ok(search::find(c, typed, limit.min(MOST) as usize)?))?;
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        self.overlay_changes(&mut hits)?;
        let catalogue = self.catalogue()?;
        let program = catalogue.program(self.shared.now()?);
        Ok(hits
            .into_iter()
            .map(|h| member_hit(h, &catalogue, program))
            .collect())
    }

    /// Shows on hits what this counter changed of a profile and the centre has not taken in yet. Only of those
    /// members is more read than the search's own rows.
    fn overlay_changes(&self, hits: &mut [Hit]) -> Result<()> {
        let changed = self.shared.outbox().read(outbox::changed_profiles)?;
        for hit in hits {
            if !changed.contains(hit.member_id.as_str()) {
                continue;
            }
            let Some(member) = self.cache(|c| cache::one::<Member>(c, hit.member_id.as_str()))?
            else {
                continue;
            };
            let member = self.with_profile_changes(member)?;
            hit.masked_name = mask::name(&member.name);
            hit.masked_phone = mask::phone(&member.phone);
            hit.allergies = member.allergies;
            hit.skin = member.skin.map(|s| SkinWords {
                moisture: s.moisture,
                sensitivity: s.sensitivity,
                pigmentation: s.pigmentation,
                ageing: s.ageing,
            });
        }
        Ok(())
    }

    /// The id of a member by id, or by a card or phone number as it was typed or scanned.
    ///
    /// # Errors
    /// [`Error::MemberAmbiguous`] where several may be meant; where the cache cannot be
    /// read.
    pub fn member_id(&self, text: &str) -> Result<Option<String>> {
        self.cache(|c| match cache::one::<Member>(c, text)? {
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
        self.find_products_for(None, typed, limit)
    }

    /// The same, each checked against the allergies of a member where this counter holds her.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn find_products_for(
        &self,
        member_id: Option<&str>,
        typed: &str,
        limit: u32,
    ) -> Result<Vec<ProductHit>> {
        let found = self.cache(|c| cache::find_products(c, typed, limit.min(MOST)))?;
        let member = match member_id {
            Some(id) => self.cache(|c| cache::one::<Member>(c, id))?,
            None => None,
        };
        let allergies = match &member {
            Some(member) => self.allergies_of(member)?,
            None => Allergies::default(),
        };
        Ok(found.into_iter().map(|p| hit(p, &allergies)).collect())
    }
}

fn member_hit(h: Hit, catalogue: &Catalogue, program: &Program) -> MemberHit {
    let allergies: Vec<Words> = Allergies::of(&h.allergies)
        .all()
        .iter()
        .map(|a| a.named.clone().into())
        .collect();
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
        allergies: allergies.iter().map(|a| a.zh.clone()).collect(),
        allergy_names: allergies,
        last_purchase: h.last_purchase.map(Millis),
        home_store: catalogue.store(&h.home_store),
        matched: h.matched,
    }
}

/// A product for the screens, checked against what somebody is allergic to.
pub(super) fn hit(p: Product, allergies: &Allergies) -> ProductHit {
    ProductHit {
        allergy: check(allergies, &List::of(&p.allergens)),
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

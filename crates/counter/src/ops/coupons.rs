//! A member's coupons, and which of them go onto a sale.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{CouponPlace, CouponView};
use crate::{cache, outbox};
use loyalty::{Points, Refusal};
use protocol::entity::{Coupon, Member};

impl Engine {
    /// Coupons that a member has, soonest expiry first, and where each may be used.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn coupons(&self, member_id: &str) -> Result<Vec<CouponView>> {
        let member = self
            .cache(|c| cache::member(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let now = self.shared.now()?;
        let today = self.program()?.business_date(now);
        let all = self.cache(|c| cache::coupons_of(c, member.id.as_str()))?;
        let held = self
            .shared
            .outbox()
            .read(|c| outbox::held_coupons(c, member.id.as_str(), now))?;
        let own = self.shared.identity()?.map(|me| me.device);
        Ok(all
            .into_iter()
            .filter(|c| c.coupon.used_by.is_none())
            .filter_map(|c| {
                let here = held.get(&c.coupon.id.to_string()).copied();
                let here = here.unwrap_or_default();
                let place = if here.here {
                    CouponPlace::Here
                } else if c.held_by.is_some() && c.held_by != own {
                    CouponPlace::Elsewhere
                } else {
                    CouponPlace::Free
                };
                let open = !here.used && c.coupon.expires.is_none_or(|day| day >= today);
                open.then(|| view(c, place))
            })
            .collect())
    }

    /// The coupons that a sale names, none of them used here before.
    pub(crate) fn named_coupons(
        &self,
        member: Option<&Member>,
        ids: &[String],
    ) -> Result<Vec<loyalty::Coupon>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // nobody's coupon can be used before it is known whose
        let member = member.ok_or(Error::MemberUnknown)?;
        let refuse = |refusal| Error::Rules {
            refusal,
            possible: Points::ZERO,
        };
        let now = self.shared.now()?;
        let all = self.cache(|c| cache::coupons_of(c, member.id.as_str()))?;
        let held = self
            .shared
            .outbox()
            .read(|c| outbox::held_coupons(c, member.id.as_str(), now))?;
        ids.iter()
            .map(|id| {
                if held.get(id).is_some_and(|h| h.used) {
                    return Err(refuse(Refusal::CouponUsed));
                }
                all.iter()
                    .map(|c| &c.coupon)
                    .find(|c| c.id.to_string() == *id)
                    .cloned()
                    .ok_or_else(|| refuse(Refusal::CouponUnknown))
            })
            .collect()
    }
}

fn view(c: Coupon, place: CouponPlace) -> CouponView {
    CouponView {
        id: c.coupon.id.to_string(),
        benefit: c.coupon.benefit,
        categories: c
            .coupon
            .categories
            .iter()
            .map(ToString::to_string)
            .collect(),
        skus: c.coupon.skus.iter().map(ToString::to_string).collect(),
        stacks: c.coupon.stacks,
        expires: c.coupon.expires.map(|d| d.to_string()),
        place,
    }
}

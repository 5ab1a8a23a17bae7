//! A member's coupons on her page: those that may be used, and those that were.

use crate::books::Books;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{CouponPlace, MemberCoupons, OpenCoupon, UsedCoupon};
use protocol::entity::Member;
use protocol::operation::Body;

/// Days before its last day from which a coupon is spoken of.
const SOON: i64 = 14;
/// Receipts that are looked through for what was used.
const RECEIPTS: u32 = 200;

impl Engine {
    /// All coupons of a member: open ones with the soonest expiry first, and used ones.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn member_coupons(&self, member_id: &str) -> Result<MemberCoupons> {
        self.members_are_shown()?;
        let member = self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let books = self.books(Some(&member), None)?;
        let today = books.program().business_date(books.now());
        let open = self.coupons(member_id)?.into_iter().map(|coupon| {
            let last = coupon.expires.as_deref().and_then(|day| day.parse().ok());
            let days = last.map(|last: chrono::NaiveDate| (last - today).num_days());
            OpenCoupon {
                soon: days.is_some_and(|d| d <= SOON),
                days: days.map(|d| i32::try_from(d).unwrap_or(i32::MAX)),
                coupon,
            }
        });
        Ok(MemberCoupons {
            as_of: member.as_of.into(),
            open: open.collect(),
            used: self.used_coupons(&member, &books)?,
        })
    }

    fn used_coupons(&self, member: &Member, books: &Books) -> Result<Vec<UsedCoupon>> {
        let catalogue = self.catalogue()?;
        let here = self.shared.identity()?.map(|me| me.store);
        let receipts = self.cache(|c| cache::receipts_of(c, member.id.as_str(), RECEIPTS))?;
        let mut all = Vec::new();
        for r in &receipts {
            // one that the rules refused may have been another receipt's
            let used = r.coupons.iter().filter(|c| c.overruled.is_none());
            for c in used {
                all.push(UsedCoupon {
                    coupon: self.coupon_view(c.coupon.clone(), CouponPlace::Free)?,
                    at: r.at.into(),
                    store: catalogue.store(&r.store),
                    here: Some(&r.store) == here.as_ref(),
                    receipt: r.no.clone(),
                    off: c.off,
                    pending: false,
                });
            }
        }
        for op in books.ops() {
            let Body::Sale(sale) = &op.body else { continue };
            // the centre's receipt of it stands above
            let pending = books.sale_of(&op.row.op_id).filter(|sale| !sale.cached);
            let Some(receipt) = pending.and_then(|sale| books.receipt(&sale.id)) else {
                continue;
            };
            for used in &receipt.coupons {
                let Some(coupon) = books.account().coupon(&used.id) else {
                    continue;
                };
                all.push(UsedCoupon {
                    coupon: self.coupon_view(coupon.clone(), CouponPlace::Free)?,
                    at: op.row.at.into(),
                    store: catalogue.store(&sale.store),
                    here: Some(&sale.store) == here.as_ref(),
                    receipt: sale.receipt.clone(),
                    off: used.discount,
                    pending: true,
                });
            }
        }
        all.sort_by_key(|u| std::cmp::Reverse(u.at));
        Ok(all)
    }
}

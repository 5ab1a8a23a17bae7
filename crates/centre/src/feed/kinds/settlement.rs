//! What receipts were settled with besides money: the lots of points that paid, and coupons. Most have
//! neither, and cost no statement. Redemptions are paid by points alone.

use std::collections::{HashMap, HashSet};

use loyalty::{CouponId, LotId, Money, OpId, UsedCoupon};
use protocol::entity as wire;
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{coupon, lot, portion, receipt};

/// What of one receipt.
#[derive(Debug, Default)]
pub struct Settled {
    /// Where the points came from, in the order in which they were spent.
    pub portions: Vec<wire::PaidPortion>,
    /// Coupons used, in order.
    pub coupons: Vec<wire::CouponUse>,
}

/// From which lots operations were paid, read at once.
#[derive(Debug, Default)]
pub struct Paid {
    /// By operation, in the order of spending.
    portions: HashMap<OpId, Vec<portion::Model>>,
    lots: HashMap<(MemberId, LotId), lot::Model>,
}

impl Paid {
    /// Reads what these operations were paid from: a member and an id of hers each.
    pub async fn of<'a, C: ConnectionTrait>(
        db: &C,
        operations: impl Iterator<Item = (&'a MemberId, &'a OpId)>,
    ) -> Result<Self, ServiceError> {
        let mut all = Self::default();
        let mut which = Condition::any();
        // her id first lets the key find the portions
        for (member, op_id) in operations {
            which = which.add(
                Condition::all()
                    .add(portion::Column::MemberId.eq(Col::from(member)))
                    .add(portion::Column::OpId.eq(Col::from(op_id))),
            );
        }
        if which.is_empty() {
            return Ok(all);
        }
        let found = portion::Entity::find()
            .filter(which)
            .order_by_asc(portion::Column::N)
            .all(db)
            .await?;
        all.read_lots(db, &found).await?;
        for p in found {
            all.portions.entry(p.op_id.0.clone()).or_default().push(p);
        }
        Ok(all)
    }

    async fn read_lots<C: ConnectionTrait>(
        &mut self,
        db: &C,
        portions: &[portion::Model],
    ) -> Result<(), ServiceError> {
        let mut by_member: HashMap<&MemberId, HashSet<Col<LotId>>> = HashMap::new();
        for p in portions {
            if let Some(n) = p.lot {
                by_member.entry(&p.member_id).or_default().insert(n);
            }
        }
        let mut which = Condition::any();
        for (member, numbers) in &by_member {
            which = which.add(
                Condition::all()
                    .add(lot::Column::MemberId.eq(Col::from(*member)))
                    .add(lot::Column::N.is_in(numbers.iter().copied())),
            );
        }
        if by_member.is_empty() {
            return Ok(());
        }
        let found = lot::Entity::find().filter(which).all(db).await?;
        self.lots = found
            .into_iter()
            .map(|l| ((l.member_id.0.clone(), *l.n), l))
            .collect();
        Ok(())
    }

    /// What one operation was paid from.
    pub fn take(&mut self, op_id: &OpId) -> Vec<wire::PaidPortion> {
        let portions = self.portions.remove(op_id).unwrap_or_default();
        portions.iter().map(|p| self.portion(p)).collect()
    }

    fn portion(&self, p: &portion::Model) -> wire::PaidPortion {
        let lot = p
            .lot
            .and_then(|n| self.lots.get(&(p.member_id.0.clone(), *n)));
        wire::PaidPortion {
            lot: p.lot.map_or(0, |lot| lot.0.0),
            points: *p.points,
            given_back: *p.given_back,
            expires: lot.and_then(|l| l.expires_on).map(Col::into_inner),
            earned: lot.map(|l| *l.earned_on),
        }
    }
}

/// Portions as they are shown as `shown`'s. Lots of an account that was merged into hers have numbers there that lots of
/// hers have too: they are told under numbers beyond all of hers, with their days, as lots that she has no more.
pub fn lots_as_shown(
    mut portions: Vec<wire::PaidPortion>,
    whose: &MemberId,
    shown: &MemberId,
) -> Vec<wire::PaidPortion> {
    if whose == shown {
        return portions;
    }
    let bytes = whose.as_str().bytes();
    let which = bytes.fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) & 0xFFFF);
    for portion in portions.iter_mut().filter(|p| p.lot > 0) {
        portion.lot += (which + 1) << 32;
    }
    portions
}

/// What of many receipts, read at once.
#[derive(Debug, Default)]
pub struct Settlement {
    paid: Paid,
    coupons: HashMap<CouponId, coupon::Model>,
}

impl Settlement {
    /// Reads what these receipts name.
    pub async fn of<C: ConnectionTrait>(
        db: &C,
        receipts: &[receipt::Model],
    ) -> Result<Self, ServiceError> {
        let by_points = receipts.iter().filter(|r| r.points_paid.is_positive());
        let mut all = Self {
            paid: Paid::of(db, by_points.map(|r| (&*r.member_id, &*r.op_id))).await?,
            ..Self::default()
        };
        let mut used = HashSet::new();
        for r in receipts {
            used.extend(named(r)?.into_iter().map(|c| Col(c.id)));
        }
        if !used.is_empty() {
            let found = coupon::Entity::find()
                .filter(coupon::Column::Id.is_in(used))
                .all(db)
                .await?;
            all.coupons = found.into_iter().map(|c| (c.id.0.clone(), c)).collect();
        }
        Ok(all)
    }

    /// What one receipt was settled with.
    pub fn take(&mut self, r: &receipt::Model) -> Result<Settled, ServiceError> {
        let portions = self.paid.take(&r.op_id);
        let mut coupons = Vec::new();
        for used in named(r)? {
            // one that is not there took nothing off by the rules
            if let Some(row) = self.coupons.get(&used.id) {
                coupons.push(coupon_use(&used, row)?);
            }
        }
        Ok(Settled { portions, coupons })
    }
}

fn named(r: &receipt::Model) -> Result<Vec<UsedCoupon>, ServiceError> {
    if r.coupons == "[]" {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str(&r.coupons)?)
}

fn coupon_use(used: &UsedCoupon, row: &coupon::Model) -> Result<wire::CouponUse, ServiceError> {
    let coupon: loyalty::Coupon = serde_json::from_str(&row.document)?;
    Ok(wire::CouponUse {
        off: Money::from_fen(used.discount.fen()),
        overruled: used.overruled,
        // it changes without its receipts
        coupon: loyalty::Coupon {
            used_by: None,
            ..coupon
        },
    })
}

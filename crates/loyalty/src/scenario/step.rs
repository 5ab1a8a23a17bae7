//! The steps of a scenario: their fields, read strictly, and whether they can be at all.

use serde_json::{Map, Value};

use super::fields::{
    Adjust, Bare, Behave, Confirm, Drop, Extend, GiveCoupon, Nothing, Purchase, Redeem, Return,
    Reverse, SetTier, strict,
};
use crate::adjust::LastDay;
use crate::deed::{self, Deed, Source};
use crate::ids::OpId;
use crate::money::Money;
use crate::program::Program;
use crate::refusal::Malformed;
use crate::returns::ReturnOf;

/// What a step does: all its content but the time and the expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its identity, in the space that all kinds but sales share; a sale's is its receipt's number.
    pub id: Option<OpId>,
    /// What is done; none where only time passes.
    pub deed: Option<Deed>,
    /// What a redemption is for. It is part of what was asked, not of the rules.
    pub reward: Option<String>,
}

impl Operation {
    fn new(id: OpId, deed: Deed) -> Self {
        Self {
            id: Some(id),
            deed: Some(deed),
            reward: None,
        }
    }

    /// Reads the fields of a step of a kind, all but `at`, `do` and `expect`.
    pub(super) fn read(kind: &str, mut fields: Map<String, Value>) -> Result<Self, Malformed> {
        // null is a value of these two only; elsewhere it is as good as left out
        fields.retain(|name, value| {
            !value.is_null()
                || matches!(
                    (kind, name.as_str()),
                    ("adjust", "expires") | ("set_tier", "tier")
                )
        });
        Ok(match kind {
            "purchase" => {
                let sale: Purchase = strict(fields)?;
                Self {
                    id: None,
                    deed: Some(Deed::Purchase(deed::Purchase {
                        id: OpId::from(sale.receipt.as_str()),
                        receipt: sale.receipt,
                        lines: sale.lines,
                        pay_points: sale.pay_points,
                        from: Source::Available,
                        coupons: sale.coupons,
                        recorded_by: sale.recorded_by,
                        all_waits: false,
                    })),
                    reward: None,
                }
            }
            "return" => {
                let back: Return = strict(fields)?;
                if back.all && back.lines.is_some() {
                    return Err(Malformed::new("all", "beside lines"));
                }
                let what = if back.all {
                    ReturnOf::All
                } else {
                    ReturnOf::Lines(back.lines.unwrap_or_default())
                };
                let of = OpId::from(back.receipt.as_str());
                Self::new(back.id, Deed::Return { of, what })
            }
            "confirm" => {
                let Confirm { id, receipt, till } = strict(fields)?;
                let of = OpId::from(receipt.as_str());
                Self::new(id, Deed::Confirm { of, till })
            }
            "drop" => {
                let Drop { id, receipt } = strict(fields)?;
                let of = OpId::from(receipt.as_str());
                Self::new(id, Deed::Drop { of })
            }
            "redeem" => {
                let Redeem { id, points, reward } = strict(fields)?;
                let deed = Deed::Redeem {
                    id: id.clone(),
                    points,
                    from: Source::Available,
                };
                Self {
                    reward,
                    ..Self::new(id, deed)
                }
            }
            "reverse" => {
                let Reverse { id, of } = strict(fields)?;
                Self::new(id, Deed::Reverse { of })
            }
            "behave" => {
                let Behave { id, kind } = strict(fields)?;
                Self::new(id, Deed::Behave { kind })
            }
            "adjust" => {
                let by_hand: Adjust = strict(fields)?;
                let last_day = match by_hand.expires {
                    None => LastDay::ByProgram,
                    Some(None) => LastDay::Never,
                    Some(Some(day)) => LastDay::On(day.0),
                };
                let points = by_hand.points;
                Self::new(by_hand.id, Deed::Adjust { points, last_day })
            }
            "extend" => {
                let Extend { id, to } = strict(fields)?;
                Self::new(id, Deed::Extend { to: to.0 })
            }
            "freeze" => Self::new(strict::<Bare>(fields)?.id, Deed::Freeze),
            "unfreeze" => Self::new(strict::<Bare>(fields)?.id, Deed::Unfreeze),
            "set_tier" => {
                let SetTier { id, tier } = strict(fields)?;
                Self::new(id, Deed::SetTier { floor: tier })
            }
            "give_coupon" => {
                let coupon = strict::<GiveCoupon>(fields)?.coupon()?;
                Self::new(OpId::from(coupon.id.as_str()), Deed::GiveCoupon(coupon))
            }
            "tick" => {
                strict::<Nothing>(fields)?;
                Self {
                    id: None,
                    deed: None,
                    reward: None,
                }
            }
            other => return Err(Malformed::new("do", format!("unknown kind {other:?}"))),
        })
    }

    /// Proves what can be proved without the account: amounts, quantities, behaviours and tiers of the program.
    pub(super) fn validate(&self, program: &Program) -> Result<(), Malformed> {
        let whole = |holds: bool, place: &str, reason: &str| {
            if holds {
                Ok(())
            } else {
                Err(Malformed::new(place, reason))
            }
        };
        let Some(deed) = &self.deed else {
            return Ok(());
        };
        match deed {
            Deed::Purchase(sale) => {
                whole(
                    sale.pay_points.is_amount(),
                    "pay_points",
                    "must be 0 to 1000000000000",
                )?;
                crate::purchase::prove_lines(&sale.lines)
            }
            Deed::Return {
                what: ReturnOf::Lines(lines),
                ..
            } => {
                for (i, line) in lines.iter().enumerate() {
                    whole(
                        line.qty > 0,
                        &format!("lines[{i}].qty"),
                        "must be 1 or more",
                    )?;
                }
                Ok(())
            }
            Deed::Redeem { points, .. } | Deed::Release { points, .. } => {
                whole(points.is_amount(), "points", "must be 0 to 1000000000000")
            }
            Deed::Adjust { points, .. } => {
                let either = points.is_amount() || (-*points).is_amount();
                whole(either, "points", "must be -1000000000000 to 1000000000000")
            }
            Deed::Behave { kind } => {
                let known = program.doc().behaviours.contains_key(kind);
                whole(
                    known,
                    "kind",
                    &format!("the program has no behaviour {:?}", kind.as_str()),
                )
            }
            Deed::SetTier { floor: Some(tier) } => {
                let known = program.rank_of(tier).is_some();
                whole(
                    known,
                    "tier",
                    &format!("the program has no tier {:?}", tier.as_str()),
                )
            }
            Deed::GiveCoupon(coupon) => coupon.validate(),
            Deed::Confirm { till, .. } => whole(
                till.is_none_or(Money::is_amount),
                "till",
                "must be 0.00 to 1000000000.00",
            ),
            Deed::Return {
                what: ReturnOf::All,
                ..
            }
            | Deed::Drop { .. }
            | Deed::Reverse { .. }
            | Deed::Extend { .. }
            | Deed::Freeze
            | Deed::Unfreeze
            | Deed::SetTier { floor: None }
            | Deed::BirthMonth { .. } => Ok(()),
        }
    }
}

//! The steps of a scenario: their fields, read strictly, and whether they can be at all.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::fields::{
    Adjust, Bare, Behave, Extend, GiveCoupon, Nothing, Purchase, Redeem, Return, Reverse, SetTier,
    strict,
};
use crate::coupon::Coupon;
use crate::ids::{BehaviourKind, CouponId, OpId, ReceiptNo, TierId};
use crate::points::Points;
use crate::program::Program;
use crate::purchase::SaleLine;
use crate::refusal::Malformed;
use crate::returns::ReturnLine;

/// What a step does: all its content but the time and the expectation.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// A sale.
    Purchase {
        /// Its number.
        receipt: ReceiptNo,
        /// Its lines.
        lines: Vec<SaleLine>,
        /// Points that pay.
        pay_points: Points,
        /// Coupons, in the order given.
        coupons: Vec<CouponId>,
    },
    /// Goods come back.
    Return {
        /// Its identity.
        id: OpId,
        /// Of which sale.
        receipt: ReceiptNo,
        /// Which; `None` for all that is left.
        lines: Option<Vec<ReturnLine>>,
    },
    /// Points for a reward.
    Redeem {
        /// Its identity.
        id: OpId,
        /// How many.
        points: Points,
        /// For what.
        reward: Option<String>,
    },
    /// A redemption is given back.
    Reverse {
        /// Its identity.
        id: OpId,
        /// Which redemption.
        of: OpId,
    },
    /// A behaviour is rewarded.
    Behave {
        /// Its identity.
        id: OpId,
        /// Which kind.
        kind: BehaviourKind,
    },
    /// Points by hand.
    Adjust {
        /// Its identity.
        id: OpId,
        /// How many, up or down.
        points: Points,
        /// Their last day: `None` as the program says, `Some(None)` never.
        expires: Option<Option<NaiveDate>>,
    },
    /// Lots last longer.
    Extend {
        /// Its identity.
        id: OpId,
        /// Until when at least.
        to: NaiveDate,
    },
    /// The account is frozen.
    Freeze {
        /// Its identity.
        id: OpId,
    },
    /// The account is unfrozen.
    Unfreeze {
        /// Its identity.
        id: OpId,
    },
    /// The floor of the tier is set, or lifted.
    SetTier {
        /// Its identity.
        id: OpId,
        /// The floor; `None` lifts it.
        tier: Option<TierId>,
    },
    /// A coupon is given; its id is the step's.
    GiveCoupon(Coupon),
    /// Only time passes.
    Tick,
}

impl Operation {
    /// The id, in the space that all kinds but sales share.
    #[must_use]
    pub fn id(&self) -> Option<OpId> {
        match self {
            Self::Purchase { .. } | Self::Tick => None,
            Self::Return { id, .. }
            | Self::Redeem { id, .. }
            | Self::Reverse { id, .. }
            | Self::Behave { id, .. }
            | Self::Adjust { id, .. }
            | Self::Extend { id, .. }
            | Self::Freeze { id }
            | Self::Unfreeze { id }
            | Self::SetTier { id, .. } => Some(id.clone()),
            Self::GiveCoupon(coupon) => Some(OpId::from(coupon.id.as_str())),
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
                let Purchase {
                    receipt,
                    lines,
                    pay_points,
                    coupons,
                } = strict(fields)?;
                Self::Purchase {
                    receipt,
                    lines,
                    pay_points,
                    coupons,
                }
            }
            "return" => {
                let Return {
                    id,
                    receipt,
                    lines,
                    all,
                } = strict(fields)?;
                if all && lines.is_some() {
                    return Err(Malformed::new("all", "beside lines"));
                }
                Self::Return {
                    id,
                    receipt,
                    lines: if all {
                        None
                    } else {
                        Some(lines.unwrap_or_default())
                    },
                }
            }
            "redeem" => {
                let Redeem { id, points, reward } = strict(fields)?;
                Self::Redeem { id, points, reward }
            }
            "reverse" => {
                let Reverse { id, of } = strict(fields)?;
                Self::Reverse { id, of }
            }
            "behave" => {
                let Behave { id, kind } = strict(fields)?;
                Self::Behave { id, kind }
            }
            "adjust" => {
                let Adjust {
                    id,
                    points,
                    expires,
                } = strict(fields)?;
                Self::Adjust {
                    id,
                    points,
                    expires: expires.map(|date| date.map(|day| day.0)),
                }
            }
            "extend" => {
                let Extend { id, to } = strict(fields)?;
                Self::Extend { id, to: to.0 }
            }
            "freeze" => Self::Freeze {
                id: strict::<Bare>(fields)?.id,
            },
            "unfreeze" => Self::Unfreeze {
                id: strict::<Bare>(fields)?.id,
            },
            "set_tier" => {
                let SetTier { id, tier } = strict(fields)?;
                Self::SetTier { id, tier }
            }
            "give_coupon" => Self::GiveCoupon(strict::<GiveCoupon>(fields)?.coupon()?),
            "tick" => {
                strict::<Nothing>(fields)?;
                Self::Tick
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
        match self {
            Self::Purchase {
                lines, pay_points, ..
            } => {
                whole(
                    pay_points.is_amount(),
                    "pay_points",
                    "must be 0 to 1000000000000",
                )?;
                crate::purchase::prove_lines(lines)
            }
            Self::Return { lines, .. } => {
                for (i, line) in lines.iter().flatten().enumerate() {
                    whole(
                        line.qty > 0,
                        &format!("lines[{i}].qty"),
                        "must be 1 or more",
                    )?;
                }
                Ok(())
            }
            Self::Redeem { points, .. } => {
                whole(points.is_amount(), "points", "must be 0 to 1000000000000")
            }
            Self::Adjust { points, .. } => {
                let either = points.is_amount() || (-*points).is_amount();
                whole(either, "points", "must be -1000000000000 to 1000000000000")
            }
            Self::Behave { kind, .. } => {
                let known = program.doc().behaviours.contains_key(kind);
                whole(
                    known,
                    "kind",
                    &format!("the program has no behaviour {:?}", kind.as_str()),
                )
            }
            Self::SetTier {
                tier: Some(tier), ..
            } => {
                let known = program.rank_of(tier).is_some();
                whole(
                    known,
                    "tier",
                    &format!("the program has no tier {:?}", tier.as_str()),
                )
            }
            Self::GiveCoupon(coupon) => coupon.validate(),
            _ => Ok(()),
        }
    }
}

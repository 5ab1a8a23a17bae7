//! The fields of each kind of step, as they are written.

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::calendar;
use crate::coupon::{Benefit, Coupon};
use crate::ids::{BehaviourKind, Category, CouponId, OpId, ReceiptNo, RecorderId, Sku, TierId};
use crate::money::Money;
use crate::points::Points;
use crate::purchase::SaleLine;
use crate::rate::Rate;
use crate::refusal::Malformed;
use crate::returns::ReturnLine;
use crate::shape;

/// A date, written as such.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day(pub(super) NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = calendar::read_date(&text);
        let wrong =
            || serde::de::Error::custom(format_args!("{text:?} is not a date (YYYY-MM-DD)"));
        day.map(Day).ok_or_else(wrong)
    }
}

/// Reads fields, and says which one cannot be read.
pub(super) fn strict<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Malformed> {
    let fields = Value::Object(fields);
    shape::objects(&fields, &["lines[]"])?;
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let path = error.path().to_string();
        Malformed::new(
            if path == "." { String::new() } else { path },
            error.inner().to_string(),
        )
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Purchase {
    pub(super) receipt: ReceiptNo,
    pub(super) lines: Vec<SaleLine>,
    #[serde(default)]
    pub(super) pay_points: Points,
    #[serde(default)]
    pub(super) coupons: Vec<CouponId>,
    pub(super) recorded_by: Option<RecorderId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    pub(super) id: OpId,
    pub(super) receipt: ReceiptNo,
    pub(super) till: Option<Money>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drop {
    pub(super) id: OpId,
    pub(super) receipt: ReceiptNo,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Return {
    pub(super) id: OpId,
    pub(super) receipt: ReceiptNo,
    pub(super) lines: Option<Vec<ReturnLine>>,
    #[serde(default)]
    pub(super) all: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redeem {
    pub(super) id: OpId,
    pub(super) points: Points,
    pub(super) reward: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reverse {
    pub(super) id: OpId,
    pub(super) of: OpId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Behave {
    pub(super) id: OpId,
    pub(super) kind: BehaviourKind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adjust {
    pub(super) id: OpId,
    pub(super) points: Points,
    #[serde(default, deserialize_with = "present")]
    pub(super) expires: Option<Option<Day>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extend {
    pub(super) id: OpId,
    pub(super) to: Day,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bare {
    pub(super) id: OpId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetTier {
    pub(super) id: OpId,
    // with a function of its own the field must be there: null lifts the floor, nothing is a mistake
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) tier: Option<TierId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GiveCoupon {
    pub(super) id: CouponId,
    pub(super) kind: String,
    threshold: Option<Money>,
    amount: Option<Money>,
    percent: Option<Rate>,
    cap: Option<Money>,
    factor: Option<Rate>,
    #[serde(default)]
    categories: Vec<Category>,
    #[serde(default)]
    skus: Vec<Sku>,
    #[serde(default)]
    stacks: bool,
    pub(super) expires: Option<Day>,
}

impl GiveCoupon {
    pub(super) fn coupon(self) -> Result<Coupon, Malformed> {
        let threshold = self.threshold.unwrap_or_default();
        let mut stray = vec![
            ("amount", self.amount.is_some()),
            ("percent", self.percent.is_some()),
            ("cap", self.cap.is_some()),
            ("factor", self.factor.is_some()),
        ];
        let missing = |place: &str| Malformed::new(place, "missing");
        let benefit = match self.kind.as_str() {
            "amount_off" => {
                stray.retain(|(name, _)| *name != "amount");
                Benefit::AmountOff {
                    threshold,
                    amount: self.amount.ok_or_else(|| missing("amount"))?,
                }
            }
            "percent_off" => {
                stray.retain(|(name, _)| !matches!(*name, "percent" | "cap"));
                let percent = self.percent.ok_or_else(|| missing("percent"))?;
                Benefit::PercentOff {
                    percent,
                    threshold,
                    cap: self.cap,
                }
            }
            "factor" => {
                stray.retain(|(name, _)| *name != "factor");
                Benefit::Factor {
                    factor: self.factor.ok_or_else(|| missing("factor"))?,
                    threshold,
                }
            }
            other => return Err(Malformed::new("kind", format!("unknown kind {other:?}"))),
        };
        if let Some((name, _)) = stray.iter().find(|(_, there)| *there) {
            return Err(Malformed::new(
                *name,
                format!("does not belong to {:?}", self.kind),
            ));
        }
        Ok(Coupon {
            id: self.id,
            benefit,
            categories: self.categories,
            skus: self.skus,
            stacks: self.stacks,
            expires: self.expires.map(|day| day.0),
            used_by: None,
        })
    }
}

/// A field that is there, even as null.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

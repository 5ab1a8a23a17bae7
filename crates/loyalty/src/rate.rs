//! Exact rates: what points are reckoned with, without a rounding in between.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{CheckedAdd, CheckedMul, ToPrimitive};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::money::Money;
use crate::points::Points;

/// A number from 0 to 10⁶ with at most nine decimals: points per yuan, a multiplier, a share, a percentage.
///
/// Kept as a whole number and a power of ten, without trailing zeros, so that multiplying several stays
/// exact and cheap. In serde a decimal string (`"1.2"`); whole numbers are read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "specta", specta(transparent))]
pub struct Rate {
    #[cfg_attr(feature = "specta", specta(type = String))]
    mantissa: i64,
    #[cfg_attr(feature = "specta", specta(skip))]
    scale: u32,
}

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self {
        mantissa: 0,
        scale: 0,
    };
    /// Once.
    pub const ONE: Self = Self {
        mantissa: 1,
        scale: 0,
    };

    /// A rate of `mantissa` / 10^`scale`; `None` where that is outside the range.
    #[must_use]
    pub fn new(mantissa: i64, scale: u32) -> Option<Self> {
        Self::from_decimal(Decimal::try_new(mantissa, scale).ok()?)
    }

    /// From a decimal; `None` where it is below zero, above 10⁶ or has more than nine decimals.
    #[must_use]
    pub fn from_decimal(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        if value.is_sign_negative() && !value.is_zero() {
            return None;
        }
        if value > Decimal::from(1_000_000) || value.scale() > 9 {
            return None;
        }
        let mantissa = i64::try_from(value.mantissa()).ok()?;
        Some(Self {
            mantissa: mantissa.abs(),
            scale: value.scale(),
        })
    }

    /// The rate as a decimal.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.mantissa, self.scale)
    }

    /// Not above `whole`.
    #[must_use]
    pub fn is_at_most(self, whole: u32) -> bool {
        i128::from(self.mantissa) <= i128::from(whole) * pow10(self.scale)
    }

    /// This share of an amount, floored to the fen. The amount is zero or more.
    pub(crate) fn floor_of(self, money: Money) -> Money {
        fen(i128::from(money.fen()) * i128::from(self.mantissa) / pow10(self.scale))
    }

    /// This many per cent of an amount, half up to the fen. The amount is zero or more.
    pub(crate) fn percent_of(self, money: Money) -> Money {
        fen(half_up(
            i128::from(money.fen()) * i128::from(self.mantissa),
            100 * pow10(self.scale),
        ))
    }

    /// What points are worth at this many yuan each, floored to the fen. The points are zero or more.
    pub(crate) fn worth_of(self, points: Points) -> Money {
        fen(i128::from(points.0) * i128::from(self.mantissa) * 100 / pow10(self.scale))
    }

    /// The least money whose floored product with this rate is not below `value`; `None` where the rate is
    /// zero and the value is not.
    pub(crate) fn money_for(self, value: Money) -> Option<Money> {
        if value <= Money::ZERO {
            return Some(Money::ZERO);
        }
        let rate = i128::from(self.mantissa);
        let whole = i128::from(value.fen()) * pow10(self.scale);
        (rate > 0).then(|| fen((whole + rate - 1) / rate))
    }

    /// The most points whose worth at this many yuan each, floored to the fen, is not above `money`.
    pub(crate) fn most_points_within(self, money: Money) -> Points {
        if money.fen() < 0 {
            return Points::ZERO;
        }
        if self.mantissa == 0 {
            return Points::LIMIT;
        }
        // worth < money + 1 fen  ⇔  points < (money + 1 fen) / rate
        let bound = (i128::from(money.fen()) + 1) * pow10(self.scale);
        let most = (bound - 1) / (i128::from(self.mantissa) * 100);
        Points(i64::try_from(most).unwrap_or(i64::MAX)).min(Points::LIMIT)
    }
}

/// 10^`scale`; the scales here are small (at most nine a rate, checked sums of them in a product).
fn pow10(scale: u32) -> i128 {
    10_i128.saturating_pow(scale)
}

fn fen(value: i128) -> Money {
    Money::from_fen(i64::try_from(value).unwrap_or(i64::MAX))
}

/// `part` / `whole`, half up; both zero or more, `whole` above zero.
pub(crate) fn half_up(part: i128, whole: i128) -> i128 {
    (2 * part + whole) / (2 * whole)
}

/// `amount` × `part` / `whole`, half up; all zero or more, `whole` above zero.
pub(crate) fn half_up_share(amount: i64, part: i64, whole: i64) -> i64 {
    let exact = half_up(i128::from(amount) * i128::from(part), i128::from(whole));
    i64::try_from(exact).unwrap_or(i64::MAX)
}

/// How the points of a purchase are rounded, once, at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Down.
    #[default]
    Floor,
    /// To the nearest, a half up.
    HalfUp,
    /// Up.
    Ceil,
}

/// Whole numbers that products of rates are kept in: `i128` where that is enough, as it nearly always is, else
/// `BigInt`, which always is.
pub(crate) trait Whole:
    Clone + From<i64> + CheckedAdd + CheckedMul + Integer + ToPrimitive
{
}

impl Whole for i128 {}
impl Whole for BigInt {}

/// An exact product of rates, or a sum of such products. Each step gives `None` where the number is beyond its
/// type.
#[derive(Clone, Debug)]
pub(crate) struct Exact<N> {
    mantissa: N,
    scale: u32,
}

impl<N: Whole> Exact<N> {
    pub(crate) fn zero() -> Self {
        Rate::ZERO.into()
    }

    pub(crate) fn times(self, rate: Rate) -> Option<Self> {
        Some(Self {
            mantissa: self.mantissa.checked_mul(&N::from(rate.mantissa))?,
            scale: self.scale + rate.scale,
        })
    }

    /// Adds `fen` at this many points a yuan to a sum.
    pub(crate) fn add_earning(self, fen: i64, per_yuan: Self) -> Option<Self> {
        let scale = self.scale.max(per_yuan.scale);
        let line = Self {
            mantissa: per_yuan.mantissa.checked_mul(&N::from(fen))?,
            scale: per_yuan.scale,
        };
        let (sum, line) = (self.at_scale(scale)?, line.at_scale(scale)?);
        Some(Self {
            mantissa: sum.checked_add(&line)?,
            scale,
        })
    }

    /// The whole number at a scale that is not smaller.
    fn at_scale(self, scale: u32) -> Option<N> {
        match scale - self.scale {
            0 => Some(self.mantissa),
            finer => self.mantissa.checked_mul(&ten_to(finer)?),
        }
    }

    /// The sum of earnings (fen × points per yuan) as whole points; `None` beyond [`Points::LIMIT`] too.
    pub(crate) fn points(self, rounding: Rounding) -> Option<Points> {
        let unit: N = ten_to(self.scale + 2)?;
        let (whole, rest) = self.mantissa.div_rem(&unit);
        let up = match rounding {
            Rounding::Floor => false,
            Rounding::HalfUp => rest >= unit - rest.clone(),
            Rounding::Ceil => !rest.is_zero(),
        };
        let points = Points(whole.to_i64()?.checked_add(i64::from(up))?);
        points.is_amount().then_some(points)
    }
}

fn ten_to<N: Whole>(power: u32) -> Option<N> {
    num_traits::checked_pow(N::from(10), usize::try_from(power).ok()?)
}

impl<N: Whole> From<Rate> for Exact<N> {
    fn from(rate: Rate) -> Self {
        Self {
            mantissa: N::from(rate.mantissa),
            scale: rate.scale,
        }
    }
}

impl FromStr for Rate {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RANGE: &str = "not a decimal from 0 to 1000000 with at most nine decimals";
        if !text
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
        {
            return Err(RANGE);
        }
        Decimal::from_str_exact(text)
            .ok()
            .and_then(Self::from_decimal)
            .ok_or(RANGE)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Rate;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal as a string, such as \"1.2\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Rate, E> {
                text.parse()
                    .map_err(|why| E::custom(format_args!("bad rate {text:?}: {why}")))
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Rate, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Rate, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[test]
    fn is_exact_and_bounded() {
        assert_eq!(rate("1.50"), rate("1.5"));
        assert_eq!(rate("1.50").to_string(), "1.5");
        for text in ["-1", "1000001", "0.1234567891", "", "x", "1e2", "+1"] {
            assert!(text.parse::<Rate>().is_err(), "{text:?}");
        }
        assert!(rate("1").is_at_most(1));
        assert!(!rate("1.000000001").is_at_most(1));
    }

    #[test]
    fn worth_is_floored_and_its_inverse_is_the_last_that_fits() {
        assert_eq!(rate("0.05").worth_of(Points(200)), Money::from_fen(1000));
        assert_eq!(rate("0.003").worth_of(Points(5)), Money::from_fen(1));
        for text in ["0.05", "0.003", "0.0007", "1.25", "0.01"] {
            for fen in [0, 1, 7, 100, 5003] {
                let (per, limit) = (rate(text), Money::from_fen(fen));
                let most = per.most_points_within(limit);
                assert!(per.worth_of(most) <= limit, "{text} {fen}");
                assert!(per.worth_of(most + Points(1)) > limit, "{text} {fen}");
            }
        }
    }

    type Sum = Exact<i128>;

    #[test]
    fn what_is_too_fine_for_one_type_is_exact_in_the_other() {
        fn earned<N: Whole>() -> Option<Points> {
            let third = rate("0.333333333");
            let fine = (0..40).try_fold(Exact::<N>::from(rate("3")), |product, _| {
                product.times(third)?.times(rate("3.000000003"))
            })?;
            Exact::zero()
                .add_earning(100_000_000_000, fine)?
                .points(Rounding::Floor)
        }
        assert_eq!(earned::<i128>(), None);
        // 3 × (0.333333333 × 3.000000003)^40 × 10⁹ = 3 × (1 − 10⁻¹⁸)^40 × 10⁹
        assert_eq!(earned::<BigInt>(), Some(Points(2_999_999_999)));
    }

    #[test]
    fn rounds_once_at_the_end() {
        let per = Exact::from(rate("1.5"));
        let sum = Sum::zero().add_earning(1999, per).unwrap();
        let points = |rounding| sum.clone().points(rounding);
        assert_eq!(points(Rounding::Floor), Some(Points(29)));
        assert_eq!(points(Rounding::HalfUp), Some(Points(30)));
        assert_eq!(points(Rounding::Ceil), Some(Points(30)));
        let half = Sum::zero().add_earning(50, Rate::ONE.into()).unwrap();
        assert_eq!(half.points(Rounding::HalfUp), Some(Points(1)));
        let whole = Sum::zero().add_earning(200, Rate::ONE.into()).unwrap();
        assert_eq!(whole.points(Rounding::Ceil), Some(Points(2)));
    }

    #[test]
    fn sums_of_different_fineness_stay_exact() {
        let sum = Sum::zero()
            .add_earning(100, rate("0.25").into())
            .and_then(|s| s.add_earning(100, rate("1").into()))
            .and_then(|s| s.add_earning(100, rate("0.750000000").into()))
            .unwrap();
        assert_eq!(sum.points(Rounding::Floor), Some(Points(2)));
    }
}

//! Money: Chinese yuan, exact to the fen.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// An amount of CNY with two decimals.
///
/// Kept as whole fen, so that nothing finer than a fen can exist by construction; it enters and leaves
/// as a decimal. Text and decimals are accepted up to 10⁹ yuan either way, with at most two decimals
/// (written ones: `1.500` is refused). As text, and in serde, always a string with two places: `"90.00"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Money(#[cfg_attr(feature = "specta", specta(type = String))] i64);

/// Why a text or a decimal is no amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Not digits with an optional sign and point.
    #[error("not a decimal amount such as \"12.50\"")]
    NotANumber,
    /// Finer than a fen.
    #[error("more than two decimals")]
    TooFine,
    /// Beyond 10⁹ yuan.
    #[error("above 1000000000")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that is accepted from outside: 10⁹ yuan.
    pub const LIMIT: Self = Self(100_000_000_000);

    /// From whole fen (1 yuan = 100 fen). Any number: sums are not bounded as what enters is.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// Whole fen.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads digits with an optional leading `-` and an optional point with one or two decimals.
    ///
    /// # Errors
    /// [`MoneyError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(decimals) {
            return Err(MoneyError::NotANumber);
        }
        if decimals.len() > 2 {
            return Err(MoneyError::TooFine);
        }
        let decimal = Decimal::from_str_exact(text).map_err(|_| MoneyError::TooLarge)?;
        Self::from_decimal(decimal)
    }

    /// From a decimal number of yuan; trailing zeros beyond two places are no harm here.
    ///
    /// # Errors
    /// Finer than a fen, or beyond 10⁹.
    pub fn from_decimal(yuan: Decimal) -> Result<Self, MoneyError> {
        let fen = yuan
            .checked_mul(Decimal::ONE_HUNDRED)
            .ok_or(MoneyError::TooLarge)?;
        if !fen.is_integer() {
            return Err(MoneyError::TooFine);
        }
        let money = Self(fen.to_i64().ok_or(MoneyError::TooLarge)?);
        if money.is_within_limit() {
            Ok(money)
        } else {
            Err(MoneyError::TooLarge)
        }
    }

    /// As a decimal number of yuan with two places.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Nothing at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Zero or more, and at most [`Money::LIMIT`]: what a price, a threshold or a cap may be.
    #[must_use]
    pub const fn is_amount(self) -> bool {
        self.0 >= 0 && self.0 <= Self::LIMIT.0
    }

    const fn is_within_limit(self) -> bool {
        self.0 <= Self::LIMIT.0 && self.0 >= -Self::LIMIT.0
    }
}

impl FromStr for Money {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Money;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount of money as a string, such as \"12.50\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Money, E> {
                Money::parse(text)
                    .map_err(|why| E::custom(format_args!("bad amount {text:?}: {why}")))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_two_decimals() {
        for (text, fen, shown) in [
            ("0", 0, "0.00"),
            ("29.97", 2997, "29.97"),
            ("90", 9000, "90.00"),
            ("-0.05", -5, "-0.05"),
            ("1.5", 150, "1.50"),
            ("1000000000.00", 100_000_000_000, "1000000000.00"),
        ] {
            let money = Money::parse(text).unwrap();
            assert_eq!(money.fen(), fen, "{text}");
            assert_eq!(money.to_string(), shown);
            assert_eq!(Money::from_decimal(money.decimal()), Ok(money));
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for text in [
            "", "-", "1.", ".5", "+1", "1e3", " 1", "1_000", "一", "1.2.3", "NaN",
        ] {
            assert_eq!(Money::parse(text), Err(MoneyError::NotANumber), "{text:?}");
        }
        assert_eq!(Money::parse("1.005"), Err(MoneyError::TooFine));
        assert_eq!(Money::parse("1.500"), Err(MoneyError::TooFine));
        assert_eq!(Money::parse("1000000000.01"), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse(&"9".repeat(60)), Err(MoneyError::TooLarge));
    }

    #[test]
    fn travels_as_a_string() {
        assert!(Money::ZERO.is_zero() && !Money::from_fen(-1).is_zero());
        assert_eq!(-Money::from_fen(5), Money::from_fen(-5));
        let money = Money::from_fen(9000);
        assert_eq!(serde_json::to_string(&money).unwrap(), "\"90.00\"");
        assert_eq!(serde_json::from_str::<Money>("\"90\"").unwrap(), money);
        assert!(serde_json::from_str::<Money>("90").is_err());
        let error = serde_json::from_str::<Money>("\"0.001\"")
            .unwrap_err()
            .to_string();
        assert!(error.contains("more than two decimals"), "{error}");
    }
}

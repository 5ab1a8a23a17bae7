//! Points: whole numbers, never money.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// A number of points; below zero only where a text says so (a balance in debt, an adjustment downwards).
///
/// What enters from outside is at most [`Points::LIMIT`] either way, so that sums of millions of
/// operations stay far inside an `i64`; arithmetic saturates rather than wraps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Points(
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))] pub i64,
);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// The most that one operation may move: 10¹².
    pub const LIMIT: Self = Self(1_000_000_000_000);

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Exactly none.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Zero or more, and no more than one operation may move.
    #[must_use]
    pub const fn is_amount(self) -> bool {
        self.0 >= 0 && self.0 <= Self::LIMIT.0
    }

    /// This, or zero where it is below zero.
    #[must_use]
    pub fn floor_zero(self) -> Self {
        Self(self.0.max(0))
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Points {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_whole_numbers_with_a_sign() {
        assert_eq!(Points(-1_234).to_string(), "-1234");
        assert_eq!(-Points(7), Points(-7));
        assert_eq!(Points(7) - Points(9) + Points(1), Points(-1));
        assert_eq!(
            [Points(2), Points(3)].into_iter().sum::<Points>(),
            Points(5)
        );
        assert_eq!(Points(-3).floor_zero(), Points::ZERO);
        assert!(Points(1).is_positive() && !Points::ZERO.is_positive());
        assert!(Points::LIMIT.is_amount() && !(Points::LIMIT + Points(1)).is_amount());
        assert!(Points::ZERO.is_amount() && !Points(-1).is_amount());
    }
}

//! Coupons of the demo's members: some of each kind that a brand gives, so that every screen has them to show.

use chrono::{Datelike, Days, Months, NaiveDate};
use loyalty::{Benefit, Coupon, Money, Rate};

use super::DemoError;
use super::people::Person;

/// Every so many members have the autumn coupon.
const AUTUMN: usize = 4;
/// Every so many have double points on care for the face.
const DOUBLE: usize = 7;
/// Every so many have something off cleansers.
const CLEANSER: usize = 9;

/// A member's coupons, by her place among all and her birthday; the day is the brand's today.
///
/// # Errors
/// Where a percentage cannot be read.
pub(crate) fn of(n: usize, person: &Person, today: NaiveDate) -> Result<Vec<Coupon>, DemoError> {
    let rate = |text: &str| -> Result<Rate, DemoError> {
        text.parse().map_err(|e| DemoError::built("coupon", &e))
    };
    let yuan = |yuan: i64| Money::from_fen(yuan * 100);
    let mut all = Vec::new();
    let mut give = |benefit: Benefit, categories: &[&str], stacks: bool, expires: NaiveDate| {
        all.push(Coupon {
            id: format!("DEMO-{}-{}", person.no, all.len() + 1).into(),
            benefit,
            categories: categories.iter().map(|c| (*c).into()).collect(),
            skus: Vec::new(),
            stacks,
            expires: Some(expires),
            used_by: None,
        });
    };
    if n.is_multiple_of(AUTUMN) {
        let benefit = Benefit::AmountOff {
            threshold: yuan(600),
            amount: yuan(60),
        };
        give(benefit, &[], true, today + Days::new(45));
    }
    if n.is_multiple_of(DOUBLE) {
        let benefit = Benefit::Factor {
            factor: rate("2")?,
            threshold: yuan(300),
        };
        give(
            benefit,
            &["serum", "cream", "eye"],
            true,
            today + Days::new(20),
        );
    }
    if n.is_multiple_of(CLEANSER) {
        let benefit = Benefit::PercentOff {
            percent: rate("15")?,
            threshold: Money::ZERO,
            cap: None,
        };
        give(benefit, &["cleanser"], true, today + Days::new(60));
    }
    // the birthday gift of every tier: alone, and for the month
    if person.birthday.is_some_and(|b| b.month() == today.month()) {
        let first = today.with_day(1).unwrap_or(today);
        let benefit = Benefit::PercentOff {
            percent: rate("12")?,
            threshold: Money::ZERO,
            cap: Some(yuan(200)),
        };
        give(benefit, &[], false, first + Months::new(1) - Days::new(1));
    }
    Ok(all)
}

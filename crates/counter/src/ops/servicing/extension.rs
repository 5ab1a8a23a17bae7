//! Points that expire earlier expire on another date.

use super::plan::{ALWAYS, Ground, Plan};
use crate::error::{Error, Result};
use chrono::{Datelike, Months, NaiveDate};
use protocol::operation::{Body, Extension};

/// The ends of the months after that of `from`, the last of them `furthest`.
pub(super) fn choices(from: NaiveDate, furthest: NaiveDate) -> Vec<String> {
    let month_end = |months: u32| {
        let first = from
            .with_day(1)?
            .checked_add_months(Months::new(months + 1))?;
        first.pred_opt()
    };
    let mut all = Vec::new();
    for months in 1.. {
        let end = month_end(months).map_or(furthest, |end| end.min(furthest));
        all.push(end.to_string());
        if end == furthest {
            break;
        }
    }
    all
}

pub(super) fn plan(ground: &Ground, to: &str) -> Result<Plan> {
    let to: NaiveDate = to.trim().parse().map_err(|_| Error::DateInvalid)?;
    let body = Extension {
        member: ground.member.id.clone(),
        store: ground.store.clone(),
        to,
        approval: None,
    };
    let today = ground.today();
    if to <= today || !body.may_be_chosen(today) {
        return Err(Error::DateInvalid);
    }
    let moved = ground.books.quote_extension(to)?;
    if moved.is_zero() {
        return Err(Error::NothingToExtend);
    }
    Ok(Plan {
        moved,
        what: to.to_string(),
        needs_manager: Some(ALWAYS),
        ..Plan::of(Body::Extension(body))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_extended_to_the_ends_of_months_and_no_further_than_may_be() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let all = choices(day("2027-12-31"), day("2028-04-15"));
        assert_eq!(
            all,
            ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-15"]
        );
        assert_eq!(
            choices(day("2027-05-10"), day("2027-06-30")),
            ["2027-06-30"]
        );
        assert_eq!(
            choices(day("2030-05-10"), day("2027-06-30")),
            ["2027-06-30"]
        );
    }
}

//! The timezone of the business: that of the rules that hold now.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::program;

#[derive(Deserialize)]
struct Zoned {
    timezone: String,
}

/// The timezone that business dates are of, read in the caller's transaction: the rules may have been
/// published in it. Rules that this build cannot read otherwise still say their timezone; where the ones that
/// hold do not even say that, it is that of the newest that do.
///
/// # Errors
/// [`ServiceError::NoProgram`] where nothing was published; [`ServiceError::Program`] where no version says
/// its timezone; where the database fails.
pub async fn of_business<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
) -> Result<Tz, ServiceError> {
    let now = now.timestamp_millis();
    let holds: Option<(Col<u32>, String)> = program::Entity::find()
        .select_only()
        .column(program::Column::Version)
        .column(program::Column::Document)
        .filter(program::Column::EffectiveFrom.lte(now))
        .order_by_desc(program::Column::Version)
        .into_tuple()
        .one(db)
        .await?;
    let begun = holds.is_some();
    if let Some(zone) = holds.and_then(|(_, document)| of(&document)) {
        return Ok(zone);
    }
    let mut all: Vec<(Col<u32>, String)> = program::Entity::find()
        .select_only()
        .column(program::Column::Version)
        .column(program::Column::Document)
        .order_by_desc(program::Column::Version)
        .into_tuple()
        .all(db)
        .await?;
    let Some((version, _)) = all.first() else {
        return Err(ServiceError::NoProgram);
    };
    let version = **version;
    if !begun {
        // none holds yet: the first one will, and is what counts until then
        all.reverse();
    }
    let said = all.iter().find_map(|(_, document)| of(document));
    said.ok_or_else(|| ServiceError::Program {
        version,
        why: "it says no timezone".to_owned(),
    })
}

/// As [`of_business`]; none where no rules say a timezone yet.
///
/// # Errors
/// Where the database fails.
pub async fn known<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
) -> Result<Option<Tz>, ServiceError> {
    match of_business(db, now).await {
        Err(ServiceError::NoProgram | ServiceError::Program { .. }) => Ok(None),
        said => said.map(Some),
    }
}

/// The business date of a moment.
pub fn business_date(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

fn of(document: &str) -> Option<Tz> {
    let said: Zoned = serde_json::from_str(document).ok()?;
    said.timezone.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_date_is_of_the_business() {
        let at = "2026-03-01T02:00:00Z".parse().unwrap();
        for (zone, day) in [
            (chrono_tz::Asia::Shanghai, "2026-03-01"),
            (chrono_tz::Europe::Paris, "2026-03-01"),
            (chrono_tz::America::Los_Angeles, "2026-02-28"),
            (chrono_tz::Pacific::Kiritimati, "2026-03-01"),
            (chrono_tz::Pacific::Pago_Pago, "2026-02-28"),
        ] {
            assert_eq!(business_date(zone, at).to_string(), day);
        }
    }
}

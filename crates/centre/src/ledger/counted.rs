//! What counts already of sales of a business day that no till has confirmed.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Counted, Money, Program, RecorderId};
use protocol::ids::MemberId;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::error::ServiceError;
use centre_store::column::Col;

const SQL: &str = include_str!("counted.sql");

#[derive(FromQueryResult)]
struct Sums {
    member_day: i64,
    clerk_day: i64,
}

/// Of a member's, and of those that somebody recorded, on the business date of a moment.
///
/// # Errors
/// Where the database fails.
pub(super) async fn counted<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    member: &MemberId,
    by: &RecorderId,
    at: DateTime<Utc>,
) -> Result<Counted, ServiceError> {
    let day = program.business_date(at);
    let next = day.succ_opt().unwrap_or(NaiveDate::MAX);
    let begins = |day| program.day_begins(day).timestamp_millis();
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        SQL,
        [
            Col::from(member).into(),
            by.as_str().into(),
            begins(day).into(),
            begins(next).into(),
        ],
    );
    let sums = Sums::find_by_statement(statement).one(db).await?;
    Ok(sums.map_or_else(Counted::default, |sums| Counted {
        member_day: Money::from_fen(sums.member_day),
        clerk_day: Money::from_fen(sums.clerk_day),
    }))
}

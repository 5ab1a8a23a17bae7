//! Points that expire earlier expire on another date now.

use chrono::Duration;
use loyalty::deed::Deed;
use protocol::limits::EXTENSION_DAYS;
use protocol::operation::Extension;

use super::freeze;
use crate::error::ServiceError;
use crate::operations::case::{Case, Rules};
use crate::operations::verdict::Verdict;
use crate::unit_of_work::UnitOfWork;

/// Extends.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: Extension,
) -> Result<Verdict, ServiceError> {
    // a counter keeps to this by its own clock; a date beyond it is taken as the furthest
    let furthest = rules.current.business_date(case.at) + Duration::days(EXTENSION_DAYS);
    let to = body.to.min(furthest);
    freeze::approved(work, case, rules, &body, &Deed::Extend { to }).await
}

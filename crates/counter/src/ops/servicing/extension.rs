//! Points that expire earlier expire on another date.

use super::plan::{ALWAYS, Ground, Plan};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use protocol::operation::{Body, Extension};

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

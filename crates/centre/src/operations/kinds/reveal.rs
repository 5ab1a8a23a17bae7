//! A look at what of a member is masked: it is kept, and does nothing.

use protocol::operation::Reveal;
use protocol::push::{Effect, Outcome};

use crate::error::ServiceError;
use crate::members;
use crate::operations::verdict::Verdict;
use crate::unit_of_work::UnitOfWork;

/// Keeps it, whether she is known or not.
///
/// # Errors
/// Where the database fails.
pub async fn apply(work: &UnitOfWork, body: &Reveal) -> Result<Verdict, ServiceError> {
    let known = members::by_id(work.on(), &body.member).await?;
    Ok(Verdict {
        member: known.map(|m| m.id.into_inner()),
        ..Verdict::done(Outcome::Applied(Effect::default()))
    })
}

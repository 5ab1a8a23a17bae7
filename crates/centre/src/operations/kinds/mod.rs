//! What each kind of operation does beside its deed, a file each; and what several of them share.

mod account;
mod approval;
mod behaviour;
mod called_off;
mod coupons;
mod credit;
mod earlier;
mod extension;
mod forgotten;
mod freeze;
mod presence;
pub mod profile;
mod reaction;
mod redemption;
mod release;
mod returns;
mod reveal;
mod reversal;
mod sale;
mod sample_given;
mod sign_up;
mod which;

use centre_store::boxed;
use protocol::operation::Body;

use super::case::{Case, Rules};
use super::verdict::Verdict;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;

/// Gives an operation within the limits its effect, or says why it waits or is set aside.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: Body,
) -> Result<Verdict, ServiceError> {
    match body {
        Body::Sale(sale) => sale::apply(work, case, rules, sale).await,
        Body::Redemption(r) => redemption::apply(work, case, rules, r).await,
        Body::Return(r) => returns::apply(work, case, rules, r).await,
        Body::Release(r) => release::apply(work, case, rules, r).await,
        Body::Profile(p) => profile::apply(work, case, &p).await,
        Body::Reversal(r) => reversal::apply(work, case, rules, r).await,
        Body::Behaviour(b) => behaviour::apply(work, case, rules, b).await,
        Body::Freeze(f) => freeze::apply(work, case, rules, &f).await,
        Body::Unfreeze(f) => freeze::apply(work, case, rules, &f).await,
        Body::Extension(e) => extension::apply(work, case, rules, e).await,
        Body::Reveal(r) => reveal::apply(work, &r).await,
        Body::SampleGiven(s) => sample_given::apply(work, case, s).await,
        Body::SignUp(s) => sign_up::apply(work, case, &rules.current, s).await,
    }
}

//! Who is meant by an id, a card number or a phone number on the command line.

use centre::{Centre, coupons};
use protocol::MemberId;

use crate::cli::CommandError;

/// Who is meant.
pub(super) async fn named(centre: &Centre, who: &str) -> Result<MemberId, CommandError> {
    let member = coupons::named(centre.db().read(), who).await?;
    Ok(member.id.into_inner())
}

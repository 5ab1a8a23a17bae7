//! A member's new phone number, proven by a code that the centre sends to it.

use super::cycle::deliver;
use super::join::told;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::Identity;
use crate::shared::Shared;
use protocol::ErrorCode;
use protocol::new_phone::{NewPhoneReply, NewPhoneRequest};

/// Asks the centre about a number that waits; what told it goes first.
pub(crate) async fn new_phone(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    request: &NewPhoneRequest,
) -> Result<NewPhoneReply> {
    deliver(shared, client, me).await?;
    match told(client.post("/v1/new-phone", request).await) {
        Err(Error::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => Err(Error::NoNewPhone),
        other => other,
    }
}

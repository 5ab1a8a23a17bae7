//! A member shows that she is there, with the centre's help.

use super::join::told;
use crate::client::Client;
use crate::error::{Error, Result};
use protocol::ErrorCode;
use protocol::presence::{PresenceReply, PresenceRequest};

/// Asks the centre. One of an earlier build does not know the request: then only what needs no network is left.
pub(crate) async fn presence(client: &Client, request: &PresenceRequest) -> Result<PresenceReply> {
    match told(client.post("/v1/presence", request).await) {
        Err(Error::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => Err(Error::MemberUnknown),
        other => other,
    }
}

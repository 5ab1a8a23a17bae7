//! A member of another store, asked for by exactly what identifies her.

use super::pull;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{Identity, identity};
use crate::shared::Shared;
use protocol::ErrorCode;
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::pull::device_scope;

/// Asks the centre and pulls her; the answer names her once she is here.
pub(crate) async fn look_up(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    request: &LookupRequest,
) -> Result<LookupReply> {
    let reply: LookupReply = match client.post("/v1/lookup", request).await {
        Err(Error::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => return Err(Error::LookUpUnavailable),
        other => other?,
    };
    if reply.member.is_some() {
        let generation = shared.outbox().read(identity::generation)?;
        let _alone = shared.pulling().await;
        pull::pull(shared, client, &[device_scope(&me.device)], generation).await?;
    }
    Ok(reply)
}

//! Finding the centre again at another address.

use crate::client::{Client, Transport};
use crate::error::{Error, Result};
use crate::outbox::Identity;
use protocol::ErrorCode;
use protocol::centre::{CentreReply, CentreRequest};
use reqwest::Url;
use std::sync::Arc;

/// Asks who answers at an address before anything else is said there: the centre that this counter was
/// enrolled at signs what it was asked by the key that this counter knows. Answers with that key; none where
/// the centre is of a build that has none, and then its id alone speaks, at the hello.
///
/// # Errors
/// [`Error::OtherCentre`]; [`Error::Offline`] where no centre answers.
pub(crate) async fn prove(
    simulated: &Option<Arc<dyn Transport>>,
    base: Url,
    me: &Identity,
) -> Result<Option<String>> {
    let mut nonce = [0u8; 32];
    getrandom::fill(&mut nonce)?;
    let request = CentreRequest {
        nonce: hex::encode(nonce),
    };
    let client = Client::unsigned(base, simulated.clone())?;
    let reply: CentreReply = match client.post("/v1/centre", &request).await {
        // whoever has once shown a key has one
        Err(Error::Refused {
            code: ErrorCode::NotFound,
            ..
        }) if me.centre_key.is_none() => return Ok(None),
        Err(Error::Refused { .. }) => return Err(Error::OtherCentre),
        other => other?,
    };
    let known = me
        .centre_key
        .as_ref()
        .is_none_or(|k| *k == reply.public_key);
    if reply.centre != me.centre || !known || !reply.is_proof(&request) {
        return Err(Error::OtherCentre);
    }
    Ok(Some(reply.public_key))
}

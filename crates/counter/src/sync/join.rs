//! The requests of the sign-up page, made by the counter where its clerk fills the form in; and how far guests
//! have come by its codes.

use super::pull;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{Identity, identity};
use crate::shared::Shared;
use protocol::ErrorCode;
use protocol::invited::{InvitedReply, InvitedRequest};
use protocol::join::{Check, Checked, CheckedStatus, Joined, Joining, Sent, Verify, path};
use protocol::pull::store_scope;

/// Has a code sent to a phone.
pub(crate) async fn send_code(client: &Client, code: &str, phone: &str) -> Result<Sent> {
    let wanted = Verify {
        phone: phone.to_owned(),
        ticket: None,
        guardian: false,
    };
    told(
        client
            .post(&format!("{}/verify", path(code)), &wanted)
            .await,
    )
}

/// Proves the phone by what she read out of the message.
pub(crate) async fn prove_phone(client: &Client, code: &str, typed: &Check) -> Result<()> {
    let Checked { status } = told(client.post(&format!("{}/check", path(code)), typed).await)?;
    match status {
        CheckedStatus::Verified => Ok(()),
    }
}

/// Makes her a member.
pub(crate) async fn join(client: &Client, code: &str, joining: &Joining) -> Result<Joined> {
    told(client.post(&format!("{}/join", path(code)), joining).await)
}

/// Pulls the store's own scope, in which a new member comes.
pub(crate) async fn pull_store(shared: &Shared, client: &Client, me: &Identity) -> Result<u64> {
    let generation = shared.outbox().read(identity::generation)?;
    let _alone = shared.pulling().await;
    pull::pull(shared, client, &[store_scope(&me.store)], generation).await
}

/// How far guests have come; none from a centre that does not know the request.
pub(crate) async fn invited(
    client: &Client,
    request: &InvitedRequest,
) -> Result<Option<InvitedReply>> {
    match client.post("/v1/invited", request).await {
        Err(Error::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => Ok(None),
        other => other.map(Some),
    }
}

/// What the centre refuses of numbers and codes, by what it means to whoever typed them.
pub(super) fn told<T>(answer: Result<T>) -> Result<T> {
    answer.map_err(|e| match e {
        Error::Refused {
            code: ErrorCode::VerificationInvalid,
            ..
        } => Error::SmsCodeWrong,
        Error::Refused {
            code: ErrorCode::TooMany,
            ..
        } => Error::SmsTooMany,
        Error::Refused {
            code: ErrorCode::PhoneTaken,
            ..
        } => Error::PhoneTaken,
        Error::Refused {
            code: ErrorCode::SignUpCodeInvalid,
            ..
        } => Error::SignUpCodeOver,
        other => other,
    })
}

//! `…/phone/v1/join/{code}`: what the sign-up page asks.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use protocol::ErrorCode;
use protocol::join::{Check, Checked, CheckedStatus, JoinedStatus, Joining, Verify};
use serde::de::DeserializeOwned;

use crate::http::failure::Failure;
use crate::http::from::Address;
use crate::http::{AppState, body};
use centre::error::ServiceError;
use centre::joining::{self, Asked, Page, Step};

/// Bytes of a phone's message: a form with a few words.
const MESSAGE_BYTES: usize = 64 * 1024;

/// What tells one page from another before anything is typed.
#[derive(Debug, serde::Deserialize)]
pub struct Visitor {
    ticket: Option<String>,
}

/// `GET …/join/{code}`: who invites, and what is asked.
pub async fn begin(
    State(state): State<AppState>,
    Path(code): Path<String>,
    Query(visitor): Query<Visitor>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let begin = joining::begin(&state.centre, &invitation, &state.provider_ids()).await?;
    let visitor = ticket(visitor.ticket.as_deref()).unwrap_or_default();
    joining::note(&state.centre, &invitation, Step::Opened, visitor).await;
    body::reply_message(request.headers(), &begin).await
}

/// `POST …/join/{code}/verify`: sends a code to the phone.
pub async fn verify(
    State(state): State<AppState>,
    Path(code): Path<String>,
    Address(address): Address,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (headers, wanted): (_, Verify) = message(request).await?;
    let phone = mobile_number(&wanted.phone)?;
    let asked = Asked {
        invitation: &invitation,
        phone: &phone,
        guardian: wanted.guardian,
        ticket: ticket(wanted.ticket.as_deref())?,
        address,
    };
    let sent = state.phone.send(&state.centre, asked).await?;
    if !wanted.guardian {
        joining::note(
            &state.centre,
            &invitation,
            Step::Sent,
            wanted.ticket.as_deref(),
        )
        .await;
    }
    body::reply_message(&headers, &sent).await
}

/// `POST …/join/{code}/check`: whether the code from the message is right, at the step that asks for it.
pub async fn check(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (headers, typed): (_, Check) = message(request).await?;
    let phone = mobile_number(&typed.phone)?;
    let ticket = ticket(typed.ticket.as_deref())?;
    if typed.guardian {
        let page = Page::of_guardian(&invitation, &phone, ticket);
        joining::prove(&state.centre, &page, &typed.verification).await?;
    } else {
        let page = Page::of(&invitation, &phone, ticket);
        joining::prove(&state.centre, &page, &typed.verification).await?;
        joining::note(&state.centre, &invitation, Step::Proven, ticket).await;
    }
    let checked = Checked {
        status: CheckedStatus::Verified,
    };
    body::reply_message(&headers, &checked).await
}

/// `POST …/join/{code}/join`: makes the member.
pub async fn join(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (headers, joining): (_, Joining) = message(request).await?;
    let unit = || joining::join(&state.centre, &invitation, joining.clone());
    let signed_up = state.centre.retrying(unit).await?;
    if signed_up.told.status == JoinedStatus::Joined {
        joining::note(&state.centre, &invitation, Step::Joined, None).await;
    }
    if signed_up.fresh {
        let phone = mobile_number(&joining.phone)?;
        state.phone.welcome(&state.centre, &phone, &signed_up.told);
    }
    body::reply_message(&headers, &signed_up.told).await
}

/// The message of a phone, and the request's headers.
pub(super) async fn message<T: DeserializeOwned>(
    request: Request<Body>,
) -> Result<(HeaderMap, T), ServiceError> {
    let (parts, sent) = request.into_parts();
    let sent = body::read_at_most(sent, MESSAGE_BYTES).await?;
    let message = body::message(&parts.headers, &sent)?;
    Ok((parts.headers, message))
}

pub(super) fn ticket(told: Option<&str>) -> Result<Option<&str>, ServiceError> {
    protocol::join::ticket(told)
        .map_err(|fault| ServiceError::refused(ErrorCode::Malformed, fault.to_string()))
}

/// A mobile number as it was typed.
pub(super) fn mobile_number(typed: &str) -> Result<String, ServiceError> {
    protocol::phone::mobile_number(typed)
        .ok_or_else(|| ServiceError::refused(ErrorCode::Malformed, "phone"))
}

//! `…/phone/v1/me`: what a member's own page asks.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::join::Verify;
use protocol::own_page::{End, Invite, Leave, Open, Withdraw};
use protocol::{ErrorCode, MemberId};

use super::api::{message, mobile_number, ticket};
use crate::http::failure::Failure;
use crate::http::from::Address;
use crate::http::{AppState, body};
use centre::error::ServiceError;
use centre::{joining, own_page};

/// The session that a request names.
fn session(headers: &HeaderMap) -> Result<&str, ServiceError> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|said| said.to_str().ok())
        .and_then(|said| said.strip_prefix("Bearer "))
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotAuthenticated, "no session"))
}

async fn hers(state: &AppState, headers: &HeaderMap) -> Result<MemberId, ServiceError> {
    own_page::whose(&state.centre, session(headers)?).await
}

/// `GET …/me`: whose page it is.
pub async fn own(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let own = own_page::own(&state.centre, &state.provider_ids()).await?;
    body::reply_message(request.headers(), &own).await
}

/// `POST …/me/verify`: sends a code to a member's number; a stranger is answered alike.
pub async fn verify(
    State(state): State<AppState>,
    Address(address): Address,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, wanted): (_, Verify) = message(request).await?;
    let phone = mobile_number(&wanted.phone)?;
    let ticket = ticket(wanted.ticket.as_deref())?;
    let sent = state.phone.send_own(&state.centre, &phone, ticket, address);
    body::reply_message(&headers, &sent.await?).await
}

/// `POST …/me/open`: proves her number, and begins a session.
pub async fn open(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Open) = message(request).await?;
    let phone = mobile_number(&asked.phone)?;
    let ticket = ticket(asked.ticket.as_deref())?;
    let opened = own_page::open(&state.centre, &phone, ticket, &asked.verification).await?;
    body::reply_message(&headers, &opened).await
}

/// `POST …/me/withdraw`: withdraws one consent.
pub async fn withdraw(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Withdraw) = message(request).await?;
    let centre = &state.centre;
    let held = match &asked.who {
        Some(who) => {
            let phone = mobile_number(&who.phone)?;
            let ticket = ticket(who.ticket.as_deref())?;
            own_page::withdraw(centre, &phone, ticket, &who.verification, &asked.purpose).await?
        }
        None => {
            let id = hers(&state, &headers).await?;
            own_page::withdraw_hers(centre, &id, &asked.purpose).await?
        }
    };
    body::reply_message(&headers, &held).await
}

/// `GET …/me/page`: what she has.
pub async fn page(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let id = hers(&state, request.headers()).await?;
    let view = own_page::view(&state.centre, &id).await?;
    body::reply_message(request.headers(), &view).await
}

/// `POST …/me/code`: her code for the counter.
pub async fn code(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let id = hers(&state, request.headers()).await?;
    let code = own_page::code(&state.centre, &id).await?;
    body::reply_message(request.headers(), &code).await
}

/// `POST …/me/invite`: her code for friends.
pub async fn invite(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Invite) = message(request).await?;
    let id = hers(&state, &headers).await?;
    let browser = ticket(asked.browser.as_deref())?;
    let invite = joining::invite(&state.centre, &id, browser, &state.phone_base).await?;
    body::reply_message(&headers, &invite).await
}

/// `POST …/me/export`: everything that is held on her, as a file.
pub async fn export(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let id = hers(&state, request.headers()).await?;
    let all = own_page::export(&state.centre, &id).await?;
    let text = serde_json::to_vec_pretty(&all).map_err(ServiceError::from)?;
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// `POST …/me/leave`: she leaves.
pub async fn leave(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Leave) = message(request).await?;
    let id = hers(&state, &headers).await?;
    let ticket = ticket(asked.ticket.as_deref())?;
    own_page::leave(&state.centre, &id, ticket, &asked.verification).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST …/me/end`: ends her session, or all of them.
pub async fn end(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, End) = message(request).await?;
    own_page::end(&state.centre, session(&headers)?, asked.everywhere).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

//! `…/phone/v1/me`: what a member's own page asks.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::join::Verify;
use protocol::own_page::{Open, Withdraw};

use super::api::{message, mobile_number, ticket};
use crate::http::failure::Failure;
use crate::http::from::Address;
use crate::http::{AppState, body};
use centre::own_page;

/// `GET …/me`: whose page it is.
pub async fn own(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let own = own_page::own(&state.centre).await?;
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

/// `POST …/me/open`: what she agreed to.
pub async fn open(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Open) = message(request).await?;
    let phone = mobile_number(&asked.phone)?;
    let ticket = ticket(asked.ticket.as_deref())?;
    let held = own_page::open(&state.centre, &phone, ticket, &asked.verification).await?;
    body::reply_message(&headers, &held).await
}

/// `POST …/me/withdraw`: withdraws one consent.
pub async fn withdraw(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Withdraw) = message(request).await?;
    let who = asked.who;
    let phone = mobile_number(&who.phone)?;
    let ticket = ticket(who.ticket.as_deref())?;
    let held = own_page::withdraw(
        &state.centre,
        &phone,
        ticket,
        &who.verification,
        &asked.purpose,
    );
    body::reply_message(&headers, &held.await?).await
}

//! `POST /v1/invited`: how far those have come who use a counter's sign-up codes.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::invited::InvitedRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::joining as service;

/// Answers the request.
pub async fn invited(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let asked: InvitedRequest = body::message(&signed.headers, &signed.body)?;
    let reply = service::invited(&state.centre, &signed.device, &asked).await?;
    body::reply_message(&signed.headers, &reply).await
}

//! `POST /v1/new-phone`: a member's new phone number, proven by a code.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::new_phone::NewPhoneRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};

/// Answers the request.
pub async fn new_phone(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let asked: NewPhoneRequest = body::message(&signed.headers, &signed.body)?;
    let (centre, device) = (&state.centre, &signed.device);
    let reply = state.phone.new_phone(centre, device, &asked).await?;
    body::reply_message(&signed.headers, &reply).await
}

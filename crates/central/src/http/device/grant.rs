//! `POST /v1/grant`: allowances for a counter.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::grant::GrantRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::grant as service;

/// Answers the request.
pub async fn grant(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let wanted: GrantRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::grant(&state.centre, &signed.device, &wanted);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

//! `POST /v1/clerk`: a clerk's key on a device becomes known.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::clerk::ClerkRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::clerk as service;

/// Answers the request.
pub async fn clerk(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate_over(&state, request).await?;
    let asked: ClerkRequest = body::message(&signed.headers, &signed.body)?;
    let reply = service::known(&state.centre, &signed.device, &asked).await?;
    body::reply_message(&signed.headers, &reply).await
}

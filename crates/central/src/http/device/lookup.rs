//! `POST /v1/lookup`: a member of another store.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::lookup::LookupRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::lookup as service;

/// Answers the request.
pub async fn lookup(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let asked: LookupRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::lookup(&state.centre, &signed.device, &asked);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

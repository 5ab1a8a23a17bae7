//! `POST /v1/pull`: a scope's changes after a cursor.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::pull::PullRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::pull as service;

/// Answers the request.
pub async fn pull(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let pull: PullRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::pull(&state.centre, &signed.device, &pull);
    let json = state.centre.retrying(unit).await?;
    Ok(body::reply(&signed.headers, json).await)
}

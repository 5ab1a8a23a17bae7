//! `POST /v1/push`: operations from an outbox, answered one by one.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::push::PushRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body, measured};
use centre::sync::push as service;

/// Answers the request.
pub async fn push(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate_any(&state, request).await?;
    let push: PushRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::push(&state.centre, &signed.device, &push);
    let reply = state.centre.retrying(unit).await?;
    measured::pushed(&reply);
    body::reply_message(&signed.headers, &reply).await
}

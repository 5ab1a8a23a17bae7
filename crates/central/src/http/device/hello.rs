//! `POST /v1/hello`: versions, time, and where each side stands.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::hello::HelloRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::hello as service;

/// Answers the request.
pub async fn hello(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    // one that was revoked is told what it has to send again
    let signed = auth::authenticate_any(&state, request).await?;
    let hello: HelloRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::hello(&state.centre, &signed.device, &hello);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

//! `POST /v1/hello`: versions, time, and where each side stands.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::hello::HelloRequest;

use super::{AppState, auth, body};
use crate::devices;
use crate::error::ServiceError;

/// Answers the request.
pub async fn hello(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, ServiceError> {
    // one that was revoked is told what it has to send again
    let signed = auth::authenticate_any(&state.centre, request).await?;
    let hello: HelloRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || devices::hello(&state.centre, &signed.device, &hello);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

//! `POST /v1/presence`: a member shows at a counter that she is there.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::presence::PresenceRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};

/// Answers the request.
pub async fn presence(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let asked: PresenceRequest = body::message(&signed.headers, &signed.body)?;
    let (centre, device) = (&state.centre, &signed.device);
    let reply = state.phone.presence(centre, device, &asked).await?;
    body::reply_message(&signed.headers, &reply).await
}

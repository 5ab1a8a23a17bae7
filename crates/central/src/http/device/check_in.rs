//! `POST /v1/check-in`: how a device is, and what headquarters wants of it.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::check_in::CheckInRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::fleet;

/// Answers the request.
pub async fn check_in(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    // one whose place was taken says that it has delivered all
    let signed = auth::authenticate_over(&state, request).await?;
    let told: CheckInRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || fleet::check_in(&state.centre, &signed.device, &told);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

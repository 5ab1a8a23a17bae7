//! `POST /v1/enrol`: a new device with a one-time code. The only request that no device signs.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::enrol::EnrolRequest;

use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::enrol as service;

/// Answers the request.
pub async fn enrol(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (parts, sent) = request.into_parts();
    let sent = body::read(sent).await?;
    let wanted: EnrolRequest = body::message(&parts.headers, &sent)?;
    let unit = || service::enrol(&state.centre, &wanted, &state.phone_base);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&parts.headers, &reply).await
}

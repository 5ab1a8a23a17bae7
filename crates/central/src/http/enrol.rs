//! `POST /v1/enrol`: a new device with a one-time code. The only request that no device signs.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::enrol::EnrolRequest;

use super::{AppState, body};
use crate::devices;
use crate::error::ServiceError;

/// Answers the request.
pub async fn enrol(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, ServiceError> {
    let (parts, sent) = request.into_parts();
    let sent = body::read(sent).await?;
    let wanted: EnrolRequest = body::message(&parts.headers, &sent)?;
    let unit = || devices::enrol(&state.centre, &wanted, &state.phone_base);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&parts.headers, &reply).await
}

//! `POST /v1/device-log`: the last lines of a device's log, as they were asked for.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::check_in::DeviceLog;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::fleet;

/// Answers the request.
pub async fn device_log(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate_over(&state, request).await?;
    let log: DeviceLog = body::message(&signed.headers, &signed.body)?;
    let unit = || fleet::keep_log(&state.centre, &signed.device, &log);
    state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &serde_json::json!({})).await
}

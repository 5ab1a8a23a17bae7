//! `POST /v1/report`: what a counter holds, after the centre was restored.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::report::ReportRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::report as service;

/// Answers the request.
pub async fn report(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate(&state, request).await?;
    let asked: ReportRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::report(&state.centre, &signed.device, &asked);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

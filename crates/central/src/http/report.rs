//! `POST /v1/report`: what a counter holds, after the centre was restored.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::report::ReportRequest;

use super::{AppState, auth, body};
use crate::error::ServiceError;
use crate::recovery as service;

/// Answers the request.
pub async fn report(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, ServiceError> {
    let signed = auth::authenticate(&state.centre, request).await?;
    let asked: ReportRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::report(&state.centre, &signed.device, &asked);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

//! `GET /healthz`: `ok`, or what keeps the service from its work. No personal data, and nothing of the brand.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::state::AppState;
use crate::http::failure::Failure;
use centre::health;

/// Answers the request.
pub async fn health(State(state): State<AppState>) -> Result<Response, Failure> {
    let health = health::look(&state.centre).await?;
    if health.is_good() {
        return Ok("ok".into_response());
    }
    let faults = health.faults.join("\n");
    Ok((StatusCode::SERVICE_UNAVAILABLE, faults).into_response())
}

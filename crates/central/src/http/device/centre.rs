//! `POST /v1/centre`: which centre this is, proved. Nobody signs it, and it tells nothing else.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::ErrorCode;
use protocol::centre::CentreRequest;

use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::error::ServiceError;

/// Digits of a nonce.
const NONCE: usize = 64;

/// Answers the request.
pub async fn centre(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (parts, sent) = request.into_parts();
    let asked: CentreRequest = body::message(&parts.headers, &body::read(sent).await?)?;
    if asked.nonce.len() != NONCE || !asked.nonce.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(ServiceError::refused(ErrorCode::Malformed, "nonce").into());
    }
    body::reply_message(&parts.headers, &state.centre.prove(&asked)).await
}

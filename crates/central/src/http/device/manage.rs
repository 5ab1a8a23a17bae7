//! `POST /v1/manage`: what a manager does about the devices of her store.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use protocol::manage::ManageRequest;

use super::auth;
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::sync::manage as service;

/// Answers the request.
pub async fn manage(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let signed = auth::authenticate_over(&state, request).await?;
    let asked: ManageRequest = body::message(&signed.headers, &signed.body)?;
    let unit = || service::manage(&state.centre, &signed.device, &asked);
    let reply = state.centre.retrying(unit).await?;
    body::reply_message(&signed.headers, &reply).await
}

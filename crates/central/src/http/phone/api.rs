//! `…/phone/v1/join/{code}`: what the sign-up page asks.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Request;
use axum::response::Response;
use protocol::ErrorCode;
use protocol::join::{Check, Checked, CheckedStatus, JoinedStatus, Joining, Verify};

use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::error::ServiceError;
use centre::joining::{self, Step};

/// `GET …/join/{code}`: who invites, and what is asked.
pub async fn begin(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let begin = joining::begin(&state.centre, &invitation).await?;
    joining::note(&state.centre, &invitation, Step::Opened).await;
    body::reply_message(request.headers(), &begin).await
}

/// `POST …/join/{code}/verify`: sends a code to the phone.
pub async fn verify(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (parts, sent) = request.into_parts();
    let wanted: Verify = body::message(&parts.headers, &body::read(sent).await?)?;
    let phone = mobile_number(&wanted.phone)?;
    let sent = state
        .phone
        .send(&state.centre, invitation.code.nonce, &phone)
        .await?;
    joining::note(&state.centre, &invitation, Step::Sent).await;
    body::reply_message(&parts.headers, &sent).await
}

/// `POST …/join/{code}/check`: whether the code from the message is right, at the step that asks for it.
pub async fn check(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (parts, sent) = request.into_parts();
    let typed: Check = body::message(&parts.headers, &body::read(sent).await?)?;
    let phone = mobile_number(&typed.phone)?;
    joining::prove(&state.centre, &phone, &typed.verification).await?;
    joining::note(&state.centre, &invitation, Step::Proven).await;
    let checked = Checked {
        status: CheckedStatus::Verified,
    };
    body::reply_message(&parts.headers, &checked).await
}

/// `POST …/join/{code}/join`: makes the member.
pub async fn join(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (parts, sent) = request.into_parts();
    let joining: Joining = body::message(&parts.headers, &body::read(sent).await?)?;
    let unit = || joining::join(&state.centre, &invitation, joining.clone());
    let joined = state.centre.retrying(unit).await?;
    if joined.status == JoinedStatus::Joined {
        joining::note(&state.centre, &invitation, Step::Joined).await;
    }
    body::reply_message(&parts.headers, &joined).await
}

/// A mobile number as it was typed.
fn mobile_number(typed: &str) -> Result<String, ServiceError> {
    protocol::phone::mobile_number(typed)
        .ok_or_else(|| ServiceError::refused(ErrorCode::Malformed, "phone"))
}

//! `POST /v1/token`: a token for a device, by the client credentials grant of OAuth 2.0.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::DeviceId;
use protocol::token::{
    ASSERTION_TYPE, Assertion, GRANT, Invalid, Proof, TokenError, TokenRefusal, TokenRequest,
};

use super::auth;
use crate::http::{AppState, body};
use centre::error::ServiceError;
use centre::sync::token as service;

/// A refusal of this address.
struct Refused(TokenError, String);

impl Refused {
    fn of(error: TokenError, why: impl std::fmt::Display) -> Self {
        Self(error, why.to_string())
    }
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused(error) => Self(TokenError::InvalidRequest, error.message),
            fault => {
                tracing::error!(error = %fault, "a request for a token failed");
                Self(TokenError::TemporarilyUnavailable, String::new())
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.http_status());
        let refusal = TokenRefusal {
            error: self.0,
            error_description: self.1,
        };
        (status.unwrap_or(StatusCode::BAD_REQUEST), Json(refusal)).into_response()
    }
}

/// Answers the request.
pub async fn token(State(state): State<AppState>, request: Request<Body>) -> Response {
    match asked(&state, request).await {
        Ok(reply) => reply,
        Err(refused) => refused.into_response(),
    }
}

async fn asked(state: &AppState, request: Request<Body>) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let sent = body::read(sent).await?;
    let form = parts.headers.get(header::CONTENT_TYPE);
    let form = form.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !form.starts_with("application/x-www-form-urlencoded") {
        return Err(Refused::of(TokenError::InvalidRequest, "not a form"));
    }
    let asked: TokenRequest = serde_urlencoded::from_bytes(&sent)
        .map_err(|_| Refused::of(TokenError::InvalidRequest, "a field is missing, or twice"))?;
    if asked.grant_type != GRANT {
        return Err(Refused::of(TokenError::UnsupportedGrantType, GRANT));
    }
    if asked.client_assertion_type != ASSERTION_TYPE {
        return Err(Refused::of(TokenError::InvalidClient, ASSERTION_TYPE));
    }
    let id: DeviceId = auth::named(&parts)
        .ok_or_else(|| Refused::of(TokenError::InvalidClient, "no device is named"))?;
    let known = auth::known(&state.centre, id).await?;
    // whoever is not known hears the same as whoever did not sign
    let (device, key) = known.ok_or_else(|| Refused::of(TokenError::InvalidClient, "signature"))?;
    let covers = auth::covers(&state.centre, &parts, None, &sent);
    let proof = auth::proof(&parts)
        .ok_or_else(|| Refused::of(TokenError::InvalidDpopProof, "no proof"))
        .and_then(|text| {
            Proof::read(text, &covers, &key)
                .map_err(|e| Refused::of(TokenError::InvalidDpopProof, e))
        })?;
    let place = (state.centre.id(), id);
    // fresh first: whoever has no nonce does not know this centre's time either
    let nonce = proof.nonce.as_deref().unwrap_or_default();
    if state.fresh.take(nonce, proof.jti).is_err() {
        return Err(Refused::of(TokenError::UseDpopNonce, "another nonce"));
    }
    let said =
        Assertion::read(&asked.client_assertion, place, &key, state.centre.now()).map_err(|e| {
            match e {
                // it was long on its way, or its time is another's: the answer tells the time to go by
                Invalid::Expired => Refused::of(TokenError::UseDpopNonce, e),
                other => Refused::of(TokenError::InvalidClient, other),
            }
        })?;
    let unit = || service::token(&state.centre, &device, &said);
    let reply = state.centre.retrying(unit).await?;
    Ok(Json(reply).into_response())
}

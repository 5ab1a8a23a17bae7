//! Errors as replies: the status of the code, and the code with a message as JSON.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{ErrorCode, WireError};

use centre::error::ServiceError;
use centre_store::db::fault::Fault;

/// When whoever asked too often may come again, where nothing else is known.
const LATER_SECONDS: u64 = 60;

/// A refusal as a reply.
pub fn wire(error: WireError) -> Response {
    let status = StatusCode::from_u16(error.code.http_status());
    let code = error.code;
    let mut reply = (status.unwrap_or(StatusCode::BAD_REQUEST), Json(error)).into_response();
    let headers = reply.headers_mut();
    match code {
        ErrorCode::TooMany => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(LATER_SECONDS));
        }
        // in the words of RFC 9449 too
        ErrorCode::NonceStale => {
            let error = HeaderValue::from_static(r#"DPoP error="use_dpop_nonce", algs="EdDSA""#);
            headers.insert(header::WWW_AUTHENTICATE, error);
        }
        ErrorCode::TokenStale => {
            let error = HeaderValue::from_static(r#"DPoP error="invalid_token", algs="EdDSA""#);
            headers.insert(header::WWW_AUTHENTICATE, error);
        }
        _ => {}
    }
    reply
}

/// An error of the service, to be told to whoever asked.
#[derive(Debug)]
pub struct Failure(ServiceError);

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.0 {
            ServiceError::Refused(error) => wire(error),
            fault => {
                let message = if fault.is_busy() {
                    tracing::warn!(error = %fault, "a request found the database busy");
                    "busy"
                } else if fault.fault() == Fault::Lost {
                    tracing::warn!(error = %fault, "a request found no database");
                    "the database is away"
                } else {
                    tracing::error!(error = %fault, "a request failed");
                    "a fault of the service"
                };
                wire(WireError {
                    code: ErrorCode::Unavailable,
                    message: message.to_owned(),
                })
            }
        }
    }
}

//! Errors as replies: the status of the code, and the code with a message as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::{ErrorCode, WireError};

use crate::error::ServiceError;

/// A refusal as a reply.
pub fn wire(error: WireError) -> Response {
    let status = StatusCode::from_u16(error.code.http_status());
    (status.unwrap_or(StatusCode::BAD_REQUEST), Json(error)).into_response()
}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(error) => wire(error),
            fault => {
                tracing::error!(error = %fault, "a request failed");
                let message = if fault.is_busy() {
                    "busy"
                } else {
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

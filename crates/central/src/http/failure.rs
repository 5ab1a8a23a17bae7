//! Errors as replies: the status of the code, and the code with a message as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::{ErrorCode, WireError};

use centre::error::ServiceError;
use centre_store::db::fault::Fault;

/// A refusal as a reply.
pub fn wire(error: WireError) -> Response {
    let status = StatusCode::from_u16(error.code.http_status());
    (status.unwrap_or(StatusCode::BAD_REQUEST), Json(error)).into_response()
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

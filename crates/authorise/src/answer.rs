//! Answers of providers, in the one form in which RFC 6749 has them: so one library reads them all.

use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::http::{Response, StatusCode, header};
use oauth2::{ExtraTokenFields, HttpResponse, StandardRevocableToken, StandardTokenResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What comes with a token.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Beside {
    /// Who she is to this brand.
    #[serde(default)]
    pub(crate) open_id: Option<String>,
}

impl ExtraTokenFields for Beside {}

/// A token with what comes with it.
pub(crate) type Given = StandardTokenResponse<Beside, BasicTokenType>;

/// The library's client for it.
pub(crate) type OAuth = oauth2::Client<
    BasicErrorResponse,
    Given,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
>;

/// A token as the standard has it.
pub(crate) fn given(access_token: &str, open_id: Option<&str>) -> HttpResponse {
    let body = json!({
        "access_token": access_token,
        "token_type": "bearer",
        "open_id": open_id,
    });
    response(StatusCode::OK, &body)
}

/// A refusal as the standard has it.
pub(crate) fn refused(why: &str) -> HttpResponse {
    // the provider's words may be any: the standard's are ASCII
    let why: String = why.chars().filter(|c| (' '..='~').contains(c)).collect();
    let body = json!({ "error": "invalid_grant", "error_description": why });
    response(StatusCode::BAD_REQUEST, &body)
}

/// An answer that is in the standard's form already.
pub(crate) fn as_it_is(status: u16, body: &Value) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response(status, body)
}

fn response(status: StatusCode, body: &Value) -> HttpResponse {
    let mut response = Response::new(body.to_string().into_bytes());
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

//! All addresses, and what every answer has.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::centre::CENTRE_HEADER;
use protocol::limits::REQUEST_BYTES;
use protocol::{ErrorCode, WireError};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::state::AppState;
use super::{device, failure, health, phone};

/// All routes.
pub fn router(state: AppState) -> Router {
    // an id is letters, digits and dashes
    let mark = HeaderValue::from_str(&state.centre.id().to_string())
        .unwrap_or_else(|_| HeaderValue::from_static(""));
    let plain = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .merge(device::routes())
        .route("/healthz", get(health::health))
        .merge(phone::routes())
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .with_state(state)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(plain(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(plain(header::CACHE_CONTROL, "no-store"))
        .layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static(CENTRE_HEADER),
            mark,
        ))
}

async fn nothing() -> Response {
    failure::wire(WireError {
        code: ErrorCode::NotFound,
        message: "no such address".to_owned(),
    })
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a request ended in a panic");
    let mut response = failure::wire(WireError {
        code: ErrorCode::Unavailable,
        message: "a fault of the service".to_owned(),
    });
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.into_response()
}

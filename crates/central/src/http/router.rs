//! All addresses, and what every answer has.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::centre::CENTRE_HEADER;
use protocol::limits::REQUEST_BYTES;
use protocol::{ErrorCode, WireError};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::limits::{self, Paces, Who};
use super::state::AppState;
use super::{device, failure, health, measured, phone, updates};

/// What a browser may do with an answer that is no page of ours: nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// All routes, with no limits: for those who ask without a network.
pub fn router(state: AppState) -> Router {
    let mark = mark(&state);
    said(routes(state), mark)
}

/// All routes, with limits for those who ask over a network.
pub fn guarded<W: Who>(state: AppState, who: W, paces: Paces, tls: bool) -> Router {
    let mark = mark(&state);
    said(limits::guard(routes(state), who, paces, tls), mark)
}

fn routes(state: AppState) -> Router {
    Router::new()
        .merge(device::routes(state.clone()))
        .route("/healthz", get(health::health))
        .merge(phone::routes())
        .merge(updates::routes())
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .with_state(state)
        .layer(from_fn(measured::measure))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
}

/// By it counters know whose answer it is.
fn mark(state: &AppState) -> HeaderValue {
    // an id is letters, digits and dashes
    HeaderValue::from_str(&state.centre.id().to_string())
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What every answer says, refusals too.
fn said(router: Router, mark: HeaderValue) -> Router {
    let plain = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(plain(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(plain(header::CACHE_CONTROL, "no-store"))
        .layer(plain(header::CONTENT_SECURITY_POLICY, NO_PAGE))
        .layer(plain(header::X_FRAME_OPTIONS, "DENY"))
        .layer(plain(header::REFERRER_POLICY, "no-referrer"))
        .layer(plain(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        .layer(plain(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
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

//! The HTTP face of the centre: one file per request. Handlers parse, call a service function
//! and render; they decide nothing.

mod accepts;
mod auth;
pub mod body;
mod centre;
mod enrol;
mod failure;
mod grant;
mod health;
mod hello;
mod invited;
mod live;
mod lookup;
mod manage;
mod pull;
mod push;
mod report;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use protocol::centre::CENTRE_HEADER;
use protocol::limits::REQUEST_BYTES;
use protocol::{ErrorCode, WireError};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::centre::Centre;
use crate::phone::{self, Phone};

/// What every handler has at hand.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The service itself.
    pub centre: Centre,
    /// Where members' phones reach it: the beginning of a sign-up address.
    pub phone_base: Arc<str>,
    /// Joining by phone.
    pub phone: Arc<Phone>,
    /// Turns true when the service stops: live connections end then.
    pub stopping: watch::Receiver<bool>,
}

/// All routes.
pub fn router(state: AppState) -> Router {
    // an id is letters, digits and dashes
    let mark = HeaderValue::from_str(&state.centre.id().to_string())
        .unwrap_or_else(|_| HeaderValue::from_static(""));
    let plain = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/centre", post(centre::centre))
        .route("/v1/hello", post(hello::hello))
        .route("/v1/push", post(push::push))
        .route("/v1/pull", post(pull::pull))
        .route("/v1/grant", post(grant::grant))
        .route("/v1/report", post(report::report))
        .route("/v1/lookup", post(lookup::lookup))
        .route("/v1/invited", post(invited::invited))
        .route("/v1/manage", post(manage::manage))
        .route("/v1/live", get(live::live))
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

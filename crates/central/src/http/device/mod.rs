//! What counters ask, one file per request. Each is signed by a device, but for enrolling and for the question which
//! centre this is. Every answer has a nonce for the next proof, and the centre's time.

mod auth;
mod centre;
mod check_in;
mod clerk;
mod device_log;
mod enrol;
mod grant;
mod hello;
mod invited;
mod live;
mod lookup;
mod manage;
mod new_phone;
mod presence;
mod pull;
mod push;
mod report;
mod token;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use protocol::token::{NONCE_HEADER, TIME_HEADER, TOKEN_PATH};

use crate::http::AppState;

/// Routes for counters.
pub fn routes(state: AppState) -> Router<AppState> {
    Router::new()
        .route(TOKEN_PATH, post(token::token))
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/centre", post(centre::centre))
        .route("/v1/hello", post(hello::hello))
        .route("/v1/clerk", post(clerk::clerk))
        .route("/v1/push", post(push::push))
        .route("/v1/pull", post(pull::pull))
        .route("/v1/grant", post(grant::grant))
        .route("/v1/check-in", post(check_in::check_in))
        .route("/v1/device-log", post(device_log::device_log))
        .route("/v1/report", post(report::report))
        .route("/v1/lookup", post(lookup::lookup))
        .route("/v1/invited", post(invited::invited))
        .route("/v1/manage", post(manage::manage))
        .route("/v1/new-phone", post(new_phone::new_phone))
        .route("/v1/presence", post(presence::presence))
        .route("/v1/live", get(live::live))
        .layer(map_response_with_state(state, with_nonce))
}

async fn with_nonce(State(state): State<AppState>, mut response: Response) -> Response {
    let now = state.centre.now().timestamp_millis();
    let headers = response.headers_mut();
    if let Ok(nonce) = HeaderValue::from_str(&state.fresh.nonce()) {
        headers.insert(HeaderName::from_static(NONCE_HEADER), nonce);
    }
    headers.insert(HeaderName::from_static(TIME_HEADER), HeaderValue::from(now));
    response
}

//! What counters ask, one file per request. Each is signed by a device, but for enrolling and for the question which
//! centre this is.

mod auth;
mod centre;
mod clerk;
mod enrol;
mod grant;
mod hello;
mod invited;
mod live;
mod lookup;
mod manage;
mod pull;
mod push;
mod report;

use axum::Router;
use axum::routing::{get, post};

use crate::http::AppState;

/// Routes for counters.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/centre", post(centre::centre))
        .route("/v1/hello", post(hello::hello))
        .route("/v1/clerk", post(clerk::clerk))
        .route("/v1/push", post(push::push))
        .route("/v1/pull", post(pull::pull))
        .route("/v1/grant", post(grant::grant))
        .route("/v1/report", post(report::report))
        .route("/v1/lookup", post(lookup::lookup))
        .route("/v1/invited", post(invited::invited))
        .route("/v1/manage", post(manage::manage))
        .route("/v1/live", get(live::live))
}

//! What members' phones see: joining by a counter's code. The pages are static files; they talk
//! to the JSON addresses here.

mod api;
mod pages;

use axum::Router;
use axum::routing::{get, post};

use crate::http::AppState;

/// Routes for phones.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/j/{code}", get(pages::join))
        .route("/assets/{*path}", get(pages::asset))
        // as the page at /j/{code} asks for them
        .route("/j/assets/{*path}", get(pages::asset))
        .route("/phone/v1/join/{code}", get(api::begin))
        .route("/phone/v1/join/{code}/verify", post(api::verify))
        .route("/phone/v1/join/{code}/check", post(api::check))
        .route("/phone/v1/join/{code}/join", post(api::join))
}

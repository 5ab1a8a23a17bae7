//! What members' phones see: joining by a counter's code, and a member's own page. The pages are static files; they talk
//! to the JSON addresses here.

mod api;
mod own_page;
mod pages;

use axum::Router;
use axum::routing::{get, post};

use crate::http::AppState;

/// Routes for phones.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/j/{code}", get(pages::join))
        .route("/me", get(pages::me))
        .route("/assets/{*path}", get(pages::asset))
        // as the page at /j/{code} asks for them
        .route("/j/assets/{*path}", get(pages::asset))
        .route("/phone/v1/join/{code}", get(api::begin))
        .route("/phone/v1/join/{code}/verify", post(api::verify))
        .route("/phone/v1/join/{code}/check", post(api::check))
        .route("/phone/v1/join/{code}/join", post(api::join))
        .route("/phone/v1/me", get(own_page::own))
        .route("/phone/v1/me/verify", post(own_page::verify))
        .route("/phone/v1/me/open", post(own_page::open))
        .route("/phone/v1/me/withdraw", post(own_page::withdraw))
}

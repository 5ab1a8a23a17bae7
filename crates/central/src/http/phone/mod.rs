//! What members' phones see: joining by a code, and a member's own page. Each page is one file; it talks to the JSON
//! addresses here.

mod api;
mod authorise;
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
        .route("/me-sw.js", get(pages::worker))
        .route("/me.webmanifest", get(pages::manifest))
        .route("/phone/v1/join/{code}", get(api::begin))
        .route("/phone/v1/join/{code}/verify", post(api::verify))
        .route("/phone/v1/join/{code}/check", post(api::check))
        .route("/phone/v1/join/{code}/join", post(api::join))
        .route("/phone/v1/authorise/{provider}", get(authorise::leave))
        .route("/phone/v1/authorise/{provider}/back", get(authorise::back))
        .route("/phone/v1/join/{code}/authorised", post(authorise::joining))
        .route("/phone/v1/me/authorised", post(authorise::own))
        .route("/phone/v1/me", get(own_page::own))
        .route("/phone/v1/me/verify", post(own_page::verify))
        .route("/phone/v1/me/open", post(own_page::open))
        .route("/phone/v1/me/withdraw", post(own_page::withdraw))
        .route("/phone/v1/me/page", get(own_page::page))
        .route("/phone/v1/me/code", post(own_page::code))
        .route("/phone/v1/me/invite", post(own_page::invite))
        .route("/phone/v1/me/export", post(own_page::export))
        .route("/phone/v1/me/leave", post(own_page::leave))
        .route("/phone/v1/me/end", post(own_page::end))
}

//! The static pages, built into the binary (in a debug build, read from disk).

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../ui/dist-phone"]
struct Pages;

/// The page of the sign-up, whatever the code, and of a member: its address says which.
const PAGE: &str = "phone.html";
const NOT_BUILT: &str = "<!doctype html><meta charset=\"utf-8\"><title>Counterpart</title>\
    <p>The phone pages are not part of this build. Build them first \
    (in the folder ui: npm run build:phone), then build the service again.</p>";

/// Nothing but what this service itself serves, no frames, no forms that leave.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /j/{code}`: the page reads the code from its own address.
pub async fn join(Path(_code): Path<String>) -> Response {
    page()
}

/// `GET /me`: what she agreed to.
pub async fn me() -> Response {
    page()
}

fn page() -> Response {
    let mut response = match Pages::get(PAGE) {
        Some(page) => html(StatusCode::OK, page.data.into_owned()),
        None => html(
            StatusCode::SERVICE_UNAVAILABLE,
            NOT_BUILT.as_bytes().to_vec(),
        ),
    };
    secure(&mut response);
    response
}

/// `GET /assets/…`: scripts, styles and pictures; their names change with their content.
pub async fn asset(Path(path): Path<String>) -> Response {
    let Some(file) = Pages::get(&format!("assets/{path}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = HeaderValue::from_str(file.metadata.mimetype())
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let keep = HeaderValue::from_static("public, max-age=31536000, immutable");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)];
    let mut response = (headers, file.data.into_owned()).into_response();
    secure(&mut response);
    response
}

fn html(status: StatusCode, page: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], page).into_response()
}

fn secure(response: &mut Response) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    );
}

//! The phone pages, each one file that holds all it needs, built into the binary (in a debug build, read from disk).

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "../../ui/dist-phone"]
struct Pages;

/// The sign-up, whatever the code.
const JOIN: &str = "phone.html";
/// A member's own page.
const OWN: &str = "own.html";
const NOT_BUILT: &str = "<!doctype html><meta charset=\"utf-8\"><title>Counterpart</title>\
    <p>The phone pages are not part of this build. Build them first \
    (in the folder ui: npm run build:phone), then build the service again.</p>";

/// A page as it is sent.
#[derive(Debug)]
struct Page {
    plain: Vec<u8>,
    packed: Vec<u8>,
    policy: HeaderValue,
}

impl Page {
    fn of(plain: Vec<u8>) -> Self {
        let text = String::from_utf8_lossy(&plain);
        let policy = HeaderValue::from_str(&policy(&text))
            .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        // into memory: it does not fail, and what is not packed is sent as it is
        let packed = packer
            .write_all(&plain)
            .and_then(|()| packer.finish())
            .unwrap_or_default();
        Self {
            plain,
            packed,
            policy,
        }
    }
}

/// Nothing but what the page itself holds runs, by its hash; no frames, no forms that leave.
fn policy(page: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'{}; style-src 'self'{}; img-src 'self' data:; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        hashes(page, "script"),
        hashes(page, "style")
    )
}

/// Hashes of what stands in the elements of this name.
fn hashes(page: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let mut said = String::new();
    let mut rest = page;
    while let Some(at) = rest.find(&open) {
        rest = &rest[at + open.len()..];
        let Some(begins) = rest.find('>') else { break };
        let Some(ends) = rest[begins..].find(&close) else {
            break;
        };
        let inside = &rest[begins + 1..begins + ends];
        if !inside.is_empty() {
            let hash = STANDARD.encode(Sha256::digest(inside.as_bytes()));
            said.push_str(&format!(" 'sha256-{hash}'"));
        }
        rest = &rest[begins + ends..];
    }
    said
}

/// The page of a file, made ready once; in a debug build anew where the file has changed.
fn page(name: &str) -> Option<Arc<Page>> {
    static READY: Mutex<Vec<(String, Arc<Page>)>> = Mutex::new(Vec::new());
    let plain = Pages::get(name)?.data;
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, there)) = ready.iter().find(|(known, _)| known == name)
        && there.plain == *plain
    {
        return Some(Arc::clone(there));
    }
    let made = Arc::new(Page::of(plain.into_owned()));
    ready.retain(|(known, _)| known != name);
    ready.push((name.to_owned(), Arc::clone(&made)));
    Some(made)
}

/// `GET /j/{code}`: the page reads the code from its own address.
pub async fn join(Path(_code): Path<String>, headers: HeaderMap) -> Response {
    sent(JOIN, &headers)
}

/// `GET /me`: a member's own page.
pub async fn me(headers: HeaderMap) -> Response {
    sent(OWN, &headers)
}

/// `GET /me-sw.js`: keeps a member's page on her phone, so that it opens with no network.
pub async fn worker() -> Response {
    file("me-sw.js", "text/javascript; charset=utf-8")
}

/// `GET /me.webmanifest`: what the page is called on her phone's home screen.
pub async fn manifest() -> Response {
    file("me.webmanifest", "application/manifest+json")
}

fn file(name: &str, kind: &'static str) -> Response {
    let Some(file) = Pages::get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, file.data.into_owned()).into_response()
}

fn sent(name: &str, headers: &HeaderMap) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = match page(name) {
        None => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
        Some(page) => {
            let packs = headers
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .filter_map(|said| said.to_str().ok())
                .any(takes_gzip);
            let mut response = if packs && !page.packed.is_empty() {
                let packed = HeaderValue::from_static("gzip");
                ([(header::CONTENT_ENCODING, packed)], page.packed.clone()).into_response()
            } else {
                page.plain.clone().into_response()
            };
            let own = response.headers_mut();
            own.insert(header::CONTENT_SECURITY_POLICY, page.policy.clone());
            own.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            response
        }
    };
    let own = response.headers_mut();
    own.insert(header::CONTENT_TYPE, kind);
    own.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    );
    response
}

/// Whether `accept-encoding` takes gzip: named, and not with a weight of nothing.
fn takes_gzip(said: &str) -> bool {
    said.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|p| p.strip_prefix("q=")?.trim().parse::<f32>().ok());
        named && weight.is_none_or(|w| w > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_the_page_may_run() {
        let page =
            "<script type=\"module\">a()</script><style>b{}</style><script nomodule>c()</script>";
        let policy = policy(page);
        let of = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
        assert!(policy.contains(&format!(
            "script-src 'self' 'sha256-{}' 'sha256-{}';",
            of("a()"),
            of("c()")
        )));
        assert!(policy.contains(&format!("style-src 'self' 'sha256-{}';", of("b{}"))));
        assert!(!policy.contains("unsafe"));
    }

    #[test]
    fn a_browser_gets_what_it_takes() {
        for (said, takes) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(said), takes, "{said}");
        }
    }
}

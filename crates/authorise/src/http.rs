//! Requests to providers, and their answers.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

use crate::error::{AuthoriseError, ConfigError};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take: somebody waits.
const ANSWER: Duration = Duration::from_secs(6);
/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 64 * 1024;

/// An address over TLS, or on this machine.
pub(crate) fn address(text: &str) -> Result<Url, ConfigError> {
    let invalid = |why: String| ConfigError::Address {
        address: text.to_owned(),
        why,
    };
    let url = Url::parse(text).map_err(|e| invalid(e.to_string()))?;
    let name = url.host_str().unwrap_or_default();
    let here = ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return Err(invalid("neither https nor on this machine".to_owned()));
    }
    Ok(url)
}

/// A way to providers.
pub(crate) fn client() -> Result<Client, ConfigError> {
    // one way of TLS for the whole program; where there is one already, it is this
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|e| ConfigError::Said(format!("no way to providers: {e}")))
}

/// Sends a request and reads its answer as JSON, with the status.
pub(crate) async fn ask(request: RequestBuilder) -> Result<(u16, Value), AuthoriseError> {
    // the address has the code and the secret in it: neither is said
    let unanswered = |e: reqwest::Error| AuthoriseError::Unanswered(e.without_url().to_string());
    let mut answer = request.send().await.map_err(unanswered)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(unanswered)? {
        if body.len() + part.len() > ANSWER_BYTES {
            return Err(AuthoriseError::Unanswered("a very long answer".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    let no_json = |_| AuthoriseError::Unanswered(format!("status {status}, and no JSON"));
    Ok((status, serde_json::from_slice(&body).map_err(no_json)?))
}

//! One request to a provider and its answer, and what may be concluded where there is none.

use crate::config::ConfigError;
use crate::sender::SmsError;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take: somebody waits for her code.
const ANSWER: Duration = Duration::from_secs(6);
/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 64 * 1024;

/// A way to a provider.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    client: Client,
    /// Where it is.
    pub(crate) url: Url,
    /// Its name as it is signed: with the port where that is not the usual one.
    pub(crate) host: String,
}

impl Way {
    /// A way to this address: over TLS, or on this machine.
    pub(crate) fn to(address: &str, proxy: Option<&str>) -> Result<Self, ConfigError> {
        let invalid = |why: String| ConfigError::Endpoint {
            address: address.to_owned(),
            why,
        };
        let url = Url::parse(address).map_err(|e| invalid(e.to_string()))?;
        let name = url.host_str().unwrap_or_default().to_owned();
        let here = ["127.0.0.1", "localhost", "[::1]"].contains(&name.as_str());
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(invalid("neither https nor on this machine".to_owned()));
        }
        let host = url
            .port()
            .map_or_else(|| name.clone(), |port| format!("{name}:{port}"));
        let mut client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        if let Some(proxy) = proxy {
            let through = reqwest::Proxy::all(proxy).map_err(|e| invalid(e.to_string()))?;
            client = client.proxy(through);
        }
        let client = client.build().map_err(|e| invalid(e.to_string()))?;
        Ok(Self { client, url, host })
    }

    /// A `POST` to it, at this path with a query that is written already.
    pub(crate) fn post(&self, query: Option<&str>) -> RequestBuilder {
        let mut url = self.url.clone();
        url.set_path("/");
        url.set_query(query);
        self.client.post(url)
    }
}

/// Sends a request and reads its answer as JSON: with the status, as providers say in both that something is wrong.
pub(crate) async fn ask(request: RequestBuilder) -> Result<(u16, Value), SmsError> {
    let mut answer = request.send().await.map_err(|e| {
        let why = words(&e);
        if e.is_connect() || e.is_builder() {
            SmsError::Unreached(why)
        } else {
            SmsError::Unanswered(why)
        }
    })?;
    let status = answer.status().as_u16();
    let unanswered = |why: String| SmsError::Unanswered(why);
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|e| unanswered(words(&e)))? {
        if body.len() + part.len() > ANSWER_BYTES {
            return Err(unanswered("a very long answer".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    match serde_json::from_slice(&body) {
        Ok(said) => Ok((status, said)),
        // a page of whatever stands in between: the message may have got past it
        Err(_) => Err(unanswered(format!("status {status}, and no JSON"))),
    }
}

/// The cause without the address: a query has the number in it.
fn words(error: &reqwest::Error) -> String {
    let mut said = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(one) = cause {
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&one.to_string());
        cause = one.source();
    }
    if said.is_empty() {
        "no connection".clone_into(&mut said);
    }
    said
}

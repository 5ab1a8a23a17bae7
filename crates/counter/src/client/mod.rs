//! One signed request and its answer. Everything that can be wrong with an answer is an error
//! with a code here, so that the steps see only the protocol.

mod address;
mod answer;
mod oauth;
mod tokens;

pub(crate) use address::check_address;
pub use answer::Answer;
pub(crate) use tokens::{Asking, Words};

use crate::error::{Error, Result};
use crate::outbox::Identity;
use answer::{Source, mark, plain, read, unpack};
use ed25519_dalek::SigningKey;
use futures_util::future::BoxFuture;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use protocol::token::{Covers, PROOF_HEADER, Proof, SCHEME};
use protocol::{CentreId, DeviceId, ErrorCode};
use reqwest::{Method, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokens::Tokens;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a request may take in all; a pull of thousands of rows over a slow line fits.
const REQUEST: Duration = Duration::from_secs(60);
/// How long a package may take: over a shop's slow line too.
const DOWNLOAD: Duration = Duration::from_secs(3600);
/// How often a request is sent at most: its token and its nonce may be over.
const TRIES: u32 = 4;
/// Bodies above this are compressed.
const COMPRESS_FROM: usize = 1024;

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with query, below the centre's address: what is signed, wherever that address lies.
    pub path: String,
    /// Names and values; where it is on its way, what proves it among them.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes that are signed.
    pub body: Vec<u8>,
}

impl Request {
    fn of(method: &'static str, path: &str, body: Vec<u8>) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body,
        }
    }
}

/// Carries requests in the network's place.
pub trait Transport: Send + Sync {
    /// Carries one and brings its answer.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Answer>>;
    /// Ends when this long has passed for whoever waits for an answer.
    fn wait(&self, patience: Duration) -> BoxFuture<'_, ()>;
}

/// A way to the centre for one device.
#[derive(Clone)]
pub(crate) struct Client {
    way: Way,
    signer: Option<Signer>,
}

#[derive(Clone)]
enum Way {
    Network { http: reqwest::Client, base: Url },
    Simulated(Arc<dyn Transport>),
}

#[derive(Clone)]
struct Signer {
    centre: CentreId,
    device: DeviceId,
    key: SigningKey,
    tokens: Arc<Tokens>,
}

/// A request on its way, and the token that goes with it.
struct Proven {
    request: Request,
    token: Option<Arc<str>>,
}

impl Client {
    /// A way to this address that signs nothing: for enrolment.
    pub(crate) fn unsigned(base: Url, simulated: Option<Arc<dyn Transport>>) -> Result<Self> {
        let way = match simulated {
            Some(transport) => Way::Simulated(transport),
            None => Way::Network {
                http: reqwest::Client::builder()
                    .connect_timeout(CONNECT)
                    .timeout(REQUEST)
                    .no_proxy()
                    .redirect(reqwest::redirect::Policy::none())
                    .build()
                    .map_err(|e| Error::Offline(plain(&e)))?,
                base,
            },
        };
        Ok(Self { way, signer: None })
    }

    /// A way to the centre that the device was enrolled at.
    pub(crate) fn of(
        identity: &Identity,
        simulated: Option<Arc<dyn Transport>>,
        words: Arc<dyn Words>,
    ) -> Result<Self> {
        let mut client = Self::unsigned(check_address(&identity.address)?, simulated)?;
        client.signer = Some(Signer {
            centre: identity.centre,
            device: identity.device,
            key: identity.signing_key()?,
            tokens: Arc::new(Tokens::new(words)),
        });
        Ok(client)
    }

    /// Posts a message and reads the answer.
    pub(crate) async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        message: &Q,
    ) -> Result<A> {
        self.carry(self.packed(path, message)?).await
    }

    /// A message as it goes over the wire: compressed where it is large. It is signed when it is sent.
    pub(crate) fn packed<Q: Serialize>(&self, path: &str, message: &Q) -> Result<Request> {
        let json = serde_json::to_vec(message)?;
        let packed = if json.len() > COMPRESS_FROM {
            // of known length: a small one needs no large tables
            zstd::bulk::compress(&json, 3).ok()
        } else {
            None
        };
        let zipped = packed.is_some();
        let mut request = Request::of("POST", path, packed.unwrap_or(json));
        request
            .headers
            .push(("content-type", "application/json".into()));
        request.headers.push(("accept-encoding", "zstd".into()));
        if zipped {
            request.headers.push(("content-encoding", "zstd".into()));
        }
        Ok(request)
    }

    /// Carries a packed message and reads the answer.
    pub(crate) async fn carry<A: DeserializeOwned>(&self, request: Request) -> Result<A> {
        let mut tries = 0;
        loop {
            tries += 1;
            let Proven { request, token } = self.proven(&request).await?;
            let answer = self.send(request).await?;
            match self.message(answer) {
                Err(refused) if self.is_stale(&refused, token.as_deref()) => {
                    if tries >= TRIES {
                        return Err(too_slow());
                    }
                }
                other => return other,
            }
        }
    }

    /// Sends a request as it is.
    async fn send(&self, request: Request) -> Result<Answer> {
        match &self.way {
            Way::Network { http, base } => {
                let sent = over_http(http, base, request)?.send().await;
                read(sent.map_err(|e| Error::Offline(plain(&e)))?).await
            }
            Way::Simulated(transport) => transport.send(request).await,
        }
    }

    /// The message of an answer.
    fn message<A: DeserializeOwned>(&self, answer: Answer) -> Result<A> {
        let source = Source::of(answer.centre.as_deref(), self.centre())?;
        if let Some(signer) = &self.signer {
            signer.tokens.hear(&answer);
        }
        let bytes = if answer.zipped {
            unpack(&answer.body).map_err(|why| source.nonsense(answer.status, why))?
        } else {
            answer.body
        };
        if answer.status != 200 {
            return Err(source.refusal(answer.status, &bytes));
        }
        // a list of values would be taken for the fields of a message
        let is_message = bytes.trim_ascii_start().starts_with(b"{");
        match serde_json::from_slice(&bytes) {
            Ok(message) if is_message => Ok(message),
            Ok(_) => Err(source.nonsense(answer.status, "not a message".to_owned())),
            Err(e) => Err(source.nonsense(answer.status, e.to_string())),
        }
    }

    /// Whether a refusal is of the token or the nonce alone: the same request is sent again with others.
    fn is_stale(&self, refused: &Error, token: Option<&str>) -> bool {
        let (Some(signer), Error::Refused { code, .. }) = (&self.signer, refused) else {
            return false;
        };
        match code {
            ErrorCode::NonceStale => true,
            ErrorCode::TokenStale => {
                token.inspect(|token| signer.tokens.drop_token(token));
                token.is_some()
            }
            _ => false,
        }
    }

    /// The centre says that it gives tokens: one is asked for from the next request on.
    pub(crate) fn gives_tokens(&self) {
        if let Some(signer) = &self.signer {
            signer.tokens.set_none_there(false);
        }
    }

    /// The centre that answers are to come from, where it is known.
    fn centre(&self) -> Option<CentreId> {
        self.signer.as_ref().map(|s| s.centre)
    }

    /// Opens a stream of events.
    pub(crate) async fn stream(&self, path: &str) -> Result<Response> {
        let Way::Network { http, base } = &self.way else {
            return Err(Error::Offline("a simulation has no live channel".into()));
        };
        let mut request = Request::of("GET", path, Vec::new());
        request.headers.push(("accept", "text/event-stream".into()));
        let mut tries = 0;
        loop {
            tries += 1;
            let Proven { request, token } = self.proven(&request).await?;
            let response = over_http(http, base, request)?
                .timeout(Duration::from_secs(24 * 3600))
                .send()
                .await
                .map_err(|e| Error::Offline(plain(&e)))?;
            match self.events(response).await {
                Err(refused) if self.is_stale(&refused, token.as_deref()) => {
                    if tries >= TRIES {
                        return Err(too_slow());
                    }
                }
                other => return other,
            }
        }
    }

    /// Begins to fetch a file from the centre, from a byte on. Nothing of it is signed: a file proves itself.
    pub(crate) async fn download(&self, path: &str, from: u64) -> Result<Download> {
        let Way::Network { http, base } = &self.way else {
            return Err(Error::Offline("a simulation has no files".into()));
        };
        let mut request = over_http(http, base, Request::of("GET", path, Vec::new()))?;
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        let response = request
            .timeout(DOWNLOAD)
            .send()
            .await
            .map_err(|e| Error::Offline(plain(&e)))?;
        match response.status().as_u16() {
            200 | 206 => Ok(Download(response)),
            status => Err(Error::Offline(format!("no such file (status {status})"))),
        }
    }

    /// A stream of events, where an answer is one.
    async fn events(&self, response: Response) -> Result<Response> {
        let source = Source::of(mark(&response), self.centre())?;
        let events = response
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("text/event-stream"));
        match response.status().as_u16() {
            200 if events => Ok(response),
            200 => Err(source.nonsense(200, "not a stream of events".to_owned())),
            status => {
                let answer = read(response).await?;
                if let Some(signer) = &self.signer {
                    signer.tokens.hear(&answer);
                }
                Err(source.refusal(status, &answer.body))
            }
        }
    }

    /// A request with what proves it: a token and a proof, or a signature for a centre that gives no tokens.
    async fn proven(&self, request: &Request) -> Result<Proven> {
        let mut request = request.clone();
        let Some(signer) = &self.signer else {
            return Ok(Proven {
                request,
                token: None,
            });
        };
        let token = self.token(signer).await?;
        let device = signer.device.to_string();
        request.headers.push((DEVICE_HEADER, device));
        match &token {
            Some(token) => {
                let (nonce, now) = signer.tokens.nonce();
                let covers = Covers {
                    centre: signer.centre,
                    method: request.method,
                    path: &request.path,
                    token: Some(token),
                    body: &request.body,
                };
                let proof = Proof::of(&covers, nonce, now).sign(&signer.key);
                let proof = proof.map_err(|e| Error::OutboxDamaged(e.to_string()))?;
                request.headers.push((PROOF_HEADER, proof));
                let authorization = format!("{SCHEME} {token}");
                request.headers.push(("authorization", authorization));
            }
            None => {
                let (method, path, body) = (request.method, &request.path, &request.body);
                let place = (signer.centre, signer.device);
                let signature = sign_request(&signer.key, place.0, place.1, method, path, body);
                request.headers.push((SIGNATURE_HEADER, signature));
            }
        }
        Ok(Proven { request, token })
    }
}

/// A file on its way.
pub(crate) struct Download(Response);

impl Download {
    /// Whether it begins where it was asked to, and not at its beginning.
    pub(crate) fn goes_on(&self) -> bool {
        self.0.status().as_u16() == 206
    }

    /// The next piece; none at its end.
    pub(crate) async fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        let piece = self.0.chunk().await;
        Ok(piece
            .map_err(|e| Error::Offline(plain(&e)))?
            .map(|bytes| bytes.to_vec()))
    }
}

/// Tokens and nonces are over by the time that they arrive.
fn too_slow() -> Error {
    Error::Offline("no token holds as long as the way".into())
}

fn over_http(
    http: &reqwest::Client,
    base: &Url,
    request: Request,
) -> Result<reqwest::RequestBuilder> {
    // not joined as links are: what lies before the path stays
    let url = format!("{}{}", base.as_str().trim_end_matches('/'), request.path);
    let url = Url::parse(&url).map_err(|e| Error::AddressInvalid(e.to_string()))?;
    let method = match request.method {
        "GET" => Method::GET,
        _ => Method::POST,
    };
    let mut builder = http.request(method, url).body(request.body);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centre_may_lie_below_a_path() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        for (typed, path, asked) in [
            ("https://c.example", "/", "https://c.example/v1/hello"),
            (" https://c.example/ ", "/", "https://c.example/v1/hello"),
            (
                "https://c.example/counterpart",
                "/counterpart",
                "https://c.example/counterpart/v1/hello",
            ),
            (
                "https://c.example:8443/a/柜伴/",
                "/a/%E6%9F%9C%E4%BC%B4",
                "https://c.example:8443/a/%E6%9F%9C%E4%BC%B4/v1/hello",
            ),
            (
                "http://127.0.0.1:1/b///",
                "/b",
                "http://127.0.0.1:1/b/v1/hello",
            ),
        ] {
            let base = check_address(typed).unwrap();
            assert_eq!(base.path(), path, "{typed}");
            let again = check_address(base.as_str()).unwrap();
            assert_eq!(again, base, "kept and read again");
            let request = Request {
                method: "POST",
                path: "/v1/hello".into(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            let client = Client::unsigned(base.clone(), None).unwrap();
            let Way::Network { http, .. } = client.way else {
                panic!("no network")
            };
            let built = over_http(&http, &base, request).unwrap().build().unwrap();
            assert_eq!(built.url().as_str(), asked);
        }
        for bad in [
            "https://c.example/?centre=1",
            "https://c.example/a#b",
            "https://me:secret@c.example",
            "https://c.example/a//b",
            "https://c.example/v1/hello",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}

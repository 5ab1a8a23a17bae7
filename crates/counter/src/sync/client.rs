//! One signed request and its answer. Everything that can be wrong with an answer is an error
//! with a code here, so that the steps see only the protocol.

use crate::error::{Error, Result};
use crate::outbox::Identity;
use ed25519_dalek::SigningKey;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use protocol::limits::REPLY_BYTES;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use protocol::{CentreId, DeviceId, ErrorCode, WireError};
use reqwest::{Method, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a request may take in all; a pull of thousands of rows over a slow line fits.
const REQUEST: Duration = Duration::from_secs(60);
/// Bodies above this are compressed.
const COMPRESS_FROM: usize = 1024;

/// The address of a centre: https anywhere, http only on this machine.
///
/// # Errors
/// [`Error::AddressInvalid`].
pub(crate) fn check_address(text: &str) -> Result<Url> {
    let invalid = |why: &str| Error::AddressInvalid(why.to_owned());
    let url = Url::parse(text.trim()).map_err(|e| Error::AddressInvalid(e.to_string()))?;
    let here = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => return Err(invalid("it names no host")),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err(invalid("http is for this machine only; use https")),
        _ => Err(invalid("it does not begin with https://")),
    }
}

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with query, below the centre's address.
    pub path: String,
    /// Names and values, the signature among them.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes that were signed.
    pub body: Vec<u8>,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Whether the body is packed by zstd.
    pub zipped: bool,
    /// The body as it came.
    pub body: Vec<u8>,
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
    pub(crate) fn of(identity: &Identity, simulated: Option<Arc<dyn Transport>>) -> Result<Self> {
        let mut client = Self::unsigned(check_address(&identity.address)?, simulated)?;
        client.signer = Some(Signer {
            centre: identity.centre,
            device: identity.device,
            key: identity.signing_key()?,
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

    /// A message as it goes over the wire: signed, and compressed where it is large.
    pub(crate) fn packed<Q: Serialize>(&self, path: &str, message: &Q) -> Result<Request> {
        let json = serde_json::to_vec(message)?;
        let packed = if json.len() > COMPRESS_FROM {
            // of known length: a small one needs no large tables
            zstd::bulk::compress(&json, 3).ok()
        } else {
            None
        };
        let zipped = packed.is_some();
        let mut request = self.signed("POST", path, packed.unwrap_or(json));
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
        let answer = match &self.way {
            Way::Network { http, base } => {
                let sent = over_http(http, base, request)?.send().await;
                read(sent.map_err(|e| Error::Offline(plain(&e)))?).await?
            }
            Way::Simulated(transport) => transport.send(request).await?,
        };
        let bytes = if answer.zipped {
            unpack(&answer.body)?
        } else {
            answer.body
        };
        if answer.status == 200 {
            return serde_json::from_slice(&bytes).map_err(|e| Error::Nonsense(e.to_string()));
        }
        Err(refusal(answer.status, &bytes))
    }

    /// Opens a stream of events.
    pub(crate) async fn stream(&self, path: &str) -> Result<Response> {
        let Way::Network { http, base } = &self.way else {
            return Err(Error::Offline("a simulation has no live channel".into()));
        };
        let mut request = self.signed("GET", path, Vec::new());
        request.headers.push(("accept", "text/event-stream".into()));
        let response = over_http(http, base, request)?
            .timeout(Duration::from_secs(24 * 3600))
            .send()
            .await
            .map_err(|e| Error::Offline(plain(&e)))?;
        if response.status().as_u16() == 200 {
            return Ok(response);
        }
        let answer = read(response).await?;
        Err(refusal(answer.status, &answer.body))
    }

    fn signed(&self, method: &'static str, path: &str, body: Vec<u8>) -> Request {
        let mut headers = Vec::new();
        if let Some(s) = &self.signer {
            let signature = sign_request(&s.key, s.centre, s.device, method, path, &body);
            headers.push((DEVICE_HEADER, s.device.to_string()));
            headers.push((SIGNATURE_HEADER, signature));
        }
        Request {
            method,
            path: path.to_owned(),
            headers,
            body,
        }
    }
}

fn over_http(
    http: &reqwest::Client,
    base: &Url,
    request: Request,
) -> Result<reqwest::RequestBuilder> {
    let url = base
        .join(&request.path)
        .map_err(|e| Error::AddressInvalid(e.to_string()))?;
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

async fn read(response: Response) -> Result<Answer> {
    let status = response.status().as_u16();
    let zipped = response
        .headers()
        .get("content-encoding")
        .is_some_and(|v| v == "zstd");
    let mut bytes = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|e| Error::Offline(plain(&e)))?;
        if bytes.len() + chunk.len() > REPLY_BYTES {
            return Err(Error::Nonsense("an answer without end".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        zipped,
        body: bytes,
    })
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    use std::io::Read;
    let nonsense =
        |e: std::io::Error| Error::Nonsense(format!("an answer that cannot be unpacked: {e}"));
    let mut plain = Vec::new();
    zstd::Decoder::new(bytes)
        .map_err(nonsense)?
        .take(REPLY_BYTES as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(nonsense)?;
    if plain.len() > REPLY_BYTES {
        return Err(Error::Nonsense("an answer without end".into()));
    }
    Ok(plain)
}

fn refusal(status: u16, bytes: &[u8]) -> Error {
    match serde_json::from_slice::<WireError>(bytes) {
        Ok(e) if e.code == ErrorCode::Unavailable => Error::Offline(e.message),
        Ok(e) => Error::Refused {
            code: e.code,
            message: e.message,
        },
        // a proxy or a centre that is starting: try again later
        Err(_) if status >= 500 => Error::Offline(format!("status {status}")),
        Err(_) => Error::Nonsense(format!("status {status} without a reason")),
    }
}

/// A network error without the address, which may hold names.
fn plain(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for good in [
            "http://127.0.0.1:8400",
            "http://localhost:1",
            "http://[::1]:9",
            "https://centre.example",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://192.168.0.3",
            "http://centre.example",
            "ftp://127.0.0.1",
            "centre",
            "",
            "https://",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nonsense_is_told_from_absence() {
        assert_eq!(refusal(502, b"<html>").code().0, "offline");
        assert_eq!(refusal(404, b"<html>").code().0, "centre_nonsense");
        let revoked = br#"{"code":"revoked","message":"x"}"#;
        assert_eq!(refusal(403, revoked).code().0, "revoked");
        assert!(unpack(b"not zstd").is_err());
    }
}

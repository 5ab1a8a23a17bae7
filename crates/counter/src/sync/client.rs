//! One signed request and its answer. Everything that can be wrong with an answer is an error
//! with a code here, so that the steps see only the protocol.

use crate::error::{Error, Result};
use crate::outbox::Identity;
use ed25519_dalek::SigningKey;
use futures_util::StreamExt;
use protocol::limits::REPLY_BYTES;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use protocol::{CentreId, DeviceId, ErrorCode, WireError};
use reqwest::{Method, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
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

/// A way to the centre for one device.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    signer: Option<Signer>,
}

#[derive(Clone)]
struct Signer {
    centre: CentreId,
    device: DeviceId,
    key: SigningKey,
}

impl Client {
    /// A way to this address that signs nothing: for enrolment.
    pub(crate) fn unsigned(base: Url) -> Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(REQUEST)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| Error::Offline(plain(&e)))?;
        Ok(Self {
            http,
            base,
            signer: None,
        })
    }

    /// A way to the centre that the device was enrolled at.
    pub(crate) fn of(identity: &Identity) -> Result<Self> {
        let mut client = Self::unsigned(check_address(&identity.address)?)?;
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
        let json = serde_json::to_vec(message)?;
        let packed = if json.len() > COMPRESS_FROM {
            zstd::encode_all(json.as_slice(), 3).ok()
        } else {
            None
        };
        let zipped = packed.is_some();
        let body = packed.unwrap_or(json);
        let mut request = self
            .request(Method::POST, path, &body)?
            .header("content-type", "application/json")
            .header("accept-encoding", "zstd");
        if zipped {
            request = request.header("content-encoding", "zstd");
        }
        let response = request
            .body(body)
            .send()
            .await
            .map_err(|e| Error::Offline(plain(&e)))?;
        let status = response.status().as_u16();
        let bytes = read(response).await?;
        if status == 200 {
            return serde_json::from_slice(&bytes).map_err(|e| Error::Nonsense(e.to_string()));
        }
        Err(refusal(status, &bytes))
    }

    /// Opens a stream of events.
    pub(crate) async fn stream(&self, path: &str) -> Result<Response> {
        let response = self
            .request(Method::GET, path, b"")?
            .header("accept", "text/event-stream")
            .timeout(Duration::from_secs(24 * 3600))
            .send()
            .await
            .map_err(|e| Error::Offline(plain(&e)))?;
        if response.status().as_u16() == 200 {
            return Ok(response);
        }
        let status = response.status().as_u16();
        Err(refusal(status, &read(response).await?))
    }

    fn request(&self, method: Method, path: &str, body: &[u8]) -> Result<reqwest::RequestBuilder> {
        let url = self
            .base
            .join(path)
            .map_err(|e| Error::AddressInvalid(e.to_string()))?;
        let mut request = self.http.request(method.clone(), url.clone());
        if let Some(s) = &self.signer {
            let signature = sign_request(&s.key, s.centre, s.device, method.as_str(), path, body);
            request = request
                .header(DEVICE_HEADER, s.device.to_string())
                .header(SIGNATURE_HEADER, signature);
        }
        Ok(request)
    }
}

async fn read(response: Response) -> Result<Vec<u8>> {
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
    if !zipped {
        return Ok(bytes);
    }
    unpack(&bytes)
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

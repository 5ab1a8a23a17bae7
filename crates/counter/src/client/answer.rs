//! Reading what came back, and telling the centre from whatever else answers in its place.

use crate::error::{Error, Result};
use futures_util::StreamExt;
use protocol::centre::CENTRE_HEADER;
use protocol::limits::REPLY_BYTES;
use protocol::token::{NONCE_HEADER, TIME_HEADER};
use protocol::{CentreId, ErrorCode, WireError};
use reqwest::Response;

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Whether the body is packed by zstd.
    pub zipped: bool,
    /// Which centre it says that it is from, where it says so.
    pub centre: Option<String>,
    /// The nonce of the next proof, where it has one.
    pub nonce: Option<String>,
    /// The centre's time beside it, milliseconds since 1970.
    pub time: Option<i64>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// Who answered. A captive portal, a filter and a broken proxy answer in a centre's place with whatever they
/// like; what does not read as the protocol is theirs, unless it bears the centre's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Marked,
    Unmarked,
}

impl Source {
    /// By the mark of an answer.
    ///
    /// # Errors
    /// [`Error::OtherCentre`] where it is another centre's than the one that is expected.
    pub(super) fn of(mark: Option<&str>, expected: Option<CentreId>) -> Result<Self> {
        let Some(centre) = mark.and_then(|m| m.parse::<CentreId>().ok()) else {
            return Ok(Self::Unmarked);
        };
        match expected {
            Some(expected) if expected != centre => Err(Error::OtherCentre),
            _ => Ok(Self::Marked),
        }
    }

    /// What an answer is that cannot be read: the centre's nonsense, or as no answer at all.
    pub(super) fn nonsense(self, status: u16, why: String) -> Error {
        match self {
            Self::Marked => Error::Nonsense(why),
            Self::Unmarked => Error::Offline(format!(
                "something else answers in the centre's place (status {status})"
            )),
        }
    }

    pub(super) fn refusal(self, status: u16, bytes: &[u8]) -> Error {
        match serde_json::from_slice::<WireError>(bytes) {
            Ok(e) if self == Self::Unmarked && e.code.http_status() != status => {
                self.nonsense(status, "another status than the code's".to_owned())
            }
            // whoever answers in its place has codes too
            Ok(e) if self == Self::Unmarked && e.code == ErrorCode::Unknown => {
                self.nonsense(status, "an unknown code".to_owned())
            }
            Ok(e) if e.code == ErrorCode::Unavailable => Error::Offline(e.message),
            Ok(e) => Error::Refused {
                code: e.code,
                message: e.message,
            },
            // a proxy or a centre that is starting: try again later
            Err(_) if status >= 500 => Error::Offline(format!("status {status}")),
            Err(_) => self.nonsense(status, format!("status {status} without a reason")),
        }
    }
}

pub(super) fn mark(response: &Response) -> Option<&str> {
    response
        .headers()
        .get(CENTRE_HEADER)
        .and_then(|v| v.to_str().ok())
}

pub(super) async fn read(response: Response) -> Result<Answer> {
    let status = response.status().as_u16();
    let centre = mark(&response).map(str::to_owned);
    let zipped = response
        .headers()
        .get("content-encoding")
        .is_some_and(|v| v == "zstd");
    let text = |name: &str| {
        let value = response.headers().get(name);
        value.and_then(|v| v.to_str().ok()).map(str::to_owned)
    };
    let nonce = text(NONCE_HEADER);
    let time = text(TIME_HEADER).and_then(|ms| ms.parse().ok());
    let mut bytes = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|e| Error::Offline(plain(&e)))?;
        if bytes.len() + chunk.len() > REPLY_BYTES {
            let source = Source::of(centre.as_deref(), None)?;
            return Err(source.nonsense(status, "an answer without end".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        zipped,
        centre,
        nonce,
        time,
        body: bytes,
    })
}

/// The body unpacked, or why it cannot be.
pub(super) fn unpack(bytes: &[u8]) -> std::result::Result<Vec<u8>, String> {
    use std::io::Read;
    let broken = |e: std::io::Error| format!("an answer that cannot be unpacked: {e}");
    let mut plain = Vec::new();
    zstd::Decoder::new(bytes)
        .map_err(broken)?
        .take(REPLY_BYTES as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(broken)?;
    if plain.len() > REPLY_BYTES {
        return Err("an answer without end".into());
    }
    Ok(plain)
}

/// A network error without the address, which may hold names.
pub(super) fn plain(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if is_untrusted(error) {
        "its certificate is not trusted"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    kind.to_owned()
}

/// Whether the other end showed a certificate that is not trusted here: a wrong date, a gateway that opens connections.
fn is_untrusted(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut one = Some(error);
    while let Some(error) = one {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        let within = error.downcast_ref::<std::io::Error>();
        if let Some(within) = within.and_then(std::io::Error::get_ref)
            && is_untrusted(within)
        {
            return true;
        }
        one = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_told_from_absence() {
        let (centre, other) = (CentreId::fresh(), CentreId::fresh());
        let code = |e: Error| e.code().0;
        let unmarked = |status, body: &[u8]| code(Source::Unmarked.refusal(status, body));
        for (status, body) in [
            (302, &b""[..]),
            (403, b"<html>"),
            (404, b"<html>"),
            (502, b"<html>"),
            (511, b"<html>"),
            (403, b"{}"),
            (403, br#"{"code":"blocked","message":"x"}"#),
            (400, br#"{"code":"revoked","message":"x"}"#),
            (200, br#"{"code":"not_found","message":"x"}"#),
        ] {
            assert_eq!(unmarked(status, body), "offline", "{status} {body:?}");
        }
        let revoked = br#"{"code":"revoked","message":"x"}"#;
        assert_eq!(unmarked(403, revoked), "revoked");
        let marked = Source::of(Some(&centre.to_string()), Some(centre)).unwrap();
        assert_eq!(code(marked.refusal(404, b"<html>")), "centre_nonsense");
        assert_eq!(code(marked.refusal(502, b"<html>")), "offline");
        let later = br#"{"code":"of_a_later_version","message":"x"}"#;
        assert_eq!(code(marked.refusal(400, later)), "centre_refused");
        let theirs = Source::of(Some(&other.to_string()), Some(centre));
        assert_eq!(code(theirs.unwrap_err()), "other_centre");
        // who is not enrolled yet expects none
        assert!(Source::of(Some(&other.to_string()), None).is_ok());
        assert_eq!(
            Source::of(Some("?"), Some(centre)).unwrap(),
            Source::Unmarked
        );
        assert!(unpack(b"not zstd").is_err());
    }
}

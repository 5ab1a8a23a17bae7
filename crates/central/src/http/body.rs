//! Bodies: bounded, JSON, zstd where large.

use std::io::Read;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use protocol::ErrorCode;
use protocol::limits::REQUEST_BYTES;
use serde::de::DeserializeOwned;

use super::accepts::{Packing, packing};
use super::failure::Failure;
use centre::error::ServiceError;

/// Replies from this size on are compressed for those who accept it.
const COMPRESS_FROM: usize = 1_024;
/// Fast: a counter's line is slower than this.
const LEVEL: i32 = 3;
/// The largest window that a sender may make the centre keep: 2^21 bytes.
const WINDOW_LOG: u32 = 21;

/// Reads a body as it came over the wire, at most as much as the limits allow.
///
/// # Errors
/// [`ErrorCode::TooLarge`]; [`ErrorCode::Malformed`] where the connection broke.
pub async fn read(body: Body) -> Result<Bytes, ServiceError> {
    read_at_most(body, REQUEST_BYTES).await
}

/// [`read`], at most so many bytes.
///
/// # Errors
/// As [`read`].
pub async fn read_at_most(body: Body, most: usize) -> Result<Bytes, ServiceError> {
    axum::body::to_bytes(body, most).await.map_err(|error| {
        if error.into_inner().to_string().contains("length limit") {
            ServiceError::refused(ErrorCode::TooLarge, "request body")
        } else {
            ServiceError::refused(ErrorCode::Malformed, "the body did not arrive whole")
        }
    })
}

/// The message in a body.
///
/// # Errors
/// [`ErrorCode::TooLarge`] where it unpacks to more than the limits allow;
/// [`ErrorCode::Malformed`] where it is not what the request says.
pub fn message<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ServiceError> {
    let malformed = |what: &str| ServiceError::refused(ErrorCode::Malformed, what);
    let unpacked;
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .map(|v| v.as_bytes().trim_ascii().to_ascii_lowercase());
    let json = match encoding.as_deref() {
        None | Some(b"" | b"identity") => body,
        Some(b"zstd") => {
            unpacked = unpack(body)?;
            unpacked.as_slice()
        }
        Some(_) => return Err(malformed("content-encoding: only zstd is understood")),
    };
    serde_json::from_slice(json).map_err(|e| {
        // the parser's message may quote the body: only its place is told
        malformed(&format!(
            "not the message: line {} column {}",
            e.line(),
            e.column()
        ))
    })
}

fn unpack(body: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let malformed = || ServiceError::refused(ErrorCode::Malformed, "not zstd");
    let mut decoder = zstd::stream::read::Decoder::new(body).map_err(|_| malformed())?;
    decoder
        .window_log_max(WINDOW_LOG)
        .map_err(|_| malformed())?;
    let mut out = Vec::new();
    let limit = REQUEST_BYTES as u64 + 1;
    decoder
        .take(limit)
        .read_to_end(&mut out)
        .map_err(|_| malformed())?;
    if out.len() > REQUEST_BYTES {
        return Err(ServiceError::refused(
            ErrorCode::TooLarge,
            "request body, unpacked",
        ));
    }
    Ok(out)
}

/// A JSON reply, compressed where it is large and the other side takes it.
pub async fn reply(headers: &HeaderMap, json: String) -> Response {
    let packed = match packing(headers) {
        Packing::Never => false,
        Packing::WhereLarge => json.len() >= COMPRESS_FROM,
        Packing::Always => true,
    };
    let kind = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if !packed {
        return ([kind], json).into_response();
    }
    let packed = tokio::task::spawn_blocking(move || {
        zstd::bulk::compress(json.as_bytes(), LEVEL).map_err(|_| json)
    })
    .await;
    match packed {
        Ok(Ok(bytes)) => {
            let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
            ([kind, encoding], bytes).into_response()
        }
        Ok(Err(json)) => ([kind], json).into_response(),
        Err(source) => {
            let doing = "compression";
            Failure::from(ServiceError::Task { doing, source }).into_response()
        }
    }
}

/// A message as a JSON reply.
///
/// # Errors
/// Where it cannot be written as JSON.
pub async fn reply_message<T: serde::Serialize>(
    headers: &HeaderMap,
    message: &T,
) -> Result<Response, Failure> {
    Ok(reply(
        headers,
        serde_json::to_string(message).map_err(ServiceError::from)?,
    )
    .await)
}

//! Who asks: the one place where a request is tied to a device.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, public_key_from_hex, verify_request};
use protocol::{DeviceId, ErrorCode};
use sea_orm::EntityTrait;

use crate::http::body;
use centre::Centre;
use centre::error::ServiceError;
use centre_store::tables::device;

/// A request whose device is known.
#[derive(Debug)]
pub struct Signed {
    /// The device that signed it.
    pub device: device::Model,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as it came, perhaps compressed.
    pub body: Bytes,
}

/// Reads a request and finds the device that signed it.
///
/// # Errors
/// [`ErrorCode::NotAuthenticated`], [`ErrorCode::Revoked`], [`ErrorCode::TooLarge`]; where the
/// database fails.
pub async fn authenticate(centre: &Centre, request: Request<Body>) -> Result<Signed, ServiceError> {
    let signed = authenticate_any(centre, request).await?;
    if signed.device.revoked_at.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::Revoked,
            "this device was revoked",
        ));
    }
    Ok(signed)
}

/// As [`authenticate`], for a device that was revoked too: it may still deliver what it did.
///
/// # Errors
/// [`ErrorCode::NotAuthenticated`], [`ErrorCode::TooLarge`]; where the database fails.
pub async fn authenticate_any(
    centre: &Centre,
    request: Request<Body>,
) -> Result<Signed, ServiceError> {
    let (parts, body) = request.into_parts();
    let body = body::read(body).await?;
    let device = signer(centre, &parts, &body).await?;
    Ok(Signed {
        device,
        headers: parts.headers,
        body,
    })
}

async fn signer(
    centre: &Centre,
    parts: &Parts,
    body: &[u8],
) -> Result<device::Model, ServiceError> {
    let unknown = || ServiceError::refused(ErrorCode::NotAuthenticated, "device or signature");
    let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
    let id: DeviceId = text(DEVICE_HEADER)
        .and_then(|t| t.parse().ok())
        .ok_or_else(unknown)?;
    let signature = text(SIGNATURE_HEADER).ok_or_else(unknown)?;
    let device = device::Entity::find_by_id(id)
        .one(centre.db().read())
        .await?
        .ok_or_else(unknown)?;
    let key = public_key_from_hex(&device.public_key)
        .ok_or_else(|| ServiceError::corrupt("device", id, "has an invalid public_key"))?;
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let method = parts.method.as_str();
    if !verify_request(&key, centre.id(), id, method, path, body, signature) {
        return Err(unknown());
    }
    Ok(device)
}

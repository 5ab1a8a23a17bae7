//! Who asks: the one place where a request is tied to a device.
//!
//! A request carries a token and a proof; from a build that knows no tokens, a signature alone. A device that once asked by
//! a token is not believed without.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, header};
use ed25519_dalek::VerifyingKey;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, public_key_from_hex, verify_request};
use protocol::token::{Access, Covers, PROOF_HEADER, Proof, SCHEME};
use protocol::{DeviceId, ErrorCode};
use sea_orm::EntityTrait;

use crate::http::{AppState, body};
use centre::Centre;
use centre::error::ServiceError;
use centre::sync::token;
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
/// [`ErrorCode::NotAuthenticated`], [`ErrorCode::NonceStale`], [`ErrorCode::TokenStale`], [`ErrorCode::Revoked`],
/// [`ErrorCode::TooLarge`]; where the database fails.
pub async fn authenticate(
    state: &AppState,
    request: Request<Body>,
) -> Result<Signed, ServiceError> {
    let (signed, access) = who(state, request).await?;
    not_revoked(&signed)?;
    if signed.device.replaced_by.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::NotAuthenticated,
            "another device has taken its place",
        ));
    }
    if access.is_some_and(|access| !token::is_newest(&signed.device, &access)) {
        return Err(stale_token("another was given since"));
    }
    Ok(signed)
}

/// As [`authenticate`], for a device whose life is over, or of whose key there are two users, too: what it asks tells it
/// nothing of members.
///
/// # Errors
/// As [`authenticate`].
pub async fn authenticate_over(
    state: &AppState,
    request: Request<Body>,
) -> Result<Signed, ServiceError> {
    let signed = authenticate_any(state, request).await?;
    not_revoked(&signed)?;
    Ok(signed)
}

fn not_revoked(signed: &Signed) -> Result<(), ServiceError> {
    if signed.device.revoked_at.is_none() {
        return Ok(());
    }
    Err(ServiceError::refused(
        ErrorCode::Revoked,
        "this device was revoked",
    ))
}

/// As [`authenticate`], for a device that was revoked too, or whose life is over: it may still deliver what it did.
///
/// # Errors
/// [`ErrorCode::NotAuthenticated`], [`ErrorCode::NonceStale`], [`ErrorCode::TokenStale`], [`ErrorCode::TooLarge`]; where
/// the database fails.
pub async fn authenticate_any(
    state: &AppState,
    request: Request<Body>,
) -> Result<Signed, ServiceError> {
    let (signed, access) = who(state, request).await?;
    if access.is_some_and(|access| !token::may_deliver(&signed.device, &access)) {
        return Err(stale_token("another was given since"));
    }
    Ok(signed)
}

fn stale_token(why: &str) -> ServiceError {
    ServiceError::refused(ErrorCode::TokenStale, why)
}

fn unknown() -> ServiceError {
    ServiceError::refused(ErrorCode::NotAuthenticated, "device or signature")
}

fn text<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name).and_then(|v| v.to_str().ok())
}

/// The device that a request names.
pub(super) fn named(parts: &Parts) -> Option<DeviceId> {
    text(parts, DEVICE_HEADER).and_then(|t| t.parse().ok())
}

/// The proof that a request carries; one alone.
pub(super) fn proof(parts: &Parts) -> Option<&str> {
    let mut all = parts.headers.get_all(PROOF_HEADER).iter();
    let proof = all.next()?;
    if all.next().is_some() {
        return None;
    }
    proof.to_str().ok()
}

/// What a proof has to cover.
pub(super) fn covers<'a>(
    centre: &Centre,
    parts: &'a Parts,
    token: Option<&'a str>,
    body: &'a [u8],
) -> Covers<'a> {
    Covers {
        centre: centre.id(),
        method: parts.method.as_str(),
        path: parts.uri.path_and_query().map_or("/", |p| p.as_str()),
        token,
        body,
    }
}

/// A device of this id, and its key.
///
/// # Errors
/// Where the database fails, or its key is none.
pub(super) async fn known(
    centre: &Centre,
    id: DeviceId,
) -> Result<Option<(device::Model, VerifyingKey)>, ServiceError> {
    let found = device::Entity::find_by_id(id)
        .one(centre.db().read())
        .await?;
    let Some(device) = found else {
        return Ok(None);
    };
    let key = public_key_from_hex(&device.public_key)
        .ok_or_else(|| ServiceError::corrupt("device", id, "has an invalid public_key"))?;
    Ok(Some((device, key)))
}

async fn who(
    state: &AppState,
    request: Request<Body>,
) -> Result<(Signed, Option<Access>), ServiceError> {
    let (parts, body) = request.into_parts();
    let body = body::read(body).await?;
    let id = named(&parts).ok_or_else(unknown)?;
    let (device, key) = known(&state.centre, id).await?.ok_or_else(unknown)?;
    let access = match text(&parts, SIGNATURE_HEADER) {
        Some(signature) if device.tokens_since.is_none() => {
            signed_alone(&state.centre, (id, &key), &parts, &body, signature)?;
            None
        }
        Some(_) | None => Some(proven(state, (id, &key), &parts, &body)?),
    };
    let signed = Signed {
        device,
        headers: parts.headers,
        body,
    };
    Ok((signed, access))
}

/// By a signature over the request, as builds that know no tokens send it.
fn signed_alone(
    centre: &Centre,
    (id, key): (DeviceId, &VerifyingKey),
    parts: &Parts,
    body: &[u8],
    signature: &str,
) -> Result<(), ServiceError> {
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let method = parts.method.as_str();
    if verify_request(key, centre.id(), id, method, path, body, signature) {
        return Ok(());
    }
    Err(unknown())
}

/// By a token and a proof that counts once.
fn proven(
    state: &AppState,
    (id, key): (DeviceId, &VerifyingKey),
    parts: &Parts,
    body: &[u8],
) -> Result<Access, ServiceError> {
    let token = text(parts, header::AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(SCHEME))
        .map(|(_, token)| token.trim())
        .ok_or_else(unknown)?;
    let access = state
        .centre
        .read_access(token)
        .map_err(|e| stale_token(&e.to_string()))?;
    if access.sub != id || access.is_of(key).is_err() {
        return Err(unknown());
    }
    let proof = proof(parts).ok_or_else(unknown)?;
    let covers = covers(&state.centre, parts, Some(token), body);
    let proof = Proof::read(proof, &covers, key).map_err(|_| unknown())?;
    let nonce = proof.nonce.as_deref().unwrap_or_default();
    state
        .fresh
        .take(nonce, proof.jti)
        .map_err(|_| ServiceError::refused(ErrorCode::NonceStale, "another nonce"))?;
    Ok(access)
}

//! From which address a request comes, as far as that is held against it.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The address that a request is held to; a network, of some. Not there where it is held to none.
#[derive(Debug, Clone, Copy)]
pub(super) struct AskedFrom(pub(super) IpAddr);

/// What a handler asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address(pub(super) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let from = parts.extensions.get::<AskedFrom>();
        Ok(Self(from.map(|AskedFrom(address)| *address)))
    }
}

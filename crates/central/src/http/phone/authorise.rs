//! `…/phone/v1/authorise/{provider}`: who somebody is at WeChat or Alipay. Her browser is sent there and comes back; what was
//! told is asked for by the page itself.

use std::sync::Arc;

use authorise::Provider;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::ErrorCode;
use protocol::join::Authorised;
use serde::Deserialize;
use std::collections::HashMap;

use super::api::{message, ticket};
use crate::http::failure::Failure;
use crate::http::{AppState, body};
use centre::error::ServiceError;
use centre::joining::{self, Invitation, Leaving};
use centre::own_page;

/// What comes after the page's address where nothing was told.
const NOTHING: &str = "none";

/// From which page a browser leaves.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The sign-up code; none = a member's own page.
    #[serde(default)]
    code: String,
    /// What the page is known by.
    ticket: String,
}

fn find<'a>(providers: &'a Arc<[Provider]>, id: &str) -> Result<&'a Provider, ServiceError> {
    let found = providers.iter().find(|one| one.id() == id);
    found.ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such provider"))
}

/// Where a provider sends the browser back to.
fn back_address(state: &AppState, provider: &str) -> String {
    format!("{}/phone/v1/authorise/{provider}/back", state.phone_base)
}

/// `GET …/{provider}`: sends the browser to it.
pub async fn leave(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    Query(from): Query<From>,
) -> Result<Response, Failure> {
    let provider = find(&state.providers, &provider)?;
    if !from.code.is_empty() {
        joining::check(&state.centre, &from.code).await?;
    }
    let ticket = ticket(Some(&from.ticket))?.unwrap_or_default();
    let begun = provider.begin(&back_address(&state, provider.id()));
    let leaving = Leaving {
        provider: provider.id(),
        code: &from.code,
        ticket,
        state: &begun.state,
        verifier: begun.verifier.as_deref(),
    };
    joining::leaves(&state.centre, &leaving).await?;
    Ok(to(&begun.url))
}

/// `GET …/{provider}/back`: the browser is back.
pub async fn back(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    Query(said): Query<HashMap<String, String>>,
) -> Result<Response, Failure> {
    let provider = find(&state.providers, &provider)?;
    let none = String::new();
    let of = said.get("state").unwrap_or(&none);
    let back = joining::comes_back(&state.centre, provider.id(), of).await?;
    let page = match back.code.as_str() {
        "" => format!("{}/me", state.phone_base),
        code => format!("{}/j/{code}", state.phone_base),
    };
    // she said no, or the provider did
    let Some(code) = said.get(provider.code_parameter()) else {
        return Ok(to(&format!("{page}#by={NOTHING}")));
    };
    let by = format!("{page}#by={}", back.handle);
    let Some(back) = back.expected else {
        return Ok(to(&by));
    };
    let address = back_address(&state, provider.id());
    let now = state.centre.now();
    let told = provider.finish(&address, code, back.verifier.clone(), now);
    match told.await {
        Ok(told) => {
            let phone = told.phone.as_deref();
            joining::told(&state.centre, &back, &told.open_id, phone).await?;
            Ok(to(&by))
        }
        Err(error) => {
            tracing::warn!(provider = provider.id(), %error, "a provider told nothing");
            Ok(to(&format!("{page}#by={NOTHING}")))
        }
    }
}

/// `POST …/join/{code}/authorised`: what was told of her who wants to join.
pub async fn joining(
    State(state): State<AppState>,
    Path(code): Path<String>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let invitation = joining::check(&state.centre, &code).await?;
    let (headers, asked): (_, Authorised) = message(request).await?;
    answer(&state, &headers, Some(&invitation), &asked).await
}

/// `POST …/me/authorised`: what was told of her who wants to see her own page.
pub async fn own(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, Failure> {
    let (headers, asked): (_, Authorised) = message(request).await?;
    answer(&state, &headers, None, &asked).await
}

async fn answer(
    state: &AppState,
    headers: &HeaderMap,
    invitation: Option<&Invitation>,
    asked: &Authorised,
) -> Result<Response, Failure> {
    let page = ticket(asked.ticket.as_deref())?.unwrap_or_default();
    let told = own_page::told_of(&state.centre, invitation, &asked.handle, page).await?;
    body::reply_message(headers, &told).await
}

/// Sends a browser elsewhere; the address has what nobody else is to see.
fn to(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(address) {
        Ok(address) => {
            response.headers_mut().insert(header::LOCATION, address);
        }
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}

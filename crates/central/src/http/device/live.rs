//! `GET /v1/live`: server-sent events. They carry no data, only "there is something to pull".

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use protocol::live::LiveEvent;

use super::auth;
use crate::http::AppState;
use crate::http::failure::Failure;
use centre::devices;
use centre::feed;

/// How often a comment tells both sides that the line still holds.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The first poke is told at once; those that follow within this time are told together.
const TOGETHER: Duration = Duration::from_millis(100);

/// Answers the request: first where each of the device's scopes stands, then what changes.
pub async fn live(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let signed = auth::authenticate_over(&state, request).await?;
    let scopes = devices::scopes(&signed.device);
    // listen before looking: what comes between is told twice rather than never
    let mut line = state.centre.live().listen(&scopes, *signed.device.id);
    let heads = feed::heads(state.centre.db().read(), &scopes).await?;
    let mut stopping = state.stopping;
    let stream = async_stream::stream! {
        for head in heads {
            line.told(&head.scope, head.cursor);
            yield Ok(event(&LiveEvent::Poke { scope: head.scope, cursor: head.cursor }));
        }
        loop {
            tokio::select! {
                () = line.news() => {}
                _ = stopping.changed() => break,
            }
            let Some(events) = line.take() else { break };
            let told = !events.is_empty();
            for e in events {
                yield Ok(event(&e));
            }
            if told {
                tokio::time::sleep(TOGETHER).await;
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn event(event: &LiveEvent) -> Event {
    let name = match event {
        LiveEvent::Poke { .. } => "poke",
        LiveEvent::Recall { .. } => "recall",
        LiveEvent::CheckIn => "check_in",
    };
    Event::default()
        .event(name)
        .data(serde_json::to_string(event).unwrap_or_default())
}

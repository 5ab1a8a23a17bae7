//! `GET /v1/live`: server-sent events. They carry no data, only "there is something to pull".

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use protocol::live::LiveEvent;
use tokio::sync::broadcast::error::RecvError;

use super::{AppState, auth};
use crate::devices;
use crate::error::ServiceError;
use crate::feed;

/// How often a comment tells both sides that the line still holds.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Answers the request: first where each of the device's scopes stands, then what changes.
pub async fn live(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ServiceError> {
    let signed = auth::authenticate(&state.centre, request).await?;
    let scopes = devices::scopes(&signed.device);
    let device = signed.device.id;
    // listen before looking: what comes between is told twice rather than never
    let mut news = state.centre.live().listen();
    let mut stopping = state.stopping.clone();
    let centre = state.centre.clone();
    let stream = async_stream::stream! {
        let mut look = true;
        loop {
            if look {
                let Ok(heads) = feed::heads(centre.db().read(), &scopes).await else { break };
                for head in heads {
                    yield Ok(event(&LiveEvent::Poke { scope: head.scope, cursor: head.cursor }));
                }
                look = false;
            }
            let next = tokio::select! {
                next = news.recv() => next,
                _ = stopping.changed() => break,
            };
            match next {
                Ok(told) => {
                    let mine = match (&told.device, &told.event) {
                        (Some(to), _) => *to == device,
                        (None, LiveEvent::Poke { scope, .. }) => scopes.contains(scope),
                        (None, LiveEvent::Recall { .. }) => false,
                    };
                    if mine {
                        yield Ok(event(&told.event));
                    }
                }
                // too slow: what was missed shows in the heads
                Err(RecvError::Lagged(_)) => look = true,
                Err(RecvError::Closed) => break,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn event(event: &LiveEvent) -> Event {
    let name = match event {
        LiveEvent::Poke { .. } => "poke",
        LiveEvent::Recall { .. } => "recall",
    };
    Event::default()
        .event(name)
        .data(serde_json::to_string(event).unwrap_or_default())
}

//! The live channel: server-sent events that say "there is something to pull".

use crate::client::Client;
use crate::error::{Error, Result};
use crate::shared::Shared;
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use protocol::live::LiveEvent;
use reqwest::Response;

/// Listens until the channel breaks; every event wakes the worker.
pub(crate) async fn listen(client: &Client, shared: &Shared) -> Result<()> {
    let response = client.stream("/v1/live").await?;
    shared.heads.opened();
    let ended = hear(response, shared).await;
    shared.heads.closed();
    ended
}

async fn hear(response: Response, shared: &Shared) -> Result<()> {
    let mut events = response.bytes_stream().eventsource();
    while let Some(event) = events.next().await {
        match event {
            // data always comes by pull; what it says is only where there is any
            Ok(event) => {
                match serde_json::from_str(&event.data) {
                    Ok(LiveEvent::Poke { scope, cursor }) => shared.heads.heard(&scope, cursor),
                    // it is asked at the beginning of a contact
                    Ok(LiveEvent::CheckIn) => shared.keep_hello(None),
                    // of a later build, perhaps: there may be something to pull
                    Ok(LiveEvent::Recall { .. }) | Err(_) => {}
                }
                shared.wake().notify_one();
            }
            Err(e) => return Err(Error::Offline(format!("the live channel broke: {e}"))),
        }
    }
    Err(Error::Offline("the live channel ended".into()))
}

//! The live channel: server-sent events that say "there is something to pull".

use super::client::Client;
use crate::error::{Error, Result};
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use tokio::sync::Notify;

/// Listens until the channel breaks; every event wakes the worker.
pub(crate) async fn listen(client: &Client, wake: &Notify) -> Result<()> {
    let response = client.stream("/v1/live").await?;
    let mut events = response.bytes_stream().eventsource();
    while let Some(event) = events.next().await {
        match event {
            // what it says does not matter: data always comes by pull
            Ok(_) => wake.notify_one(),
            Err(e) => return Err(Error::Offline(format!("the live channel broke: {e}"))),
        }
    }
    Err(Error::Offline("the live channel ended".into()))
}

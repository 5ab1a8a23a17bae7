//! Saying how this device is, and taking what headquarters wants of it. Beside the contact, never in its way: what fails here
//! is tried again at the next one.

use crate::changed::Changed;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::health;
use crate::log_file::last_lines;
use crate::outbox;
use crate::settings;
use crate::shared::Shared;
use protocol::ErrorCode;
use protocol::check_in::{CheckInReply, CheckInRequest, DeviceLog, LOG_BYTES};
use protocol::hello::HelloReply;
use protocol::store_settings::StoreSettings;
use std::time::Duration;

/// A device checks in this often with nothing wanted of it too.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// Checks in, where that is due or the centre asks for it. Whatever comes of it, the contact goes on.
pub(crate) async fn check_in(shared: &Shared, client: &Client, hello: &HelloReply) {
    let due = || {
        let last = shared.checked_in();
        // a simulation checks in when it is asked to: nothing of it goes by real time
        shared.transport().is_none() && last.is_none_or(|at| at.elapsed() >= EVERY)
    };
    if !hello.check_in && !due() {
        return;
    }
    match once(shared, client).await {
        Ok(()) => {}
        // of a build before there were check-ins
        Err(Error::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => shared.set_checked_in(None),
        Err(e) => tracing::info!(code = e.code().1, "checking in failed: {e}"),
    }
}

async fn once(shared: &Shared, client: &Client) -> Result<()> {
    let health = health::of(shared)?;
    let codes_shown = shared.outbox().read(outbox::codes_shown)?;
    let request = CheckInRequest {
        health,
        codes_shown,
    };
    let reply: CheckInReply = client.post("/v1/check-in", &request).await?;
    take_settings(shared, reply.settings.unwrap_or_default())?;
    shared.set_checked_in(reply.release);
    if let Some(request) = reply.log_wanted {
        let lines = last_lines(&shared.home().log(), LOG_BYTES);
        let log = DeviceLog { request, lines };
        let _: serde_json::Value = client.post("/v1/device-log", &log).await?;
    }
    Ok(())
}

/// Keeps what headquarters sets for the store, where it is another than before. What this build does not take is said, and
/// what was kept stays.
fn take_settings(shared: &Shared, wanted: StoreSettings) -> Result<()> {
    let file = shared.home().store_settings();
    if settings::of_store(&file).is_ok_and(|kept| kept == wanted) {
        return Ok(());
    }
    if let Err(e) = wanted.check() {
        tracing::warn!("what is set for the store is not taken: {e}");
        return Ok(());
    }
    settings::keep(&file, &wanted)?;
    tracing::info!("what headquarters sets for the store has changed");
    shared.changed(Changed::settings());
    Ok(())
}

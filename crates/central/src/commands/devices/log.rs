//! The last lines of a device's log.

use std::time::Duration;

use protocol::{DeviceId, RequestId};

use crate::cli::{CommandError, say};
use centre::Centre;
use centre::fleet::{self, KeptLog};

/// How often it is looked whether the lines have come.
const LOOK: Duration = Duration::from_secs(1);

/// Asks for the lines where that is wanted, waits for them, and prints what is there.
pub(super) async fn show(
    centre: &Centre,
    device: DeviceId,
    ask: bool,
    wait: u64,
    json: bool,
) -> Result<(), CommandError> {
    let asked: Option<RequestId> = if ask {
        Some(fleet::ask_for_log(centre, device).await?)
    } else {
        None
    };
    let mut kept = fleet::kept_log(centre, device).await?;
    for _ in 0..wait {
        let here = |log: &KeptLog| log.told.is_some() && asked.is_none_or(|a| a == log.request);
        if kept.as_ref().is_none_or(here) {
            break;
        }
        tokio::time::sleep(LOOK).await;
        kept = fleet::kept_log(centre, device).await?;
    }
    say(json, &kept, || match &kept {
        None => "nobody has asked for its log: --ask does\n".to_owned(),
        Some(log) => match log.told {
            None => format!(
                "asked at {}; it brings its log at its next contact\n",
                log.asked
            ),
            Some(at) => format!("brought at {at}\n{}", log.lines),
        },
    })
}

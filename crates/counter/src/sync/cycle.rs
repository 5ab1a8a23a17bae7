//! One whole contact: hello, push, pull, allowances.

use super::{client::Client, grant, hello, pull, push};
use crate::engine::Shared;
use crate::error::Result;
use crate::outbox::Identity;
use serde::Serialize;

/// What a contact did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Operations that the centre answered.
    pub pushed: u32,
    /// Changes that came.
    pub pulled: u64,
    /// Allowances that came ahead of time.
    pub grants: u64,
}

/// Runs one contact to its end. What was done stays done where a later step fails.
pub(crate) async fn cycle(shared: &Shared, client: &Client, me: &Identity) -> Result<SyncReport> {
    let standing = shared.standing_hello();
    let said_now = standing.is_none();
    let hello = match standing {
        Some(hello) => hello,
        None => {
            let hello = hello::hello(shared, client).await?;
            shared.set_quarantined(hello.quarantined);
            shared.keep_hello(Some(&hello));
            shared.reached();
            hello
        }
    };
    let pushed = push::push(shared, client, me).await?;
    if said_now {
        push::ask_held(shared, client, me).await?;
    }
    let pulled = pull::pull(shared, client, &hello.scopes, hello.generation).await?;
    let mut grants = 0;
    if !hello.quarantined {
        grant::recover(shared, client).await?;
        if me.checkout {
            grants = grant::ahead_of_time(shared, client).await? as u64;
        }
    }
    if pushed > 0 || pulled > 0 || grants > 0 {
        shared.changed();
    }
    Ok(SyncReport {
        pushed,
        pulled,
        grants,
    })
}

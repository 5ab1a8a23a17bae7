//! One whole contact: hello, push, pull, allowances.

use super::{check_in, clerk, grant, hello, pull, push, release, report};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{Identity, identity};
use crate::shared::Shared;
use protocol::ErrorCode;
use protocol::hello::HelloReply;
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
    /// Allowances that were given back.
    pub released: u64,
}

/// What was delivered, and what the centre said at the beginning.
pub(crate) struct Delivered {
    hello: HelloReply,
    /// Hello was said now, not taken from a contact a moment ago.
    said_now: bool,
    pub(crate) pushed: u32,
}

/// Hello where none stands, then everything that waits. Nothing else: whoever waits for a
/// confirmation waits for no more than this.
pub(crate) async fn deliver(shared: &Shared, client: &Client, me: &Identity) -> Result<Delivered> {
    let _alone = shared.delivering().await;
    let mut standing = shared.standing_hello();
    loop {
        let said_now = standing.is_none();
        let hello = match standing.take() {
            Some(hello) => hello,
            None => greet(shared, client, me).await?,
        };
        let pushed = match push::push(shared, client, me).await {
            Err(Error::Refused {
                code: ErrorCode::GenerationChanged,
                ..
            }) if !said_now => {
                // it was restored since that hello
                shared.keep_hello(None);
                continue;
            }
            other => other?,
        };
        return Ok(Delivered {
            hello,
            said_now,
            pushed,
        });
    }
}

async fn greet(shared: &Shared, client: &Client, me: &Identity) -> Result<HelloReply> {
    let mut hello = match hello::hello(shared, client).await {
        Ok(hello) => hello,
        Err(refused) if refused.is_revoked() => {
            // it gets nothing any more, but what it did is still taken
            push::push(shared, client, me).await?;
            return Err(refused);
        }
        Err(e) => return Err(e),
    };
    shared.set_quarantined(hello.quarantined);
    let due = shared.outbox().read(identity::report_due)?;
    if (hello.report || due) && !hello.quarantined && !hello.superseded {
        report::report(shared, client, &hello).await?;
        shared
            .outbox()
            .write(|tx| identity::set_report_due(tx, false))?;
        hello.report = false;
    }
    // before what they signed is sent
    clerk::tell_keys(shared, client, me, &hello).await?;
    shared.keep_hello(Some(&hello));
    shared.reached();
    Ok(hello)
}

/// Runs one contact to its end. What was done stays done where a later step fails.
pub(crate) async fn cycle(shared: &Shared, client: &Client, me: &Identity) -> Result<SyncReport> {
    let Delivered {
        hello,
        said_now,
        mut pushed,
    } = deliver(shared, client, me).await?;
    if said_now {
        push::ask_held(shared, client, me).await?;
    }
    let mut pulled = 0;
    for scope in &hello.scopes {
        let _alone = shared.pulling().await;
        pulled += pull::pull_news(shared, client, scope, hello.generation).await?;
    }
    // all that it had is here again
    shared.home().forget_damaged_caches();
    let (mut grants, mut released) = (0, 0);
    // a quarantined outbox gets nothing and gives nothing back: a manager settles all that it holds
    if hello.superseded && !hello.quarantined {
        released = release::give_all_back(shared)?;
        if released > 0 {
            pushed += deliver(shared, client, me).await?.pushed;
        }
    } else if !hello.quarantined {
        grant::recover(shared, client).await?;
        if said_now && hello.generation_attestation.is_some() {
            grant::have_signed(shared, client).await?;
        }
        released = release::give_back(shared)?;
        if released > 0 {
            pushed += deliver(shared, client, me).await?.pushed;
        }
        if shared.outbox().read(identity::checks_out)? {
            grants = grant::ahead_of_time(shared, client).await? as u64;
        }
    }
    if said_now {
        // last: what was given back and delivered is told of with it
        check_in::check_in(shared, client, &hello).await;
    }
    Ok(SyncReport {
        pushed,
        pulled,
        grants,
        released,
    })
}

//! Changes of this counter's scopes, until there are no more.

use super::client::Client;
use crate::cache;
use crate::engine::Shared;
use crate::error::{Error, Result};
use crate::outbox;
use protocol::pull::{PullReply, PullRequest};
use protocol::push::ScopeCursor;
use protocol::{Generation, limits};

/// Pulls every scope to its head. Answers how many changes came.
pub(crate) async fn pull(
    shared: &Shared,
    client: &Client,
    scopes: &[String],
    generation: Generation,
) -> Result<u64> {
    let mut changes = 0;
    for scope in scopes {
        loop {
            let (n, more) = step(shared, client, scope, generation).await?;
            changes += n;
            if !more {
                break;
            }
            shared.changed();
        }
    }
    settle(shared)?;
    Ok(changes)
}

async fn step(
    shared: &Shared,
    client: &Client,
    scope: &str,
    generation: Generation,
) -> Result<(u64, bool)> {
    // a cursor of another generation means nothing now: a fresh snapshot
    let cursor = match shared.cache(|c| cache::cursor(c, scope))? {
        Some((cursor, g)) if g == generation => cursor,
        _ => 0,
    };
    let request = PullRequest {
        scope: scope.to_owned(),
        cursor,
        generation,
        limit: limits::PULL_CHANGES,
    };
    let reply: PullReply = client.post("/v1/pull", &request).await?;
    let ordered = reply.changes.windows(2).all(|w| w[0].n < w[1].n);
    let ahead = reply.changes.first().is_none_or(|c| c.n > cursor);
    let stuck = reply.more && reply.next <= cursor;
    if !ordered || !ahead || stuck || reply.next < cursor {
        return Err(Error::Nonsense("a feed out of order".into()));
    }
    let n = reply.changes.len() as u64;
    if n > 0 || reply.next != cursor || cursor == 0 {
        shared.apply(scope, generation, &reply)?;
    }
    Ok((n, reply.more))
}

/// Stops showing operations as pending that the cache now contains.
fn settle(shared: &Shared) -> Result<()> {
    let waiting = shared.outbox().read(outbox::answered_overlays)?;
    if waiting.is_empty() {
        return Ok(());
    }
    let in_cache = |v: &ScopeCursor| -> Result<bool> {
        // a scope that this counter does not pull never shows here
        Ok(shared
            .cache(|c| cache::cursor(c, &v.scope))?
            .is_none_or(|(at, _)| at >= v.cursor))
    };
    let mut shown = Vec::new();
    for (op, visible) in waiting {
        let mut all = true;
        for v in &visible {
            all &= in_cache(v)?;
        }
        if all {
            shown.push(op);
        }
    }
    shared.outbox().write(|tx| outbox::shown(tx, &shown))
}

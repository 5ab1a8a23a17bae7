//! Changes of this counter's scopes, until there are no more.

use super::clerk;
use super::provisional::hold_provisional;
use crate::cache;
use crate::changed::Changed;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox;
use crate::shared::Shared;
use protocol::attestation::Attestation;
use protocol::entity::{EntityKind, Erased};
use protocol::pull::{BRAND_SCOPE, Change, DEVICE_SCOPE, PullReply, PullRequest};
use protocol::push::ScopeCursor;
use protocol::{Generation, limits};
use std::collections::BTreeSet;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinHandle;

/// Pulls every scope to its head. Answers how many changes came.
pub(crate) async fn pull(
    shared: &Shared,
    client: &Client,
    scopes: &[String],
    generation: Generation,
) -> Result<u64> {
    let mut news = Changed::default();
    let pulled = pull_all(shared, client, scopes, generation, &mut news).await;
    // read again only now: what the cache has is no longer added to it
    shared.changed(news);
    pulled
}

async fn pull_all(
    shared: &Shared,
    client: &Client,
    scopes: &[String],
    generation: Generation,
    news: &mut Changed,
) -> Result<u64> {
    let mut changes = 0;
    for scope in scopes {
        changes += pull_scope(shared, client, scope, generation, news).await?;
        if !shared.cache_file(|c| c.check(scope))? {
            changes += pull_scope(shared, client, scope, generation, news).await?;
        }
    }
    news.and(settle(shared)?);
    Ok(changes)
}

/// Pulls a scope, unless the live channel says that there is nothing new.
pub(crate) async fn pull_news(
    shared: &Shared,
    client: &Client,
    scope: &str,
    generation: Generation,
) -> Result<u64> {
    let cursor = match shared.cache(|c| cache::cursor(c, scope))? {
        Some((cursor, g)) if g == generation => cursor,
        _ => 0,
    };
    // what the centre answered may be told by the channel a moment later
    let answered = shared.outbox().read(outbox::answered_overlays)?;
    let behind = answered
        .iter()
        .flat_map(|(_, visible)| visible)
        .any(|v| v.scope == scope && v.cursor > cursor);
    if !behind && shared.heads.is_at(scope, cursor) {
        let settled = settle(shared)?;
        shared.changed(settled);
        return Ok(0);
    }
    pull(shared, client, &[scope.to_owned()], generation).await
}

async fn pull_scope(
    shared: &Shared,
    client: &Client,
    scope: &str,
    generation: Generation,
    told: &mut Changed,
) -> Result<u64> {
    let mut changes = 0;
    let mut clerks = false;
    let mut coming: Option<Coming> = None;
    loop {
        // a cursor of another generation means nothing now: a fresh snapshot
        let cursor = match shared.cache(|c| cache::cursor(c, scope))? {
            Some((cursor, g)) if g == generation => cursor,
            _ => 0,
        };
        let reply = match coming.take() {
            Some(coming) => coming.reply().await?,
            None => {
                let shown = match cursor {
                    0 => None,
                    _ => shared.cache(|c| cache::cursor_attestation(c, scope))?,
                };
                ask(client, scope, (cursor, shown), generation).await?
            }
        };
        let ordered = reply.changes.windows(2).all(|w| w[0].n < w[1].n);
        let ahead = reply.changes.first().is_none_or(|c| c.n > cursor);
        let stuck = reply.more && reply.next <= cursor;
        if !ordered || !ahead || stuck || reply.next < cursor {
            return Err(Error::Nonsense("a feed out of order".into()));
        }
        if reply.more {
            // it travels while this page is written
            coming = Coming::ask(client, scope, reply.next, generation);
        }
        erase_gone(shared, &reply)?;
        let_go(shared, &reply)?;
        let n = reply.changes.len() as u64;
        changes += n;
        // a centre of an older build signed nothing
        let signed = reply.attestation.is_some()
            && shared
                .cache(|c| cache::cursor_attestation(c, scope))?
                .is_none();
        let news = n > 0 || reply.next != cursor || cursor == 0 || signed;
        let differs = shared.cache_file(|c| {
            // where nothing came there is nothing to write, unless the digest says otherwise
            let take = news || !c.agrees(scope, reply.digest.as_deref())?;
            Ok(take && c.apply(scope, generation, &reply)?)
        })?;
        let page = if cursor == 0 {
            Changed::snapshot()
        } else {
            Changed::pulled(&reply.changes)
        };
        told.and(page.clone());
        clerks |= cursor == 0 || reply.changes.iter().any(is_of_clerk);
        if !reply.more && !differs {
            if clerks && is_of_store(scope) {
                // whoever has left is stopped before anything else is done
                clerk::end_keys(shared)?;
            }
            shared.heads.pulled(scope);
            return Ok(changes);
        }
        shared.changed(page);
    }
}

fn is_of_clerk(change: &Change) -> bool {
    change.entity == EntityKind::Clerk.name()
}

fn is_of_store(scope: &str) -> bool {
    scope != BRAND_SCOPE && !scope.starts_with(DEVICE_SCOPE)
}

/// What members told who are gone from this counter goes before they do: an end in between is made good by the same
/// page, which comes again.
fn erase_gone(shared: &Shared, reply: &PullReply) -> Result<()> {
    let changes = reply.changes.iter();
    let gone: BTreeSet<&str> = changes
        .filter(|c| c.entity == EntityKind::Member.name() && c.body.is_none())
        .map(|c| c.key.as_str())
        .collect();
    if gone.is_empty() {
        return Ok(());
    }
    let erased = shared
        .outbox()
        .write(|tx| outbox::erase_reactions(tx, &gone))?;
    if erased > 0 {
        tracing::info!(erased, "what members told who are gone was erased");
    }
    Ok(())
}

/// What is left of members who were erased goes: an end in between is made good by the same page, which comes again.
fn let_go(shared: &Shared, reply: &PullReply) -> Result<()> {
    let changes = reply.changes.iter();
    let erased = changes.filter(|c| c.entity == EntityKind::Erased.name());
    let mut all: Vec<Erased> = Vec::new();
    for change in erased {
        let Some(body) = &change.body else { continue };
        all.push(serde_json::from_str(body.get()).map_err(|e| {
            Error::Nonsense(format!("change {} of kind \"erased\": {e}", change.n))
        })?);
    }
    if all.is_empty() {
        return Ok(());
    }
    let gone = shared.outbox().write(|tx| outbox::let_go(tx, &all))?;
    if gone > 0 {
        tracing::info!(gone, "what was left of members who were erased went");
    }
    Ok(())
}

async fn ask(
    client: &Client,
    scope: &str,
    (cursor, attestation): (u64, Option<Attestation>),
    generation: Generation,
) -> Result<PullReply> {
    let request = PullRequest {
        attestation,
        scope: scope.to_owned(),
        cursor,
        generation,
        limit: limits::PULL_CHANGES,
    };
    client.post("/v1/pull", &request).await
}

/// The next page, asked for on another thread; given up where this is dropped.
struct Coming(JoinHandle<Result<PullReply>>);

impl Coming {
    /// None where there is no other thread: a simulation has one.
    fn ask(client: &Client, scope: &str, cursor: u64, generation: Generation) -> Option<Self> {
        let runtime = Handle::current();
        if runtime.runtime_flavor() != RuntimeFlavor::MultiThread {
            return None;
        }
        let (client, scope) = (client.clone(), scope.to_owned());
        // it is in the middle of the feed
        let page = async move { ask(&client, &scope, (cursor, None), generation).await };
        Some(Self(runtime.spawn(page)))
    }

    async fn reply(mut self) -> Result<PullReply> {
        let ended = (&mut self.0).await;
        ended.unwrap_or_else(|e| Err(Error::Offline(format!("a page did not come: {e}"))))
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Stops showing operations as pending that the cache now contains.
fn settle(shared: &Shared) -> Result<Changed> {
    let waiting = shared.outbox().read(outbox::answered_overlays)?;
    if waiting.is_empty() {
        hold_provisional(shared)?;
        return Ok(Changed::default());
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
    let whose = shared.outbox().write(|tx| {
        outbox::shown(tx, &shown)?;
        outbox::members_of(tx, &shown)
    })?;
    hold_provisional(shared)?;
    if shown.is_empty() {
        return Ok(Changed::default());
    }
    Ok(Changed::operations(whose))
}

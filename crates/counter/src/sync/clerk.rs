//! Keys of clerks on this device: the centre is told of them, and they end where it says so.

use crate::cache;
use crate::changed::Changed;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{self, Identity};
use crate::shared::Shared;
use protocol::clerk::{ClerkReply, ClerkRequest};
use protocol::entity::Clerk;
use protocol::hello::HelloReply;
use protocol::{ClerkId, ErrorCode};

/// Tells the centre of a key.
pub(crate) async fn tell_key(client: &Client, request: &ClerkRequest) -> Result<ClerkReply> {
    client.post("/v1/clerk", request).await
}

/// Tells the centre of the keys that it said not to know: by what it said of them before, or by the PIN of whoever signed
/// in since. The others are told when their clerks sign in next.
pub(super) async fn tell_keys(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    hello: &HelloReply,
) -> Result<()> {
    for clerk in hello.unknown_keys.iter().flatten() {
        let Some(kept) = shared
            .outbox()
            .read(|c| outbox::clerk_key(c, clerk.as_str()))?
        else {
            continue;
        };
        let request = if let Some(certificate) = kept.certificate {
            ClerkRequest::by_certificate(certificate)
        } else if let Some((hand, pin)) = shared.key_to_tell(clerk) {
            ClerkRequest::by_pin(hand.key(), (me.centre, me.device), clerk.clone(), &pin)
        } else {
            continue;
        };
        match tell_key(client, &request).await {
            Ok(reply) => take(shared, clerk, &request.public_key, reply)?,
            // one key that the centre does not take keeps nothing else from being done
            Err(Error::Refused { code, message }) if code != ErrorCode::GenerationChanged => {
                tracing::warn!(%clerk, ?code, message, "the centre was not told of a clerk's key");
            }
            Err(e) => return Err(e),
        }
    }
    // what it did not name it knows; one of an older build takes none, and no PIN is kept for it
    let unknown = hello.unknown_keys.as_deref().unwrap_or_default();
    shared.keys_are_told(|clerk| !unknown.contains(clerk));
    Ok(())
}

fn take(shared: &Shared, clerk: &ClerkId, public_key: &str, reply: ClerkReply) -> Result<()> {
    match reply {
        ClerkReply::Known { certificate } => {
            if certificate.public_key != public_key || certificate.clerk != *clerk {
                return Err(Error::Nonsense("a certificate of another key".into()));
            }
            shared
                .outbox()
                .write(|tx| outbox::certify(tx, clerk, public_key, Some(&certificate)))?;
            shared.keys_are_told(|told| told == clerk);
        }
        // the PIN is asked for when the clerk signs in next
        ClerkReply::AskPin => shared
            .outbox()
            .write(|tx| outbox::certify(tx, clerk, public_key, None))?,
        // it was another PIN's, or nobody's: the key was made by a hash that is out of date
        ClerkReply::PinWrong { .. } | ClerkReply::NotHere => {
            tracing::warn!(%clerk, "a clerk's key ends: the centre does not know the clerk by it");
            shared
                .outbox()
                .write(|tx| outbox::end_clerk_key(tx, clerk))?;
            shared.keys_are_told(|told| told == clerk);
            shared.changed(Changed::everything());
        }
        ClerkReply::Locked { .. } => {
            tracing::warn!(%clerk, "the centre takes no PIN of this clerk for a while");
        }
    }
    Ok(())
}

/// Ends the keys of clerks who have left this store, or have another PIN, by what the feed has just said.
pub(super) fn end_keys(shared: &Shared) -> Result<()> {
    let keys = shared.outbox().read(outbox::clerk_keys)?;
    let mut over = Vec::new();
    for key in keys {
        let clerk = shared.cache(|c| cache::one::<Clerk>(c, key.clerk.as_str()))?;
        if !clerk.is_some_and(|c| c.active && c.mark() == key.pin_mark) {
            over.push(key.clerk);
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    tracing::info!(clerks = over.len(), "keys of clerks have ended");
    shared.keys_are_told(|told| over.contains(told));
    shared.outbox().write(|tx| {
        over.iter()
            .try_for_each(|clerk| outbox::end_clerk_key(tx, clerk))
    })
}

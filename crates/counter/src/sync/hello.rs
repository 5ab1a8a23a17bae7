//! The first step of a contact.

use crate::cache::Cache;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{self, Position, identity};
use crate::shared::Shared;
use chrono::{DateTime, Utc};
use protocol::hello::{HelloReply, HelloRequest, Reached};
use protocol::{Epoch, ErrorCode, Generation, PROTO_MAX, PROTO_MIN, Seq, limits};

/// Hellos in one contact: an epoch that begins takes a second, one that raced with a clerk a third.
const MOST: u32 = 5;
/// The version of a centre that tells nothing of lives, leases and reports.
const OLD: u32 = 1;

/// Says hello until both sides know where they stand. Begins an epoch where the centre says so.
pub(crate) async fn hello(shared: &Shared, client: &Client) -> Result<HelloReply> {
    for _ in 0..MOST {
        let (request, said) = request(shared)?;
        let reply: HelloReply = match client.post("/v1/hello", &request).await {
            // by a centre that does not say what it lacks
            Err(refused) if refused.is_revoked() => {
                shared
                    .outbox()
                    .write(|tx| identity::set_revoked(tx, true))?;
                shared.forget_members();
                return Err(refused);
            }
            other => other?,
        };
        check(shared, &reply)?;
        if reply.tokens {
            client.gives_tokens();
        }
        if reply.revoked {
            let told = only_deliver(shared, &said, &reply);
            shared.forget_members();
            if told? {
                return Err(Error::Refused {
                    code: ErrorCode::Revoked,
                    message: "this device was revoked".into(),
                });
            }
            continue;
        }
        if take(shared, &said, &request, &reply)? {
            return Ok(reply);
        }
    }
    Err(Error::Nonsense("epochs without end".into()))
}

fn request(shared: &Shared) -> Result<(HelloRequest, Position)> {
    shared.outbox().read(|c| {
        let position = outbox::position(c)?;
        let request = HelloRequest {
            proto_min: PROTO_MIN,
            proto_max: PROTO_MAX,
            generation: identity::generation(c)?,
            epoch: position.epoch,
            head_seq: position.head_seq,
            head_hash: position.head_hash,
            life: identity::life(c)?,
            acked_seq: outbox::acked(c, position.epoch)?,
            grants_taken: position.taken(),
            open_requests: position.named(),
            answered: Some(outbox::answered(c, limits::HELLO_EPOCHS)?),
            generation_attestation: outbox::generation_attestation(c)?,
            attested: outbox::attested(c, limits::HELLO_ATTESTED)?,
            given: outbox::given(c)?,
            clerk_keys: Some(outbox::public_keys(c, limits::CLERK_KEYS)?),
            signed_in: outbox::sign_ins(c)?,
        };
        Ok((request, position))
    })
}

fn check(shared: &Shared, reply: &HelloReply) -> Result<()> {
    if !(PROTO_MIN..=PROTO_MAX).contains(&reply.proto) {
        return Err(Error::Nonsense(format!("protocol version {}", reply.proto)));
    }
    let own = shared.identity()?.map(|me| me.centre);
    if own != Some(reply.centre) {
        return Err(Error::OtherCentre);
    }
    Ok(())
}

/// Writes down that this device was revoked, and what the centre has not of what it did: it is to be
/// delivered again. False where hello is to be said again.
fn only_deliver(shared: &Shared, said: &Position, reply: &HelloReply) -> Result<bool> {
    shared.outbox().write(|tx| {
        identity::note_contact(tx, reply.server_time)?;
        identity::set_revoked(tx, true)?;
        for has in reply.lacks.iter().flatten() {
            outbox::send_again(tx, has)?;
        }
        match reply.begin_epoch {
            Some(next) => outbox::begin_epoch(tx, said, next),
            None => Ok(true),
        }
    })
}

/// Writes down what the centre said. False where hello is to be said again.
fn take(
    shared: &Shared,
    said: &Position,
    request: &HelloRequest,
    reply: &HelloReply,
) -> Result<bool> {
    let generation = request.generation;
    let begin = begins(said, reply);
    let lease = match begin {
        None => lease(shared, reply)?,
        Some(_) => None,
    };
    let restored = generation != reply.generation;
    let mut outbox = shared.outbox();
    let was = outbox.read(|c| Ok((identity::superseded(c)?, identity::revoked(c)?)))?;
    let lacking = reply.lacks.as_ref().is_some_and(|lacks| !lacks.is_empty());
    let news = restored || lacking || begin.is_some() || was != (reply.superseded, false);
    let work = |tx: &rusqlite::Transaction<'_>| {
        identity::note_contact(tx, reply.server_time)?;
        again(tx, request, reply)?;
        if restored {
            identity::set_generation(tx, reply.generation)?;
            if generation != Generation(0) && reply.proto != OLD {
                identity::set_report_due(tx, true)?;
            }
        }
        if let Some(key) = &reply.centre_key {
            identity::know_centre(tx, key)?;
        }
        if let Some(attestation) = reply.generation_attestation {
            outbox::note_generation(tx, reply.generation, attestation)?;
        }
        if let Some(answered) = &reply.answered {
            outbox::note_answered(tx, answered)?;
        }
        if let Some(given) = &reply.given {
            outbox::note_given(tx, &request.given, given)?;
        }
        identity::set_revoked(tx, false)?;
        identity::set_superseded(tx, reply.superseded)?;
        identity::set_reads_personal(tx, reply.reads_personal)?;
        if reply.signed_in_noted {
            outbox::sign_ins_noted(tx, &request.signed_in)?;
        }
        if let Some(on) = reply.checkout {
            identity::set_checks_out(tx, on)?;
        }
        if let Some(next) = begin {
            return outbox::begin_epoch(tx, said, next);
        }
        if let Some(until) = lease {
            outbox::renew(tx, until)?;
        }
        Ok(true)
    };
    // a change of epoch or standing is durable before anything is done by it; that all is as it was
    // is said again by the next hello
    let done = if news {
        outbox.write(work)?
    } else {
        outbox.note(work)?
    };
    drop(outbox);
    shared.remember_members();
    shared.look_at_silence();
    let Some(next) = begin else {
        return Ok(true);
    };
    if done {
        tracing::warn!(epoch = %next, "the centre knows another outbox than this one: a new epoch begins");
        shared.cache_file(Cache::all_due)?;
        shared.changed(crate::changed::Changed::everything());
    }
    Ok(false)
}

/// What the centre does not have of what it answered is to be sent again, whichever life it is of and
/// whatever became of that.
pub(super) fn again(
    tx: &rusqlite::Transaction<'_>,
    request: &HelloRequest,
    reply: &HelloReply,
) -> Result<()> {
    // a new outbox has nothing to send
    let restored = request.generation != Generation(0) && request.generation != reply.generation;
    if restored {
        outbox::ask_anew(tx)?;
    }
    let Some(lacks) = &reply.lacks else {
        if restored {
            // it says how far it has the epoch that it knows
            if reply.epoch == request.epoch {
                let has = Reached {
                    epoch: reply.epoch,
                    seq: reply.head_seq,
                    hash: reply.head_hash,
                };
                outbox::send_again(tx, &has)?;
                return outbox::offer_again(tx, Epoch(request.epoch.0.saturating_sub(1)));
            }
            return outbox::offer_again(tx, request.epoch);
        }
        return Ok(());
    };
    for has in lacks {
        outbox::send_again(tx, has)?;
    }
    if restored {
        // of what was answered after this hello was said, or has no room in one, nothing was said
        for here in outbox::answered(tx, usize::MAX)? {
            let mut told = request.answered.iter().flatten();
            let told = told.find(|told| told.epoch == here.epoch);
            let told = told.map_or(Seq(0), |told| told.seq);
            if told < here.seq {
                outbox::send_after(tx, here.epoch, told)?;
            }
        }
    }
    Ok(())
}

/// The epoch that this outbox is to begin.
fn begins(said: &Position, reply: &HelloReply) -> Option<Epoch> {
    if reply.proto == OLD && said.epoch == Epoch(0) {
        // it takes the epoch that a counter begins by itself
        return Some(Epoch(reply.epoch.0.saturating_add(1)));
    }
    reply.begin_epoch
}

/// Until when silence may last; none where the lease is not renewed.
fn lease(shared: &Shared, reply: &HelloReply) -> Result<Option<DateTime<Utc>>> {
    if reply.proto != OLD {
        return Ok(reply.lease_until.filter(|_| !reply.superseded));
    }
    let program = shared.program()?;
    loyalty::lease_end(&program, reply.server_time)
        .map(Some)
        .ok_or_else(|| Error::Nonsense("a lease beyond the calendar".into()))
}

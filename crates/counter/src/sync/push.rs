//! Operations from the outbox, in order, until none waits.

use super::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{self, Identity, identity};
use crate::shared::Shared;
use protocol::operation::Operation;
use protocol::push::{PushReply, PushRequest};
use protocol::{Epoch, Seq, limits};

/// Sends what waits. Answers how many operations were answered.
pub(crate) async fn push(shared: &Shared, client: &Client, me: &Identity) -> Result<u32> {
    let mut answered = 0;
    while let Some((epoch, from)) = first(shared)? {
        match send(shared, client, me, epoch, from, limits::PUSH_OPS).await? {
            Sent::Answered(n) => answered += n,
            Sent::From(expected) => {
                // the centre lacks operations that it answered before (it was restored): send again
                let again = send(shared, client, me, epoch, expected, limits::PUSH_OPS).await?;
                let Sent::Answered(n) = again else {
                    return Err(Error::Nonsense("a gap behind the beginning".into()));
                };
                answered += n;
            }
            Sent::Quarantined => return Ok(answered),
        }
    }
    Ok(answered)
}

/// Asks again about operations that the centre held.
pub(crate) async fn ask_held(shared: &Shared, client: &Client, me: &Identity) -> Result<()> {
    let held = shared.outbox().read(outbox::held_numbers)?;
    for (epoch, seq) in held {
        send(shared, client, me, epoch, seq, 1).await?;
    }
    Ok(())
}

enum Sent {
    Answered(u32),
    From(Seq),
    Quarantined,
}

fn first(shared: &Shared) -> Result<Option<(Epoch, Seq)>> {
    shared.outbox().read(outbox::first_waiting)
}

async fn send(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    epoch: Epoch,
    from: Seq,
    most: usize,
) -> Result<Sent> {
    let (ops, generation, life) = shared.outbox().read(|c| {
        let ops = outbox::batch(c, me.device, epoch, from, most, limits::PUSH_BYTES)?;
        // an earlier epoch is over, whoever claimed it
        let own = identity::epoch(c)? == epoch;
        let life = if own { identity::life(c)? } else { None };
        Ok((ops, identity::generation(c)?, life))
    })?;
    let Some(first_seq) = ops.first().map(|o| o.seq) else {
        return Err(Error::Nonsense(
            "asked for operations that never were".into(),
        ));
    };
    let request = PushRequest {
        device: me.device,
        epoch,
        life,
        generation,
        first_seq,
        ops,
    };
    match client.post("/v1/push", &request).await? {
        PushReply::Done {
            results,
            visible,
            server_time,
            ..
        } => {
            check(&request.ops, &results)?;
            // asked again where it is lost: "confirmed" waits for no disk
            shared.outbox().note(|tx| {
                if identity::generation(tx)? != generation {
                    // the centre was restored since, and this answer may be forgotten: sent again
                    return Ok(());
                }
                identity::note_contact(tx, server_time)?;
                results
                    .iter()
                    .try_for_each(|r| outbox::answer(tx, epoch, r, &visible))
            })?;
            Ok(Sent::Answered(
                u32::try_from(results.len()).unwrap_or(u32::MAX),
            ))
        }
        PushReply::Gap { expected } if expected < from && expected.0 > 0 => {
            Ok(Sent::From(expected))
        }
        PushReply::Gap { .. } => Err(Error::Nonsense("a gap that is none".into())),
        PushReply::Quarantined { at } => {
            tracing::warn!(%at, "the centre quarantined this device: its outbox forks");
            shared.set_quarantined(true);
            Ok(Sent::Quarantined)
        }
    }
}

/// The answer must be to what was sent, one by one.
fn check(sent: &[Operation], results: &[protocol::push::OpResult]) -> Result<()> {
    let fits = sent.len() == results.len()
        && sent
            .iter()
            .zip(results)
            .all(|(o, r)| o.seq == r.seq && o.op_id == r.op_id);
    if fits {
        Ok(())
    } else {
        Err(Error::Nonsense(
            "results that do not fit what was sent".into(),
        ))
    }
}

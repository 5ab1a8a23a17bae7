//! Operations from the outbox, in order, until none waits.
//!
//! One push is under way at a time. While the centre works on it the answer to the one before is
//! written down and the next one is read, packed and signed.

use crate::changed::Changed;
use crate::client::{Client, Request};
use crate::error::{Error, Result};
use crate::outbox::{self, Identity, identity};
use crate::shared::Shared;
use chrono::{DateTime, Utc};
use protocol::attestation::{Answered, Attested};
use protocol::operation::{Operation, kinds_that_spend};
use protocol::push::{OpResult, PushReply, PushRequest, ScopeCursor};
use protocol::{Epoch, Generation, OpId, Seq, limits};

/// Sends what waits. Answers how many operations were answered.
pub(crate) async fn push(shared: &Shared, client: &Client, me: &Identity) -> Result<u32> {
    let mut answered = 0;
    let mut ready = first(shared, client, me)?;
    let mut unwritten: Option<Answer> = None;
    while let Some(this) = ready.take() {
        let place = this.place();
        let (reply, meanwhile) = tokio::join!(client.carry(this.request), async {
            let written = unwritten.take().map(|a| a.write(shared)).transpose()?;
            let next = following(shared, client, me, place)?;
            Ok::<_, Error>((written.unwrap_or_default(), next))
        });
        let (written, next) = meanwhile?;
        answered += written;
        match read(shared, this.sent, reply?)? {
            Sent::Answered(answer) if next.is_some() => {
                unwritten = Some(answer);
                ready = next;
                continue;
            }
            Sent::Answered(answer) => answered += answer.write(shared)?,
            Sent::From(expected) => {
                // the centre lacks operations that it answered before (it was restored): they wait again
                let (epoch, last) = (place.0, Seq(expected.0.saturating_sub(1)));
                shared
                    .outbox()
                    .write(|tx| outbox::send_after(tx, epoch, last))?;
            }
            Sent::Quarantined => return Ok(answered),
        }
        ready = first(shared, client, me)?;
    }
    Ok(answered)
}

/// Asks again about operations that the centre held.
pub(crate) async fn ask_held(shared: &Shared, client: &Client, me: &Identity) -> Result<()> {
    let held = shared.outbox().read(outbox::held_numbers)?;
    for (epoch, seq) in held {
        if let Sent::Answered(answer) = send(shared, client, me, epoch, seq, 1).await? {
            answer.write(shared)?;
        }
    }
    Ok(())
}

/// What a push carried.
struct Carried {
    epoch: Epoch,
    generation: Generation,
    ops: Vec<(Seq, OpId)>,
}

/// A push that may go.
struct Ready {
    request: Request,
    sent: Carried,
}

impl Ready {
    /// Epoch and last number.
    fn place(&self) -> (Epoch, Seq) {
        let last = self.sent.ops.last().map_or(Seq(0), |(seq, _)| *seq);
        (self.sent.epoch, last)
    }
}

enum Sent {
    Answered(Answer),
    From(Seq),
    Quarantined,
}

/// What the centre said of a push, before it is written down.
struct Answer {
    epoch: Epoch,
    generation: Generation,
    results: Vec<OpResult>,
    visible: Vec<ScopeCursor>,
    answered: Option<Attested<Answered>>,
    server_time: DateTime<Utc>,
}

impl Answer {
    /// Writes it down. How many operations it answers.
    fn write(self, shared: &Shared) -> Result<u32> {
        // asked again where it is lost: "confirmed" waits for no disk
        shared.outbox().note(|tx| {
            if identity::generation(tx)? != self.generation {
                // the centre was restored since, and this answer may be forgotten: sent again
                return Ok(());
            }
            identity::note_contact(tx, self.server_time)?;
            if let Some(answered) = &self.answered {
                outbox::note_answered(tx, answered)?;
            }
            self.results
                .iter()
                .try_for_each(|r| outbox::answer(tx, self.epoch, r, &self.visible))
        })?;
        let ids: Vec<String> = self.results.iter().map(|r| r.op_id.to_string()).collect();
        let whose = shared.outbox().read(|c| outbox::members_of(c, &ids))?;
        shared.changed(Changed::operations(whose));
        Ok(u32::try_from(self.results.len()).unwrap_or(u32::MAX))
    }
}

/// The first push of all that waits.
fn first(shared: &Shared, client: &Client, me: &Identity) -> Result<Option<Ready>> {
    let waiting = shared.outbox().read(outbox::first_waiting)?;
    waiting
        .map(|(epoch, from)| prepare(shared, client, me, epoch, from, limits::PUSH_OPS))
        .transpose()
}

/// The push that follows one that is under way, in the same epoch.
fn following(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    (epoch, last): (Epoch, Seq),
) -> Result<Option<Ready>> {
    let waiting = shared
        .outbox()
        .read(|c| outbox::next_waiting(c, epoch, last))?;
    waiting
        .map(|from| prepare(shared, client, me, epoch, from, limits::PUSH_OPS))
        .transpose()
}

fn prepare(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    epoch: Epoch,
    from: Seq,
    most: usize,
) -> Result<Ready> {
    let request = shared.outbox().read(|c| {
        let ops = outbox::batch(c, me.device, epoch, from, most, limits::PUSH_BYTES)?;
        let Some(first_seq) = ops.first().map(|o| o.seq) else {
            return Err(Error::Nonsense(
                "asked for operations that never were".into(),
            ));
        };
        // an earlier epoch is over, whoever claimed it
        let own = identity::epoch(c)? == epoch;
        let generation = identity::generation(c)?;
        let now = Spending::of(ops.iter());
        let before = Spending::of(ops.iter().filter(|op| op.generation != generation));
        Ok(PushRequest {
            device: me.device,
            epoch,
            life: if own { identity::life(c)? } else { None },
            generation,
            given: if own && now.any() {
                outbox::given(c)?
            } else {
                Vec::new()
            },
            allowances: if before.any() {
                outbox::given_to(c, epoch, &before.grants, &before.coupons)?
            } else {
                Vec::new()
            },
            first_seq,
            ops,
        })
    })?;
    Ok(Ready {
        request: client.packed("/v1/push", &request)?,
        sent: Carried {
            epoch,
            generation: request.generation,
            ops: request.ops.iter().map(|o| (o.seq, o.op_id)).collect(),
        },
    })
}

/// What operations spend from. What this build cannot read tells nothing.
#[derive(Default)]
struct Spending {
    grants: Vec<String>,
    coupons: Vec<String>,
}

impl Spending {
    fn of<'a>(ops: impl Iterator<Item = &'a Operation>) -> Self {
        let kinds = kinds_that_spend();
        let mut all = Self::default();
        for op in ops.filter(|op| kinds.contains(&&*op.kind)) {
            let body = op.body().ok().flatten();
            let Some(deed) = body.and_then(|body| body.deed(&op.op_id.to_string(), None)) else {
                continue;
            };
            let needs = deed.needs();
            all.grants
                .extend(needs.grants.iter().map(|id| id.as_str().to_owned()));
            all.coupons
                .extend(needs.coupons.iter().map(|id| id.as_str().to_owned()));
        }
        all
    }

    fn any(&self) -> bool {
        !self.grants.is_empty() || !self.coupons.is_empty()
    }
}

async fn send(
    shared: &Shared,
    client: &Client,
    me: &Identity,
    epoch: Epoch,
    from: Seq,
    most: usize,
) -> Result<Sent> {
    let this = prepare(shared, client, me, epoch, from, most)?;
    let reply = client.carry(this.request).await?;
    read(shared, this.sent, reply)
}

fn read(shared: &Shared, sent: Carried, reply: PushReply) -> Result<Sent> {
    let from = sent.ops.first().map_or(Seq(0), |(seq, _)| *seq);
    match reply {
        PushReply::Done {
            results,
            visible,
            answered,
            server_time,
            ..
        } => {
            check(&sent.ops, &results)?;
            Ok(Sent::Answered(Answer {
                epoch: sent.epoch,
                generation: sent.generation,
                results,
                visible,
                answered,
                server_time,
            }))
        }
        PushReply::Gap { expected } if expected < from && expected.0 > 0 => {
            Ok(Sent::From(expected))
        }
        PushReply::Gap { .. } => Err(Error::Nonsense("a gap where none can be".into())),
        PushReply::Quarantined { at } => {
            tracing::warn!(%at, "the centre quarantined this device: its outbox forks");
            shared.set_quarantined(true);
            Ok(Sent::Quarantined)
        }
    }
}

/// The answer must be to what was sent, one by one.
fn check(sent: &[(Seq, OpId)], results: &[OpResult]) -> Result<()> {
    let fits = sent.len() == results.len()
        && sent
            .iter()
            .zip(results)
            .all(|((seq, id), r)| *seq == r.seq && *id == r.op_id);
    if fits {
        Ok(())
    } else {
        Err(Error::Nonsense(
            "results that do not fit what was sent".into(),
        ))
    }
}

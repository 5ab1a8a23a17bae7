//! First step of every contact: versions, time, where each side stands.

use super::client::Client;
use crate::engine::Shared;
use crate::error::{Error, Result};
use crate::outbox::{self, identity};
use chrono::Duration;
use protocol::hello::{HelloReply, HelloRequest};
use protocol::{PROTO_MAX, PROTO_MIN};

pub(crate) async fn hello(shared: &Shared, client: &Client) -> Result<HelloReply> {
    let request = shared.outbox().read(|c| {
        let epoch = identity::epoch(c)?;
        let (head_seq, head_hash) = outbox::head(c, epoch.0)?;
        Ok(HelloRequest {
            proto_min: PROTO_MIN,
            proto_max: PROTO_MAX,
            generation: identity::generation(c)?,
            epoch,
            head_seq,
            head_hash,
            life: None,
            acked_seq: protocol::Seq(0),
            grants_taken: None,
            open_requests: Vec::new(),
        })
    })?;
    let reply: HelloReply = client.post("/v1/hello", &request).await?;
    if !(PROTO_MIN..=PROTO_MAX).contains(&reply.proto) {
        return Err(Error::Nonsense(format!("protocol version {}", reply.proto)));
    }
    let own = shared.identity()?.map(|me| me.centre);
    if own != Some(reply.centre) {
        return Err(Error::Nonsense("another centre answers here".into()));
    }
    let lease = Duration::hours(lease_hours(shared)?);
    let until = reply
        .server_time
        .checked_add_signed(lease)
        .ok_or_else(|| Error::Nonsense("a lease beyond the calendar".into()))?;
    shared.outbox().write(|tx| {
        identity::note_contact(tx, reply.server_time)?;
        identity::set_generation(tx, reply.generation)?;
        outbox::renew(tx, until)
    })?;
    Ok(reply)
}

fn lease_hours(shared: &Shared) -> Result<i64> {
    let program = shared.cache(crate::cache::program)?;
    Ok(i64::from(program.doc().allowance.lease_hours))
}

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
        })
    })?;
    let reply: HelloReply = client.post("/v1/hello", &request).await?;
    if !(PROTO_MIN..=PROTO_MAX).contains(&reply.proto) {
        return Err(Error::Nonsense(format!("protocol version {}", reply.proto)));
    }
    let lease = lease_hours(shared)?;
    shared.outbox().write(|tx| {
        identity::set_generation(tx, reply.generation)?;
        identity::note_contact(tx, reply.server_time)?;
        outbox::renew(tx, reply.server_time + Duration::hours(lease))
    })?;
    Ok(reply)
}

fn lease_hours(shared: &Shared) -> Result<i64> {
    let program = shared.cache(crate::cache::program)?;
    Ok(i64::from(program.doc().allowance.lease_hours))
}

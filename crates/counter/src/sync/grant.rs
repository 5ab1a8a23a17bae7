//! Allowances: the request is on disk before it leaves.

use super::client::Client;
use crate::cache;
use crate::engine::Shared;
use crate::error::{Error, Result};
use crate::outbox;
use loyalty::Points;
use protocol::grant::{GrantReply, GrantRequest, Want};
use protocol::{MemberId, RequestId, limits};

/// Asks again for answers that never came: the same request, the same grants.
pub(crate) async fn recover(shared: &Shared, client: &Client) -> Result<()> {
    let open = shared.outbox().read(outbox::open_requests)?;
    for request in open {
        send(shared, client, &request).await?;
    }
    Ok(())
}

/// Asks for what a member lacks here, now. The answer is on disk when this returns.
pub(crate) async fn top_up(
    shared: &Shared,
    client: &Client,
    member: &MemberId,
    points: Points,
) -> Result<GrantReply> {
    let request = GrantRequest {
        request_id: RequestId::fresh(),
        epoch: None,
        wants: vec![Want {
            member: member.clone(),
            points: Some(points),
            coupon: None,
        }],
    };
    note(shared, &request)?;
    send(shared, client, &request).await
}

/// Asks for what the program keeps ahead of time, for members whose points changed since this
/// counter asked last. Answers how many grants came.
pub(crate) async fn ahead_of_time(shared: &Shared, client: &Client) -> Result<usize> {
    let mut grants = 0;
    loop {
        let due = shared.cache(|c| cache::ahead_due(c, limits::GRANT_WANTS))?;
        if due.is_empty() {
            return Ok(grants);
        }
        let wants = due.iter().map(|(m, _)| Want {
            member: MemberId::new(m.as_str()),
            points: None,
            coupon: None,
        });
        let request = GrantRequest {
            request_id: RequestId::fresh(),
            epoch: None,
            wants: wants.collect(),
        };
        note(shared, &request)?;
        grants += send(shared, client, &request).await?.grants.len();
        shared.cache_file(|c| c.ahead_asked(&due))?;
    }
}

fn note(shared: &Shared, request: &GrantRequest) -> Result<()> {
    let now = shared.now()?;
    shared
        .outbox()
        .write(|tx| outbox::note_request(tx, request, now))
}

async fn send(shared: &Shared, client: &Client, request: &GrantRequest) -> Result<GrantReply> {
    let reply: GrantReply = client.post("/v1/grant", request).await?;
    let asked = |m: &MemberId| request.wants.iter().any(|w| w.member == *m);
    if !reply.grants.iter().all(|g| asked(&g.member)) {
        return Err(Error::Nonsense("a grant that nobody asked for".into()));
    }
    shared
        .outbox()
        .write(|tx| outbox::take_reply(tx, request, &reply))?;
    Ok(reply)
}

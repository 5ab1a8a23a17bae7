//! Allowances: the request is on disk before it leaves.

use crate::cache;
use crate::changed::Changed;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::outbox::{self, identity};
use crate::shared::Shared;
use chrono::Duration;
use loyalty::Points;
use protocol::grant::{GrantReply, GrantRequest, ShortReason, Want};
use protocol::{MemberId, limits};

/// How long a member is asked for no more ahead of time after something of hers was given back.
const REST: Duration = Duration::minutes(10);

/// Requests that are asked again at a time.
const AGAIN: usize = 20;

/// Asks again for answers that never came: the same request, the same grants.
pub(crate) async fn recover(shared: &Shared, client: &Client) -> Result<()> {
    loop {
        let open = shared.outbox().read(|c| outbox::open_requests(c, AGAIN))?;
        let generation = shared.outbox().read(identity::generation)?;
        for request in &open {
            // asked of the centre as it is now: what it does not remember, it never gave
            let request = GrantRequest {
                generation: Some(generation),
                ..request.clone()
            };
            send(shared, client, &request).await?;
        }
        if open.len() < AGAIN {
            return Ok(());
        }
    }
}

/// Asks for what a member lacks here, now. The answer is on disk when this returns.
pub(crate) async fn top_up(
    shared: &Shared,
    client: &Client,
    member: &MemberId,
    points: Points,
) -> Result<GrantReply> {
    let want = Want {
        member: member.clone(),
        points: Some(points),
        coupon: None,
    };
    ask(shared, client, vec![want]).await
}

/// Asks for a coupon of a member, to be used here alone.
pub(crate) async fn coupon(
    shared: &Shared,
    client: &Client,
    member: &MemberId,
    coupon: &str,
) -> Result<GrantReply> {
    let want = Want {
        member: member.clone(),
        points: None,
        coupon: Some(coupon.to_owned()),
    };
    ask(shared, client, vec![want]).await
}

/// Asks for what the program keeps ahead of time, for members whose points changed since this
/// counter asked last. Answers how many grants came.
pub(crate) async fn ahead_of_time(shared: &Shared, client: &Client) -> Result<usize> {
    let mut grants = 0;
    loop {
        let due = due(shared)?;
        if due.is_empty() {
            return Ok(grants);
        }
        let wants = due.iter().map(|(m, _)| Want {
            member: MemberId::new(m.as_str()),
            points: None,
            coupon: None,
        });
        let reply = ask(shared, client, wants.collect()).await?;
        grants += reply.grants.len();
        if reply
            .short
            .iter()
            .any(|s| s.reason == ShortReason::NoGrants)
        {
            // nothing is granted for the time being: asked again at a later contact
            return Ok(grants);
        }
        shared.cache_file(|c| c.ahead_asked(&due))?;
    }
}

/// Who is to be asked for. Whose points or coupons were given back a moment ago rests: somebody else
/// asked for them and must have the time to get them.
fn due(shared: &Shared) -> Result<Vec<(String, i64)>> {
    let since = shared.now()? - REST;
    let resting = shared.outbox().read(|c| outbox::released_since(c, since))?;
    let most = limits::GRANT_WANTS + resting.len();
    let mut due = shared.cache(|c| cache::ahead_due(c, most))?;
    due.retain(|(member, _)| !resting.contains(member));
    due.truncate(limits::GRANT_WANTS);
    Ok(due)
}

/// Asks for the signatures of allowances that came from a centre that signed nothing yet, some at a time.
pub(crate) async fn have_signed(shared: &Shared, client: &Client) -> Result<()> {
    let (unsigned, generation, given) = shared.outbox().read(|c| {
        let unsigned = outbox::unsigned(c, AGAIN)?;
        Ok((unsigned, identity::generation(c)?, outbox::given(c)?))
    })?;
    for request in unsigned {
        let request = GrantRequest {
            generation: Some(generation),
            only_again: true,
            given: given.clone(),
            ..request
        };
        let reply: GrantReply = client.post("/v1/grant", &request).await?;
        shared.outbox().note(|tx| outbox::sign(tx, &reply))?;
    }
    Ok(())
}

async fn ask(shared: &Shared, client: &Client, wants: Vec<Want>) -> Result<GrantReply> {
    let now = shared.now()?;
    let request = shared
        .outbox()
        .write(|tx| outbox::note_request(tx, wants, now))?;
    send(shared, client, &request).await
}

async fn send(shared: &Shared, client: &Client, request: &GrantRequest) -> Result<GrantReply> {
    let request = &GrantRequest {
        given: shared.outbox().read(outbox::given)?,
        ..request.clone()
    };
    let reply: GrantReply = client.post("/v1/grant", request).await?;
    let asked = |m: &MemberId| request.wants.iter().any(|w| w.member == *m);
    if !reply.grants.iter().all(|g| asked(&g.member)) {
        return Err(Error::Nonsense("a grant that nobody asked for".into()));
    }
    if !request.wants.is_empty() {
        let none = |s: &protocol::grant::Short| s.reason == ShortReason::NoGrants;
        shared.set_no_grants(reply.short.iter().any(none));
    }
    let now = shared.now()?;
    let taken = shared
        .outbox()
        .note(|tx| outbox::take_reply(tx, request, &reply, now))?;
    if taken {
        let granted = reply.grants.iter().map(|g| g.member.to_string());
        shared.changed(Changed::members(granted));
    } else {
        tracing::info!("an answer about allowances came too late: another epoch has begun");
    }
    Ok(reply)
}

//! What this counter holds, told to a centre that was restored from a backup.

use crate::client::Client;
use crate::error::Result;
use crate::outbox;
use crate::shared::Shared;
use protocol::hello::{HelloReply, Reached};
use protocol::limits::REPORT_ALLOWANCES;
use protocol::report::{ReportReply, ReportRequest};

/// Reports every allowance of the current epoch that the centre may have forgotten, page by page. It
/// comes before any operation is sent, so that the centre knows what they spend from.
pub(crate) async fn report(shared: &Shared, client: &Client, hello: &HelloReply) -> Result<()> {
    let (position, all) = shared.outbox().read(|c| {
        let position = outbox::position(c)?;
        let epoch = position.epoch;
        let has = Reached {
            epoch,
            seq: hello.head_seq,
            hash: hello.head_hash,
        };
        let known = outbox::common(c, &has)?;
        Ok((position, outbox::reported(c, known)?))
    })?;
    // at least one page: that nothing is held is a report too
    let pages = all.len().div_ceil(REPORT_ALLOWANCES).max(1);
    for page in 0..pages {
        let from = page * REPORT_ALLOWANCES;
        let request = ReportRequest {
            generation: hello.generation,
            epoch: position.epoch,
            allowances: all
                .iter()
                .skip(from)
                .take(REPORT_ALLOWANCES)
                .cloned()
                .collect(),
            last: page + 1 == pages,
            grants_taken: position.taken(),
            open_requests: position.named(),
        };
        let reply: ReportReply = client.post("/v1/report", &request).await?;
        tracing::info!(
            reinstated = reply.reinstated,
            waiting_for = reply.waiting_for,
            "told the restored centre what this counter holds"
        );
    }
    Ok(())
}

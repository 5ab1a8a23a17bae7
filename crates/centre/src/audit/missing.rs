//! I7: everything that a snapshot must show stands in the feed of its scope, each kind of thing by a statement
//! of its own. What waits to be told for the first time is left out. That what stands there is right is another
//! check (`feed_body`).

use protocol::entity::{Audience, EntityKind};
use sea_orm::FromQueryResult;

use super::report::CheckReport;
use super::report::Invariant::I7;
use super::report::LISTED;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use crate::feed::{Expected, expected};
use centre_store::column::Col;

#[derive(FromQueryResult)]
struct Missing {
    place: String,
    scope: String,
    total: Col<u64>,
}

/// Looks for all kinds; `today` is the business date, empty where there is no business.
pub(super) async fn check(at: &mut Snapshot<'_>, today: &str) -> Result<(), ServiceError> {
    let mut check = CheckReport::new(I7, "feed_missing");
    check.rows = at.rows("feed").await?;
    let mut total = 0;
    for kind in EntityKind::ALL {
        let missing: Vec<Missing> = at.ask(&statement(kind, today), Vec::new()).await?;
        total += missing.first().map_or(0, |m| *m.total);
        for m in missing {
            check.breaks(m.place, format!("in scope {}", m.scope), "not in the feed");
        }
    }
    check.violations = total;
    at.done(check);
    Ok(())
}

fn statement(kind: EntityKind, today: &str) -> String {
    let Expected {
        from,
        place,
        scope,
        key,
        only,
        waits,
    } = expected(kind);
    let name = kind.name();
    // a date is digits and dashes
    let only = only.replace("{today}", &format!("'{today}'"));
    let told = waits.map_or_else(String::new, |(member, which)| {
        format!(
            "AND NOT EXISTS (SELECT 1 FROM to_tell w WHERE w.entity = '{name}' \
             AND w.member_id = {member} AND w.entity_key = {which}) "
        )
    });
    // nobody is told of who was erased, or of who is another member now
    let there = match (kind.audience(), from) {
        (Audience::Member, "member x") => "AND x.erased_at IS NULL AND x.merged_into IS NULL",
        (Audience::Member, _) => "AND m.erased_at IS NULL AND m.merged_into IS NULL",
        (Audience::Brand | Audience::Store | Audience::Device, _) => "",
    };
    format!(
        "SELECT '{name} ' || {place} AS place, {scope} AS scope, COUNT(*) OVER () AS total \
         FROM {from} WHERE ({only}) {there} AND NOT EXISTS (SELECT 1 FROM feed f \
         WHERE f.scope = {scope} AND f.entity = '{name}' AND f.entity_key = {key} \
         AND f.body IS NOT NULL) {told}ORDER BY 1 LIMIT {LISTED}"
    )
}

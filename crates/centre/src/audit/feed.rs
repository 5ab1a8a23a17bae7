//! I7: each scope is pulled from 0, and what comes is what the tables say now.
//!
//! The same renderer that writes the feed renders each page again; content, kind and scope must agree, and
//! so must the digests by which counters find out that they differ. What a snapshot lacks is another check
//! (`feed_missing`).

use std::collections::{BTreeSet, HashMap, HashSet};

use protocol::entity::EntityKind;
use protocol::ids::MemberId;
use protocol::pull::{DEVICE_SCOPE, digest_text, entity_digest};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use super::report::CheckReport;
use super::report::Invariant::I7;
use super::same::{differing, same};
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use crate::feed::{Changed, has_passed, rendered};
use crate::tell_anew::untold;
use crate::zone;
use centre_store::column::Col;
use centre_store::tables::{feed, feed_head, receipt, visit};

/// Rows that are read at once.
const PAGE: u64 = 1_000;

/// Replays all scopes.
pub(super) async fn check(at: &mut Snapshot<'_>, today: String) -> Result<(), ServiceError> {
    let mut replay = Replay {
        bodies: CheckReport::new(I7, "feed_body"),
        digests: CheckReport::new(I7, "feed_digest"),
        visits_over: visits_over(at).await?,
        untold: untold(at.on()).await?,
        today,
    };
    let heads = feed_head::Entity::find()
        .order_by_asc(feed_head::Column::Scope)
        .all(at.on())
        .await?;
    for head in heads {
        replay.scope(at, &head).await?;
    }
    at.done(replay.bodies);
    at.done(replay.digests);
    Ok(())
}

struct Replay {
    bodies: CheckReport,
    digests: CheckReport,
    /// Device scope and member, of visits whose day has passed: they are taken out of the feed soon.
    visits_over: HashSet<(String, MemberId)>,
    /// What is told anew soon, in the words of this build.
    untold: BTreeSet<Changed>,
    /// The date in the stores.
    today: String,
}

/// What a receipt's row is about; one from before receipts had ids names none.
#[derive(Deserialize)]
struct WhichReceipt {
    id: Option<String>,
    member: MemberId,
}

impl Replay {
    async fn scope(
        &mut self,
        at: &Snapshot<'_>,
        head: &feed_head::Model,
    ) -> Result<(), ServiceError> {
        // a feed from before there were digests gets them at the next start of the service
        let kept = !head.digest.is_empty();
        let mut sum = 0u128;
        let mut last = 0;
        loop {
            let rows = feed::Entity::find()
                .filter(feed::Column::Scope.eq(&head.scope))
                .filter(feed::Column::N.gt(Col(last)))
                .order_by_asc(feed::Column::N)
                .limit(PAGE)
                .all(at.on())
                .await?;
            let Some(end) = rows.last() else { break };
            last = *end.n;
            for row in &rows {
                self.digests.rows += 1;
                sum = sum.wrapping_add(self.digest(row, kept));
            }
            self.page(at, &rows).await?;
        }
        if kept && head.digest != digest_text(sum) {
            self.digests.breaks(
                format!("feed_head {}", head.scope),
                digest_text(sum),
                head.digest.clone(),
            );
        }
        Ok(())
    }

    /// The digest that a row should have; notes where it has another.
    fn digest(&mut self, row: &feed::Model, kept: bool) -> u128 {
        let right = row
            .body
            .as_ref()
            .map(|body| entity_digest(&row.entity, &row.entity_key, body.text()));
        let expected = right.map(digest_text);
        if row.digest != expected && (kept || row.digest.is_some()) {
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
            self.digests
                .breaks(place(row), or_none(expected), or_none(row.digest.clone()));
        }
        right.unwrap_or(0)
    }

    async fn page(&mut self, at: &Snapshot<'_>, rows: &[feed::Model]) -> Result<(), ServiceError> {
        let mut changed = BTreeSet::new();
        let mut known = Vec::with_capacity(rows.len());
        let unnamed = Unnamed::of(at, rows).await?;
        for row in rows {
            let Some(body) = row.body.as_ref().map(|body| body.text()) else {
                continue;
            };
            self.bodies.rows += 1;
            match source(row, body).or_else(|| unnamed.source(row)) {
                Some(what) if self.untold.contains(&what) => {}
                Some(what) => {
                    changed.insert(what);
                    known.push((row, body));
                }
                None => {
                    let (expected, found) = match EntityKind::named(&row.entity) {
                        Some(_) => (
                            "a thing that says what and whose it is",
                            "one that does not",
                        ),
                        None => ("a kind of thing that is known", "another one"),
                    };
                    self.bodies.breaks(place(row), expected, found);
                }
            }
        }
        let rendered = match rendered(at.on(), &changed, at.now()).await {
            Err(error) if cannot_be_read(&error) => {
                return self.one_by_one(at, &known).await;
            }
            other => other?,
        };
        let now: HashMap<(String, &str, String), Option<String>> = rendered
            .into_iter()
            .map(|r| ((r.scope, r.kind.name(), r.key), r.body))
            .collect();
        for (row, body) in known {
            let key = (
                row.scope.clone(),
                row.entity.as_str(),
                row.entity_key.clone(),
            );
            match now.get(&key).and_then(Option::as_ref) {
                Some(now)
                    if EntityKind::named(&row.entity).is_some_and(|kind| same(kind, body, now)) => {
                }
                Some(now) => {
                    let differ = differing(body, now);
                    self.bodies
                        .breaks(place(row), "what the tables say", differ);
                }
                None if self.is_over(row, body) => {}
                None => self
                    .bodies
                    .breaks(place(row), "nothing", "what is not in this scope"),
            }
        }
        Ok(())
    }

    /// Names the rows of a page whose tables hold what nothing can read.
    async fn one_by_one(
        &mut self,
        at: &Snapshot<'_>,
        known: &[(&feed::Model, &str)],
    ) -> Result<(), ServiceError> {
        for (row, body) in known {
            let changed = source(row, body).into_iter().collect();
            match rendered(at.on(), &changed, at.now()).await {
                Ok(_) => {}
                Err(error) if cannot_be_read(&error) => {
                    self.bodies
                        .breaks(place(row), "what can be read", error.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether time alone has taken it away, and the service has only to notice.
    fn is_over(&self, row: &feed::Model, body: &str) -> bool {
        let Some(kind) = EntityKind::named(&row.entity) else {
            return false;
        };
        let passed = has_passed(kind, body, &self.today);
        let member = kind.member_of(&row.entity_key, body);
        passed
            || member.is_some_and(|member| self.visits_over.contains(&(row.scope.clone(), member)))
    }
}

/// Whether it is the tables that cannot be read.
fn cannot_be_read(error: &ServiceError) -> bool {
    error.is_corrupt() || matches!(error, ServiceError::Program { .. })
}

/// What to render to get this row again; none for a kind that this build does not know.
fn source(row: &feed::Model, body: &str) -> Option<Changed> {
    let kind = EntityKind::named(&row.entity)?;
    let thing = crate::feed::source(kind, &row.scope, &row.entity_key, body)?;
    Some(Changed::Thing(thing))
}

/// Receipts of the feed that were told before receipts had ids, and are not told anew yet: member and id by key.
struct Unnamed(HashMap<String, (MemberId, String)>);

impl Unnamed {
    async fn of(at: &Snapshot<'_>, rows: &[feed::Model]) -> Result<Self, ServiceError> {
        let told = rows
            .iter()
            .filter(|row| row.entity == EntityKind::Receipt.name());
        let mut members = HashMap::new();
        for row in told {
            let body = row.body.as_ref().map(|b| b.text()).unwrap_or_default();
            if let Ok(WhichReceipt { id: None, member }) = serde_json::from_str(body) {
                members.insert(row.entity_key.clone(), member);
            }
        }
        if members.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let found: Vec<(String, Col<MemberId>, String)> = receipt::Entity::find()
            .select_only()
            .columns([
                receipt::Column::FeedKey,
                receipt::Column::MemberId,
                receipt::Column::OpId,
            ])
            .filter(receipt::Column::MemberId.is_in(members.values().map(Col::from)))
            .filter(receipt::Column::FeedKey.is_in(members.keys().cloned()))
            .into_tuple()
            .all(at.on())
            .await?;
        let found = found
            .into_iter()
            .map(|(key, member, id)| (key, (member.0, id)));
        Ok(Self(found.collect()))
    }

    fn source(&self, row: &feed::Model) -> Option<Changed> {
        let (member, id) = self.0.get(&row.entity_key)?;
        (row.entity == EntityKind::Receipt.name())
            .then(|| Changed::of(EntityKind::Receipt, member, &**id))
    }
}

fn place(row: &feed::Model) -> String {
    format!("feed {}/{}/{}", row.scope, row.entity, row.entity_key)
}

/// The business date, where there is a business.
pub(super) async fn today(at: &Snapshot<'_>) -> Result<String, ServiceError> {
    match zone::of_business(at.on(), at.now()).await {
        Ok(zone) => Ok(at.now().with_timezone(&zone).date_naive().to_string()),
        // nothing has a last day, or nobody can say which day it is; the rules are checked elsewhere
        Err(ServiceError::NoProgram | ServiceError::Program { .. }) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

async fn visits_over(at: &Snapshot<'_>) -> Result<HashSet<(String, MemberId)>, ServiceError> {
    let now = at.now().timestamp_millis();
    let visits: Vec<(String, Col<MemberId>)> = visit::Entity::find()
        .select_only()
        .columns([visit::Column::DeviceId, visit::Column::MemberId])
        .filter(visit::Column::Until.lt(now))
        .into_tuple()
        .all(at.on())
        .await?;
    Ok(visits
        .into_iter()
        .map(|(device, member)| (format!("{DEVICE_SCOPE}{device}"), member.0))
        .collect())
}

//! Writing what changed to the feed, and saying what it should show.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use protocol::entity::{Audience, EntityKind};
use protocol::ids::MemberId;
use protocol::pull::store_scope;
use protocol::push::ScopeCursor;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::changed::{Changed, Owner, Row, Thing};
use super::kinds::{self, Reach, Which};
use super::number;
use super::people::{Known, People};
use crate::error::ServiceError;
use centre_store::boxed;
use centre_store::db::Later;
use centre_store::tables::feed_head;

/// Renders what changed and writes it under new numbers, scopes in order. It is the last thing
/// that a transaction does: from here to the commit others wait for these scopes' numbers.
///
/// # Errors
/// Where the database fails.
pub async fn publish<C: Later>(
    db: &C,
    changed: &BTreeSet<Changed>,
    now: DateTime<Utc>,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    publish_known(db, changed, Known::default(), now).await
}

/// [`publish`], with members that need not be read again.
#[boxed]
pub(crate) async fn publish_known<C: Later>(
    db: &C,
    changed: &BTreeSet<Changed>,
    known: Known,
    now: DateTime<Utc>,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let rows = render(db, changed, known, now).await?;
    number::write(db, rows).await
}

/// What the feed should show of these things now: for holding it against what it does show.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn rendered<C: ConnectionTrait>(
    db: &C,
    changed: &BTreeSet<Changed>,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, ServiceError> {
    render(db, changed, Known::default(), now).await
}

/// Renders everything that changed.
async fn render<C: ConnectionTrait>(
    db: &C,
    changed: &BTreeSet<Changed>,
    known: Known,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, ServiceError> {
    let mut things: BTreeMap<EntityKind, Which> = BTreeMap::new();
    let mut add = |Thing { kind, owner, id }: Thing| {
        let which = things.entry(kind).or_default();
        which.entry(owner).or_default().insert(id);
    };
    let mut rows = Vec::with_capacity(changed.len());
    for what in changed {
        match what {
            Changed::Thing(thing) => add(thing.clone()),
            Changed::Moved { member, from } => {
                // what she leaves behind; the same things appear where she goes
                let scope = store_scope(from);
                for (kind, key) in kinds::keys_of_member(db, member).await? {
                    rows.push(Row::gone(scope.clone(), kind, key));
                }
                let hers = kinds::of_member(db, member, Reach::All).await?;
                hers.into_iter().for_each(&mut add);
            }
            Changed::Gone { scope, kind, key } => {
                rows.push(Row::gone(scope.clone(), *kind, key.clone()));
            }
        }
    }
    let of_members = things
        .iter()
        .filter(|(kind, _)| kind.audience() == Audience::Member);
    let members: BTreeSet<&MemberId> = of_members
        .flat_map(|(_, which)| which.keys())
        .filter_map(|owner| match owner {
            Owner::Member(member) => Some(member),
            Owner::Brand | Owner::Store(_) | Owner::Device(_) => None,
        })
        .collect();
    let people = People::load(db, &members, known, now).await?;
    rows.extend(kinds::rows(db, &things, &people).await?);
    Ok(rows)
}

/// Heads of scopes; one with no change yet has 0.
///
/// # Errors
/// Where the database fails.
pub async fn heads<C: ConnectionTrait>(
    db: &C,
    scopes: &[String],
) -> Result<Vec<ScopeCursor>, ServiceError> {
    let found = feed_head::Entity::find()
        .filter(feed_head::Column::Scope.is_in(scopes.to_vec()))
        .all(db)
        .await?;
    Ok(scopes
        .iter()
        .map(|scope| {
            let n = found.iter().find(|h| h.scope == *scope).map_or(0, |h| *h.n);
            ScopeCursor {
                scope: scope.clone(),
                cursor: n,
            }
        })
        .collect())
}

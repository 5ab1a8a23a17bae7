//! The feed: what counters pull. Each entity stands once in a scope, whole, at the number of its
//! last change, so that pulling from 0 is the snapshot and a cursor can skip nothing.

mod digest;
mod kind;
mod number;
mod render;

use std::collections::{BTreeSet, HashMap};

use protocol::entity as wire;
use protocol::push::ScopeCursor;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::ServiceError;
use centre_store::db::Later;
use centre_store::tables::{feed_head, member};

pub use digest::complete as complete_digests;
pub use kind::Kind;
pub use render::member as render_member;
pub(crate) use render::{behaviours_of, from_ledger, redemptions_of};

/// Something whose entity in the feed is out of date: it is rendered when the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// The brand.
    Brand,
    /// A version of the program.
    Program(i32),
    /// From when a version of the rules holds.
    ProgramSchedule(i32),
    /// A store.
    Store(String),
    /// A clerk.
    Clerk(String),
    /// A product.
    Product(String),
    /// A reward.
    Reward(String),
    /// Pieces of a reward that a store has: store, reward. One that is not counted any more is gone.
    Stock(String, String),
    /// A member's profile or figures.
    Member(String),
    /// A member whose home store was another until now: member, that store. With her receipts,
    /// coupons, redemptions and behaviours she leaves its scope and appears in the new one.
    Moved(String, String),
    /// A member's receipt: member, the sale's id.
    Receipt(String, String),
    /// How a device stands at the centre.
    Device(String),
    /// An allowance or coupon that is asked back, or no longer is: device, grant, member. What the
    /// feed then shows is read from the tables: it is there while the grant is recalled and
    /// something of it is left, and gone otherwise.
    Recall(String, String, String),
    /// A member's coupon: member, id. Used and expired ones are gone.
    Coupon(String, String),
    /// A member's redemption: member, its operation's id.
    Redemption(String, String),
    /// How often a behaviour of a member counted, and when: member, behaviour.
    Behaved(String, String),
    /// What else came and went of a member's points.
    Movements(String),
    /// No longer in a scope: scope, kind, key.
    Gone(String, String, String),
}

/// One row of the feed before it has its number.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which scope.
    pub scope: String,
    /// Kind of thing.
    pub entity: &'static str,
    /// Its id within the kind.
    pub key: String,
    /// Content; none = gone.
    pub body: Option<String>,
}

/// Renders what changed and writes it under new numbers, scopes in order. It is the last thing
/// that a transaction does: from here to the commit others wait for these scopes' numbers.
///
/// # Errors
/// Where the database fails.
pub async fn publish<C: Later>(
    db: &C,
    changed: &BTreeSet<Changed>,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    publish_known(db, changed, Known::default()).await
}

/// Members that were changed in this transaction, as they are now.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Whole.
    pub(crate) members: HashMap<String, wire::Member>,
    /// Their profiles; what their accounts show is read.
    pub(crate) rows: HashMap<String, member::Model>,
}

/// [`publish`], with members that need not be read again.
pub(crate) async fn publish_known<C: Later>(
    db: &C,
    changed: &BTreeSet<Changed>,
    known: Known,
) -> Result<Vec<ScopeCursor>, ServiceError> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let rows = render::all(db, changed, known).await?;
    number::write(db, rows).await
}

/// What the feed should show of these things now: for holding it against what it does show.
///
/// # Errors
/// Where the database fails.
pub async fn rendered<C: ConnectionTrait>(
    db: &C,
    changed: &BTreeSet<Changed>,
) -> Result<Vec<Row>, ServiceError> {
    render::all(db, changed, Known::default()).await
}

/// Key of a member's behaviour within its kind.
pub fn behaved_key(member: &str, behaviour: &str) -> String {
    format!("{member}/{behaviour}")
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
            let n = found.iter().find(|h| h.scope == *scope).map_or(0, |h| h.n);
            ScopeCursor {
                scope: scope.clone(),
                cursor: u64::try_from(n).unwrap_or(0),
            }
        })
        .collect())
}

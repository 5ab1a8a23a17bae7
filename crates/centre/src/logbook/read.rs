//! Reading the log.

use chrono::{DateTime, Utc};
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::ServiceError;
use crate::log::Kind;
use centre_store::column::Col;
use centre_store::tables::log_entry;

/// Which entries are wanted; what is none excludes nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// By whom: a clerk's id, a user's name.
    pub who: Option<String>,
    /// Of which kind.
    pub kind: Option<Kind>,
    /// About whom.
    pub member: Option<MemberId>,
    /// That happened no earlier.
    pub from: Option<DateTime<Utc>>,
    /// That happened before.
    pub before: Option<DateTime<Utc>>,
}

/// Up to `limit` entries with numbers above `after`, in order.
///
/// # Errors
/// Where the database fails.
pub async fn entries<C: ConnectionTrait>(
    db: &C,
    filter: &Filter,
    after: u64,
    limit: u64,
) -> Result<Vec<log_entry::Model>, ServiceError> {
    let mut query = log_entry::Entity::find().filter(log_entry::Column::N.gt(Col(after)));
    if let Some(who) = &filter.who {
        query = query.filter(log_entry::Column::Who.eq(who));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(log_entry::Column::Kind.eq(kind.word()));
    }
    if let Some(member) = &filter.member {
        query = query.filter(log_entry::Column::MemberId.eq(Col::from(member)));
    }
    if let Some(from) = filter.from {
        query = query.filter(log_entry::Column::HappenedAt.gte(Col(from)));
    }
    if let Some(before) = filter.before {
        query = query.filter(log_entry::Column::HappenedAt.lt(Col(before)));
    }
    Ok(query
        .order_by_asc(log_entry::Column::N)
        .limit(limit)
        .all(db)
        .await?)
}

//! Everything that counters are told, a file a kind. What is asked of all kinds goes over them here.

mod behaved;
mod brand;
mod clerk;
mod coupon;
mod device;
mod erased;
mod member;
mod movements;
mod product;
mod program;
mod program_schedule;
mod recall;
mod receipt;
mod redemption;
mod reward;
mod sample;
mod settlement;
mod stock;
mod store;
mod told;

use std::collections::BTreeMap;

use centre_store::boxed;
use protocol::entity::{Audience, EntityKind};
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::changed::{Row, Thing};
use super::people::People;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::member as member_table;

pub(crate) use member::from_ledger;
pub use member::member;
pub use told::{Expected, Reach, Which};

use told::Told;

/// Asks the kind that a thing is of.
macro_rules! of_kind {
    ($kind:expr, $K:ident => $asked:expr) => {
        match $kind {
            EntityKind::Brand => {
                type $K = brand::Brand;
                $asked
            }
            EntityKind::Program => {
                type $K = program::Program;
                $asked
            }
            EntityKind::ProgramSchedule => {
                type $K = program_schedule::ProgramSchedule;
                $asked
            }
            EntityKind::Store => {
                type $K = store::Store;
                $asked
            }
            EntityKind::Product => {
                type $K = product::Product;
                $asked
            }
            EntityKind::Reward => {
                type $K = reward::Reward;
                $asked
            }
            EntityKind::Clerk => {
                type $K = clerk::Clerk;
                $asked
            }
            EntityKind::Stock => {
                type $K = stock::Stock;
                $asked
            }
            EntityKind::Member => {
                type $K = member::Member;
                $asked
            }
            EntityKind::Receipt => {
                type $K = receipt::Receipt;
                $asked
            }
            EntityKind::Redemption => {
                type $K = redemption::Redemption;
                $asked
            }
            EntityKind::Behaved => {
                type $K = behaved::Behaved;
                $asked
            }
            EntityKind::Movements => {
                type $K = movements::Movements;
                $asked
            }
            EntityKind::Coupon => {
                type $K = coupon::Coupon;
                $asked
            }
            EntityKind::Device => {
                type $K = device::Device;
                $asked
            }
            EntityKind::Recall => {
                type $K = recall::Recall;
                $asked
            }
            EntityKind::Sample => {
                type $K = sample::Sample;
                $asked
            }
            EntityKind::Erased => {
                type $K = erased::Erased;
                $asked
            }
        }
    };
}

/// Rows of these things, kind by kind.
///
/// # Errors
/// Where the database fails or holds what nothing can read.
#[boxed]
pub async fn rows<C: ConnectionTrait>(
    db: &C,
    things: &BTreeMap<EntityKind, Which>,
    people: &People,
) -> Result<Vec<Row>, ServiceError> {
    let mut rows = Vec::new();
    for (kind, which) in things {
        rows.extend(of_kind!(*kind, K => K::rows(db, which, people).await)?);
    }
    Ok(rows)
}

/// Everything that belongs to a member, she herself among it.
///
/// # Errors
/// Where the database fails.
pub async fn of_member<C: ConnectionTrait>(
    db: &C,
    member: &MemberId,
    reach: Reach,
) -> Result<Vec<Thing>, ServiceError> {
    let mut all = Vec::new();
    // what those have who went when they were merged with her is shown as hers
    for whose in with_who_went(db, member).await? {
        for kind in members_kinds() {
            let ids = of_kind!(kind, K => K::ids_of(db, &whose, reach).await)?;
            all.extend(ids.into_iter().map(|id| Thing {
                kind,
                owner: whose.clone().into(),
                id,
            }));
        }
    }
    Ok(all)
}

/// Kind and key of everything of a member's that can stand in a feed.
///
/// # Errors
/// Where the database fails.
pub async fn keys_of_member<C: ConnectionTrait>(
    db: &C,
    member: &MemberId,
) -> Result<Vec<(EntityKind, String)>, ServiceError> {
    let mut all = Vec::new();
    for whose in with_who_went(db, member).await? {
        for kind in members_kinds() {
            let keys = of_kind!(kind, K => K::keys_of(db, &whose).await)?;
            all.extend(keys.into_iter().map(|key| (kind, key)));
        }
    }
    Ok(all)
}

/// A member, and those who went when they were merged with her.
async fn with_who_went<C: ConnectionTrait>(
    db: &C,
    member: &MemberId,
) -> Result<Vec<MemberId>, ServiceError> {
    let went: Vec<Col<MemberId>> = member_table::Entity::find()
        .select_only()
        .column(member_table::Column::Id)
        .filter(member_table::Column::MergedInto.eq(Col::from(member)))
        .into_tuple()
        .all(db)
        .await?;
    let went = went.into_iter().map(Col::into_inner);
    Ok(std::iter::once(member.clone()).chain(went).collect())
}

/// Kinds whose things belong to members.
fn members_kinds() -> impl Iterator<Item = EntityKind> {
    let all = EntityKind::ALL.into_iter();
    all.filter(|kind| kind.audience() == Audience::Member)
}

/// Of which thing a row of the feed is; none where it does not say.
pub fn source(kind: EntityKind, scope: &str, key: &str, body: &str) -> Option<Thing> {
    of_kind!(kind, K => K::source(scope, key, body))
}

/// Whether the content of a kind has what is sensitive.
pub fn is_sensitive(kind: EntityKind) -> bool {
    of_kind!(kind, K => K::SENSITIVE)
}

/// Names of the kinds whose content has what is sensitive.
pub fn sensitive_kinds() -> Vec<&'static str> {
    let all = EntityKind::ALL.into_iter();
    all.filter(|kind| is_sensitive(*kind))
        .map(EntityKind::name)
        .collect()
}

/// Whether time alone has taken a thing away on a business date, and the service has only to notice.
pub fn has_passed(kind: EntityKind, body: &str, today: &str) -> bool {
    of_kind!(kind, K => K::has_passed(body, today))
}

/// Whether two contents of a kind say the same, though builds of different age wrote them.
pub fn same(kind: EntityKind, one: &str, other: &str) -> bool {
    of_kind!(kind, K => told::same::<K>(one, other))
}

/// Fields of a kind that older builds did not write.
pub fn later(kind: EntityKind) -> &'static [&'static str] {
    of_kind!(kind, K => K::LATER)
}

/// What of a kind a snapshot must show.
pub const fn expected(kind: EntityKind) -> Expected {
    of_kind!(kind, K => K::EXPECTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_answers_for_itself() {
        for kind in EntityKind::ALL {
            assert_eq!(of_kind!(kind, K => K::KIND), kind);
        }
    }
}

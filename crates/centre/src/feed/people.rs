//! Members whom changes are about, and where each of them is shown.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use protocol::entity as wire;
use protocol::ids::StoreId;
use protocol::pull::{DEVICE_SCOPE, store_scope};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::CHUNK;
use crate::error::ServiceError;
use centre_store::tables::{member, visit};

/// Members that were changed in this transaction, as they are now.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Whole.
    pub(crate) members: HashMap<String, wire::Member>,
    /// Their profiles; what their accounts show is read.
    pub(crate) rows: HashMap<String, member::Model>,
}

/// Members whom changes are about.
#[derive(Debug)]
pub struct People {
    now: DateTime<Utc>,
    /// Where each is shown.
    scopes: HashMap<String, Vec<String>>,
    /// Those who need not be read again.
    known: HashMap<String, wire::Member>,
    /// The rows of the others.
    found: HashMap<String, member::Model>,
}

impl People {
    /// Loads the rows of these members, but for those that are known, and finds where each is shown.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        ids: &BTreeSet<&str>,
        mut known: Known,
        now: DateTime<Utc>,
    ) -> Result<Self, ServiceError> {
        let mut people = Self {
            now,
            scopes: HashMap::new(),
            known: known.members,
            found: HashMap::new(),
        };
        let ids: Vec<&str> = ids.iter().copied().collect();
        let now = now.timestamp_millis();
        for some in ids.chunks(CHUNK) {
            people.load_some(db, some, &mut known.rows).await?;
            let visits = visit::Entity::find()
                .filter(visit::Column::MemberId.is_in(some.iter().copied()))
                .filter(visit::Column::Until.gte(now))
                .all(db)
                .await?;
            for v in visits {
                if let Some(of) = people.scopes.get_mut(&v.member_id) {
                    of.push(format!("{DEVICE_SCOPE}{}", v.device_id));
                }
            }
        }
        Ok(people)
    }

    /// Rows and homes.
    async fn load_some<C: ConnectionTrait>(
        &mut self,
        db: &C,
        some: &[&str],
        rows: &mut HashMap<String, member::Model>,
    ) -> Result<(), ServiceError> {
        let (mut unknown, mut found) = (Vec::new(), Vec::new());
        for id in some {
            match self.known.get(*id) {
                Some(m) => {
                    let home = vec![store_scope(&m.home_store)];
                    self.scopes.insert((*id).to_owned(), home);
                }
                None => match rows.remove(*id) {
                    Some(row) => found.push(row),
                    None => unknown.push(*id),
                },
            }
        }
        if !unknown.is_empty() {
            found.extend(
                member::Entity::find()
                    .filter(member::Column::Id.is_in(unknown))
                    .all(db)
                    .await?,
            );
        }
        for m in found {
            let home = store_scope(&StoreId::from(m.home_store.as_str()));
            self.scopes.insert(m.id.clone(), vec![home]);
            self.found.insert(m.id.clone(), m);
        }
        Ok(())
    }

    /// When this is asked.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Scopes of a member; none where there is no such member.
    pub fn scopes_of(&self, member: &str) -> Option<&[String]> {
        self.scopes.get(member).map(Vec::as_slice)
    }

    /// A member as she is, where that is known without reading her account.
    pub fn known(&self, member: &str) -> Option<&wire::Member> {
        self.known.get(member)
    }

    /// A member's row.
    pub fn row(&self, member: &str) -> Option<&member::Model> {
        self.found.get(member)
    }
}

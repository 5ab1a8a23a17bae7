//! Members whom changes are about, and where each of them is shown.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use protocol::entity as wire;
use protocol::ids::MemberId;
use protocol::pull::{device_scope, store_scope};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::CHUNK;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{member, visit};

/// Members that were changed in this transaction, as they are now.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Whole.
    pub(crate) members: HashMap<MemberId, wire::Member>,
    /// Their profiles; what their accounts show is read.
    pub(crate) rows: HashMap<MemberId, member::Model>,
}

/// Members whom changes are about.
#[derive(Debug)]
pub struct People {
    now: DateTime<Utc>,
    /// Where each is shown.
    scopes: HashMap<MemberId, Vec<String>>,
    /// Those who need not be read again.
    known: HashMap<MemberId, wire::Member>,
    /// The rows of the others.
    found: HashMap<MemberId, member::Model>,
}

impl People {
    /// Loads the rows of these members, but for those that are known, and finds where each is shown.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        ids: &BTreeSet<&MemberId>,
        mut known: Known,
        now: DateTime<Utc>,
    ) -> Result<Self, ServiceError> {
        let mut people = Self {
            now,
            scopes: HashMap::new(),
            known: known.members,
            found: HashMap::new(),
        };
        let ids: Vec<&MemberId> = ids.iter().copied().collect();
        let now = now.timestamp_millis();
        for some in ids.chunks(CHUNK) {
            people.load_some(db, some, &mut known.rows).await?;
            let visits = visit::Entity::find()
                .filter(visit::Column::MemberId.is_in(some.iter().copied().map(Col::from)))
                .filter(visit::Column::Until.gte(now))
                .all(db)
                .await?;
            for v in visits {
                if let Some(of) = people.scopes.get_mut(&v.member_id) {
                    of.push(device_scope(&v.device_id));
                }
            }
        }
        Ok(people)
    }

    /// Rows and homes.
    async fn load_some<C: ConnectionTrait>(
        &mut self,
        db: &C,
        some: &[&MemberId],
        rows: &mut HashMap<MemberId, member::Model>,
    ) -> Result<(), ServiceError> {
        let (mut unknown, mut found) = (Vec::new(), Vec::new());
        for id in some {
            match self.known.get(*id) {
                Some(m) => {
                    let home = vec![store_scope(&m.home_store)];
                    self.scopes.insert((*id).clone(), home);
                }
                None => match rows.remove(*id) {
                    Some(row) => found.push(row),
                    None => unknown.push(Col::from(*id)),
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
            // nobody is told of who was erased
            let shown = m.erased_at.is_none();
            let home = shown.then(|| store_scope(&m.home_store));
            self.scopes
                .insert(m.id.0.clone(), home.into_iter().collect());
            self.found.insert(m.id.0.clone(), m);
        }
        Ok(())
    }

    /// When this is asked.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Scopes of a member; none where there is no such member.
    pub fn scopes_of(&self, member: &MemberId) -> Option<&[String]> {
        self.scopes.get(member).map(Vec::as_slice)
    }

    /// A member as she is, where that is known without reading her account.
    pub fn known(&self, member: &MemberId) -> Option<&wire::Member> {
        self.known.get(member)
    }

    /// A member's row.
    pub fn row(&self, member: &MemberId) -> Option<&member::Model> {
        self.found.get(member)
    }
}

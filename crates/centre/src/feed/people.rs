//! Members whom changes are about, and where each of them is shown.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use protocol::entity as wire;
use protocol::ids::{DeviceId, MemberId, StoreId};
use protocol::pull::{DEVICE_SCOPE, device_scope, store_scope};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::CHUNK;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{device, member, visit};

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
    /// Counters of their own stores that keep them as visitors: from before they moved there.
    at_home: HashSet<(MemberId, String)>,
    /// Those who were merged with another, and with whom.
    merged: HashMap<MemberId, MemberId>,
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
            at_home: HashSet::new(),
            merged: HashMap::new(),
        };
        let ids: Vec<&MemberId> = ids.iter().copied().collect();
        people.load_all(db, &ids, &mut known.rows).await?;
        // what they have is shown as the one's who stayed
        let stayed = people.merged.values();
        let stayed: BTreeSet<MemberId> = stayed
            .filter(|id| !people.scopes.contains_key(id))
            .cloned()
            .collect();
        let stayed: Vec<&MemberId> = stayed.iter().collect();
        people.load_all(db, &stayed, &mut known.rows).await?;
        Ok(people)
    }

    async fn load_all<C: ConnectionTrait>(
        &mut self,
        db: &C,
        ids: &[&MemberId],
        rows: &mut HashMap<MemberId, member::Model>,
    ) -> Result<(), ServiceError> {
        let now = self.now.timestamp_millis();
        for some in ids.chunks(CHUNK) {
            self.load_some(db, some, rows).await?;
            let visits = visit::Entity::find()
                .filter(visit::Column::MemberId.is_in(some.iter().copied().map(Col::from)))
                .filter(visit::Column::Until.gte(now))
                .all(db)
                .await?;
            self.visiting(db, visits).await?;
        }
        Ok(())
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
            // nobody is told of who was erased, or of who is another member now
            let shown = m.erased_at.is_none() && m.merged_into.is_none();
            if let Some(into) = &m.merged_into {
                self.merged.insert(m.id.0.clone(), into.0.clone());
            }
            let home = shown.then(|| store_scope(&m.home_store));
            self.scopes
                .insert(m.id.0.clone(), home.into_iter().collect());
            self.found.insert(m.id.0.clone(), m);
        }
        Ok(())
    }

    /// Counters that keep them for the day.
    async fn visiting<C: ConnectionTrait>(
        &mut self,
        db: &C,
        visits: Vec<visit::Model>,
    ) -> Result<(), ServiceError> {
        if visits.is_empty() {
            return Ok(());
        }
        let devices: Vec<(Col<DeviceId>, Col<StoreId>)> = device::Entity::find()
            .select_only()
            .columns([device::Column::Id, device::Column::StoreId])
            .filter(device::Column::Id.is_in(visits.iter().map(|v| v.device_id)))
            .into_tuple()
            .all(db)
            .await?;
        for v in visits {
            let Some(of) = self.scopes.get_mut(&v.member_id) else {
                continue;
            };
            let scope = device_scope(&v.device_id);
            let mut stores = devices.iter().filter(|(id, _)| *id == v.device_id);
            if stores.any(|(_, store)| of.contains(&store_scope(store))) {
                self.at_home.insert((v.member_id.0.clone(), scope.clone()));
            }
            of.push(scope);
        }
        Ok(())
    }

    /// Whether a scope is that of a counter whom she visits, and not of her own store's.
    pub fn is_visited(&self, member: &MemberId, scope: &str) -> bool {
        scope.starts_with(DEVICE_SCOPE)
            && !self.at_home.contains(&(member.clone(), scope.to_owned()))
    }

    /// When this is asked.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Scopes of a member; none where there is no such member.
    pub fn scopes_of(&self, member: &MemberId) -> Option<&[String]> {
        self.scopes.get(member).map(Vec::as_slice)
    }

    /// As whose things of a member are shown: her own, or the one's with whom she was merged. `owner` is whose they were
    /// said to be; a thing of somebody who went may be named as the one's who stayed.
    pub fn shown_as<'a>(&'a self, member: &'a MemberId, owner: &'a MemberId) -> &'a MemberId {
        match self.merged.get(member) {
            Some(into) => into,
            None if self.scopes.contains_key(member) => member,
            None => owner,
        }
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

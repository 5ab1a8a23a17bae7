//! Pieces of rewards, in the scope of the store that counts them.

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::StoreId;
use protocol::pull::store_scope;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, Expected, Told, Which, belongs_to_no_member, of_stores};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::tables::reward_stock;

/// Pieces of a reward, by the reward's id, of a store. One that is not counted there is gone.
pub enum Stock {}

impl Told for Stock {
    const KIND: EntityKind = EntityKind::Stock;
    const SENSITIVE: bool = false;
    type Wire = wire::Stock;
    const EXPECTED: Expected = Expected {
        from: "reward_stock x",
        place: "x.store_id || '/' || x.reward_id",
        scope: "'store:' || x.store_id",
        key: "x.reward_id",
        only: ALL,
        waits: None,
    };

    fn source(scope: &str, key: &str, _body: &str) -> Option<Thing> {
        let store = StoreId::from(scope.strip_prefix("store:")?);
        Some(Thing::new(Self::KIND, store, key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        let all: Vec<(&StoreId, &String)> = of_stores(which)
            .flat_map(|(store, ids)| ids.iter().map(move |id| (store, id)))
            .collect();
        for (store, reward) in all {
            let scope = store_scope(store);
            let id = (store.into(), reward.clone());
            rows.push(match reward_stock::Entity::find_by_id(id).one(db).await? {
                Some(row) => {
                    let stock = wire::Stock {
                        left: *row.pieces,
                        reward: row.reward_id,
                    };
                    Row::with(scope, reward.clone(), &stock)?
                }
                None => Row::gone(scope, Self::KIND, reward.clone()),
            });
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

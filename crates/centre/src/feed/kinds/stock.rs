//! Pieces of rewards, in the scope of the store that counts them.

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::StoreId;
use protocol::pull::store_scope;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, Expected, Told, Which, owned};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::tables::reward_stock;

/// Pieces of a reward, by the reward's id, of a store. One that is not counted there is gone.
pub enum Stock {}

impl Told for Stock {
    const KIND: EntityKind = EntityKind::Stock;
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
        Some(Thing::new(Self::KIND, scope.strip_prefix("store:")?, key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for (store, reward) in owned(which) {
            let scope = store_scope(&StoreId::from(store));
            let id = (store.to_owned(), reward.to_owned());
            rows.push(match reward_stock::Entity::find_by_id(id).one(db).await? {
                Some(row) => {
                    let stock = wire::Stock {
                        left: *row.pieces,
                        reward: row.reward_id,
                    };
                    Row::with(scope, reward.to_owned(), &stock)?
                }
                None => Row::gone(scope, Self::KIND, reward.to_owned()),
            });
        }
        Ok(rows)
    }
}

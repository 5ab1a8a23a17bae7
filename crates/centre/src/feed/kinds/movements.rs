//! What else came and went of members' points: what their receipts and redemptions do not tell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use protocol::entity::{self as wire, EntityKind, Movement, MovementKind};
use protocol::ids::MemberId;
use protocol::limits::MOVEMENTS;
use protocol::operation::{Body, Operation};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::told::{Expected, Reach, Told, Which, of_members};
use crate::error::ServiceError;
use crate::feed::CHUNK;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use crate::ledger_accounts;
use centre_store::column::{Col, Sealed};
use centre_store::tables::{behaviour, operation, quarantined, receipt, redemption, transfer};
use loyalty::{OpId, Points};
use protocol::operation::JOIN;

/// The newest movements of a member, by her id; one without any has none.
pub enum Movements {}

impl Told for Movements {
    const KIND: EntityKind = EntityKind::Movements;
    const SENSITIVE: bool = false;
    type Wire = wire::Movements;
    const EXPECTED: Expected = Expected {
        from: "member x",
        place: "x.id",
        scope: "'store:' || x.home_store",
        key: "x.id",
        // members of whom something came or went besides receipts and redemptions; what came and went by one thing at
        // one moment is no movement
        only: include_str!("expected_movements.sql"),
        waits: Some(("x.id", "x.id")),
    };

    fn source(_scope: &str, key: &str, _body: &str) -> Option<Thing> {
        Some(Thing::new(Self::KIND, MemberId::from(key), key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let members: Vec<&MemberId> = of_members(which).map(|(member, _)| member).collect();
        let mut rows = Vec::with_capacity(members.len());
        for some in members.chunks(CHUNK) {
            for (member, movements) in newest(db, some).await? {
                let Some(scopes) = people.scopes_of(&member) else {
                    continue;
                };
                let entity = wire::Movements { member, movements };
                let body = serde_json::to_string(&entity)?;
                let key = entity.member.as_str();
                rows.extend(Row::in_each(scopes, Self::KIND, key, Some(&body)));
            }
        }
        Ok(rows)
    }

    async fn ids_of<C: ConnectionTrait>(
        _db: &C,
        member: &MemberId,
        _reach: Reach,
    ) -> Result<Vec<String>, ServiceError> {
        // one without any is not rendered
        Ok(vec![member.to_string()])
    }

    async fn keys_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
    ) -> Result<Vec<String>, ServiceError> {
        let any = !newest(db, &[member]).await?.is_empty();
        Ok(any.then(|| member.to_string()).into_iter().collect())
    }
}

/// What one operation, or time, moved at one moment.
#[derive(Default)]
struct Moved {
    points: Points,
    /// The first of its transfers: the order in which they were made.
    n: u64,
    expired: bool,
    revived: bool,
    adjusted: bool,
    merged: bool,
    came_back: bool,
}

/// By the time that it counts at, and what it happened by.
type ByTime = BTreeMap<(DateTime<Utc>, OpId), Moved>;

async fn newest<C: ConnectionTrait>(
    db: &C,
    members: &[&MemberId],
) -> Result<Vec<(MemberId, Vec<Movement>)>, ServiceError> {
    let ids = || members.iter().copied().map(Col::from);
    let sales = receipt::Entity::find()
        .select_only()
        .column(receipt::Column::OpId)
        .filter(receipt::Column::MemberId.is_in(ids()))
        .into_query();
    let redemptions = redemption::Entity::find()
        .select_only()
        .column(redemption::Column::OpId)
        .filter(redemption::Column::MemberId.is_in(ids()))
        .into_query();
    let transfers = transfer::Entity::find()
        .filter(transfer::Column::MemberId.is_in(ids()))
        .filter(transfer::Column::OpId.not_in_subquery(sales))
        .filter(transfer::Column::OpId.not_in_subquery(redemptions))
        // her receipts tell what the till's record of a sale changed
        .filter(transfer::Column::OpId.not_like("till:%"))
        .order_by_asc(transfer::Column::MemberId)
        .order_by_asc(transfer::Column::N)
        .all(db)
        .await?;
    let mut all: BTreeMap<MemberId, ByTime> = BTreeMap::new();
    for t in transfers {
        let own = all.entry(t.member_id.0.clone()).or_default();
        let moved = own
            .entry((*t.at, t.op_id.0.clone()))
            .or_insert_with(|| Moved {
                n: *t.n,
                ..Moved::default()
            });
        moved.add(&t);
    }
    let mut newest = Vec::with_capacity(all.len());
    for (member, own) in all {
        let mut own: Vec<_> = own
            .into_iter()
            .filter(|(_, m)| !m.points.is_zero())
            .collect();
        own.sort_by_key(|((at, _), moved)| std::cmp::Reverse((*at, moved.n)));
        own.truncate(MOVEMENTS);
        if !own.is_empty() {
            newest.push((member, own));
        }
    }
    let ops = newest.iter().flat_map(|(_, own)| own);
    let known = Known::load(db, ops.map(|((_, op_id), _)| op_id.as_str()).collect()).await?;
    Ok(newest
        .into_iter()
        .map(|(member, own)| {
            let told = own.into_iter();
            let told = told.map(|(key, moved)| known.told(key, &moved));
            (member, told.collect())
        })
        .collect())
}

impl Moved {
    fn add(&mut self, t: &transfer::Model) {
        let hers = |account: &str| {
            account == ledger_accounts::AVAILABLE
                || account == ledger_accounts::WAITING
                || account == ledger_accounts::DEBT
                || ledger_accounts::is_escrow(account)
        };
        if hers(&t.to_account) {
            self.points += *t.points;
        }
        if hers(&t.from_account) {
            self.points -= *t.points;
        }
        self.expired |= t.to_account == ledger_accounts::EXPIRED;
        self.revived |= t.from_account == ledger_accounts::EXPIRED;
        self.adjusted |= t.from_account == ledger_accounts::ADJUSTED
            || t.to_account == ledger_accounts::ADJUSTED;
        self.merged |=
            t.from_account == ledger_accounts::MERGED || t.to_account == ledger_accounts::MERGED;
        self.came_back |= t.to_account == ledger_accounts::TAKEN_BACK
            || t.from_account == ledger_accounts::REDEEMED;
    }

    /// What kind of thing moved them, as far as the accounts say.
    fn kind(&self) -> MovementKind {
        if self.merged {
            MovementKind::Merged
        } else if self.came_back {
            MovementKind::Return
        } else if self.revived {
            MovementKind::Revived
        } else if self.expired {
            MovementKind::Expired
        } else if self.adjusted {
            MovementKind::Adjusted
        } else {
            MovementKind::Other
        }
    }
}

/// What is known of what moved points.
struct Known {
    bodies: HashMap<String, Body>,
    behaviours: HashMap<String, String>,
}

impl Known {
    async fn load<C: ConnectionTrait>(db: &C, ids: BTreeSet<&str>) -> Result<Self, ServiceError> {
        let mut known = Self {
            bodies: HashMap::new(),
            behaviours: HashMap::new(),
        };
        let ids: Vec<&str> = ids.into_iter().collect();
        for some in ids.chunks(CHUNK) {
            let of = || some.iter().copied();
            let operations: Vec<(String, String, Col<Sealed>)> = operation::Entity::find()
                .select_only()
                .columns([
                    operation::Column::OpId,
                    operation::Column::Kind,
                    operation::Column::Body,
                ])
                .filter(operation::Column::OpId.is_in(of()))
                .into_tuple()
                .all(db)
                .await?;
            for (id, kind, body) in operations {
                known.body(id, &kind, body.text());
            }
            let branches: Vec<Col<Sealed>> = quarantined::Entity::find()
                .select_only()
                .column(quarantined::Column::Document)
                .filter(quarantined::Column::OpId.is_in(of()))
                .order_by_asc(quarantined::Column::Hash)
                .into_tuple()
                .all(db)
                .await?;
            for document in branches {
                if let Ok(op) = serde_json::from_str::<Operation>(document.text()) {
                    known.body(op.op_id.to_string(), &op.kind, op.body.get());
                }
            }
            let behaviours: Vec<(String, String)> = behaviour::Entity::find()
                .select_only()
                .columns([behaviour::Column::OpId, behaviour::Column::Kind])
                .filter(behaviour::Column::OpId.is_in(of()))
                .into_tuple()
                .all(db)
                .await?;
            known.behaviours.extend(behaviours);
        }
        Ok(known)
    }

    fn body(&mut self, id: String, kind: &str, body: &str) {
        if let Ok(Some(body)) = Body::parse(kind, body) {
            self.bodies.entry(id).or_insert(body);
        }
    }

    fn told(&self, (at, op_id): (DateTime<Utc>, OpId), moved: &Moved) -> Movement {
        let mut told = Movement {
            op: op_id.clone(),
            at,
            points: moved.points,
            kind: moved.kind(),
            store: None,
            receipt: None,
            behaviour: None,
            of: None,
        };
        if let Some(kind) = self.behaviours.get(op_id.as_str()) {
            told.kind = if kind == JOIN {
                MovementKind::Joined
            } else {
                MovementKind::Behaviour
            };
            told.behaviour = Some(kind.clone());
        }
        if let Some(body) = self.bodies.get(op_id.as_str())
            && let Some(kind) = body.moves_points_as()
        {
            told.kind = kind;
            told.store = body.store().cloned();
            told.receipt = body.receipt().map(str::to_owned);
            told.of = body.undoes().cloned();
        }
        told
    }
}

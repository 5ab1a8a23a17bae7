//! Members, in the scope of their home store and where they visit.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use identity::phone::last_four;
use protocol::entity::{self as wire, EntityKind};
use protocol::ids::MemberId;
use protocol::limits::NOTES;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::told::{ALL, Expected, Reach, Told, Which, of_members};
use crate::error::ServiceError;
use crate::feed::CHUNK;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use crate::ledger_accounts;
use crate::zone;
use centre_store::column::Col;
use centre_store::tables::{account, balance, lot, member, member_note};
use chrono_tz::Tz;
use loyalty::{Money, Points};

/// A member, by her id; she belongs to herself.
pub enum Member {}

impl Told for Member {
    const KIND: EntityKind = EntityKind::Member;
    const SENSITIVE: bool = true;
    type Wire = wire::Member;
    const EXPECTED: Expected = Expected {
        from: "member x",
        place: "x.id",
        scope: "'store:' || x.home_store",
        key: "x.id",
        only: ALL,
        waits: None,
    };

    fn source(_scope: &str, key: &str, _body: &str) -> Option<Thing> {
        Some(Thing::new(Self::KIND, MemberId::from(key), key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::with_capacity(which.len());
        let mut put = |member: &wire::Member| -> Result<(), ServiceError> {
            let scopes = people.scopes_of(&member.id).unwrap_or_default();
            let (visited, home): (Vec<String>, Vec<String>) = scopes
                .iter()
                .cloned()
                .partition(|scope| people.is_visited(&member.id, scope));
            let key = member.id.as_str();
            let body = serde_json::to_string(member)?;
            rows.extend(Row::in_each(&home, Self::KIND, key, Some(&body)));
            if !visited.is_empty() {
                let body = serde_json::to_string(&member.clone().for_visit())?;
                rows.extend(Row::in_each(&visited, Self::KIND, key, Some(&body)));
            }
            Ok(())
        };
        let ids = || of_members(which).map(|(id, _)| id);
        let known = ids().filter_map(|id| people.known(id));
        for member in known {
            put(member)?;
        }
        let found: Vec<&member::Model> = ids().filter_map(|id| people.row(id)).collect();
        for some in found.chunks(CHUNK) {
            for member in entities(db, some, people.now()).await? {
                put(&member)?;
            }
        }
        Ok(rows)
    }

    async fn ids_of<C: ConnectionTrait>(
        _db: &C,
        member: &MemberId,
        _reach: Reach,
    ) -> Result<Vec<String>, ServiceError> {
        Ok(vec![member.to_string()])
    }
}

/// A member as a counter keeps her; none where there is no such member.
///
/// # Errors
/// Where the database fails.
pub async fn member<C: ConnectionTrait>(
    db: &C,
    id: &MemberId,
    now: DateTime<Utc>,
) -> Result<Option<wire::Member>, ServiceError> {
    let Some(m) = member::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    Ok(entities(db, &[&m], now).await?.pop())
}

/// Rows of several tables by the member that they belong to.
fn by_member<T>(rows: Vec<T>, of: impl Fn(&T) -> &MemberId) -> HashMap<MemberId, Vec<T>> {
    let mut all: HashMap<MemberId, Vec<T>> = HashMap::new();
    for row in rows {
        match all.get_mut(of(&row)) {
            Some(own) => own.push(row),
            None => {
                all.insert(of(&row).to_owned(), vec![row]);
            }
        }
    }
    all
}

async fn entities<C: ConnectionTrait>(
    db: &C,
    members: &[&member::Model],
    now: DateTime<Utc>,
) -> Result<Vec<wire::Member>, ServiceError> {
    let ids = || members.iter().map(|m| &m.id);
    let accounts = account::Entity::find()
        .filter(account::Column::MemberId.is_in(ids()))
        .all(db)
        .await?;
    let balances = balance::Entity::find()
        .filter(balance::Column::MemberId.is_in(ids()))
        .all(db)
        .await?;
    let lots = lot::Entity::find()
        .filter(lot::Column::MemberId.is_in(ids()))
        .filter(lot::Column::Available.gt(0).or(lot::Column::InEscrow.gt(0)))
        .all(db)
        .await?;
    let notes = member_note::Entity::find()
        .filter(member_note::Column::MemberId.is_in(ids()))
        .order_by_desc(member_note::Column::At)
        .order_by_desc(member_note::Column::OpId)
        .all(db)
        .await?;
    // only a profile that was ever changed has taken another in
    let may_have: Vec<_> = members.iter().filter(|m| *m.revision > 0).collect();
    let mut cards: HashMap<MemberId, Vec<String>> = HashMap::new();
    if !may_have.is_empty() {
        let went: Vec<(Option<Col<MemberId>>, String)> = member::Entity::find()
            .select_only()
            .columns([member::Column::MergedInto, member::Column::CardNo])
            .filter(member::Column::MergedInto.is_in(may_have.iter().map(|m| &m.id)))
            .filter(member::Column::ErasedAt.is_null())
            .order_by_asc(member::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        for (into, card) in went {
            if let Some(into) = into {
                cards.entry(into.into_inner()).or_default().push(card);
            }
        }
    }
    let zone = zone::of_business(db, now).await?;
    let mut accounts = by_member(accounts, |a| &a.member_id);
    let mut balances = by_member(balances, |b| &b.member_id);
    let mut lots = by_member(lots, |l| &l.member_id);
    let mut notes = by_member(notes, |n| &n.member_id);
    members
        .iter()
        .map(|m| {
            let account = accounts
                .remove(&m.id)
                .and_then(|mut own| own.pop())
                .ok_or_else(|| ServiceError::missing("account", &m.id))?;
            let balances = balances.remove(&m.id).unwrap_or_default();
            let sum = |keep: &dyn Fn(&str) -> bool| -> Points {
                let kept = balances.iter().filter(|b| keep(&b.account));
                kept.map(|b| *b.points).sum()
            };
            wire_member(
                (*m).clone(),
                &account,
                (
                    sum(&|a| a == ledger_accounts::AVAILABLE),
                    sum(&ledger_accounts::is_escrow),
                ),
                lots.remove(&m.id).unwrap_or_default(),
                notes.remove(&m.id).unwrap_or_default(),
                zone,
            )
            .map(|member| wire::Member {
                earlier_cards: cards.remove(&m.id.0).unwrap_or_default(),
                ..member
            })
        })
        .collect()
}

/// A member whose account has just been saved: her lots with points are all there are, and what
/// they sum to is her balance. None where something is kept of her that an account does not show.
pub(crate) fn from_ledger(
    m: &member::Model,
    account: &account::Model,
    lots: Vec<lot::Model>,
    zone: Tz,
) -> Result<Option<wire::Member>, ServiceError> {
    // notes come by changes of the profile only
    if *m.revision > 0 {
        return Ok(None);
    }
    let available = lots.iter().map(|l| *l.available).sum();
    let sums = (available, lots.iter().map(|l| *l.in_escrow).sum());
    wire_member(m.clone(), account, sums, lots, Vec::new(), zone).map(Some)
}

fn wire_member(
    m: member::Model,
    account: &account::Model,
    (available, escrow): (Points, Points),
    mut lots: Vec<lot::Model>,
    notes: Vec<member_note::Model>,
    zone: Tz,
) -> Result<wire::Member, ServiceError> {
    // the order of spending: soonest first, never last, then the oldest
    lots.sort_by(|a, b| {
        (a.expires_on.is_none(), &a.expires_on, &a.earned_on, a.n).cmp(&(
            b.expires_on.is_none(),
            &b.expires_on,
            &b.earned_on,
            b.n,
        ))
    });
    let lots = lots
        .into_iter()
        .map(|l| wire::LotView {
            points: *l.available + *l.in_escrow,
            expires: l.expires_on.map(Col::into_inner),
            n: l.n.0.0,
            earned: Some(*l.earned_on),
            held: *l.in_escrow,
        })
        .collect();
    let as_of = account.as_of.unwrap_or(m.joined_at);
    Ok(wire::Member {
        id: m.id.into_inner(),
        no: m.card_no,
        earlier_cards: Vec::new(),
        name: m.name,
        called: m.called,
        phone: m.phone.unwrap_or_default(),
        birthday: m.birthday.map(Col::into_inner),
        phone_waits: m
            .phone_waits
            .as_deref()
            .map(|new| last_four(new).to_owned()),
        birth_month: None,
        home_store: m.home_store.into_inner(),
        advisor: m.advisor.map(Col::into_inner),
        joined: zone::business_date(zone, *m.joined_at),
        joined_by_code: m.joined_by_code,
        tier: account.tier_shown.to_string(),
        qualifying: Money::from_fen(account.qualifying_fen),
        tier_review: account
            .tier_review_at
            .map(|at| zone::business_date(zone, *at)),
        skin: m.skin.map(|s| serde_json::from_str(s.text())).transpose()?,
        allergies: serde_json::from_str(m.allergies.text())?,
        concerns: serde_json::from_str(&m.concerns)?,
        consent_skin: m.consent_skin,
        consent_marketing: m.consent_marketing,
        consent_guardian: m.consent_guardian,
        agreed: serde_json::from_str(&m.agreed)?,
        changed_by: m.changed_by.map(Col::into_inner),
        changed_at: m.changed_at.map(Col::into_inner),
        revision: *m.revision,
        notes: notes
            .into_iter()
            .take(NOTES)
            .map(|n| wire::Note {
                clerk: n.clerk_id.into_inner(),
                at: *n.at,
                text: n.note.0.into_text(),
            })
            .collect(),
        balance: available + escrow - *account.debt,
        available,
        debt: *account.debt,
        waiting: *account.waiting,
        lots,
        account: Some(wire::AccountState {
            own: account.tier_own.as_ref().map(ToString::to_string),
            reached: account.tier_reached_at.map(Col::into_inner),
            review: account.tier_review_at.map(Col::into_inner),
            floor: account.tier_floor.as_ref().map(ToString::to_string),
            frozen_since: account.frozen_since.map(Col::into_inner),
            program: *account.program,
        }),
        frozen: account.frozen_since.is_some(),
        last_purchase: account.last_purchase_at.map(Col::into_inner),
        receipts: *account.receipts,
        as_of: *as_of,
    })
}

//! Members and their coupons, in the scope of their home store and where they visit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use protocol::entity as wire;
use protocol::ids::{ClerkId, MemberId, StoreId};
use protocol::limits::NOTES;
use protocol::pull::{DEVICE_SCOPE, store_scope};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{CHUNK, Known, Row, in_each};
use crate::error::ServiceError;
use crate::ledger_accounts;
use crate::time::{self, from_millis};
use crate::zone;
use centre_store::tables::{account, balance, coupon, lot, member, member_note, visit};
use chrono_tz::Tz;
use loyalty::{Money, Points};

/// Whom changes are about.
#[derive(Debug, Default)]
pub struct People {
    /// Members who are rendered themselves.
    shown: BTreeSet<String>,
    /// Members of whom something is rendered: only their scopes matter.
    with_things: BTreeSet<String>,
    /// Those who need not be read again.
    known: HashMap<String, wire::Member>,
    known_rows: HashMap<String, member::Model>,
    found: Vec<member::Model>,
}

/// Where each member is shown.
#[derive(Debug, Default)]
pub struct Scopes(HashMap<String, Vec<String>>);

impl Scopes {
    /// Scopes of a member; none where there is no such member.
    pub fn of(&self, member: &str) -> Option<&[String]> {
        self.0.get(member).map(Vec::as_slice)
    }
}

impl People {
    /// Nobody yet, of whom these are known.
    pub fn with(known: Known) -> Self {
        Self {
            known: known.members,
            known_rows: known.rows,
            ..Self::default()
        }
    }

    /// A member is to be rendered.
    pub fn shown(&mut self, id: &str) {
        self.shown.insert(id.to_owned());
    }

    /// Something of a member is to be rendered.
    pub fn with_things(&mut self, id: &str) {
        self.with_things.insert(id.to_owned());
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty() && self.with_things.is_empty()
    }

    /// Loads everybody's row and finds where each is shown.
    pub async fn load<C: ConnectionTrait>(&mut self, db: &C) -> Result<Scopes, ServiceError> {
        let ids: Vec<&String> = self.shown.union(&self.with_things).collect();
        let now = time::now().timestamp_millis();
        let mut scopes = Scopes::default();
        for some in ids.chunks(CHUNK) {
            let (mut unknown, mut found) = (Vec::new(), Vec::new());
            for id in some {
                match self.known.get(*id) {
                    Some(m) => {
                        let home = vec![store_scope(&m.home_store)];
                        scopes.0.insert((*id).clone(), home);
                    }
                    None => match self.known_rows.remove(*id) {
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
            for m in &found {
                let home = store_scope(&StoreId::from(m.home_store.as_str()));
                scopes.0.insert(m.id.clone(), vec![home]);
            }
            self.found.extend(found);
            let visits = visit::Entity::find()
                .filter(visit::Column::MemberId.is_in(some.iter().copied()))
                .filter(visit::Column::Until.gte(now))
                .all(db)
                .await?;
            for v in visits {
                if let Some(of) = scopes.0.get_mut(&v.member_id) {
                    of.push(format!("{DEVICE_SCOPE}{}", v.device_id));
                }
            }
        }
        Ok(scopes)
    }

    /// Renders those who are to be rendered.
    pub async fn rows<C: ConnectionTrait>(
        self,
        db: &C,
        scopes: &Scopes,
    ) -> Result<Vec<Row>, ServiceError> {
        let shown = self.shown;
        let members: Vec<member::Model> = self
            .found
            .into_iter()
            .filter(|m| shown.contains(&m.id))
            .collect();
        let mut rows = Vec::with_capacity(shown.len());
        let known = self
            .known
            .into_values()
            .filter(|m| shown.contains(m.id.as_str()));
        let mut all: Vec<wire::Member> = known.collect();
        for some in members.chunks(CHUNK) {
            all.extend(entities(db, some).await?);
        }
        for entity in all {
            let key = entity.id.to_string();
            let body = serde_json::to_string(&entity)?;
            let scopes = scopes.of(&key).unwrap_or_default();
            rows.extend(in_each(scopes, wire::MEMBER, &key, Some(&body)));
        }
        Ok(rows)
    }
}

/// A member as a counter keeps her; none where there is no such member.
///
/// # Errors
/// Where the database fails.
pub async fn member<C: ConnectionTrait>(
    db: &C,
    id: &str,
) -> Result<Option<wire::Member>, ServiceError> {
    let Some(m) = member::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    Ok(entities(db, &[m]).await?.pop())
}

/// Rows of several tables by the member that they belong to.
fn by_member<T>(rows: Vec<T>, of: impl Fn(&T) -> &str) -> HashMap<String, Vec<T>> {
    let mut all: HashMap<String, Vec<T>> = HashMap::new();
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
    members: &[member::Model],
) -> Result<Vec<wire::Member>, ServiceError> {
    let ids = || members.iter().map(|m| m.id.as_str());
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
    let zone = zone::of_business(db).await?;
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
                .ok_or_else(|| ServiceError::broken("a member without an account"))?;
            let balances = balances.remove(&m.id).unwrap_or_default();
            let sum = |keep: &dyn Fn(&str) -> bool| -> i64 {
                let kept = balances.iter().filter(|b| keep(&b.account));
                kept.map(|b| b.points).sum()
            };
            wire_member(
                m.clone(),
                &account,
                (
                    sum(&|a| a == ledger_accounts::AVAILABLE),
                    sum(&ledger_accounts::is_escrow),
                ),
                lots.remove(&m.id).unwrap_or_default(),
                notes.remove(&m.id).unwrap_or_default(),
                zone,
            )
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
    if m.revision > 0 {
        return Ok(None);
    }
    let sums = lots.iter().fold((0, 0), |(available, escrow), l| {
        (available + l.available, escrow + l.in_escrow)
    });
    wire_member(m.clone(), account, sums, lots, Vec::new(), zone).map(Some)
}

fn wire_member(
    m: member::Model,
    account: &account::Model,
    (available, escrow): (i64, i64),
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
        .map(|l| {
            Ok(wire::LotView {
                points: Points(l.available + l.in_escrow),
                expires: l.expires_on.as_deref().map(time::date).transpose()?,
                n: u64::try_from(l.n).unwrap_or(0),
                earned: Some(time::date(&l.earned_on)?),
                held: Points(l.in_escrow),
            })
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    let as_of = account.as_of.unwrap_or(m.joined_at);
    Ok(wire::Member {
        id: MemberId::from(m.id),
        no: m.card_no,
        name: m.name,
        called: m.called,
        phone: m.phone.unwrap_or_default(),
        birthday: m.birthday.as_deref().map(time::date).transpose()?,
        home_store: StoreId::from(m.home_store),
        advisor: m.advisor.map(ClerkId::from),
        joined: time::business_date(zone, m.joined_at)?,
        joined_by_code: m.joined_by_code,
        tier: account.tier_shown.clone(),
        qualifying: Money::from_fen(account.qualifying_fen),
        tier_review: account
            .tier_review_at
            .map(|at| time::business_date(zone, at))
            .transpose()?,
        skin: m.skin.as_deref().map(serde_json::from_str).transpose()?,
        allergies: serde_json::from_str(&m.allergies)?,
        concerns: serde_json::from_str(&m.concerns)?,
        consent_skin: m.consent_skin,
        consent_marketing: m.consent_marketing,
        consent_guardian: m.consent_guardian,
        agreed: serde_json::from_str(&m.agreed)?,
        changed_by: m.changed_by.map(ClerkId::from),
        changed_at: m.changed_at.map(from_millis).transpose()?,
        revision: u32::try_from(m.revision).unwrap_or(0),
        notes: notes
            .into_iter()
            .take(NOTES)
            .map(|n| {
                Ok(wire::Note {
                    clerk: ClerkId::from(n.clerk_id),
                    at: from_millis(n.at)?,
                    text: n.note,
                })
            })
            .collect::<Result<_, ServiceError>>()?,
        balance: Points(available + escrow - account.debt),
        available: Points(available),
        debt: Points(account.debt),
        lots,
        account: Some(wire::AccountState {
            own: account.tier_own.clone(),
            reached: account.tier_reached_at.map(from_millis).transpose()?,
            review: account.tier_review_at.map(from_millis).transpose()?,
            floor: account.tier_floor.clone(),
            frozen_since: account
                .frozen_since
                .as_deref()
                .map(time::date)
                .transpose()?,
            program: u32::try_from(account.program).unwrap_or(0),
        }),
        frozen: account.frozen_since.is_some(),
        last_purchase: account.last_purchase_at.map(from_millis).transpose()?,
        receipts: u32::try_from(account.receipts).unwrap_or(0),
        as_of: from_millis(as_of)?,
    })
}

/// Ids of all coupons of a member.
pub async fn coupons_of<C: ConnectionTrait>(
    db: &C,
    member: &str,
) -> Result<Vec<String>, ServiceError> {
    Ok(coupon::Entity::find()
        .select_only()
        .column(coupon::Column::Id)
        .filter(coupon::Column::MemberId.eq(member))
        .into_tuple()
        .all(db)
        .await?)
}

/// Coupons wherever their member is shown; gone once they are used or expired.
pub async fn coupon_rows<C: ConnectionTrait>(
    db: &C,
    which: &BTreeMap<&str, BTreeSet<String>>,
    scopes: &Scopes,
) -> Result<Vec<Row>, ServiceError> {
    if which.is_empty() {
        return Ok(Vec::new());
    }
    let zone = zone::of_business(db).await?;
    let today = time::now().with_timezone(&zone).date_naive().to_string();
    // an id is one member's only
    let ids: Vec<&String> = which.values().flatten().collect();
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        let found = coupon::Entity::find()
            .filter(coupon::Column::Id.is_in(some.iter().copied()))
            .all(db)
            .await?;
        for c in found {
            let Some(scopes) = scopes.of(&c.member_id) else {
                continue;
            };
            let over =
                c.used_by.is_some() || c.expires_on.as_ref().is_some_and(|last| *last < today);
            let body = if over {
                None
            } else {
                let entity = wire::Coupon {
                    member: MemberId::from(c.member_id),
                    coupon: serde_json::from_str(&c.document)?,
                    held_by: c.holder_device.as_deref().and_then(|d| d.parse().ok()),
                };
                Some(serde_json::to_string(&entity)?)
            };
            rows.extend(in_each(scopes, wire::COUPON, &c.id, body.as_deref()));
        }
    }
    Ok(rows)
}

//! From rows to the account that the rules work on.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use loyalty::program::TierBasis;
use loyalty::{
    Account, AccountRows, Behaved, Coupon, Grant, GrantId, Held, Lot, LotId, Money, NetPaid,
    Points, Program, TierId, TierState,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Holder, Ledger};
use crate::entities::{account, allowance, allowance_lot, behaviour, coupon, lot, member, receipt};
use crate::error::ServiceError;
use crate::time::{date, from_millis};

/// What an operation needs beyond what every load brings: lots with points, allowances with
/// points left, money paid within the program's window.
#[derive(Debug, Default, Clone)]
pub struct Need {
    /// These lots, empty or not: a return gives back into them.
    pub lots: Vec<LotId>,
    /// Every lot, empty or not: unfreezing moves all dates.
    pub all_lots: bool,
    /// These coupons.
    pub coupons: Vec<String>,
    /// These allowances, empty or not.
    pub grants: Vec<String>,
}

impl Ledger {
    /// Loads a member's account and locks it until the transaction ends; none where there is no
    /// such member. `at` is the time of the operation that it is loaded for.
    ///
    /// # Errors
    /// Where the database fails or holds rows that no account can have.
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        member_id: &str,
        at: DateTime<Utc>,
        need: &Need,
    ) -> Result<Option<Self>, ServiceError> {
        let Some(row) = account::Entity::find_by_id(member_id)
            .lock_exclusive()
            .one(db)
            .await?
        else {
            return Ok(None);
        };
        let member = member::Entity::find_by_id(member_id)
            .one(db)
            .await?
            .ok_or_else(|| ServiceError::broken("an account without a member"))?;
        Self::from_rows(db, program, (member, row), at, need)
            .await
            .map(Some)
    }

    /// [`Ledger::load`] of a member who was read in this transaction, after her account was locked
    /// or on an engine with one writer.
    ///
    /// # Errors
    /// As [`Ledger::load`].
    pub async fn load_of<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        member: member::Model,
        at: DateTime<Utc>,
        need: &Need,
    ) -> Result<Option<Self>, ServiceError> {
        let row = account::Entity::find_by_id(&member.id)
            .lock_exclusive()
            .one(db)
            .await?;
        match row {
            Some(row) => Self::from_rows(db, program, (member, row), at, need)
                .await
                .map(Some),
            None => Ok(None),
        }
    }

    async fn from_rows<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        (member, row): (member::Model, account::Model),
        at: DateTime<Utc>,
        need: &Need,
    ) -> Result<Self, ServiceError> {
        let member_id = member.id.as_str();
        let (grants, allowances, parts) = load_grants(db, member_id, &need.grants).await?;
        let held: HashSet<LotId> = grants
            .iter()
            .flat_map(|g| g.held.iter().map(|h| h.lot))
            .collect();
        let rows = AccountRows {
            birth_month: birth_month(&member)?,
            lots: load_lots(db, member_id, need, &held).await?,
            next_lot: u64::try_from(row.next_lot).unwrap_or(1),
            debt: Points(row.debt),
            frozen_since: row.frozen_since.as_deref().map(date).transpose()?,
            tier: TierState {
                own: row.tier_own.as_deref().map(TierId::from),
                reached: row.tier_reached_at.map(from_millis),
                review: row.tier_review_at.map(from_millis),
                floor: row.tier_floor.as_deref().map(TierId::from),
            },
            paid: load_paid(db, member_id, paid_since(program, &row, at)).await?,
            behaved: load_behaved(db, program, member_id, paid_since(program, &row, at)).await?,
            program: u32::try_from(row.program).unwrap_or(0),
            coupons: load_coupons(db, member_id, &need.coupons).await?,
            grants,
            as_of: row.as_of.map(from_millis),
        };
        let account = Account::from_rows(rows)
            .map_err(|e| ServiceError::broken(format!("account rows: {e}")))?;
        let holders = allowances
            .iter()
            .map(|a| {
                let holder = Holder {
                    device: a.device_id.clone(),
                    epoch: a.epoch,
                };
                (GrantId::from(a.id.as_str()), holder)
            })
            .collect();
        Ok(Self {
            member,
            before: account.rows().clone(),
            account,
            row,
            holders,
            allowances,
            parts,
            moved: Vec::new(),
            brought: HashMap::new(),
            receipts: Vec::new(),
            redemptions: Vec::new(),
            reversed: Vec::new(),
            freed: HashMap::new(),
            recalled: HashSet::new(),
        })
    }
}

fn birth_month(member: &member::Model) -> Result<Option<u32>, ServiceError> {
    let birthday = member.birthday.as_deref().map(date).transpose()?;
    Ok(birthday.map(|day| chrono::Datelike::month(&day)))
}

/// Money from here on may still count: towards a review that is due, or a tier now.
fn paid_since(program: &Program, row: &account::Model, at: DateTime<Utc>) -> DateTime<Utc> {
    let reached = row.tier_reached_at.map(from_millis);
    let tier = TierState {
        reached,
        review: row.tier_review_at.map(from_millis),
        ..Default::default()
    };
    loyalty::paid_since(program, &tier, at)
}

async fn load_lots<C: ConnectionTrait>(
    db: &C,
    member_id: &str,
    need: &Need,
    held: &HashSet<LotId>,
) -> Result<Vec<Lot>, ServiceError> {
    let mut query = lot::Entity::find().filter(lot::Column::MemberId.eq(member_id));
    if !need.all_lots {
        let named: Vec<i64> = need
            .lots
            .iter()
            .chain(held)
            .map(|id| i64::try_from(id.0).unwrap_or(i64::MAX))
            .collect();
        let mut which = Condition::any()
            .add(lot::Column::Available.gt(0))
            .add(lot::Column::InEscrow.gt(0));
        if !named.is_empty() {
            which = which.add(lot::Column::N.is_in(named));
        }
        query = query.filter(which);
    }
    query
        .all(db)
        .await?
        .into_iter()
        .map(|l| {
            Ok(Lot {
                id: LotId(u64::try_from(l.n).unwrap_or(0)),
                points: Points(l.available),
                earned: date(&l.earned_on)?,
                expires: l.expires_on.as_deref().map(date).transpose()?,
            })
        })
        .collect()
}

async fn load_paid<C: ConnectionTrait>(
    db: &C,
    member_id: &str,
    since: DateTime<Utc>,
) -> Result<Vec<NetPaid>, ServiceError> {
    let receipts: Vec<(i64, i64, i64)> = receipt::Entity::find()
        .select_only()
        .column(receipt::Column::At)
        .column(receipt::Column::PayFen)
        .column(receipt::Column::RefundedFen)
        .filter(receipt::Column::MemberId.eq(member_id))
        .filter(receipt::Column::At.gte(since.timestamp_millis()))
        .into_tuple()
        .all(db)
        .await?;
    let mut by_time: BTreeMap<i64, i64> = BTreeMap::new();
    for (at, pay, refunded) in receipts {
        *by_time.entry(at).or_default() += pay - refunded;
    }
    Ok(by_time
        .into_iter()
        .map(|(at, net)| NetPaid {
            at: from_millis(at),
            net: Money::from_fen(net),
        })
        .collect())
}

/// Valued behaviours from a moment on; none where the tiers do not go by growth value.
async fn load_behaved<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    member_id: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Behaved>, ServiceError> {
    if program.doc().tier_basis != TierBasis::Growth {
        return Ok(Vec::new());
    }
    let rows = behaviour::Entity::find()
        .filter(behaviour::Column::MemberId.eq(member_id))
        .filter(behaviour::Column::At.gte(since.timestamp_millis()))
        .order_by_asc(behaviour::Column::At)
        .all(db)
        .await?;
    let behaved = rows.into_iter().map(|row| Behaved {
        at: from_millis(row.at),
        kind: row.kind.as_str().into(),
    });
    Ok(behaved.collect())
}

async fn load_coupons<C: ConnectionTrait>(
    db: &C,
    member_id: &str,
    ids: &[String],
) -> Result<Vec<Coupon>, ServiceError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    coupon::Entity::find()
        .filter(coupon::Column::MemberId.eq(member_id))
        .filter(coupon::Column::Id.is_in(ids.to_vec()))
        .all(db)
        .await?
        .into_iter()
        .map(|c| Ok(serde_json::from_str(&c.document)?))
        .collect()
}

/// Allowances as the rules see them, and the rows that they came from.
type Grants = (Vec<Grant>, Vec<allowance::Model>, Vec<allowance_lot::Model>);

async fn load_grants<C: ConnectionTrait>(
    db: &C,
    member_id: &str,
    named: &[String],
) -> Result<Grants, ServiceError> {
    let mut which = Condition::any().add(allowance::Column::Outstanding.gt(0));
    if !named.is_empty() {
        which = which.add(allowance::Column::Id.is_in(named.to_vec()));
    }
    let allowances = allowance::Entity::find()
        .filter(allowance::Column::MemberId.eq(member_id))
        .filter(which)
        .all(db)
        .await?;
    if allowances.is_empty() {
        return Ok((Vec::new(), allowances, Vec::new()));
    }
    let ids: Vec<String> = allowances.iter().map(|a| a.id.clone()).collect();
    let parts = allowance_lot::Entity::find()
        .filter(allowance_lot::Column::MemberId.eq(member_id))
        .filter(allowance_lot::Column::AllowanceId.is_in(ids))
        .order_by_asc(allowance_lot::Column::AllowanceId)
        .order_by_asc(allowance_lot::Column::N)
        .all(db)
        .await?;
    let grants = allowances
        .iter()
        .map(|a| Grant {
            id: GrantId::from(a.id.as_str()),
            held: parts
                .iter()
                .filter(|p| p.allowance_id == a.id)
                .map(|p| Held {
                    lot: LotId(u64::try_from(p.lot).unwrap_or(0)),
                    points: Points(p.outstanding),
                })
                .collect(),
            spent: Points(a.spent),
            released: Points(a.released + a.written_off),
        })
        .collect();
    Ok((grants, allowances, parts))
}

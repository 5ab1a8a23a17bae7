//! From rows to the account that the rules work on.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Duration, Utc};
use loyalty::program::TierBasis;
use loyalty::{
    Account, AccountRows, Behaved, CouponId, Grant, GrantId, Held, Lot, LotId, Money, NetPaid,
    Program, TierState,
};
use protocol::ids::MemberId;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult,
    QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Select,
};

use super::{Holder, Ledger};
use crate::error::ServiceError;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::db::read_together;
use centre_store::tables::{
    account, allowance, allowance_lot, behaviour, coupon, lot, member, receipt,
};

/// What an operation needs beyond what every load brings: lots with points, allowances with
/// points left, money paid within the program's window.
#[derive(Debug, Default, Clone)]
pub struct Need {
    /// These lots, empty or not: a return gives back into them.
    pub lots: Vec<LotId>,
    /// Every lot, empty or not: unfreezing moves all dates.
    pub all_lots: bool,
    /// These coupons.
    pub coupons: Vec<CouponId>,
    /// These allowances, empty or not.
    pub grants: Vec<GrantId>,
}

impl Ledger {
    /// Loads a member's account and locks it until the transaction ends; none where there is no
    /// such member. `at` is the time of the operation that it is loaded for.
    ///
    /// # Errors
    /// Where the database fails or holds rows that no account can have.
    #[boxed]
    pub async fn load<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        member_id: &MemberId,
        at: DateTime<Utc>,
        need: &Need,
    ) -> Result<Option<Self>, ServiceError> {
        let found = Found::of(db, program, member_id, at, need).await?;
        found.into_ledger(program, at)
    }
}

/// When something was paid, how much, how much of it was given back, and how much does not count.
type PaidOn = (Col<DateTime<Utc>>, Col<Money>, Col<Money>, Col<Money>);

/// Rows of a member, read at once.
struct Found {
    account: Option<account::Model>,
    member: Option<member::Model>,
    allowances: Vec<allowance::Model>,
    parts: Vec<allowance_lot::Model>,
    lots: Vec<lot::Model>,
    paid: Vec<PaidOn>,
    behaved: Vec<behaviour::Model>,
    coupons: Vec<coupon::Model>,
}

impl Found {
    async fn of<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        member_id: &MemberId,
        at: DateTime<Utc>,
        need: &Need,
    ) -> Result<Self, ServiceError> {
        let engine = db.get_database_backend();
        let mut questions = vec![
            // locked before anything of hers is read
            account::Entity::find_by_id(member_id)
                .lock_exclusive()
                .build(engine),
            member::Entity::find_by_id(member_id).build(engine),
            allowance::Entity::find()
                .filter(allowance::Column::MemberId.eq(Col::from(member_id)))
                .filter(which_allowances(&need.grants))
                .build(engine),
            allowance_lot::Entity::find()
                .filter(allowance_lot::Column::MemberId.eq(Col::from(member_id)))
                .filter(allowance_lot::Column::AllowanceId.in_subquery(ids_of(member_id, need)))
                .order_by_asc(allowance_lot::Column::AllowanceId)
                .order_by_asc(allowance_lot::Column::N)
                .build(engine),
            lots(member_id, need).build(engine),
            paid(program, member_id, at).build(engine),
        ];
        let growth = program.doc().tier_basis == TierBasis::Growth;
        if growth {
            questions.push(behaved(program, member_id, at).build(engine));
        }
        if !need.coupons.is_empty() {
            let coupons = coupon::Entity::find()
                .filter(coupon::Column::MemberId.eq(Col::from(member_id)))
                .filter(coupon::Column::Id.is_in(need.coupons.iter().map(Col::from)));
            questions.push(coupons.build(engine));
        }
        let mut answers = read_together(db, questions).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        Ok(Self {
            account: models(&next())?.pop(),
            member: models(&next())?.pop(),
            allowances: models(&next())?,
            parts: models(&next())?,
            lots: models(&next())?,
            paid: next()
                .iter()
                .map(QueryResult::try_get_many_by_index)
                .collect::<Result<_, _>>()?,
            behaved: if growth { models(&next())? } else { Vec::new() },
            coupons: models(&next())?,
        })
    }

    fn into_ledger(
        self,
        program: &Program,
        at: DateTime<Utc>,
    ) -> Result<Option<Ledger>, ServiceError> {
        let Some(row) = self.account else {
            return Ok(None);
        };
        let member = self
            .member
            .ok_or_else(|| ServiceError::missing("member", &row.member_id))?;
        let grants = grants(&self.allowances, &self.parts);
        let since = paid_since(program, &row, at);
        let rows = AccountRows {
            birth_month: member.birthday.map(|day| day.month()),
            lots: self.lots.into_iter().map(lot_of).collect(),
            next_lot: *row.next_lot,
            debt: *row.debt,
            waiting: *row.waiting,
            frozen_since: row.frozen_since.map(Col::into_inner),
            tier: TierState {
                own: row.tier_own.clone().map(Col::into_inner),
                reached: row.tier_reached_at.map(Col::into_inner),
                review: row.tier_review_at.map(Col::into_inner),
                floor: row.tier_floor.clone().map(Col::into_inner),
            },
            paid: net_paid(self.paid.into_iter().filter(|(at, ..)| *at >= since)),
            behaved: self
                .behaved
                .into_iter()
                .filter(|row| row.at >= since)
                .map(|row| Behaved {
                    at: *row.at,
                    kind: row.kind.as_str().into(),
                })
                .collect(),
            program: *row.program,
            coupons: self
                .coupons
                .into_iter()
                .map(|c| Ok(serde_json::from_str(&c.document)?))
                .collect::<Result<_, ServiceError>>()?,
            grants,
            as_of: row.as_of.map(Col::into_inner),
        };
        let account = Account::from_rows(rows).map_err(|source| ServiceError::Account {
            member: row.member_id.0.clone(),
            source,
        })?;
        let holders = self
            .allowances
            .iter()
            .map(|a| {
                let holder = Holder {
                    device: *a.device_id,
                    epoch: *a.epoch,
                };
                (a.id.0.clone(), holder)
            })
            .collect();
        Ok(Some(Ledger {
            member,
            before: account.rows().clone(),
            account,
            row_before: row.clone(),
            row,
            holders,
            allowances: self.allowances,
            parts: self.parts,
            moved: Vec::new(),
            brought: HashMap::new(),
            receipts: Vec::new(),
            redemptions: Vec::new(),
            reversed: Vec::new(),
            freed: HashMap::new(),
            recalled: HashSet::new(),
            beside: super::Beside::default(),
            just_merged: false,
        }))
    }
}

fn models<M: FromQueryResult>(rows: &[QueryResult]) -> Result<Vec<M>, DbErr> {
    rows.iter()
        .map(|row| M::from_query_result(row, ""))
        .collect()
}

/// Money from here on may still count: towards a review that is due, or a tier now.
fn paid_since(program: &Program, row: &account::Model, at: DateTime<Utc>) -> DateTime<Utc> {
    let tier = TierState {
        reached: row.tier_reached_at.map(Col::into_inner),
        review: row.tier_review_at.map(Col::into_inner),
        ..Default::default()
    };
    loyalty::paid_since(program, &tier, at)
}

/// Allowances with points left, and those that are named.
fn which_allowances(named: &[GrantId]) -> Condition {
    let which = Condition::any().add(allowance::Column::Outstanding.gt(0));
    if named.is_empty() {
        which
    } else {
        which.add(allowance::Column::Id.is_in(named.iter().map(Col::from)))
    }
}

fn ids_of(member_id: &MemberId, need: &Need) -> SelectStatement {
    allowance::Entity::find()
        .select_only()
        .column(allowance::Column::Id)
        .filter(allowance::Column::MemberId.eq(Col::from(member_id)))
        .filter(which_allowances(&need.grants))
        .into_query()
}

/// Lots with points, those that allowances were cut from, and those that are named.
fn lots(member_id: &MemberId, need: &Need) -> Select<lot::Entity> {
    let query = lot::Entity::find().filter(lot::Column::MemberId.eq(Col::from(member_id)));
    if need.all_lots {
        return query;
    }
    let held = allowance_lot::Entity::find()
        .select_only()
        .column(allowance_lot::Column::Lot)
        .filter(allowance_lot::Column::MemberId.eq(Col::from(member_id)))
        .filter(allowance_lot::Column::AllowanceId.in_subquery(ids_of(member_id, need)))
        .into_query();
    let mut which = Condition::any()
        .add(lot::Column::Available.gt(0))
        .add(lot::Column::InEscrow.gt(0))
        .add(lot::Column::N.in_subquery(held));
    if !need.lots.is_empty() {
        which = which.add(lot::Column::N.is_in(need.lots.iter().copied().map(Col)));
    }
    query.filter(which)
}

fn lot_of(l: lot::Model) -> Lot {
    Lot {
        id: *l.n,
        points: *l.available,
        earned: *l.earned_on,
        expires: l.expires_on.map(Col::into_inner),
    }
}

/// How much longer than the window that ends now one that ended when her tier was reached may be: months
/// and days differ.
const WINDOWS_DIFFER: Duration = Duration::days(40);

/// What is no earlier than what may count, and perhaps somewhat earlier: since when things count depends
/// on when her tier was reached, which is read at the same time.
fn about_since<T>(program: &Program, member_id: &MemberId, at: DateTime<Utc>, time: T) -> Condition
where
    T: ColumnTrait,
{
    let now = loyalty::paid_since(program, &TierState::default(), at);
    let window = (at - now + WINDOWS_DIFFER).num_milliseconds();
    let reached = account::Entity::find_by_id(member_id)
        .select_only()
        .expr(Expr::col(account::Column::TierReachedAt).sub(window))
        .into_query();
    Condition::any()
        .add(time.gte(now.timestamp_millis()))
        .add(Expr::col(time.as_column_ref()).gte(reached))
}

/// Of her, and of those who went when they were merged with her: what they bought counts as hers.
fn of_all<T: ColumnTrait>(member_id: &MemberId, column: T) -> Condition {
    let went = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::MergedInto.eq(Col::from(member_id)))
        .into_query();
    Condition::any()
        .add(column.eq(Col::from(member_id)))
        .add(column.in_subquery(went))
}

/// Receipts that may count towards her tier.
fn paid(program: &Program, member_id: &MemberId, at: DateTime<Utc>) -> Select<receipt::Entity> {
    receipt::Entity::find()
        .select_only()
        .column(receipt::Column::At)
        .column(receipt::Column::PayFen)
        .column(receipt::Column::RefundedFen)
        .column(receipt::Column::WaitingFen)
        .filter(of_all(member_id, receipt::Column::MemberId))
        .filter(about_since(program, member_id, at, receipt::Column::At))
}

/// Valued behaviours that may count towards her tier, where tiers go by growth value.
fn behaved(
    program: &Program,
    member_id: &MemberId,
    at: DateTime<Utc>,
) -> Select<behaviour::Entity> {
    behaviour::Entity::find()
        .filter(of_all(member_id, behaviour::Column::MemberId))
        .filter(about_since(program, member_id, at, behaviour::Column::At))
        .order_by_asc(behaviour::Column::At)
}

fn net_paid(receipts: impl Iterator<Item = PaidOn>) -> Vec<NetPaid> {
    let mut by_time: BTreeMap<DateTime<Utc>, Money> = BTreeMap::new();
    for (at, pay, refunded, waiting) in receipts {
        let counts = (*pay - *refunded - *waiting).max(Money::ZERO);
        *by_time.entry(*at).or_default() += counts;
    }
    let net = by_time.into_iter();
    net.map(|(at, net)| NetPaid { at, net }).collect()
}

/// Allowances as the rules see them.
fn grants(allowances: &[allowance::Model], parts: &[allowance_lot::Model]) -> Vec<Grant> {
    allowances
        .iter()
        .map(|a| Grant {
            id: a.id.0.clone(),
            held: parts
                .iter()
                .filter(|p| p.allowance_id == a.id)
                .map(|p| Held {
                    lot: *p.lot,
                    points: *p.outstanding,
                })
                .collect(),
            spent: *a.spent,
            released: *a.released + *a.written_off,
        })
        .collect()
}

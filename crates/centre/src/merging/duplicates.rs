//! Members who may be one person, and why.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::{ClerkId, MemberId, StoreId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, Statement,
};

use super::pair::{pair, sorted};
use crate::Centre;
use crate::error::ServiceError;
use crate::ledger_accounts;
use crate::log::{Entry, Kind};
use centre_store::column::Col;
use centre_store::tables::{account, balance, member, not_same_member};

/// Pairs that are looked at for one list.
const LOOKED_AT: i64 = 2_000;

/// What two members have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The number of one is the number that the other had before.
    FormerPhone,
    /// The number of one is the new number of the other, which is not proven yet.
    NewPhone,
    /// The numbers of their cards are one but for case, blanks and dashes.
    Card,
    /// Name and birthday.
    NameAndBirthday,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::FormerPhone,
        Self::NewPhone,
        Self::Card,
        Self::NameAndBirthday,
    ];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FormerPhone => "former_phone",
            Self::NewPhone => "new_phone",
            Self::Card => "card",
            Self::NameAndBirthday => "name_and_birthday",
        }
    }

    /// The reason of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// Pairs that have it in common: `one` and `other`, in SQL for both engines. `$1` is a store, or empty; one of the two
    /// is at home there.
    const fn pairs(self) -> &'static str {
        match self {
            Self::FormerPhone => include_str!("sql/former_phone.sql"),
            Self::NewPhone => include_str!("sql/new_phone.sql"),
            Self::Card => include_str!("sql/card.sql"),
            Self::NameAndBirthday => include_str!("sql/name_and_birthday.sql"),
        }
    }
}

/// Two members who may be one person.
#[derive(Debug, Clone)]
pub struct Duplicate {
    /// Who would stay: whoever has taken others in, has proven her number, bought last, joined first.
    pub stays: Side,
    /// Who would go.
    pub goes: Side,
    /// What they have in common; not empty.
    pub why: BTreeSet<Reason>,
}

/// One of two members who may be one person.
#[derive(Debug, Clone)]
pub struct Side {
    /// Her row.
    pub member: member::Model,
    /// Points that are hers, those that counters hold among them, less debt.
    pub points: Points,
    /// How often she bought.
    pub receipts: u32,
    /// When she bought last.
    pub last_purchase: Option<DateTime<Utc>>,
    /// How many went who were merged with her.
    pub went: usize,
}

#[derive(FromQueryResult)]
struct Pair {
    one: Col<MemberId>,
    other: Col<MemberId>,
}

/// Members who may be one person, those with the most in common first. Of a store: one of the two is at home there.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn all<C: ConnectionTrait>(
    db: &C,
    store: Option<&StoreId>,
    most: usize,
) -> Result<Vec<Duplicate>, ServiceError> {
    let mut pairs: BTreeMap<[MemberId; 2], BTreeSet<Reason>> = BTreeMap::new();
    for reason in Reason::ALL {
        let statement = Statement::from_sql_and_values(
            db.get_database_backend(),
            reason.pairs(),
            [store.map_or("", StoreId::as_str).into(), LOOKED_AT.into()],
        );
        for Pair { one, other } in Pair::find_by_statement(statement).all(db).await? {
            let key = sorted(&one, &other).map(Clone::clone);
            pairs.entry(key).or_default().insert(reason);
        }
    }
    let two = told_apart(db, &pairs).await?;
    let mut pairs: Vec<_> = pairs
        .into_iter()
        .filter(|(key, _)| !two.contains(key))
        .collect();
    pairs.sort_by_key(|(key, why)| (std::cmp::Reverse(why.len()), key.clone()));
    pairs.truncate(most);
    let sides = sides(db, pairs.iter().flat_map(|(key, _)| key.iter())).await?;
    let found = pairs.into_iter().filter_map(|([one, other], why)| {
        let (one, other) = (sides.get(&one)?.clone(), sides.get(&other)?.clone());
        let (stays, goes) = if stays_before(&one, &other) {
            (one, other)
        } else {
            (other, one)
        };
        Some(Duplicate { stays, goes, why })
    });
    Ok(found.collect())
}

/// Whether the first of two would rather stay.
fn stays_before(one: &Side, other: &Side) -> bool {
    let rank = |s: &Side| {
        (
            s.went,
            s.member.phone_proven && s.member.phone.is_some(),
            s.last_purchase,
            std::cmp::Reverse(*s.member.joined_at),
            std::cmp::Reverse(s.member.id.0.clone()),
        )
    };
    rank(one) > rank(other)
}

/// Pairs of whom somebody said that they are two.
async fn told_apart<C: ConnectionTrait>(
    db: &C,
    pairs: &BTreeMap<[MemberId; 2], BTreeSet<Reason>>,
) -> Result<HashSet<[MemberId; 2]>, ServiceError> {
    let mut two = HashSet::new();
    let all: Vec<&[MemberId; 2]> = pairs.keys().collect();
    for some in all.chunks(CHUNK) {
        let mut which = Condition::any();
        for [one, other] in some {
            which = which.add(
                Condition::all()
                    .add(not_same_member::Column::OneId.eq(Col::from(one)))
                    .add(not_same_member::Column::OtherId.eq(Col::from(other))),
            );
        }
        let rows = not_same_member::Entity::find()
            .filter(which)
            .all(db)
            .await?;
        two.extend(rows.into_iter().map(|r| [r.one_id.0, r.other_id.0]));
    }
    Ok(two)
}

/// Members in one statement.
const CHUNK: usize = 60;

/// What is shown of members.
///
/// # Errors
/// Where the database fails.
pub(super) async fn sides<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = &MemberId>,
) -> Result<HashMap<MemberId, Side>, ServiceError> {
    let ids: BTreeSet<&MemberId> = ids.collect();
    let ids: Vec<&MemberId> = ids.into_iter().collect();
    let mut all = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let these = || some.iter().copied().map(Col::from);
        let members = member::Entity::find()
            .filter(member::Column::Id.is_in(these()))
            .all(db)
            .await?;
        let accounts = account::Entity::find()
            .filter(account::Column::MemberId.is_in(these()))
            .all(db)
            .await?;
        let balances = balance::Entity::find()
            .filter(balance::Column::MemberId.is_in(these()))
            .all(db)
            .await?;
        let went = member::Entity::find()
            .filter(member::Column::MergedInto.is_in(these()))
            .all(db)
            .await?;
        for member in members {
            let own = accounts.iter().find(|a| a.member_id == member.id);
            let hers = balances.iter().filter(|b| b.member_id == member.id);
            let hers = hers.filter(|b| {
                b.account == ledger_accounts::AVAILABLE
                    || b.account == ledger_accounts::DEBT
                    || ledger_accounts::is_escrow(&b.account)
            });
            let side = Side {
                points: hers.map(|b| *b.points).sum(),
                receipts: own.map_or(0, |a| *a.receipts),
                last_purchase: own.and_then(|a| a.last_purchase_at).map(Col::into_inner),
                went: went
                    .iter()
                    .filter(|w| w.merged_into.as_ref() == Some(&member.id))
                    .count(),
                member,
            };
            all.insert(side.member.id.0.clone(), side);
        }
    }
    Ok(all)
}

/// Notes that two members are two people: they are proposed no more.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn not_same(
    centre: &Centre,
    (one, other): (&MemberId, &MemberId),
    by: &ClerkId,
) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let (first, second) = pair(one, other);
    let row = not_same_member::ActiveModel {
        one_id: Set(first),
        other_id: Set(second),
        at: Set(work.now().into()),
        by_whom: Set(by.to_string()),
    };
    let columns = [
        not_same_member::Column::OneId,
        not_same_member::Column::OtherId,
    ];
    not_same_member::Entity::insert(row)
        .on_conflict(
            OnConflict::columns(columns)
                .update_column(not_same_member::Column::At)
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    work.note(
        Entry::of(Kind::ToldApart)
            .about(one)
            .what(format!("{one} and {other} are two")),
    );
    work.commit().await?;
    Ok(())
}

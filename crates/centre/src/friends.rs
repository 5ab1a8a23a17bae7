//! What comes of members who invited friends: decided once for each, and rewarded on both sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{former_phone, guardian, invited_friend, member, receipt, seen_browser};
use chrono::{DateTime, TimeDelta, Utc};
use loyalty::program::Invite;
use loyalty::{
    Error, INVITED, Invited, Money, OpId, Program, REFERRAL, Refusal, Spent, Verdict,
    judge_invited, was_known,
};
use protocol::MemberId;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::Centre;
use crate::error::ServiceError;
use crate::joining::{BOTH, WAITS};
use crate::ledger::behave_by_itself;
use crate::members;
use crate::merging;
use crate::unit_of_work::UnitOfWork;

/// Friends who are looked at in one unit of work.
const BATCH: u64 = 50;
/// People of one household at most: beyond that it is no household, and whoever is found counts as known.
const HOUSEHOLD: usize = 40;
/// Days of which what one member was rewarded for is counted.
const YEAR: i64 = 365;

/// Decides on every friend of whom something can be decided by now. How many that were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn decide(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let program = match centre.current_program().await {
        Ok(program) => program,
        Err(ServiceError::NoProgram) => return Ok(0),
        Err(error) => return Err(error),
    };
    let Some(terms) = program.doc().invite.clone() else {
        return Ok(0);
    };
    let guardians = guardians(centre.db().read()).await?;
    let (mut decided, mut after) = (0, String::new());
    loop {
        let work = centre.work().await?;
        let some = invited_friend::Entity::find()
            .filter(invited_friend::Column::State.eq(WAITS))
            .filter(invited_friend::Column::MemberId.gt(after.as_str()))
            .order_by_asc(invited_friend::Column::MemberId)
            .limit(BATCH)
            .all(work.on())
            .await?;
        let Some(last) = some.last() else {
            return Ok(decided);
        };
        after = last.member_id.to_string();
        let mut work = work;
        for one in some {
            let judged = One {
                program: &program,
                terms: &terms,
                guardians: &guardians,
                now,
            };
            decided += u64::from(judged.decide(&mut work, one).await?);
        }
        work.commit().await?;
    }
}

/// Members by the number of whoever agreed for them.
type Guardians = HashMap<String, Vec<MemberId>>;

async fn guardians<C: ConnectionTrait>(db: &C) -> Result<Guardians, ServiceError> {
    let mut all = Guardians::new();
    for row in guardian::Entity::find().all(db).await? {
        let wards = all.entry(row.phone.text().to_owned()).or_default();
        wards.push(row.member_id.into_inner());
    }
    Ok(all)
}

/// What one friend is judged by.
struct One<'a> {
    program: &'a Program,
    terms: &'a Invite,
    guardians: &'a Guardians,
    now: DateTime<Utc>,
}

impl One<'_> {
    async fn decide(
        &self,
        work: &mut UnitOfWork,
        one: invited_friend::Model,
    ) -> Result<bool, ServiceError> {
        let friend = one.member_id.0.clone();
        let inviter = member::Entity::find_by_id(one.inviter_id.clone())
            .one(work.on())
            .await?;
        let inviter = members::who_stayed_of(work.on(), inviter).await?;
        let inviter = inviter.filter(|m| m.erased_at.is_none());
        let invited = Invited {
            joined: *one.joined_at,
            spent: spent(work, &friend).await?,
            known: self.known(work, &friend).await?,
            rewarded: match &inviter {
                Some(inviter) => rewarded(work, &inviter.id, self.now).await?,
                // nobody is there to be rewarded
                None => u32::MAX,
            },
        };
        let verdict = judge_invited(self.terms, &invited, self.now);
        let word = match verdict {
            Verdict::Waits => return Ok(false),
            Verdict::Both => BOTH,
            Verdict::Friend => "friend",
            Verdict::Household => "household",
            Verdict::TooLate => "too_late",
        };
        if let (Verdict::Both, Some(inviter)) = (verdict, &inviter) {
            // as many a day as the program says: who is beyond that is rewarded tomorrow
            if !self.reward(work, &inviter.id, REFERRAL, &friend).await? {
                return Ok(false);
            }
        }
        if matches!(verdict, Verdict::Both | Verdict::Friend) {
            let her = member::Entity::find_by_id(Col::from(&friend))
                .one(work.on())
                .await?;
            let her = members::who_stayed_of(work.on(), her).await?;
            if let Some(her) = her.filter(|m| m.erased_at.is_none()) {
                self.reward(work, &her.id, INVITED, &friend).await?;
            }
        }
        let decided = invited_friend::ActiveModel {
            member_id: Set(one.member_id),
            state: Set(word.to_owned()),
            decided_at: Set(Some(self.now.into())),
            ..Default::default()
        };
        decided.update(work.on()).await?;
        Ok(true)
    }

    /// Whether somebody of a friend's household was a member before her.
    async fn known(&self, work: &UnitOfWork, friend: &MemberId) -> Result<bool, ServiceError> {
        let mut joined = BTreeMap::new();
        let mut links = BTreeSet::new();
        let mut open = vec![friend.clone()];
        while let Some(id) = open.pop() {
            if joined.contains_key(&id) {
                continue;
            }
            let Some(row) = member::Entity::find_by_id(Col::from(&id))
                .one(work.on())
                .await?
            else {
                continue;
            };
            joined.insert(id.clone(), *row.joined_at);
            if joined.len() > HOUSEHOLD {
                return Ok(true);
            }
            for other in self.neighbours(work, &row).await? {
                links.insert((id.clone(), other.clone()));
                open.push(other);
            }
        }
        Ok(was_known(friend, &joined, &links))
    }

    /// Members who are of a member's household, or she herself: by one browser, a guardian's number, a number that was one's
    /// and is another's, a merge, name and birthday.
    async fn neighbours(
        &self,
        work: &UnitOfWork,
        row: &member::Model,
    ) -> Result<BTreeSet<MemberId>, ServiceError> {
        let (db, id) = (work.on(), &row.id);
        let mut found: BTreeSet<MemberId> = row.merged_into.iter().map(|m| m.0.clone()).collect();
        found.extend(members::who_went(db, id).await?);
        let browsers: Vec<String> = seen_browser::Entity::find()
            .select_only()
            .column(seen_browser::Column::Browser)
            .filter(seen_browser::Column::MemberId.eq(id))
            .into_tuple()
            .all(db)
            .await?;
        let by_browser: Vec<Col<MemberId>> = seen_browser::Entity::find()
            .select_only()
            .column(seen_browser::Column::MemberId)
            .filter(seen_browser::Column::Browser.is_in(browsers))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(by_browser.into_iter().map(Col::into_inner));
        if let Some(phone) = &row.phone {
            found.extend(self.guardians.get(phone).into_iter().flatten().cloned());
        }
        for (number, wards) in self.guardians {
            if wards.contains(id) {
                found.extend(wards.iter().cloned());
                found.extend(members::by_phone(db, number).await?.map(|m| m.id.0));
            }
        }
        found.extend(by_former_number(work, row).await?);
        if let (false, Some(birthday)) = (row.name.is_empty(), row.birthday) {
            let alike: Vec<Col<MemberId>> = member::Entity::find()
                .select_only()
                .column(member::Column::Id)
                .filter(member::Column::Name.eq(&row.name))
                .filter(member::Column::Birthday.eq(birthday))
                .into_tuple()
                .all(db)
                .await?;
            for other in alike {
                if !merging::are_two(db, id, &other).await? {
                    found.insert(other.into_inner());
                }
            }
        }
        found.remove(&id.0);
        Ok(found)
    }

    /// Rewards one side; false where she has had as much today as she may.
    async fn reward(
        &self,
        work: &mut UnitOfWork,
        whose: &MemberId,
        kind: &str,
        friend: &MemberId,
    ) -> Result<bool, ServiceError> {
        let op_id = OpId::new(format!("{kind}:{friend}"));
        match behave_by_itself(work, self.program, whose, (kind, op_id), self.now).await? {
            Ok(()) => Ok(true),
            Err(Error::Refused(Refusal::LimitReached)) => Ok(false),
            Err(error) => Err(ServiceError::rules("a reward for inviting")(error)),
        }
    }
}

async fn by_former_number(
    work: &UnitOfWork,
    row: &member::Model,
) -> Result<Vec<MemberId>, ServiceError> {
    let mut found = Vec::new();
    if let Some(phone) = &row.phone {
        let had: Vec<Col<MemberId>> = former_phone::Entity::find()
            .select_only()
            .column(former_phone::Column::MemberId)
            .filter(former_phone::Column::Phone.eq(phone))
            .filter(former_phone::Column::Why.eq(members::CHANGED))
            .into_tuple()
            .all(work.on())
            .await?;
        found.extend(had.into_iter().map(Col::into_inner));
    }
    let before = former_phone::Entity::find()
        .filter(former_phone::Column::MemberId.eq(&row.id))
        .filter(former_phone::Column::Why.eq(members::CHANGED))
        .all(work.on())
        .await?;
    for one in before {
        found.extend(
            members::by_phone(work.on(), &one.phone)
                .await?
                .map(|m| m.id.0),
        );
    }
    Ok(found)
}

/// What a friend bought and kept, by any account of hers.
async fn spent(work: &UnitOfWork, friend: &MemberId) -> Result<Vec<Spent>, ServiceError> {
    let mut hers = members::who_went(work.on(), friend).await?;
    hers.push(friend.clone());
    let rows = receipt::Entity::find()
        .filter(receipt::Column::MemberId.is_in(hers.iter().map(Col::from)))
        .all(work.on())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Spent {
            at: *r.at,
            net: (*r.pay_fen - *r.refunded_fen - *r.waiting_fen).max(Money::ZERO),
        })
        .collect())
}

/// For how many friends a member was rewarded of late.
async fn rewarded(
    work: &UnitOfWork,
    inviter: &MemberId,
    now: DateTime<Utc>,
) -> Result<u32, ServiceError> {
    let mut hers = members::who_went(work.on(), inviter).await?;
    hers.push(inviter.clone());
    let rows = invited_friend::Entity::find()
        .filter(invited_friend::Column::InviterId.is_in(hers.iter().map(Col::from)))
        .filter(invited_friend::Column::State.eq(BOTH))
        .filter(invited_friend::Column::DecidedAt.gt(Col(now - TimeDelta::days(YEAR))))
        .all(work.on())
        .await?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

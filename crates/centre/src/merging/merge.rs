//! Merging two members.

use centre_store::boxed;
use loyalty::OpId;
use loyalty::Program;
use protocol::{ClerkId, ErrorCode, MemberId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::duplicates::Reason;
use super::pair::{pair, sorted};
use super::{carried, part, profile};
use crate::Centre;
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, lock_accounts, standing_merge};
use crate::log::{Entry, Kind};
use crate::members;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{member, member_merge, not_same_member};

/// Which two are to be one.
#[derive(Debug, Clone)]
pub struct Merging {
    /// Who goes: her card, her number and her purchases lead to the other one.
    pub went: MemberId,
    /// Who stays.
    pub stays: MemberId,
    /// What they have in common; none where a member asked for it.
    pub why: Option<Reason>,
    /// Who says so.
    pub by: ClerkId,
}

/// Merges two members. The merge's id.
///
/// # Errors
/// As [`merge_in`].
#[boxed]
pub async fn merge(centre: &Centre, merging: &Merging) -> Result<String, ServiceError> {
    let program = centre.current_program().await?;
    let mut work = centre.work().await?;
    let id = merge_in(&mut work, &program, merging).await?;
    work.commit().await?;
    tracing::info!(merge = id, "two members were merged");
    Ok(id)
}

/// [`merge`], in a unit of work. Those who were merged with the one who goes are merged with the one who stays, each as
/// before, so that each can be parted again by itself.
///
/// # Errors
/// [`ErrorCode::NotFound`] where one of them is not there, was erased, or is merged already; [`ErrorCode::Malformed`] where
/// they are one already, or the points of one are frozen; where the database fails.
#[boxed]
pub async fn merge_in(
    work: &mut UnitOfWork,
    program: &Program,
    merging: &Merging,
) -> Result<String, ServiceError> {
    let (went, stays) = (&merging.went, &merging.stays);
    if went == stays {
        return Err(ServiceError::refused(ErrorCode::Malformed, "one member"));
    }
    lock_accounts(work.on(), sorted(went, stays).map(Clone::clone).to_vec()).await?;
    let (gone, kept) = (there(work, went).await?, there(work, stays).await?);
    let now = work.now();
    let mut followers = Vec::new();
    for follower in members::who_went(work.on(), went).await? {
        let before = standing_merge(work, &follower).await?;
        part::part_in(work, program, &before.id, &merging.by).await?;
        followers.push((follower, before.why));
    }
    carried::leave(work, &gone, went).await?;
    let merged = member::ActiveModel {
        id: Set(went.into()),
        merged_into: Set(Some(stays.into())),
        ..Default::default()
    };
    merged.update(work.on()).await?;
    let id = Uuid::now_v7().simple().to_string();
    let why = merging.why.map_or(ASKED, Reason::word);
    let row = member_merge::ActiveModel {
        id: Set(id.clone()),
        member_id: Set(went.into()),
        into_id: Set(stays.into()),
        at: Set(now.into()),
        by_whom: Set(merging.by.to_string()),
        why: Set(why.to_owned()),
        taken: Set("{}".to_owned()),
        parts: Set(Col(0)),
        undone_at: Set(None),
        undone_by: Set(None),
    };
    member_merge::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    let op_id = OpId::new(format!("merge:{id}"));
    let mut taken = profile::take_over(work, (&gone, &kept), &merging.by, op_id).await?;
    taken.notes = carried::notes_go(work, went, stays).await?;
    let row = member_merge::ActiveModel {
        id: Set(id.clone()),
        taken: Set(serde_json::to_string(&taken)?),
        ..Default::default()
    };
    row.update(work.on()).await?;
    carried::coupons_go(work, went, stays).await?;
    carried::tell(work, went).await?;
    // what is free goes over as it is saved
    let need = Need::default();
    let loaded = Ledger::load(work.on(), program, went, now, &need).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", went))?;
    if ledger.account.is_frozen() || is_frozen(work, program, stays).await? {
        return Err(ServiceError::refused(ErrorCode::Malformed, "frozen"));
    }
    ledger.merged_now();
    ledger.advance(program, now);
    ledger.save(work, program).await?;
    not_same_member::Entity::delete_by_id(pair(went, stays))
        .exec(work.on())
        .await?;
    work.note(
        Entry::of(Kind::MembersMerged)
            .about(stays)
            .what(format!("{went} into {stays}"))
            .why(why),
    );
    for (follower, why) in followers {
        let again = Merging {
            went: follower,
            stays: stays.clone(),
            why: Reason::named(&why),
            by: merging.by.clone(),
        };
        merge_in(work, program, &again).await?;
    }
    Ok(id)
}

/// Why two were merged that nothing but a word says are one.
const ASKED: &str = "asked";

async fn is_frozen(
    work: &UnitOfWork,
    program: &Program,
    id: &MemberId,
) -> Result<bool, ServiceError> {
    let loaded = Ledger::load(work.on(), program, id, work.now(), &Need::default()).await?;
    Ok(loaded.is_some_and(|ledger| ledger.account.is_frozen()))
}

/// A member who is herself.
async fn there(work: &UnitOfWork, id: &MemberId) -> Result<member::Model, ServiceError> {
    let found = member::Entity::find_by_id(id).one(work.on()).await?;
    found
        .filter(|m| m.erased_at.is_none() && m.merged_into.is_none())
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such member"))
}

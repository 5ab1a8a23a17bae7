//! Parting two members who were merged and are two people.

use centre_store::boxed;
use loyalty::{Handed, LotId, Program};
use protocol::{ClerkId, ErrorCode, MemberId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use super::carried;
use super::pair::sorted;
use super::profile::{self, Taken};
use crate::Centre;
use crate::error::ServiceError;
use crate::feed::{self, Changed, Reach};
use crate::ledger::{Ledger, Need, handed, lock_accounts};
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{member, member_merge};

/// Undoes a merge.
///
/// # Errors
/// As [`part_in`].
#[boxed]
pub async fn part(centre: &Centre, merge: &str, by: &ClerkId) -> Result<(), ServiceError> {
    let program = centre.current_program().await?;
    let mut work = centre.work().await?;
    part_in(&mut work, &program, merge, by).await?;
    work.commit().await?;
    tracing::info!(merge, "a merge was undone");
    Ok(())
}

/// [`part`], in a unit of work. Each lot goes back to where it came from; what was spent of it is owed by whoever stayed,
/// and what expired meanwhile by nobody.
///
/// # Errors
/// [`ErrorCode::NotFound`] where no such merge stands; where the database fails.
#[boxed]
pub async fn part_in(
    work: &mut UnitOfWork,
    program: &Program,
    merge: &str,
    by: &ClerkId,
) -> Result<(), ServiceError> {
    let none = || ServiceError::refused(ErrorCode::NotFound, "no such merge stands");
    let row = member_merge::Entity::find_by_id(merge.to_owned())
        .one(work.on())
        .await?;
    let row = row.filter(|m| m.undone_at.is_none()).ok_or_else(none)?;
    let (went, stayed) = (row.member_id.into_inner(), row.into_id.into_inner());
    lock_accounts(work.on(), sorted(&went, &stayed).map(Clone::clone).to_vec()).await?;
    let (gone, kept) = (of(work, &went).await?, of(work, &stayed).await?);
    let now = work.now();
    // hers again before what is hers leaves the scopes of who stayed
    carried::coupons_come_back(work, &stayed, &went).await?;
    carried::leave(work, &kept, &went).await?;
    let parted = member::ActiveModel {
        id: Set((&went).into()),
        merged_into: Set(None),
        ..Default::default()
    };
    parted.update(work.on()).await?;
    let undone = member_merge::ActiveModel {
        id: Set(row.id.clone()),
        undone_at: Set(Some(now.into())),
        undone_by: Set(Some(by.to_string())),
        ..Default::default()
    };
    undone.update(work.on()).await?;
    let parts = handed(work, &row.id).await?;
    points_back(work, program, (&went, &stayed), &parts, &row.id).await?;
    let taken: Taken = serde_json::from_str(&row.taken)?;
    profile::give_back(work, (&gone, &kept), &taken, now).await?;
    carried::notes_to(work, &stayed, &went, &taken.notes).await?;
    for thing in feed::of_member(work.on(), &went, Reach::All).await? {
        work.changed(Changed::Thing(thing));
    }
    work.note(
        Entry::of(Kind::MergeUndone)
            .about(&stayed)
            .what(format!("{went} and {stayed} are two")),
    );
    Ok(())
}

async fn points_back(
    work: &mut UnitOfWork,
    program: &Program,
    (went, stayed): (&MemberId, &MemberId),
    parts: &[Handed],
    merge: &str,
) -> Result<(), ServiceError> {
    let (from, into): (Vec<LotId>, Vec<Option<LotId>>) = parts
        .iter()
        .filter_map(|part| match part {
            Handed::Lot { lot, into, .. } => Some((*lot, *into)),
            Handed::Debt { .. } => None,
        })
        .unzip();
    let mut hers = ledger(work, program, went, from).await?;
    let mut theirs = ledger(work, program, stayed, into.into_iter().flatten().collect()).await?;
    theirs.bring_back(&mut hers, program, work.now(), (merge, parts));
    theirs.save(work, program).await?;
    hers.save(work, program).await
}

async fn ledger(
    work: &UnitOfWork,
    program: &Program,
    id: &MemberId,
    lots: Vec<LotId>,
) -> Result<Ledger, ServiceError> {
    let need = Need {
        lots,
        ..Need::default()
    };
    let loaded = Ledger::load(work.on(), program, id, work.now(), &need).await?;
    loaded.ok_or_else(|| ServiceError::missing("account", id))
}

async fn of(work: &UnitOfWork, id: &MemberId) -> Result<member::Model, ServiceError> {
    let found = member::Entity::find_by_id(Col::from(id))
        .one(work.on())
        .await?;
    found.ok_or_else(|| ServiceError::missing("member", id))
}

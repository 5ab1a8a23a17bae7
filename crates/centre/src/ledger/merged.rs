//! Accounts of members who were merged: what becomes free on the one goes over to the other, whatever brought it.

use chrono::{DateTime, Utc};
use loyalty::{Handed, OpId, Points, Program};
use protocol::MemberId;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Ledger, Need};
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::db::Later;
use centre_store::tables::{member_merge, member_merge_part};

/// By what points move between accounts that were merged.
pub fn moved_by(merge: &str) -> OpId {
    OpId::new(format!("merge:{merge}"))
}

/// The merge by which a member went, where it stands.
///
/// # Errors
/// Where the database fails, or has none.
pub async fn standing_merge(
    work: &UnitOfWork,
    went: &MemberId,
) -> Result<member_merge::Model, ServiceError> {
    member_merge::Entity::find()
        .filter(member_merge::Column::MemberId.eq(Col::from(went)))
        .filter(member_merge::Column::UndoneAt.is_null())
        .one(work.on())
        .await?
        .ok_or_else(|| ServiceError::missing("member_merge", went))
}

/// What went over by a merge so far, the first first.
///
/// # Errors
/// Where the database fails, or holds what nothing can read.
pub async fn handed(work: &UnitOfWork, merge: &str) -> Result<Vec<Handed>, ServiceError> {
    let parts = member_merge_part::Entity::find()
        .filter(member_merge_part::Column::MergeId.eq(merge))
        .order_by_asc(member_merge_part::Column::N)
        .all(work.on())
        .await?;
    let read = parts.iter().map(|part| serde_json::from_str(&part.handed));
    Ok(read.collect::<Result<_, _>>()?)
}

impl Ledger {
    /// Says that she is merged with another by this very unit of work: everything goes over as it is saved.
    pub fn merged_now(&mut self) {
        self.just_merged = true;
    }

    /// Hands what is free on the account of one who was merged with another over to that one's, which is to be saved
    /// then; none where there is nothing.
    pub(super) async fn go_over(
        &mut self,
        work: &UnitOfWork,
        program: &Program,
    ) -> Result<Option<Self>, ServiceError> {
        let Some(into) = self.member.merged_into.clone() else {
            return Ok(None);
        };
        let went = self.member.id.0.clone();
        let merge = standing_merge(work, &went).await?;
        // once, whatever there is: what she bought is counted with the other's
        let first = self.just_merged;
        let bought = self.row.receipts != self.row_before.receipts;
        let free = self.account.available() + self.account.debt() > Points::ZERO;
        if !free && !first && !bought {
            return Ok(None);
        }
        let at = work.now();
        let loaded = Self::load(work.on(), program, &into, at, &Need::default()).await?;
        let mut stayed = loaded.ok_or_else(|| ServiceError::missing("account", &into))?;
        self.advance(program, at);
        let (now, _) = stayed.advance(program, at);
        let both = (&mut self.account, &mut stayed.account);
        let done = loyalty::hand_over(program, both, &now);
        let by = moved_by(&merge.id);
        self.note(&by, None, now.clock(), &done.gave);
        stayed.note(&by, None, now.clock(), &done.took);
        keep(work, &merge, &done.handed).await?;
        let before = if first { 0 } else { *self.row_before.receipts };
        stayed.row.receipts.0 += self.row.receipts.saturating_sub(before);
        let last = stayed.row.last_purchase_at.max(self.row.last_purchase_at);
        stayed.row.last_purchase_at = last;
        Ok(Some(stayed))
    }

    /// Brings what went over by a merge back to the one who went: this is the account of the one who stayed. Both are to
    /// be saved then.
    pub fn bring_back(
        &mut self,
        went: &mut Self,
        program: &Program,
        at: DateTime<Utc>,
        (merge, parts): (&str, &[Handed]),
    ) {
        went.advance(program, at);
        let (now, _) = self.advance(program, at);
        let both = (&mut self.account, &mut went.account);
        let done = loyalty::hand_back(program, both, &now, parts);
        let by = moved_by(merge);
        self.note(&by, None, now.clock(), &done.gave);
        went.note(&by, None, now.clock(), &done.took);
        self.row.receipts.0 = self.row.receipts.saturating_sub(*went.row.receipts);
    }
}

/// Writes down what went over, for the day that it is brought back.
async fn keep(
    work: &UnitOfWork,
    merge: &member_merge::Model,
    handed: &[Handed],
) -> Result<(), ServiceError> {
    let mut n = *merge.parts;
    for one in handed {
        n += 1;
        let row = member_merge_part::ActiveModel {
            merge_id: Set(merge.id.clone()),
            n: Set(n.into()),
            handed: Set(serde_json::to_string(one)?),
        };
        work.on()
            .write_later(member_merge_part::Entity::insert(row))
            .await?;
    }
    let counted = member_merge::ActiveModel {
        id: Set(merge.id.clone()),
        parts: Set(n.into()),
        ..Default::default()
    };
    let counted = member_merge::Entity::update(counted).validate()?;
    work.on().write_later(counted).await?;
    Ok(())
}

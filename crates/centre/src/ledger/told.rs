//! What the feed is told once an account is saved.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use loyalty::{AccountKind, LotId, OpId, Points};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Ledger;
use super::save::in_escrow;
use crate::error::ServiceError;
use crate::feed::Changed;
use centre_store::column::Col;
use centre_store::tables::{lot, portion, receipt, redemption};
use protocol::entity::EntityKind;
use protocol::ids::MemberId;

impl Ledger {
    /// Lots with points, as they were saved.
    pub(super) fn lot_rows(&self, id: &MemberId) -> Vec<lot::Model> {
        let rows = self.account.rows();
        let escrow = in_escrow(rows);
        let all = rows.lots.iter().map(|now| lot::Model {
            member_id: id.into(),
            n: now.id.into(),
            available: now.points.into(),
            in_escrow: escrow.get(&now.id).copied().unwrap_or_default().into(),
            expires_on: now.expires.map(Col),
            earned_on: now.earned.into(),
            op_id: "".into(),
        });
        all.filter(|l| l.available.is_positive() || l.in_escrow.is_positive())
            .collect()
    }

    /// Receipts and redemptions that were paid from lots whose last day has moved: they tell it.
    pub(super) async fn with_moved_lots<C: ConnectionTrait>(
        &self,
        db: &C,
        id: &MemberId,
    ) -> Result<Vec<Changed>, ServiceError> {
        let before: HashMap<LotId, _> =
            self.before.lots.iter().map(|l| (l.id, l.expires)).collect();
        let now = &self.account.rows().lots;
        let moved: Vec<Col<LotId>> = now
            .iter()
            .filter(|l| before.get(&l.id).is_some_and(|was| *was != l.expires))
            .map(|l| Col(l.id))
            .collect();
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        let paid: Vec<String> = portion::Entity::find()
            .select_only()
            .column(portion::Column::OpId)
            .filter(portion::Column::MemberId.eq(Col::from(id)))
            .filter(portion::Column::Lot.is_in(moved))
            .into_tuple()
            .all(db)
            .await?;
        let receipts: Vec<String> = receipt::Entity::find()
            .select_only()
            .column(receipt::Column::OpId)
            .filter(receipt::Column::MemberId.eq(Col::from(id)))
            .filter(receipt::Column::OpId.is_in(&paid))
            .into_tuple()
            .all(db)
            .await?;
        let redemptions: Vec<String> = redemption::Entity::find()
            .select_only()
            .column(redemption::Column::OpId)
            .filter(redemption::Column::MemberId.eq(Col::from(id)))
            .filter(redemption::Column::OpId.is_in(&paid))
            .into_tuple()
            .all(db)
            .await?;
        let receipts = receipts
            .into_iter()
            .map(|op_id| Changed::of(EntityKind::Receipt, id, op_id));
        let redemptions = redemptions
            .into_iter()
            .map(|op_id| Changed::of(EntityKind::Redemption, id, op_id));
        Ok(receipts.chain(redemptions).collect())
    }

    /// A member in debt is to have her allowances back, as far as they are left: they settle it; one whose
    /// points are frozen too, so that no counter spends them; one who was erased, as nobody will; and one who was merged
    /// with another, whose they become. What the feed must show of allowances that
    /// are, or were, asked back.
    pub(super) fn ask_back(&mut self, now: DateTime<Utc>) -> Vec<Changed> {
        // a debt that setting up forgotten allowances made is settled by what is sent again
        let made: Points = self.allowances.iter().map(|row| *row.reinstated).sum();
        let gone = self.member.erased_at.is_some() || self.member.merged_into.is_some();
        let wanted = gone || self.account.rows().debt > made || self.account.is_frozen();
        let mut told = Vec::new();
        for row in &mut self.allowances {
            let id = row.id.0.clone();
            let left = self.account.grant(&id).map_or(0, |g| g.left().get());
            if wanted && left > 0 && row.recalled_at.is_none() {
                row.recalled_at = Some(now.into());
                self.recalled.insert(id);
            } else if row.recalled_at.is_none() || left > 0 {
                continue;
            }
            told.push(crate::recall::told(row));
        }
        told
    }

    /// Whether points came or went by something that is neither a sale nor a redemption.
    pub(super) fn moved_besides(&self) -> bool {
        let told_by = |op_id: &OpId| {
            let sold = self.receipts.iter().any(|r| r.fresh && r.op_id == *op_id);
            sold || self.redemptions.iter().any(|(row, _)| row.op_id == *op_id)
        };
        let hers = |kind: &AccountKind| {
            matches!(
                kind,
                AccountKind::Available
                    | AccountKind::Escrow(_)
                    | AccountKind::Waiting
                    | AccountKind::Debt
            )
        };
        self.moved
            .iter()
            .any(|m| hers(&m.movement.from) != hers(&m.movement.to) && !told_by(&m.op_id))
    }

    /// Redemptions that were entered or given back.
    pub(super) fn redemption_ids(&self) -> Vec<String> {
        let entered = self.redemptions.iter().map(|(row, _)| row);
        let back = self.reversed.iter().map(|stored| &stored.row);
        entered
            .chain(back)
            .map(|row| row.op_id.to_string())
            .collect()
    }
}

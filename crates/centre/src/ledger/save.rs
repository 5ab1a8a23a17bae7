//! From the account that the rules changed back to rows: ledger, lots, allowances, receipts.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Days, Utc};
use loyalty::{AccountRows, Held, LotId, Points, Program};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set, Unchanged},
    EntityTrait, IntoActiveModel, Iterable,
};

use super::Ledger;
use super::receipts::portion_rows;
use crate::error::ServiceError;
use crate::feed::{self, Changed};
use crate::ledger_accounts;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::{Col, YEARS};
use centre_store::db::{Later, difference};
use centre_store::tables::{
    account, allowance, allowance_lot, balance, coupon, lot, portion, receipt, receipt_line,
    redemption, transfer,
};
use protocol::entity::EntityKind;
use protocol::ids::MemberId;

/// Values that one statement carries; both engines take many more.
const VALUES: usize = 4_000;

/// Inserts rows, several in a statement.
macro_rules! insert_all {
    ($db:expr, $table:ident, $columns:expr, $rows:expr) => {
        for some in $rows.chunks(VALUES / $columns) {
            let models = some.iter().cloned().map(IntoActiveModel::into_active_model);
            $db.write_later($table::Entity::insert_many(models)).await?;
        }
    };
    ($db:expr, $table:ident, $columns:expr, $rows:expr, replacing $keys:expr) => {
        for some in $rows.chunks(VALUES / $columns) {
            let models = some.iter().cloned().map(IntoActiveModel::into_active_model);
            let replacing = OnConflict::columns($keys)
                .update_columns($table::Column::iter())
                .to_owned();
            let rows = $table::Entity::insert_many(models).on_conflict(replacing);
            $db.write_later(rows).await?;
        }
    };
}

impl Ledger {
    /// Writes what changed since it was loaded, in the transaction of the unit of work. `program`
    /// is the current one: it says which tier is shown.
    ///
    /// # Errors
    /// Where the database fails.
    #[boxed]
    pub async fn save(
        mut self,
        work: &mut UnitOfWork,
        program: &Program,
    ) -> Result<(), ServiceError> {
        let id = self.member.id.0.clone();
        if self.member.erased_at.is_some() {
            self.close(work.now());
        }
        let asked_back = self.ask_back(work.now());
        // first, as what she bought counts for whoever she was merged with
        self.save_receipts(work.on(), &id).await?;
        let stayed = self.go_over(work, program).await?;
        let db = work.on();
        self.save_lots(db, &id).await?;
        self.save_allowances(db).await?;
        self.save_coupons(db, &id, work.now()).await?;
        self.save_transfers(db, &id).await?;
        self.save_account(db, program).await?;
        for stored in &self.receipts {
            work.changed(Changed::of(EntityKind::Receipt, &id, stored.op_id.as_str()));
        }
        for redemption in self.redemption_ids() {
            work.changed(Changed::of(EntityKind::Redemption, &id, redemption));
        }
        for told in asked_back {
            work.changed(told);
        }
        if self.moved_besides() {
            work.changed(Changed::movements(&id));
        }
        for now in &self.account.rows().coupons {
            // given, used, or given back by a return
            if self.before.coupons.iter().all(|was| was != now) {
                work.changed(Changed::of(EntityKind::Coupon, &id, now.id.to_string()));
            }
        }
        for told in self.with_moved_lots(work.on(), &id).await? {
            work.changed(told);
        }
        if let Some(stayed) = stayed {
            stayed.save(work, program).await?;
        }
        if self.member.erased_at.is_some() || self.member.merged_into.is_some() {
            // nobody is told of who was erased, or of who is another member now
            return Ok(());
        }
        match feed::from_ledger(
            &self.member,
            &self.row,
            self.lot_rows(&id),
            program.timezone(),
        )? {
            Some(member) => work.changed_to(member),
            None => work.changed(Changed::member(&id)),
        }
        Ok(())
    }

    async fn save_lots<C: Later>(&self, db: &C, id: &MemberId) -> Result<(), ServiceError> {
        let escrow = in_escrow(self.account.rows());
        let escrow_before = in_escrow(&self.before);
        let before: HashMap<LotId, &loyalty::Lot> =
            self.before.lots.iter().map(|l| (l.id, l)).collect();
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for now in &self.account.rows().lots {
            let held = escrow.get(&now.id).copied().unwrap_or_default();
            let row = lot::Model {
                member_id: id.into(),
                n: now.id.into(),
                available: now.points.into(),
                in_escrow: held.into(),
                expires_on: now.expires.map(Col),
                earned_on: now.earned.into(),
                op_id: self
                    .brought
                    .get(&now.id)
                    .map_or_else(|| "".into(), Col::from),
            };
            match before.get(&now.id) {
                None => new.push(row),
                Some(was) => {
                    let held_before = escrow_before.get(&now.id).copied().unwrap_or_default();
                    if *was != now || held_before != held {
                        changed.push((row, was.expires != now.expires));
                    }
                }
            }
        }
        insert_all!(db, lot, 7, new);
        for (row, new_end) in changed {
            let row = lot::ActiveModel {
                member_id: Unchanged(row.member_id),
                n: Unchanged(row.n),
                available: Set(row.available),
                in_escrow: Set(row.in_escrow),
                // an index is written anew for each column that is named
                expires_on: if new_end { Set(row.expires_on) } else { NotSet },
                ..Default::default()
            };
            db.write_later(lot::Entity::update(row).validate()?).await?;
        }
        Ok(())
    }

    async fn save_receipts<C: Later>(&self, db: &C, id: &MemberId) -> Result<(), ServiceError> {
        let (mut receipts, mut lines, mut portions) = (Vec::new(), Vec::new(), Vec::new());
        for stored in &self.receipts {
            let own = portion_rows(id, &stored.op_id, &stored.receipt.portions);
            if stored.fresh {
                receipts.push(stored.row(id)?);
                lines.extend(stored.line_rows(id));
                portions.extend(own);
                continue;
            }
            let row = stored.row(id)?.into_active_model().reset_all();
            db.write_later(receipt::Entity::update(row).validate()?)
                .await?;
            let mut known = stored.line_rows(id);
            lines.extend(known.split_off(known.len().saturating_sub(stored.further)));
            for line in known {
                let row = receipt_line::ActiveModel {
                    member_id: Unchanged(line.member_id),
                    op_id: Unchanged(line.op_id),
                    n: Unchanged(line.n),
                    returned: Set(line.returned),
                    ..Default::default()
                };
                let row = receipt_line::Entity::update(row).validate()?;
                db.write_later(row).await?;
            }
            for row in own {
                let row = row.into_active_model().reset_all();
                db.write_later(portion::Entity::update(row).validate()?)
                    .await?;
            }
        }
        let mut redemptions = Vec::with_capacity(self.redemptions.len());
        for (row, paid_from) in &self.redemptions {
            portions.extend(portion_rows(id, &row.op_id, paid_from));
            redemptions.push(row.clone());
        }
        for stored in &self.reversed {
            redemption::ActiveModel {
                member_id: Set(stored.row.member_id.clone()),
                op_id: Set(stored.row.op_id.clone()),
                reversed_at: Set(stored.row.reversed_at),
                ..Default::default()
            }
            .update(db)
            .await?;
            for row in portion_rows(id, &stored.row.op_id, &stored.redemption.portions) {
                row.into_active_model().reset_all().update(db).await?;
            }
        }
        insert_all!(db, receipt, 33, receipts);
        insert_all!(db, receipt_line, 11, lines);
        insert_all!(db, redemption, 8, redemptions);
        insert_all!(db, portion, 6, portions);
        Ok(())
    }

    async fn save_allowances<C: Later>(&mut self, db: &C) -> Result<(), ServiceError> {
        let grants = &self.account.rows().grants;
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        let mut parts = Vec::new();
        for row in &mut self.allowances {
            let Some(grant) = grants.iter().find(|g| row.id == g.id) else {
                continue;
            };
            let known = self.before.grants.iter().find(|g| g.id == grant.id);
            if known == Some(grant) && !self.recalled.contains(&grant.id) {
                continue;
            }
            let freed = self.freed.get(&grant.id).copied().unwrap_or_default();
            row.written_off.0 += freed;
            row.spent = grant.spent.into();
            row.released = (grant.released - *row.written_off).into();
            row.outstanding = grant.left().into();
            match known {
                Some(_) => changed.push(row.clone()),
                None => new.push(row.clone()),
            }
            for part in self.parts.iter_mut().filter(|p| p.allowance_id == row.id) {
                part.outstanding = left_of(&grant.held, *part.lot).into();
                parts.push(part.clone());
            }
        }
        for row in changed {
            let row = allowance::ActiveModel {
                member_id: Unchanged(row.member_id),
                id: Unchanged(row.id),
                spent: Set(row.spent),
                released: Set(row.released),
                outstanding: Set(row.outstanding),
                written_off: Set(row.written_off),
                recalled_at: Set(row.recalled_at),
                ..Default::default()
            };
            let row = allowance::Entity::update(row).validate()?;
            db.write_later(row).await?;
        }
        insert_all!(db, allowance, 15, new, replacing [
            allowance::Column::MemberId,
            allowance::Column::Id,
        ]);
        insert_all!(db, allowance_lot, 6, parts, replacing [
            allowance_lot::Column::MemberId,
            allowance_lot::Column::AllowanceId,
            allowance_lot::Column::N,
        ]);
        Ok(())
    }

    async fn save_coupons<C: Later>(
        &self,
        db: &C,
        id: &MemberId,
        at: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let before = &self.before.coupons;
        for now in &self.account.rows().coupons {
            if before.iter().any(|was| was == now) {
                continue;
            }
            let row = coupon::Model {
                member_id: id.into(),
                id: (&now.id).into(),
                document: serde_json::to_string(now)?,
                expires_on: now.expires.map(Col),
                used_by: now.used_by.as_ref().map(ToString::to_string),
                used_at: now.used_by.as_ref().map(|_| at.into()),
                holder_device: None,
                holder_epoch: None,
                holder_grant: None,
                recalled_at: None,
                came_from: None,
            };
            // one that was used is nobody's to hold; who holds another is not the rules' to say
            let columns: Vec<coupon::Column> = if now.used_by.is_some() {
                let all = coupon::Column::iter();
                all.filter(|c| !matches!(c, coupon::Column::CameFrom))
                    .collect()
            } else {
                vec![
                    coupon::Column::Document,
                    coupon::Column::ExpiresOn,
                    coupon::Column::UsedBy,
                    coupon::Column::UsedAt,
                ]
            };
            let row = coupon::Entity::insert_many([row.into_active_model()]).on_conflict(
                OnConflict::columns([coupon::Column::MemberId, coupon::Column::Id])
                    .update_columns(columns)
                    .to_owned(),
            );
            db.write_later(row).await?;
        }
        Ok(())
    }

    async fn save_transfers<C: Later>(
        &mut self,
        db: &C,
        id: &MemberId,
    ) -> Result<(), ServiceError> {
        let mut sums: BTreeMap<String, Points> = BTreeMap::new();
        let mut rows = Vec::with_capacity(self.moved.len());
        for moved in &self.moved {
            let m = &moved.movement;
            let name = |kind| {
                let store = moved.store.as_ref();
                ledger_accounts::of(kind, &self.holders, store, &moved.op_id)
            };
            let (from, to) = (name(&m.from)?, name(&m.to)?);
            *sums.entry(from.clone()).or_default() -= m.points;
            *sums.entry(to.clone()).or_default() += m.points;
            rows.push(transfer::Model {
                member_id: id.into(),
                n: self.row.next_transfer,
                op_id: (&moved.op_id).into(),
                from_account: from,
                to_account: to,
                lot: m.lot.map(Col),
                points: m.points.into(),
                at: moved.at.into(),
            });
            self.row.next_transfer.0 += 1;
        }
        insert_all!(db, transfer, 8, rows);
        let sums = sums.into_iter().filter(|(_, points)| !points.is_zero());
        let sums: Vec<balance::ActiveModel> = sums
            .map(|(account, points)| balance::ActiveModel {
                member_id: Set(id.into()),
                account: Set(account),
                points: Set(points.into()),
            })
            .collect();
        if sums.is_empty() {
            return Ok(());
        }
        let added = Expr::col((balance::Entity, balance::Column::Points))
            .add(Expr::col((Alias::new("excluded"), balance::Column::Points)));
        let sums = balance::Entity::insert_many(sums).on_conflict(
            OnConflict::columns([balance::Column::MemberId, balance::Column::Account])
                .value(balance::Column::Points, added)
                .to_owned(),
        );
        db.write_later(sums).await?;
        Ok(())
    }

    async fn save_account<C: Later>(
        &mut self,
        db: &C,
        program: &Program,
    ) -> Result<(), ServiceError> {
        let rows = self.account.rows();
        let row = &mut self.row;
        let before = &self.row_before;
        row.tier_own = rows.tier.own.clone().map(Col);
        row.tier_reached_at = rows.tier.reached.map(Col);
        row.tier_review_at = rows.tier.review.map(Col);
        row.tier_floor = rows.tier.floor.clone().map(Col);
        row.tier_shown = loyalty::shown_tier(program, &self.account).into();
        row.frozen_since = rows.frozen_since.map(Col);
        row.debt = rows.debt.into();
        row.waiting = rows.waiting.into();
        row.next_lot = rows.next_lot.into();
        row.as_of = rows.as_of.map(Col);
        row.due_at = due(program, rows).map(Col);
        row.program = rows.program.into();
        if let Some(as_of) = rows.as_of {
            row.qualifying_fen = loyalty::qualifying(program, &self.account, as_of).fen();
        }
        if let Some(changed) = difference(before, row) {
            let update = account::Entity::update(changed).validate()?;
            db.write_later(update).await?;
        }
        Ok(())
    }
}

pub(super) fn in_escrow(rows: &AccountRows) -> HashMap<LotId, Points> {
    let mut sums: HashMap<LotId, Points> = HashMap::new();
    for held in rows.grants.iter().flat_map(|g| &g.held) {
        *sums.entry(held.lot).or_default() += held.points;
    }
    sums
}

fn left_of(held: &[Held], lot: LotId) -> Points {
    let of_lot = held.iter().filter(|h| h.lot == lot);
    of_lot.map(|h| h.points).sum()
}

/// When time alone next changes the account: the day after a lot's last, or a tier's review.
fn due(program: &Program, rows: &AccountRows) -> Option<DateTime<Utc>> {
    let expiry = rows
        .lots
        .iter()
        .filter(|l| rows.frozen_since.is_none() && l.points.is_positive())
        .filter_map(|l| l.expires)
        .min()
        .and_then(|last| last.checked_add_days(Days::new(1)))
        .map(|day| program.day_begins(day));
    let due = [expiry, rows.tier.review].into_iter().flatten().min();
    // what is due beyond all years is never due
    due.filter(|at| YEARS.contains(&at.year()))
}

//! Sales that no till has confirmed: confirming them, dropping what waited too long, and saying which wait.

use centre_store::boxed;
use chrono::{DateTime, TimeDelta, Utc};
use loyalty::deed::Deed;
use loyalty::{Money, OpId, Points, Program, Standing};
use protocol::ids::StoreId;
use protocol::manage::WaitingSale;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::Centre;
use crate::error::ServiceError;
use crate::ledger::{By, Ledger, StoredReceipt, lock_accounts, receipt_by_id};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::db::Later;
use centre_store::tables::{manager_list, receipt};

/// By what a till's own record confirms.
pub const TILL: &str = "till";
/// By what headquarters confirm.
pub const HEADQUARTERS: &str = "headquarters";
/// On the manager's list: the till has another amount.
pub const TILL_DIFFERS: &str = "till_differs";
/// How movements are named that are no operation's.
const MOVED: &str = "till:";
/// Sales in one transaction: short enough that no counter waits long.
const BATCH: u64 = 100;

/// What became of a sale that was to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirming {
    /// There is no such sale.
    Unknown,
    /// It was confirmed before, and nothing new was said.
    AlreadyConfirmed,
    /// It is confirmed; how many points waited until now.
    Confirmed {
        /// Points that waited.
        waited: Points,
    },
    /// It is confirmed, and its points follow the till, which has another amount.
    Differs {
        /// By the counter.
        counter: Money,
        /// By the till.
        till: Money,
    },
}

/// Who confirms a manager's word by.
#[must_use]
pub fn manager(clerk: &str) -> String {
    format!("manager:{clerk}")
}

/// Confirms a sale: by the till's amount, or without one where somebody answers for it. What waited can be spent. Where the
/// till has another amount, points follow it and the store's manager is told.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn confirm(
    work: &mut UnitOfWork,
    program: &Program,
    sale: &OpId,
    till: Option<Money>,
    by: &str,
) -> Result<Confirming, ServiceError> {
    let Some(row) = receipt_by_id(work.on(), sale).await? else {
        return Ok(Confirming::Unknown);
    };
    let member = row.member_id.into_inner();
    lock_accounts(work.on(), vec![member.clone()]).await?;
    // as it is now that her account is held
    let Some(row) = receipt_by_id(work.on(), sale).await? else {
        return Ok(Confirming::Unknown);
    };
    let known = StoredReceipt::load(work.on(), row).await?;
    let before = &known.receipt;
    let said = known.confirmed.as_ref().map(|confirmed| confirmed.till);
    let news = match till {
        None => before.awarded.unconfirmed,
        Some(_) => said != Some(till),
    };
    if !news {
        return Ok(Confirming::AlreadyConfirmed);
    }
    let (waited, store) = (before.awarded.waiting, known.store.clone());
    let counter = before.net;
    let differs = till.filter(|till| !before.is_as_the_till_has_it(*till));
    let deed = Deed::Confirm {
        of: sale.clone(),
        till,
    };
    carry_out(
        work,
        program,
        &member,
        &deed,
        &OpId::new(format!("{MOVED}{sale}")),
        by,
    )
    .await?;
    let Some(till) = differs else {
        return Ok(Confirming::Confirmed { waited });
    };
    list(work, &store, sale, &member).await?;
    Ok(Confirming::Differs { counter, till })
}

async fn carry_out(
    work: &mut UnitOfWork,
    program: &Program,
    member: &protocol::MemberId,
    deed: &Deed,
    op_id: &OpId,
    whom: &str,
) -> Result<(), ServiceError> {
    let now = work.now();
    let loaded = Ledger::load_for(work.on(), program, member, now, deed).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", member))?;
    let (now, _) = ledger.advance(program, now);
    let by = By {
        whom,
        ..By::itself(op_id)
    };
    ledger
        .carry_out(program, &now, deed, by, Standing::Happened)
        .map_err(ServiceError::rules("confirming a sale"))?;
    ledger.save(work, program).await
}

/// Tells the manager of the store that sold.
async fn list(
    work: &UnitOfWork,
    store: &StoreId,
    sale: &OpId,
    member: &protocol::MemberId,
) -> Result<(), ServiceError> {
    let row = manager_list::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        store_id: Set(store.into()),
        op_id: Set(sale.into()),
        member_id: Set(Some(member.into())),
        reason: Set(TILL_DIFFERS.to_owned()),
        points: Set(Points::ZERO.into()),
        at: Set(work.now().into()),
        seen_at: Set(None),
        fen: Set(Money::ZERO.into()),
    };
    let row = manager_list::Entity::insert_many([row]).on_conflict(
        OnConflict::columns([manager_list::Column::OpId, manager_list::Column::Reason])
            .do_nothing()
            .to_owned(),
    );
    Ok(work.on().write_later(row).await?)
}

/// Drops what has waited for longer than the program lets it. How many sales that were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn drop_due(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let program = match centre.current_program().await {
        Ok(program) => program,
        // an empty database has nothing that waits
        Err(ServiceError::NoProgram) => return Ok(0),
        Err(error) => return Err(error),
    };
    let Some(days) = program.doc().awards.drop_after_days else {
        return Ok(0);
    };
    let Some(before) = now.checked_sub_signed(TimeDelta::days(i64::from(days))) else {
        return Ok(0);
    };
    let mut dropped = 0;
    loop {
        let mut work = centre.work().await?;
        let due = receipt::Entity::find()
            .filter(receipt::Column::Waiting.gt(0))
            .filter(receipt::Column::At.lt(before.timestamp_millis()))
            .order_by_asc(receipt::Column::At)
            .limit(BATCH)
            .all(work.on())
            .await?;
        if due.is_empty() {
            return Ok(dropped);
        }
        for row in due {
            let (member, sale) = (row.member_id.into_inner(), row.op_id.into_inner());
            let deed = Deed::Drop { of: sale.clone() };
            let op_id = OpId::new(format!("{MOVED}{sale}/dropped"));
            carry_out(&mut work, &program, &member, &deed, &op_id, "").await?;
            dropped += 1;
        }
        work.commit().await?;
    }
}

/// Which sales are listed.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Only of this store.
    pub store: Option<StoreId>,
    /// Sold at this moment or after it.
    pub from: Option<DateTime<Utc>>,
    /// Only such as have points that wait.
    pub waiting: bool,
    /// At most so many.
    pub most: Option<u64>,
}

/// Sales that nobody has confirmed, the newest first.
///
/// # Errors
/// Where the database fails.
pub async fn unconfirmed<C: ConnectionTrait>(
    db: &C,
    which: &Which,
) -> Result<Vec<WaitingSale>, ServiceError> {
    let mut found = receipt::Entity::find().filter(receipt::Column::Unconfirmed.eq(true));
    if let Some(store) = &which.store {
        found = found.filter(receipt::Column::StoreId.eq(Col::from(store)));
    }
    if let Some(from) = which.from {
        found = found.filter(receipt::Column::At.gte(from.timestamp_millis()));
    }
    if which.waiting {
        found = found.filter(receipt::Column::Waiting.gt(0));
    }
    let rows = found
        .order_by_desc(receipt::Column::At)
        .order_by_desc(receipt::Column::OpId)
        .limit(which.most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(told).collect())
}

fn told(row: receipt::Model) -> WaitingSale {
    WaitingSale {
        sale: row.op_id.0.into_string(),
        store: row.store_id.into_inner(),
        receipt: row.receipt_no.0.into_string(),
        member: row.member_id.into_inner(),
        clerk: row.recorded_by,
        at: *row.at,
        net: *row.net_fen,
        counted: *row.counted_fen,
        waiting: *row.waiting,
    }
}

//! What nobody needs any more goes by itself.

use chrono::{DateTime, Months, TimeDelta, Utc};
use loyalty::program::Retention;
use protocol::MemberId;
use protocol::operation::Operation;
use protocol::personal::PersonalField;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, Statement,
};

use super::erase::erase;
use crate::Centre;
use crate::beside;
use crate::error::ServiceError;
use crate::fleet;
use crate::log::{Entry, Kind};
use crate::logbook;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::{BranchState, Col};
use centre_store::tables::{held, lookup_log, operation, quarantined, seen_browser, sign_up_waits};

/// Members without activity who are erased in one run: each is a transaction of its own.
const AT_ONCE: u64 = 200;

/// Forgets what is older than the rules of the brand keep it. How many things.
///
/// # Errors
/// Where the rules cannot be read, or the database fails.
#[boxed]
pub async fn forget(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let retention = match centre.current_program().await {
        Ok(program) => program.doc().retention.clone(),
        // nobody is a member yet
        Err(ServiceError::NoProgram) => Retention::default(),
        Err(error) => return Err(error),
    };
    let mut things = phones(centre, now, retention.held_days).await?;
    things += sign_ups(centre, now, retention.held_days).await?;
    things += browsers(centre, now).await?;
    things += lookups(centre, now, retention.log_days).await?;
    things += fleet::forget_old_logs(centre, now).await?;
    things += logbook::trim(centre, now, retention.log_days).await?;
    if let Some(months) = retention.inactive_months {
        things += inactive(centre, now, months).await?;
    }
    Ok(things)
}

/// Days for which a browser is known by which somebody was invited, or invites: longer than any reward waits.
const BROWSER_DAYS: i64 = 400;

/// Browsers by which nobody was invited, or invites, for long.
async fn browsers(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let work = centre.work().await?;
    let gone = seen_browser::Entity::delete_many()
        .filter(seen_browser::Column::At.lt(Col(now - TimeDelta::days(BROWSER_DAYS))))
        .exec(work.on())
        .await?
        .rows_affected;
    work.commit().await?;
    Ok(gone)
}

/// Look-ups by counters, as long as the log.
async fn lookups(centre: &Centre, now: DateTime<Utc>, days: u32) -> Result<u64, ServiceError> {
    let before = now - TimeDelta::days(i64::from(Ord::max(days, logbook::KEPT_AT_LEAST)));
    let mut work = centre.work().await?;
    let gone = lookup_log::Entity::delete_many()
        .filter(lookup_log::Column::At.lt(Col(before)))
        .exec(work.on())
        .await?
        .rows_affected;
    if gone == 0 {
        work.rollback().await?;
        return Ok(0);
    }
    work.note(Entry::of(Kind::Forgotten).what(format!("{gone} look-ups")));
    work.commit().await?;
    Ok(gone)
}

/// Phone numbers for which sales wait, and nobody has joined: the sale waits on without a number.
async fn phones(centre: &Centre, now: DateTime<Utc>, days: u32) -> Result<u64, ServiceError> {
    let before = now - TimeDelta::days(i64::from(days));
    let mut work = centre.work().await?;
    let waiting = held::Entity::find()
        .filter(held::Column::WaitsKind.eq(crate::operations::PHONE))
        .filter(held::Column::WaitsFor.ne(""))
        .filter(held::Column::Since.lt(Col(before)))
        .all(work.on())
        .await?;
    let mut gone = 0;
    for one in waiting {
        let place = (one.device_id, one.epoch, one.seq);
        let mut one = one.into_active_model();
        one.waits_for = Set(String::new());
        one.update(work.on()).await?;
        let Some(row) = operation::Entity::find_by_id(place).one(work.on()).await? else {
            continue;
        };
        erase_beside(&work, row).await?;
        gone += 1;
    }
    let in_branches = quarantined::Entity::find()
        .filter(quarantined::Column::State.eq(BranchState::Held))
        .filter(quarantined::Column::WaitsKind.eq(crate::operations::PHONE))
        .filter(quarantined::Column::WaitsFor.ne(""))
        .filter(quarantined::Column::ArrivedAt.lt(Col(before)))
        .all(work.on())
        .await?;
    for row in in_branches {
        let mut op: Operation = serde_json::from_str(row.document.text())?;
        op.personal.iter_mut().for_each(PersonalField::erase);
        let mut row = row.into_active_model();
        row.waits_for = Set(String::new());
        row.document = Set(Col::secret(serde_json::to_string(&op)?));
        row.update(work.on()).await?;
        gone += 1;
    }
    if gone == 0 {
        work.rollback().await?;
        return Ok(0);
    }
    work.note(Entry::of(Kind::Forgotten).what(format!("{gone} phone numbers of waiting sales")));
    work.commit().await?;
    Ok(gone)
}

/// Erases all values beside an operation; what was committed to stays.
async fn erase_beside(work: &UnitOfWork, row: operation::Model) -> Result<(), ServiceError> {
    let mut fields = beside::fields(&row.personal, row.openings.text())?;
    fields.iter_mut().for_each(PersonalField::erase);
    let mut row = row.into_active_model();
    let (personal, openings) = beside::columns(&fields)?;
    row.personal = Set(personal);
    row.openings = Set(openings);
    row.update(work.on()).await?;
    Ok(())
}

/// What a clerk wrote down without the network under a number that is a member's, and its owner never proved.
async fn sign_ups(centre: &Centre, now: DateTime<Utc>, days: u32) -> Result<u64, ServiceError> {
    let before = now - TimeDelta::days(i64::from(days));
    let mut work = centre.work().await?;
    let waiting = sign_up_waits::Entity::find()
        .filter(sign_up_waits::Column::At.lt(Col(before)))
        .all(work.on())
        .await?;
    let mut gone = 0;
    for one in waiting {
        let of = operation::Entity::find()
            .filter(operation::Column::OpId.eq(one.op_id.clone()))
            .one(work.on())
            .await?;
        if let Some(row) = of {
            erase_beside(&work, row).await?;
        }
        one.into_active_model().delete(work.on()).await?;
        gone += 1;
    }
    if gone == 0 {
        work.rollback().await?;
        return Ok(0);
    }
    work.note(Entry::of(Kind::Forgotten).what(format!("{gone} sign-ups that nobody proved")));
    work.commit().await?;
    Ok(gone)
}

/// Members of whom nothing was heard for so many months, where the brand's rules say so: they are erased.
async fn inactive(centre: &Centre, now: DateTime<Utc>, months: u32) -> Result<u64, ServiceError> {
    #[derive(FromQueryResult)]
    struct Who {
        id: Col<MemberId>,
    }
    let Some(since) = now.checked_sub_months(Months::new(months)) else {
        return Ok(0);
    };
    let db = centre.db().read();
    let silent = Statement::from_sql_and_values(
        db.get_database_backend(),
        include_str!("inactive.sql"),
        [Col(since).into(), Col(AT_ONCE).into()],
    );
    let found = Who::find_by_statement(silent).all(db).await?;
    let mut gone = 0;
    for who in found {
        let id = who.id.into_inner();
        let why = format!("no activity for {months} months");
        centre.retrying(|| erase(centre, &id, &why)).await?;
        gone += 1;
    }
    Ok(gone)
}

//! Time passing: what expires and what is reviewed, for members whom nobody has touched.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::centre::Centre;
use crate::entities::account;
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need};
use crate::recovery;

/// Members in one transaction: short enough that no counter waits long.
const BATCH: u64 = 100;

/// Brings every account that is due to `now`. It can be stopped anywhere: who is done is no
/// longer due. How many members it was.
///
/// # Errors
/// Where the database fails.
pub async fn pass(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let program = match centre.current_program().await {
        Ok(program) => program,
        // an empty database has nobody
        Err(ServiceError::Broken(_)) => return Ok(0),
        Err(error) => return Err(error),
    };
    let generation = recovery::generation(centre.db().read()).await?;
    if recovery::is_on(centre.db().read(), generation).await? {
        // what a counter holds and the books forgot must not expire before it is told
        return Ok(0);
    }
    let mut done = 0;
    loop {
        let due: Vec<String> = account::Entity::find()
            .select_only()
            .column(account::Column::MemberId)
            .filter(account::Column::DueAt.lte(now.timestamp_millis()))
            .order_by_asc(account::Column::MemberId)
            .limit(BATCH)
            .into_tuple()
            .all(centre.db().read())
            .await?;
        let Some(last) = due.last().cloned() else {
            return Ok(done);
        };
        let full = due.len() as u64 == BATCH;
        let mut work = centre.work().await?;
        for member in &due {
            let need = Need::default();
            let loaded = Ledger::load(work.on(), &program, member, now, &need).await?;
            let Some(mut ledger) = loaded else { continue };
            ledger.advance(&program, now);
            ledger.save(&mut work, &program).await?;
            done += 1;
        }
        work.commit().await?;
        if !full {
            return Ok(done);
        }
        let still = account::Entity::find_by_id(&last)
            .one(centre.db().read())
            .await?;
        if still
            .and_then(|a| a.due_at)
            .is_some_and(|due| due <= now.timestamp_millis())
        {
            return Err(ServiceError::broken("an account stays due"));
        }
        tokio::task::yield_now().await;
    }
}

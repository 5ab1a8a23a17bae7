//! Time passing: what expires, what is reviewed and what new rules bring, for members whom nobody has
//! touched.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::Program;
use protocol::ids::MemberId;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::Centre;
use crate::error::ServiceError;
use crate::generation;
use crate::ledger::{Ledger, Need};
use crate::recovery;
use centre_store::column::Col;
use centre_store::tables::account;

/// Members in one transaction: short enough that no counter waits long.
const BATCH: u64 = 100;

/// Brings every account that is due to `now`: points expire, tiers are reviewed, and a version of the rules
/// that has begun to hold gives the tiers that it gives. It can be stopped anywhere: who is done is no
/// longer due, and nothing is done twice. How many members it was.
///
/// # Errors
/// [`ServiceError::Program`] where the rules cannot be read: then nothing expires and nobody is reviewed, and
/// whoever runs the service is told; where the database fails.
#[boxed]
pub async fn bring_forward(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let program = match centre.current_program().await {
        Ok(program) => program,
        // an empty database has nobody; rules that cannot be read are no empty database
        Err(ServiceError::NoProgram) if nobody(centre).await? => return Ok(0),
        Err(error) => return Err(error),
    };
    let generation = generation::current(centre.db().read()).await?;
    if recovery::is_on(centre.db().read(), generation).await? {
        // what a counter holds and the books forgot must not expire before it is told
        return Ok(0);
    }
    let due = Due::At(now);
    let mut done = bring(centre, &program, &due, now).await?;
    // whoever was last reckoned under other rules gets what today's give
    done += bring(centre, &program, &Due::Under(program.version()), now).await?;
    Ok(done)
}

async fn nobody(centre: &Centre) -> Result<bool, ServiceError> {
    let one = account::Entity::find().one(centre.db().read()).await?;
    Ok(one.is_none())
}

/// Which accounts have something to be done.
enum Due {
    /// Those that time alone changes by then.
    At(DateTime<Utc>),
    /// Those that were last reckoned under another version of the rules.
    Under(u32),
}

impl Due {
    fn condition(&self) -> SimpleExpr {
        match self {
            Self::At(now) => account::Column::DueAt.lte(now.timestamp_millis()),
            Self::Under(version) => account::Column::Program.ne(Col(*version)),
        }
    }
}

async fn bring(
    centre: &Centre,
    program: &Program,
    due: &Due,
    now: DateTime<Utc>,
) -> Result<u64, ServiceError> {
    let mut done = 0;
    loop {
        let members: Vec<Col<MemberId>> = account::Entity::find()
            .select_only()
            .column(account::Column::MemberId)
            .filter(due.condition())
            .order_by_asc(account::Column::MemberId)
            .limit(BATCH)
            .into_tuple()
            .all(centre.db().read())
            .await?;
        let Some(last) = members.last().cloned() else {
            return Ok(done);
        };
        let full = members.len() as u64 == BATCH;
        let mut work = centre.work().await?;
        for member in &members {
            let need = Need::default();
            let loaded = Ledger::load(work.on(), program, member, now, &need).await?;
            let Some(mut ledger) = loaded else { continue };
            ledger.advance(program, now);
            ledger.save(&mut work, program).await?;
            done += 1;
        }
        work.commit().await?;
        if !full {
            return Ok(done);
        }
        let still = account::Entity::find_by_id(last.clone())
            .filter(due.condition())
            .one(centre.db().read())
            .await?;
        if still.is_some() {
            return Err(ServiceError::StaysDue { member: last.0 });
        }
        tokio::task::yield_now().await;
    }
}

//! How often something may be done, counted in the database before it is done: several requests at once, and several
//! processes, cannot do it oftener. And who goes beyond a pace is on the manager's list.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use loyalty::{Money, OpId, Points};
use protocol::{DeviceId, StoreId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    Statement,
};
use uuid::Uuid;

use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{manager_list, tally};

/// What is counted, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Members who joined by one clerk's codes on a day.
    SignUpsOfClerk,
    /// Members who joined by one poster on a day.
    JoinsOfPoster,
    /// Numbers of members' pages that a device tried on a day.
    NumbersOfDevice,
    /// A step of a sign-up by one page.
    StepsOfVisitor,
    /// Messages of the brand on a day.
    Messages,
    /// Messages by a device's sign-up codes on a day.
    MessagesOfDevice,
    /// Messages that an address asked for on a day.
    MessagesOfAddress,
    /// Messages by one sign-up code.
    MessagesOfCode,
    /// Messages by one sign-up code that one address asked for.
    MessagesOfCodeAndAddress,
    /// Messages by a store's sign-up codes on a day.
    MessagesOfStore,
    /// Messages by a campaign's sign-up codes on a day.
    MessagesOfCampaign,
    /// Messages that greet new members on a day.
    MessagesOfWelcome,
    /// Messages for members' own pages on a day.
    MessagesOfOwnPages,
    /// Messages to a number on a day.
    MessagesToNumber,
    /// Messages to a number by one device's sign-up codes on a day.
    MessagesToNumberOfDevice,
    /// Look-ups by a device on a day.
    LookUps,
}

impl Counted {
    fn word(self) -> &'static str {
        match self {
            Self::SignUpsOfClerk => "sign_up_clerk",
            Self::JoinsOfPoster => "join_poster",
            Self::NumbersOfDevice => "number_device",
            Self::StepsOfVisitor => "step_visitor",
            Self::Messages => "sms",
            Self::MessagesOfDevice => "sms_device",
            Self::MessagesOfAddress => "sms_address",
            Self::MessagesOfCode => "sms_code",
            Self::MessagesOfCodeAndAddress => "sms_code_address",
            Self::MessagesOfStore => "sms_store",
            Self::MessagesOfCampaign => "sms_campaign",
            Self::MessagesOfWelcome => "sms_welcome",
            Self::MessagesOfOwnPages => "sms_own",
            Self::MessagesToNumber => "sms_number",
            Self::MessagesToNumberOfDevice => "sms_number_device",
            Self::LookUps => "look_up",
        }
    }
}

#[derive(FromQueryResult)]
struct Counting {
    n: i64,
}

/// Counts one more; how many that makes. None where there were as many as may be: nothing is counted then. Others who
/// count the same wait until this unit of work is over.
///
/// # Errors
/// Where the database fails.
pub async fn count(
    work: &UnitOfWork,
    what: Counted,
    key: &str,
    most: u64,
    until: DateTime<Utc>,
) -> Result<Option<u64>, ServiceError> {
    if most == 0 {
        return Ok(None);
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let statement = Statement::from_sql_and_values(
        work.on().get_database_backend(),
        "INSERT INTO tally (kind, key, n, until) VALUES ($1, $2, 1, $3) \
         ON CONFLICT (kind, key) DO UPDATE SET n = tally.n + 1 WHERE tally.n < $4 RETURNING n",
        [
            what.word().into(),
            key.into(),
            until.timestamp_millis().into(),
            most.into(),
        ],
    );
    let counting = Counting::find_by_statement(statement)
        .one(work.on())
        .await?;
    Ok(counting.map(|c| u64::try_from(c.n).unwrap_or(0)))
}

/// Takes one back that was counted and then not done.
///
/// # Errors
/// Where the database fails.
pub async fn uncount(work: &UnitOfWork, what: Counted, key: &str) -> Result<(), ServiceError> {
    let statement = Statement::from_sql_and_values(
        work.on().get_database_backend(),
        "UPDATE tally SET n = n - 1 WHERE kind = $1 AND key = $2 AND n > 0",
        [what.word().into(), key.into()],
    );
    work.on().execute_raw(statement).await?;
    Ok(())
}

/// Forgets what does not count any more.
///
/// # Errors
/// Where the database fails.
pub async fn forget(work: &UnitOfWork, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let over = tally::Entity::delete_many()
        .filter(tally::Column::Until.lt(now.timestamp_millis()))
        .exec(work.on())
        .await?;
    Ok(over.rows_affected)
}

/// Until when a day's count has to be kept, wherever that day ends.
pub fn past_day(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::days(2)
}

/// What a device did beyond its pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Looked members up.
    LookUps,
    /// Read its feed, again and again.
    Feed,
    /// Had messages sent by its sign-up codes.
    Messages,
    /// Showed that two use its key, or that its folder was put back.
    KeyUsedTwice,
}

impl Beyond {
    /// The stable word on the manager's list.
    pub fn reason(self) -> &'static str {
        match self {
            Self::LookUps => "lookups_pace",
            Self::Feed => "feed_pace",
            Self::Messages => "messages_pace",
            Self::KeyUsedTwice => "key_used_twice",
        }
    }
}

/// How the name begins by which such an entry is known: it is of no operation.
const LISTED: &str = "pace:";

/// Puts a device on its store's list, once a day.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    work: &UnitOfWork,
    store: &StoreId,
    device: DeviceId,
    beyond: Beyond,
    day: NaiveDate,
) -> Result<(), ServiceError> {
    let row = manager_list::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        store_id: Set(store.into()),
        op_id: Set(OpId::new(format!("{LISTED}{device}:{day}")).into()),
        member_id: Set(None),
        reason: Set(beyond.reason().to_owned()),
        points: Set(Points::ZERO.into()),
        at: Set(work.now().into()),
        seen_at: Set(None),
        fen: Set(Money::ZERO.into()),
    };
    let done = manager_list::Entity::insert_many([row])
        .on_conflict(
            OnConflict::columns([manager_list::Column::OpId, manager_list::Column::Reason])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    if done > 0 {
        tracing::warn!(%device, reason = beyond.reason(), "a device is on its store's list");
    }
    Ok(())
}

/// Which device an entry of the list is about, where it is one of these.
pub fn device_of(listed: &str) -> Option<DeviceId> {
    let (device, _) = listed.strip_prefix(LISTED)?.split_once(':')?;
    device.parse().ok()
}

/// Rows of the feed that each device has read today, as this process has served them: a device that reads on and on
/// what it has read copies the shop. Kept in memory: a restart costs whoever copies more than it gives.
#[derive(Debug, Clone, Default)]
pub struct Reading(Arc<Mutex<HashMap<DeviceId, Read>>>);

#[derive(Debug)]
struct Read {
    day: NaiveDate,
    rows: u64,
    /// From so many on it is looked at again.
    look_at: u64,
}

/// Rows that a device may read in a day however little there is: a day's changes of a large shop.
const ROWS: u64 = 20_000;
/// How often a device may read all that there is for it in a day: it is enrolled, its cache is lost, a feed is counted
/// anew.
const TIMES: u64 = 5;

impl Reading {
    /// Notes rows that were read; how many that makes, where that is to be looked at.
    pub(crate) fn read(&self, device: DeviceId, day: NaiveDate, rows: u64) -> Option<u64> {
        let fresh = || Read {
            day,
            rows: 0,
            look_at: ROWS,
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = all.entry(device).or_insert_with(fresh);
        if read.day != day {
            *read = fresh();
        }
        read.rows = read.rows.saturating_add(rows);
        (read.rows > read.look_at).then_some(read.rows)
    }

    /// Says that so many rows are there for it: whether what it has read is beyond its pace. It is looked at again once
    /// it may be.
    pub(crate) fn is_beyond(&self, device: DeviceId, there: u64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(read) = all.get_mut(&device) else {
            return false;
        };
        let most = ROWS.max(there.saturating_mul(TIMES));
        let beyond = read.rows > most;
        // one that is listed is listed for the day
        read.look_at = if beyond { u64::MAX } else { most };
        beyond
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_again_and_again_is_beyond_its_pace_once_a_day() {
        let (reading, device) = (Reading::default(), DeviceId::fresh());
        let day = |n| NaiveDate::from_ymd_opt(2026, 11, n).unwrap();
        assert_eq!(reading.read(device, day(28), ROWS), None);
        assert_eq!(reading.read(device, day(28), 1), Some(ROWS + 1));
        // a shop of ten thousand rows: five times all of it
        assert!(!reading.is_beyond(device, 10_000));
        assert_eq!(reading.read(device, day(28), 29_999), None);
        assert_eq!(reading.read(device, day(28), 1), Some(50_001));
        assert!(reading.is_beyond(device, 10_000));
        assert_eq!(reading.read(device, day(28), 50_000), None);
        assert_eq!(reading.read(device, day(29), 100), None);
        assert_eq!(reading.read(device, day(29), ROWS), Some(ROWS + 100));
        assert!(!reading.is_beyond(DeviceId::fresh(), 0));
    }

    #[test]
    fn an_entry_says_which_device_it_is_about() {
        let device = DeviceId::fresh();
        assert_eq!(
            device_of(&format!("pace:{device}:2026-11-28")),
            Some(device)
        );
        for other in ["", "pace:", "pace:x:2026-11-28", "0198b2c0-op"] {
            assert_eq!(device_of(other), None, "{other}");
        }
    }
}

//! How many came how far in joining: codes shown, pages opened, phones proven, members, first and second purchases.
//!
//! What is shown, opened and proven is counted where it happens ([`crate::joining`]); members and purchases are read as they
//! are now, so that a sale that was given back whole is none, and who was erased stays a sign-up that counts.

use std::collections::BTreeMap;

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{code_shown, sign_up_step};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use protocol::StoreId;
use protocol::sign_up::SignUpCredit;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};
use serde::Serialize;

use crate::Centre;
use crate::error::ServiceError;
use crate::joining::Step;
use crate::log::{Entry, Kind};
use crate::zone;

/// A second purchase counts within so many days of the first.
pub const SECOND_WITHIN_DAYS: i64 = 90;

/// By what sign-ups are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The store in which they joined.
    Store,
    /// Whose code it was.
    Clerk,
    /// By what the code reached them.
    Channel,
    /// The campaign.
    Campaign,
    /// The business day.
    Day,
}

/// Which sign-ups.
#[derive(Debug, Clone)]
pub struct Span {
    /// First business day.
    pub from: NaiveDate,
    /// Last business day.
    pub until: NaiveDate,
    /// By what they are put together.
    pub by: By,
    /// Only this store's.
    pub store: Option<StoreId>,
}

/// How far those of one group came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Funnel {
    /// Which group; empty = without one.
    pub group: String,
    /// Codes that counters showed. Posters are not counted: nobody knows who saw one.
    pub shown: u64,
    /// Pages that were opened.
    pub opened: u64,
    /// Phones that were proven.
    pub proven: u64,
    /// Members who joined.
    pub joined: u64,
    /// Of them, those whose sign-up counts for whoever invited them.
    pub counted: u64,
    /// Of them, those who have bought something.
    pub first_purchase: u64,
    /// Of them, those who have bought again within [`SECOND_WITHIN_DAYS`] of that.
    pub second_purchase: u64,
    /// Of those who have bought once, those who still have time for it: the figure before this one may grow by so many.
    pub second_open: u64,
}

#[derive(FromQueryResult)]
struct Joiner {
    joined_at: i64,
    store: Option<String>,
    clerk: Option<String>,
    channel: String,
    campaign: Option<String>,
    credit: Col<SignUpCredit>,
    first_at: Option<i64>,
    second_at: Option<i64>,
}

/// How far those came who joined, or were invited, on these days. That it was read is noted.
///
/// # Errors
/// Where the database fails, or holds what cannot be read.
#[boxed]
pub async fn joins(centre: &Centre, span: &Span) -> Result<Vec<Funnel>, ServiceError> {
    let found = count_joins(centre.db().read(), span, centre.now()).await?;
    let mut work = centre.work().await?;
    work.note(Entry::of(Kind::SignUpsViewed).what(format!("{} to {}", span.from, span.until)));
    work.commit().await?;
    Ok(found)
}

/// [`joins`], as it is by `now`.
///
/// # Errors
/// As [`joins`].
#[boxed]
pub async fn count_joins<C: ConnectionTrait>(
    db: &C,
    span: &Span,
    now: DateTime<Utc>,
) -> Result<Vec<Funnel>, ServiceError> {
    let zone = zone::of_business(db, now).await?;
    let is_of = |store: &str| span.store.as_ref().is_none_or(|own| own.as_str() == store);
    let mut groups: BTreeMap<String, Funnel> = BTreeMap::new();
    for one in shown(db, span)
        .await?
        .into_iter()
        .filter(|one| is_of(one.store_id.as_str()))
    {
        let named = Named {
            store: one.store_id.as_str(),
            clerk: one.clerk.as_str(),
            channel: one.channel.word(),
            campaign: &one.campaign,
            day: *one.day,
        };
        group(&mut groups, span.by, &named).shown += count(one.n);
    }
    for one in steps(db, span)
        .await?
        .into_iter()
        .filter(|one| is_of(one.store_id.as_str()))
    {
        let named = Named {
            store: one.store_id.as_str(),
            clerk: &one.clerk,
            channel: one.channel.word(),
            campaign: &one.campaign,
            day: *one.day,
        };
        let group = group(&mut groups, span.by, &named);
        if one.step == Step::Opened.word() {
            group.opened += count(one.n);
        } else if one.step == Step::Proven.word() {
            group.proven += count(one.n);
        }
    }
    for her in joiners(db, span, zone).await? {
        if !is_of(her.store.as_deref().unwrap_or_default()) {
            continue;
        }
        let named = Named {
            store: her.store.as_deref().unwrap_or_default(),
            clerk: her.clerk.as_deref().unwrap_or_default(),
            channel: &her.channel,
            campaign: her.campaign.as_deref().unwrap_or_default(),
            day: zone::business_date(zone, moment(her.joined_at)?),
        };
        let group = group(&mut groups, span.by, &named);
        group.joined += 1;
        group.counted += u64::from(her.credit == SignUpCredit::Counts);
        let Some(first) = her.first_at.map(moment).transpose()? else {
            continue;
        };
        group.first_purchase += 1;
        let last = first + TimeDelta::days(SECOND_WITHIN_DAYS);
        match her.second_at.map(moment).transpose()? {
            Some(second) if second <= last => group.second_purchase += 1,
            _ if now <= last => group.second_open += 1,
            _ => {}
        }
    }
    Ok(groups.into_values().collect())
}

/// All groups together.
#[must_use]
pub fn together(groups: &[Funnel]) -> Funnel {
    groups.iter().fold(Funnel::default(), |sum, one| Funnel {
        group: String::new(),
        shown: sum.shown + one.shown,
        opened: sum.opened + one.opened,
        proven: sum.proven + one.proven,
        joined: sum.joined + one.joined,
        counted: sum.counted + one.counted,
        first_purchase: sum.first_purchase + one.first_purchase,
        second_purchase: sum.second_purchase + one.second_purchase,
        second_open: sum.second_open + one.second_open,
    })
}

struct Named<'a> {
    store: &'a str,
    clerk: &'a str,
    channel: &'a str,
    campaign: &'a str,
    day: NaiveDate,
}

fn group<'g>(
    groups: &'g mut BTreeMap<String, Funnel>,
    by: By,
    named: &Named<'_>,
) -> &'g mut Funnel {
    let name = match by {
        By::Store => named.store.to_owned(),
        By::Clerk => named.clerk.to_owned(),
        By::Channel => named.channel.to_owned(),
        By::Campaign => named.campaign.to_owned(),
        By::Day => named.day.to_string(),
    };
    groups.entry(name.clone()).or_insert_with(|| Funnel {
        group: name,
        ..Funnel::default()
    })
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn moment(ms: i64) -> Result<DateTime<Utc>, ServiceError> {
    DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| ServiceError::corrupt("member", "joined_at", "is no moment"))
}

async fn shown<C: ConnectionTrait>(
    db: &C,
    span: &Span,
) -> Result<Vec<code_shown::Model>, ServiceError> {
    Ok(code_shown::Entity::find()
        .filter(code_shown::Column::Day.gte(Col(span.from)))
        .filter(code_shown::Column::Day.lte(Col(span.until)))
        .all(db)
        .await?)
}

async fn steps<C: ConnectionTrait>(
    db: &C,
    span: &Span,
) -> Result<Vec<sign_up_step::Model>, ServiceError> {
    Ok(sign_up_step::Entity::find()
        .filter(sign_up_step::Column::Day.gte(Col(span.from)))
        .filter(sign_up_step::Column::Day.lte(Col(span.until)))
        .all(db)
        .await?)
}

/// Members who joined by a code on these days, each with her first two purchases.
async fn joiners<C: ConnectionTrait>(
    db: &C,
    span: &Span,
    zone: Tz,
) -> Result<Vec<Joiner>, ServiceError> {
    let begins = |day: NaiveDate| {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        // where a clock change skips midnight, the day begins at the next moment that there is
        let local = zone.from_local_datetime(&midnight).earliest();
        local
            .unwrap_or_else(|| zone.from_utc_datetime(&midnight))
            .timestamp_millis()
    };
    let after = span
        .until
        .checked_add_days(Days::new(1))
        .unwrap_or(span.until);
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        include_str!("funnel.sql"),
        [begins(span.from).into(), begins(after).into()],
    );
    Ok(Joiner::find_by_statement(statement).all(db).await?)
}

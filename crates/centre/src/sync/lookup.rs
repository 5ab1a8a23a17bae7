//! A member of another store, looked up by a counter: it keeps her until the business day ends. Each look-up is counted
//! and written down, whoever is found.

use std::collections::HashSet;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use identity::{Found, MemberCode, MobileNumber, member_code};
use loyalty::Program;
use protocol::lookup::{LookupBy, LookupCandidate, LookupReply, LookupRequest, LookupWhy};
use protocol::pull::device_scope;
use protocol::{ClerkId, ErrorCode, MemberId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::Centre;
use crate::error::ServiceError;
use crate::feed as feed_service;
use crate::feed::{Changed, Reach};
use crate::log::{Entry, Kind, Who};
use crate::members::{self, By, Named};
use crate::pace::{self, Beyond, Counted};
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{device, feed, lookup_log, visit};
use protocol::entity::EntityKind;

/// Bytes of a query: a member's code with all that may stand in it.
const QUERY: usize = identity::member_code::CODE_BYTES;
/// Look-ups of one counter and business day, whoever is found or not: a clerk looks up the customers before her, not
/// the brand.
const IN_A_DAY: u64 = 300;
/// From so many a day on it stands on the manager's list.
const PACE: u64 = 120;
/// Look-ups of one counter in a short spell.
const IN_A_SPELL: u64 = 60;
const SPELL: Duration = Duration::minutes(10);
/// What came of a look-up.
const FOUND: &str = "found";
const OWN_STORE: &str = "own_store";
const SEVERAL: &str = "several";
const NOBODY: &str = "nobody";
/// Length of a clerk's id as a counter says it, in characters.
const CLERK_CHARS: usize = 64;

/// Looks a member up in the whole brand by exactly what identifies her, and publishes her to the
/// counter's own scope.
///
/// # Errors
/// [`ErrorCode::Malformed`], [`ErrorCode::TooMany`]; where the database fails.
#[boxed]
pub async fn lookup(
    centre: &Centre,
    signer: &device::Model,
    request: &LookupRequest,
) -> Result<LookupReply, ServiceError> {
    let query = request.query.trim();
    if query.is_empty() || query.len() > QUERY {
        return Err(ServiceError::refused(ErrorCode::Malformed, "query"));
    }
    let program = centre.current_program().await?;
    let mut work = centre.work().await?;
    let now = work.now();
    let day = program.business_date(now);
    // before anybody is looked for: beyond the pace nobody can be told from a stranger, not by the time it takes either
    let Some(asked) = counted(&work, signer, day).await? else {
        drop(work);
        beyond(centre, signer, day).await?;
        return Err(ServiceError::refused(
            ErrorCode::TooMany,
            "too many look-ups",
        ));
    };
    if asked > PACE {
        pace::list(&work, &signer.store_id, *signer.id, Beyond::LookUps, day).await?;
    }
    let found = find(&work, query, request.by).await?;
    let reply = match &found {
        Found::One(found) if found.model.home_store == signer.store_id => LookupReply {
            // she comes with the store's own scope
            member: Some(found.model.id.0.clone()),
            ..LookupReply::default()
        },
        Found::One(found) => {
            let until = end_of_day(&program, now);
            visit(&mut work, signer, &found.model.id, until).await?;
            LookupReply {
                member: Some(found.model.id.0.clone()),
                until: Some(until),
                ..LookupReply::default()
            }
        }
        Found::None => LookupReply::default(),
        Found::Several(all) => LookupReply {
            may_be: all.iter().map(candidate).collect(),
            ..LookupReply::default()
        },
    };
    log(&mut work, signer, request, &found).await?;
    work.commit().await?;
    Ok(reply)
}

/// Counts a look-up, whatever comes of it: how many that makes today. None where there were as many as may be.
async fn counted(
    work: &UnitOfWork,
    signer: &device::Model,
    day: NaiveDate,
) -> Result<Option<u64>, ServiceError> {
    let now = work.now();
    let device = &signer.id;
    let slot = now.timestamp().div_euclid(SPELL.num_seconds());
    let lately = format!("{device}:{slot}");
    if pace::count(work, Counted::LookUps, &lately, IN_A_SPELL, now + SPELL)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    let key = format!("{device}:{day}");
    pace::count(work, Counted::LookUps, &key, IN_A_DAY, pace::past_day(now)).await
}

/// Puts a device on the manager's list that asks for more than it may.
async fn beyond(
    centre: &Centre,
    signer: &device::Model,
    day: NaiveDate,
) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    pace::list(&work, &signer.store_id, *signer.id, Beyond::LookUps, day).await?;
    work.commit().await?;
    Ok(())
}

/// Keeps her for the counter until a moment.
async fn visit(
    work: &mut UnitOfWork,
    signer: &device::Model,
    member: &MemberId,
    until: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let row = visit::ActiveModel {
        device_id: Set(signer.id),
        member_id: Set(member.into()),
        until: Set(until.into()),
    };
    visit::Entity::insert_many([row])
        .on_conflict(
            OnConflict::columns([visit::Column::DeviceId, visit::Column::MemberId])
                .update_column(visit::Column::Until)
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    show(work, member).await
}

/// Writes down who asked, why, and who was found; not what was typed.
async fn log(
    work: &mut UnitOfWork,
    signer: &device::Model,
    request: &LookupRequest,
    found: &Found<Named>,
) -> Result<(), ServiceError> {
    let (outcome, member) = match found {
        Found::One(found) if found.model.home_store == signer.store_id => {
            (OWN_STORE, Some(found.model.id.clone()))
        }
        Found::One(found) => (FOUND, Some(found.model.id.clone())),
        Found::Several(_) => (SEVERAL, None),
        Found::None => (NOBODY, None),
    };
    let said = |clerk: &ClerkId| clerk.as_str().chars().take(CLERK_CHARS).collect::<String>();
    let clerk = request.clerk.as_ref().map(|c| ClerkId::from(said(c)));
    let why = request.why.map_or("", LookupWhy::word);
    let (device, store) = (*signer.id, signer.store_id.0.clone());
    let who = match clerk.clone() {
        Some(clerk) => Who::Clerk {
            clerk,
            device,
            store,
        },
        None => Who::Device { device, store },
    };
    let entry = Entry::of(Kind::LookedUp).by(who).what(outcome).why(why);
    work.note(match &member {
        Some(member) => entry.about(member),
        None => entry,
    });
    let row = lookup_log::Model {
        id: Uuid::now_v7().to_string(),
        at: work.now().into(),
        device_id: signer.id,
        store_id: signer.store_id.clone(),
        clerk_id: clerk.map(Col::from),
        why: why.to_owned(),
        number_of: request.by.map_or("", LookupBy::word).to_owned(),
        outcome: outcome.to_owned(),
        member_id: member,
    };
    lookup_log::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}

/// Who is meant. A scanned code is a card, whatever else has its number.
async fn find(
    work: &UnitOfWork,
    query: &str,
    by: Option<LookupBy>,
) -> Result<Found<Named>, ServiceError> {
    let db = work.on();
    let scanned = member_code::is_code(query);
    match by {
        Some(LookupBy::Phone) => {
            let Ok(phone) = MobileNumber::parse(query) else {
                return Ok(Found::None);
            };
            let by = By::Phone;
            let found = members::by_phone(db, phone.as_str()).await?;
            Ok(found.map_or(Found::None, |model| Found::One(Named { model, by })))
        }
        None if !scanned => members::by_number(db, query).await,
        None | Some(LookupBy::Card | LookupBy::Unknown) => {
            let Some(code) = MemberCode::typed(query) else {
                return Ok(Found::None);
            };
            let by = By::Card;
            let found = members::by_card(db, &code).await?;
            Ok(found.map(|model| Named { model, by }))
        }
    }
}

/// What a clerk needs to ask which one it is, and no more.
fn candidate(named: &Named) -> LookupCandidate {
    LookupCandidate {
        by: match named.by {
            By::Card => LookupBy::Card,
            By::Phone => LookupBy::Phone,
        },
        card: named.model.card_no.clone(),
    }
}

/// Everything of a visitor that a counter keeps is to be rendered anew.
async fn show(work: &mut UnitOfWork, id: &MemberId) -> Result<(), ServiceError> {
    for thing in feed_service::of_member(work.on(), id, Reach::Visit).await? {
        work.changed(Changed::Thing(thing));
    }
    Ok(())
}

/// The last moment of the business day.
fn end_of_day(program: &Program, now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = program.business_date(now) + Days::new(1);
    program.day_begins(tomorrow) - Duration::milliseconds(1)
}

/// Takes everything of a visitor out of the scope of the counter that kept her.
async fn leave(work: &mut UnitOfWork, over: &visit::Model) -> Result<(), ServiceError> {
    let scope = device_scope(&over.device_id);
    let hers = feed_service::keys_of_member(work.on(), &over.member_id).await?;
    let hers: HashSet<(EntityKind, String)> = hers.into_iter().collect();
    let shown: Vec<(String, String)> = feed::Entity::find()
        .select_only()
        .columns([feed::Column::Entity, feed::Column::EntityKey])
        .filter(feed::Column::Scope.eq(&scope))
        .filter(feed::Column::Body.is_not_null())
        .into_tuple()
        .all(work.on())
        .await?;
    for (entity, key) in shown {
        let Some(kind) = EntityKind::named(&entity) else {
            continue;
        };
        if hers.contains(&(kind, key.clone())) {
            let scope = scope.clone();
            work.changed(Changed::Gone { scope, kind, key });
        }
    }
    Ok(())
}

/// Takes visitors out of the scopes of counters whose day has ended. How many.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn end_visits(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let over = visit::Entity::find()
        .filter(visit::Column::Until.lt(now.timestamp_millis()))
        .all(centre.db().read())
        .await?;
    let mut ended = 0;
    for one in over {
        let mut work = centre.work().await?;
        visit::Entity::delete_by_id((one.device_id, one.member_id.clone()))
            .exec(work.on())
            .await?;
        leave(&mut work, &one).await?;
        work.commit().await?;
        ended += 1;
    }
    Ok(ended)
}

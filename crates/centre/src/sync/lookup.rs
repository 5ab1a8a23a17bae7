//! A member of another store, looked up by a counter: it keeps her until the business day ends.

use std::collections::HashSet;

use chrono::{DateTime, Days, Duration, Utc};
use identity::{Found, MemberCode, MobileNumber, member_code};
use loyalty::Program;
use protocol::lookup::{LookupBy, LookupCandidate, LookupReply, LookupRequest};
use protocol::pull::device_scope;
use protocol::{ErrorCode, MemberId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::Centre;
use crate::error::ServiceError;
use crate::feed as feed_service;
use crate::feed::{Changed, Reach};
use crate::log::{Entry, Kind, Who};
use crate::members::{self, By, Named};
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::tables::{device, feed, visit};
use protocol::entity::EntityKind;

/// Bytes of a query: a member's code with all that may stand in it.
const QUERY: usize = identity::member_code::CODE_BYTES;
/// Visitors of one counter and day: a clerk looks up the customers before her, not the brand.
const VISITORS: usize = 500;

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
    let now = centre.now();
    let mut work = centre.work().await?;
    let found = match find(&work, query, request.by).await? {
        Found::One(found) => found.model,
        Found::None => {
            noted(&mut work, signer, None, "nobody");
            work.commit().await?;
            return Ok(LookupReply::default());
        }
        Found::Several(all) => {
            noted(&mut work, signer, None, "several");
            work.commit().await?;
            return Ok(LookupReply {
                may_be: all.into_iter().map(candidate).collect(),
                ..LookupReply::default()
            });
        }
    };
    let id = found.id.0.clone();
    if found.home_store == signer.store_id {
        noted(&mut work, signer, Some(&id), "of this store");
        work.commit().await?;
        // she comes with the store's own scope
        return Ok(LookupReply {
            member: Some(id),
            ..LookupReply::default()
        });
    }
    let until = end_of_day(&*centre.current_program().await?, now);
    let own = visit::Entity::find()
        .filter(visit::Column::DeviceId.eq(signer.id))
        .filter(visit::Column::Until.gte(now.timestamp_millis()))
        .all(work.on())
        .await?;
    if own.len() >= VISITORS && !own.iter().any(|v| v.member_id == found.id) {
        return Err(ServiceError::refused(
            ErrorCode::TooMany,
            "too many members of other stores in a day",
        ));
    }
    let row = visit::ActiveModel {
        device_id: Set(signer.id),
        member_id: Set(found.id.clone()),
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
    show(&mut work, &found.id).await?;
    noted(&mut work, signer, Some(&id), "of another store");
    work.commit().await?;
    Ok(LookupReply {
        member: Some(id),
        until: Some(until),
        ..LookupReply::default()
    })
}

/// Notes a look-up: which counter, and whom it found.
fn noted(work: &mut UnitOfWork, signer: &device::Model, member: Option<&MemberId>, what: &str) {
    let entry = Entry::of(Kind::LookedUp).what(what).by(Who::Device {
        device: *signer.id,
        store: signer.store_id.0.clone(),
    });
    work.note(match member {
        Some(member) => entry.about(member),
        None => entry,
    });
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
fn candidate(named: Named) -> LookupCandidate {
    LookupCandidate {
        by: match named.by {
            By::Card => LookupBy::Card,
            By::Phone => LookupBy::Phone,
        },
        card: named.model.card_no,
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

//! Erasing a member: everything that says who it was goes, everywhere; the books stay and balance.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SubsecRound, Utc};
use loyalty::Points;
use protocol::chain::{Hash, Transcript};
use protocol::entity::EntityKind;
use protocol::pull::{device_scope, store_scope};
use protocol::{CentreId, ErrorCode, MemberId, OpId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QuerySelect, Statement,
};
use serde::Serialize;

use super::backups;
use super::holdings::{self, Fate};
use super::scrub::{Scrubbed, scrub};
use crate::Centre;
use crate::error::ServiceError;
use crate::feed::{self, Changed};
use crate::ledger::{Ledger, Need};
use crate::ledger_accounts;
use crate::log::{Entry, Kind};
use crate::members;
use crate::reactions;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{
    balance, erasure, feed as feed_row, member, operation, quarantined, visit,
};

/// Longest reason, in characters.
const WHY_CHARS: usize = 200;

/// What an erasure would do.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Who.
    pub member: MemberId,
    /// Table, rows of hers, and what becomes of them.
    pub tables: Vec<(&'static str, u64, String)>,
    /// Free points that expire at once.
    pub points: Points,
    /// Points that counters hold: they are asked back, and expire when they come.
    pub held: Points,
    /// Points that she owes; that stays in the books.
    pub debt: Points,
}

/// What an erasure did.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// Who.
    pub member: MemberId,
    /// Operations of which personal values went.
    pub operations: usize,
    /// Operations of whose texts something went.
    pub bodies: usize,
    /// Entries of counters' feeds that were taken away.
    pub told: usize,
}

/// What erasing a member would do. Nothing is changed.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such member, or nobody any more; where the database fails.
#[boxed]
pub async fn plan(centre: &Centre, id: &MemberId) -> Result<Plan, ServiceError> {
    #[derive(FromQueryResult)]
    struct Count {
        n: Col<u64>,
    }
    let db = centre.db().read();
    let member = there(db, id).await?;
    let mut tables = Vec::new();
    for (table, hers) in holdings::of_members() {
        let sql = format!(
            "SELECT COUNT(*) AS n FROM {table} WHERE {}",
            hers.condition(table)
        );
        let count = Count::find_by_statement(statement(db, &sql, id))
            .one(db)
            .await?;
        let n = count.map_or(0, |c| *c.n);
        if n > 0 {
            tables.push((table, n, becomes(hers.fate)));
        }
    }
    let balances = balance::Entity::find()
        .filter(balance::Column::MemberId.eq(&member.id))
        .all(db)
        .await?;
    let sum = |of: &dyn Fn(&str) -> bool| -> Points {
        let own = balances.iter().filter(|b| of(&b.account));
        own.map(|b| *b.points).sum()
    };
    Ok(Plan {
        member: member.id.into_inner(),
        tables,
        points: sum(&|a| a == ledger_accounts::AVAILABLE),
        held: sum(&ledger_accounts::is_escrow),
        debt: -sum(&|a| a == ledger_accounts::DEBT),
    })
}

fn becomes(fate: Fate) -> String {
    match fate {
        Fate::Deleted => "goes".to_owned(),
        Fate::Own => "what is personal goes".to_owned(),
        Fate::Stay(why) => format!("stays under the id: {why}"),
    }
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, id: &MemberId) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, [id.as_str().into()])
}

/// A member who is there and was not erased.
async fn there<C: ConnectionTrait>(db: &C, id: &MemberId) -> Result<member::Model, ServiceError> {
    let found = member::Entity::find_by_id(id).one(db).await?;
    found
        .filter(|m| m.erased_at.is_none())
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such member"))
}

/// Erases a member: in one transaction, or not at all. Accounts that were merged into hers go first, each likewise: who is
/// found once more may be erased once more.
///
/// # Errors
/// [`ErrorCode::NotFound`], [`ErrorCode::Malformed`] for a reason that is none; where the database fails.
#[boxed]
pub async fn erase(centre: &Centre, id: &MemberId, why: &str) -> Result<Done, ServiceError> {
    let why = why.trim();
    if why.is_empty() || why.chars().count() > WHY_CHARS || why.chars().any(char::is_control) {
        return Err(ServiceError::refused(ErrorCode::Malformed, "a reason"));
    }
    for went in members::who_went(centre.db().read(), id).await? {
        let row = member::Entity::find_by_id(&went)
            .one(centre.db().read())
            .await?;
        if row.is_some_and(|m| m.erased_at.is_none()) {
            erase(centre, &went, why).await?;
        }
    }
    let program = centre.current_program().await?;
    let mut work = centre.work().await?;
    let now = work.now().trunc_subsecs(3);
    // her account is locked first, as by everything that happens to it
    let loaded = Ledger::load(work.on(), &program, id, now, &Need::default()).await?;
    let mut ledger = loaded
        .filter(|ledger| ledger.member.erased_at.is_none())
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such member"))?;
    let told = leave(&mut work, &ledger.member).await?;
    for (table, hers) in holdings::of_members() {
        let condition = hers.condition(table);
        let sql = match hers.fate {
            Fate::Deleted => format!("DELETE FROM {table} WHERE {condition}"),
            Fate::Own | Fate::Stay(_) => continue,
        };
        work.on()
            .execute_raw(statement(work.on(), &sql, id))
            .await?;
    }
    let scrubbed = scrub(&work, id, now).await?;
    reactions::erase(&work, id).await?;
    let empty = emptied(&ledger.member, now);
    empty
        .clone()
        .into_active_model()
        .reset_all()
        .update(work.on())
        .await?;
    // what is free expires, and counters are asked back for what they hold
    ledger.member = empty;
    ledger.advance(&program, now);
    ledger.save(&mut work, &program).await?;
    let done = Done {
        member: id.clone(),
        operations: scrubbed.values.len(),
        bodies: scrubbed.bodies.len(),
        told,
    };
    keep(centre, &mut work, id, why, now, scrubbed).await?;
    let what = format!(
        "{} operations, {} texts, {} entries of feeds",
        done.operations, done.bodies, done.told
    );
    work.note(Entry::of(Kind::MemberErased).about(id).what(what).why(why));
    work.commit().await?;
    tracing::warn!(operations = done.operations, "a member was erased");
    if let Err(error) = backups::forget(centre, &[id]).await {
        // the job tries again
        tracing::error!(%error, "an erased member is still in backups");
    }
    Ok(done)
}

/// Takes all that counters have of her out of their feeds. How many entries.
async fn leave(work: &mut UnitOfWork, member: &member::Model) -> Result<usize, ServiceError> {
    let id = &member.id;
    let mut scopes = vec![store_scope(&member.home_store)];
    let visits = visit::Entity::find()
        .filter(visit::Column::MemberId.eq(id))
        .all(work.on())
        .await?;
    scopes.extend(visits.iter().map(|v| device_scope(&v.device_id)));
    let hers = feed::keys_of_member(work.on(), id).await?;
    let mut told = 0;
    for scope in scopes {
        for some in hers.chunks(CHUNK) {
            let keys = some.iter().map(|(_, key)| key.clone());
            let shown: Vec<(String, String)> = feed_row::Entity::find()
                .select_only()
                .columns([feed_row::Column::Entity, feed_row::Column::EntityKey])
                .filter(feed_row::Column::Scope.eq(&scope))
                .filter(feed_row::Column::EntityKey.is_in(keys))
                .filter(feed_row::Column::Body.is_not_null())
                .into_tuple()
                .all(work.on())
                .await?;
            for (kind, key) in some {
                if shown.iter().any(|(e, k)| e == kind.name() && k == key) {
                    let (scope, kind, key) = (scope.clone(), *kind, key.clone());
                    work.changed(Changed::Gone { scope, kind, key });
                    told += 1;
                }
            }
        }
    }
    Ok(told)
}

/// Keys in one statement.
const CHUNK: usize = 125;

/// A member's row with nothing of her in it. Home store and the days of joining stay: the books are kept by store.
fn emptied(m: &member::Model, now: DateTime<Utc>) -> member::Model {
    member::Model {
        id: m.id.clone(),
        // unique, and no card can have it
        card_no: format!("erased:{}", m.id),
        card_key: String::new(),
        phone: None,
        name: String::new(),
        birthday: None,
        home_store: m.home_store.clone(),
        advisor: None,
        joined_at: m.joined_at,
        channel: m.channel.clone(),
        joined_by_device: m.joined_by_device,
        joined_by_clerk: m.joined_by_clerk.clone(),
        joined_by_code: None,
        skin: None,
        allergies: Col::plain("[]"),
        concerns: "[]".to_owned(),
        consent_skin: false,
        consent_marketing: false,
        revision: m.revision,
        called: String::new(),
        consent_guardian: false,
        agreed: "[]".to_owned(),
        changed_by: None,
        changed_at: None,
        erased_at: Some(now.into()),
        phone_waits: None,
        joined_in_store: m.joined_in_store.clone(),
        joined_campaign: m.joined_campaign.clone(),
        sign_up_credit: m.sign_up_credit,
        phone_proven: m.phone_proven,
        merged_into: m.merged_into.clone(),
    }
}

/// Writes down what was taken out, signed, beside what was before.
pub(crate) async fn keep(
    centre: &Centre,
    work: &mut UnitOfWork,
    id: &MemberId,
    why: &str,
    at: DateTime<Utc>,
    scrubbed: Scrubbed,
) -> Result<(), ServiceError> {
    let before = erasure::Entity::find_by_id(id).one(work.on()).await?;
    let (mut values, mut bodies) = (scrubbed.values, scrubbed.bodies);
    if let Some(before) = &before {
        values.extend(serde_json::from_str::<Vec<OpId>>(&before.op_ids)?);
        bodies.extend(serde_json::from_str::<BTreeMap<OpId, Hash>>(
            &before.bodies,
        )?);
    }
    // whoever made an operation lets go of its values, wherever the text is
    values.extend(bodies.keys());
    let mut row = erasure::Model {
        member_id: id.into(),
        at: before.as_ref().map_or_else(|| at.into(), |b| b.at),
        why: before.map_or_else(|| why.to_owned(), |b| b.why),
        op_ids: serde_json::to_string(&values)?,
        bodies: serde_json::to_string(&bodies)?,
        signature: String::new(),
    };
    row.signature = centre.sign(&signed(centre.id(), &row));
    erasure::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(erasure::Column::MemberId)
                .update_columns([
                    erasure::Column::OpIds,
                    erasure::Column::Bodies,
                    erasure::Column::Signature,
                ])
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of_brand(EntityKind::Erased, id.to_string()));
    Ok(())
}

/// What is signed of an erasure.
pub(crate) fn signed(centre: CentreId, row: &erasure::Model) -> [u8; 32] {
    *Transcript::new("counterpart.erasure.1")
        .part(centre.as_bytes())
        .part(row.member_id.as_str().as_bytes())
        .part(&row.at.timestamp_millis().to_be_bytes())
        .part(row.why.as_bytes())
        .part(row.op_ids.as_bytes())
        .part(row.bodies.as_bytes())
        .finish()
        .as_bytes()
}

/// Erases what came of members after they were erased: what a counter had done before it heard of it. How many members
/// that were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn sweep(centre: &Centre) -> Result<u64, ServiceError> {
    let db = centre.db().read();
    let erased: Vec<Col<MemberId>> = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::ErasedAt.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    let all: Vec<&MemberId> = erased.iter().map(|id| &id.0).collect();
    let mut swept = backups::forget(centre, &all).await?;
    for some in erased.chunks(CHUNK) {
        let late: Vec<Col<MemberId>> = operation::Entity::find()
            .select_only()
            .column(operation::Column::MemberId)
            .distinct()
            .filter(operation::Column::MemberId.is_in(some.iter().cloned()))
            .filter(operation::Column::ErasedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        let branches: Vec<Col<MemberId>> = quarantined::Entity::find()
            .select_only()
            .column(quarantined::Column::MemberId)
            .distinct()
            .filter(quarantined::Column::MemberId.is_in(some.iter().cloned()))
            .filter(quarantined::Column::ErasedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        let late = late.into_iter().chain(branches).map(Col::into_inner);
        let late: BTreeSet<MemberId> = late.collect();
        for id in late {
            centre.retrying(|| again(centre, &id)).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

async fn again(centre: &Centre, id: &MemberId) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let now = work.now().trunc_subsecs(3);
    let scrubbed = scrub(&work, id, now).await?;
    reactions::erase(&work, id).await?;
    if !scrubbed.values.is_empty() || !scrubbed.bodies.is_empty() {
        let what = format!(
            "{} operations, {} texts",
            scrubbed.values.len(),
            scrubbed.bodies.len()
        );
        work.note(Entry::of(Kind::ErasedAgain).about(id).what(what));
        keep(centre, &mut work, id, "", now, scrubbed).await?;
    }
    work.commit().await?;
    Ok(())
}

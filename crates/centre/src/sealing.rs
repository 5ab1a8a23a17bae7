//! Sealing what is sensitive in a database of before the key, a page at a time while it is served; and doing without it
//! where the key is lost.

use centre_store::boxed;
use centre_store::column::{Col, Sealed};
use centre_store::db::Db;
use centre_store::tables::{
    centre, feed, feed_head, member, member_note, operation, profile_mark, quarantined, reaction,
};
use chrono::{DateTime, Utc};
use protocol::{DeviceId, Epoch, MemberId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait,
    EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::beside;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::key::{self, KeyPlace};
use crate::unit_of_work::UnitOfWork;
use crate::{Centre, Clock};

/// Rows in one transaction.
const PAGE: u64 = 500;
/// What begins a sealed text.
const SEALED: &str = "sealed:%";

/// Seals what an older build left as it was. How many rows. What was sealed once is not looked at again.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn seal_all(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let row = centre::Entity::find().one(centre.db().read()).await?;
    if row.is_some_and(|row| row.all_sealed_at.is_some()) {
        return Ok(0);
    }
    let mut sealed = members(centre).await?;
    sealed += notes(centre).await?;
    sealed += marks(centre).await?;
    sealed += told(centre).await?;
    sealed += branches(centre).await?;
    sealed += operations(centre).await?;
    sealed += feeds(centre).await?;
    let work = centre.work().await?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            all_sealed_at: Set(Some(now.into())),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    work.commit().await?;
    Ok(sealed)
}

/// Seals pages until there is none: `page` seals one, and says how many rows it found.
async fn until_none(
    centre: &Centre,
    page: impl AsyncFn(&UnitOfWork) -> Result<u64, ServiceError>,
) -> Result<u64, ServiceError> {
    let mut all = 0;
    loop {
        let work = centre.work().await?;
        let found = page(&work).await?;
        work.commit().await?;
        all += found;
        if found == 0 {
            return Ok(all);
        }
    }
}

/// Seals a page of a table.
async fn page<E, A>(
    work: &UnitOfWork,
    left: Select<E>,
    sealed: impl Fn(E::Model) -> A,
) -> Result<u64, ServiceError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    let found = left.limit(PAGE).all(work.on()).await?;
    let n = found.len() as u64;
    for row in found {
        sealed(row).update(work.on()).await?;
    }
    Ok(n)
}

fn secret(text: &Col<Sealed>) -> Col<Sealed> {
    Col::secret(text.text())
}

async fn members(centre: &Centre) -> Result<u64, ServiceError> {
    until_none(centre, async |work| {
        let skin = member::Column::Skin.is_not_null();
        let skin = skin.and(member::Column::Skin.not_like(SEALED));
        let skin = skin.and(member::Column::Skin.ne(""));
        let allergies = member::Column::Allergies.is_not_in(["", "[]"]);
        let allergies = allergies.and(member::Column::Allergies.not_like(SEALED));
        let left = member::Entity::find().filter(skin.or(allergies));
        page(work, left, |row| member::ActiveModel {
            skin: Set(row.skin.as_ref().map(secret)),
            allergies: Set(secret(&row.allergies)),
            ..row.into_active_model()
        })
        .await
    })
    .await
}

async fn notes(centre: &Centre) -> Result<u64, ServiceError> {
    until_none(centre, async |work| {
        let left = member_note::Entity::find()
            .filter(member_note::Column::Note.ne(""))
            .filter(member_note::Column::Note.not_like(SEALED));
        page(work, left, |row| member_note::ActiveModel {
            note: Set(secret(&row.note)),
            ..row.into_active_model()
        })
        .await
    })
    .await
}

/// Their key says what they are: one that is sealed takes the place of one that is not.
async fn marks(centre: &Centre) -> Result<u64, ServiceError> {
    until_none(centre, async |work| {
        let found = profile_mark::Entity::find()
            .filter(profile_mark::Column::What.not_like(SEALED))
            .limit(PAGE)
            .all(work.on())
            .await?;
        let n = found.len() as u64;
        for row in found {
            profile_mark::Entity::delete_many()
                .filter(profile_mark::Column::MemberId.eq(&row.member_id))
                .filter(profile_mark::Column::What.eq(row.what.text()))
                .exec(work.on())
                .await?;
            let what = Sealed::alike(row.member_id.as_str(), row.what.text());
            let sealed = profile_mark::ActiveModel {
                member_id: Set(row.member_id),
                what: Set(what.into()),
                revision: Set(row.revision),
            };
            // one that was sealed meanwhile was said later
            profile_mark::Entity::insert_many([sealed])
                .on_conflict(
                    OnConflict::columns([
                        profile_mark::Column::MemberId,
                        profile_mark::Column::What,
                    ])
                    .do_nothing()
                    .to_owned(),
                )
                .exec_without_returning(work.on())
                .await?;
        }
        Ok(n)
    })
    .await
}

async fn told(centre: &Centre) -> Result<u64, ServiceError> {
    until_none(centre, async |work| {
        let left = reaction::Entity::find()
            .filter(reaction::Column::Told.ne(""))
            .filter(reaction::Column::Told.not_like(SEALED));
        page(work, left, |row| reaction::ActiveModel {
            told: Set(row.told.as_ref().map(secret)),
            ..row.into_active_model()
        })
        .await
    })
    .await
}

async fn branches(centre: &Centre) -> Result<u64, ServiceError> {
    until_none(centre, async |work| {
        let left =
            quarantined::Entity::find().filter(quarantined::Column::Document.not_like(SEALED));
        page(work, left, |row| quarantined::ActiveModel {
            document: Set(secret(&row.document)),
            ..row.into_active_model()
        })
        .await
    })
    .await
}

/// The longest table: each life is walked once, from its first operation to its last.
async fn operations(centre: &Centre) -> Result<u64, ServiceError> {
    let lives: Vec<(Col<DeviceId>, Col<Epoch>)> = operation::Entity::find()
        .select_only()
        .columns([operation::Column::DeviceId, operation::Column::Epoch])
        .distinct()
        .into_tuple()
        .all(centre.db().read())
        .await?;
    let mut sealed = 0;
    for (device, epoch) in lives {
        let mut after = None;
        loop {
            let work = centre.work().await?;
            let values = operation::Column::Personal.like("%\"opening\":{%");
            let body = operation::Column::Kind.eq("profile");
            let body = body.and(operation::Column::Body.not_like(SEALED));
            let mut found = operation::Entity::find()
                .filter(operation::Column::DeviceId.eq(device))
                .filter(operation::Column::Epoch.eq(epoch))
                .filter(values.or(body))
                .order_by_asc(operation::Column::Seq)
                .limit(PAGE);
            if let Some(seq) = after {
                found = found.filter(operation::Column::Seq.gt(seq));
            }
            let found = found.all(work.on()).await?;
            let Some(last) = found.last() else { break };
            after = Some(last.seq);
            for row in found {
                let fields = beside::fields(&row.personal, row.openings.text())?;
                let (personal, openings) = beside::columns(&fields)?;
                let body = beside::body(&row.kind, row.body.text());
                let mut row = row.into_active_model();
                row.personal = Set(personal);
                row.openings = Set(openings);
                row.body = Set(body);
                row.update(work.on()).await?;
                sealed += 1;
            }
            work.commit().await?;
        }
    }
    Ok(sealed)
}

async fn feeds(centre: &Centre) -> Result<u64, ServiceError> {
    let scopes = feed_head::Entity::find().all(centre.db().read()).await?;
    let kinds = crate::feed::sensitive_kinds();
    let mut sealed = 0;
    for head in scopes {
        let mut after = Col(0);
        loop {
            let work = centre.work().await?;
            let found = feed::Entity::find()
                .filter(feed::Column::Scope.eq(&head.scope))
                .filter(feed::Column::N.gt(after))
                .filter(feed::Column::Entity.is_in(kinds.clone()))
                .filter(feed::Column::Body.not_like(SEALED))
                .order_by_asc(feed::Column::N)
                .limit(PAGE)
                .all(work.on())
                .await?;
            let Some(last) = found.last() else { break };
            after = last.n;
            for row in found {
                let body = row.body.as_ref().map(secret);
                let mut row = row.into_active_model();
                row.body = Set(body);
                row.update(work.on()).await?;
                sealed += 1;
            }
            work.commit().await?;
        }
    }
    Ok(sealed)
}

/// Gives a database whose key for what is sensitive is lost another one. What was sealed is lost with the key and goes:
/// skin, allergies, notes, what was told of reactions, and values beside operations. Members, their points and the books
/// stay, and all counters are told anew. How many members they were told of.
///
/// # Errors
/// [`ServiceError::Key`]; where the database cannot be opened.
#[boxed]
pub async fn replace_key(url: &str, place: &KeyPlace) -> Result<u64, ServiceError> {
    let file = place.sealing_file(url)?;
    let db = Db::open(url).await?;
    let key = key::replace_sealing(&file)?;
    let work = db.begin().await?;
    lose(work.on()).await?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            sealing_key: Set(Some(key.mark().to_owned())),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    work.commit().await?;
    db.close().await?;
    tracing::warn!("what was sealed is gone, and this centre has a new key for what is sensitive");
    let centre = Centre::open_at(url, place, Clock::default()).await?;
    let told = tell_all(&centre).await;
    centre.close().await?;
    told
}

/// Takes out what nothing opens any more.
async fn lose<C: ConnectionTrait>(db: &C) -> Result<(), ServiceError> {
    member::Entity::update_many()
        .col_expr(member::Column::Skin, Expr::value(None::<String>))
        .filter(member::Column::Skin.like(SEALED))
        .exec(db)
        .await?;
    member::Entity::update_many()
        .col_expr(member::Column::Allergies, Expr::value("[]"))
        .filter(member::Column::Allergies.like(SEALED))
        .exec(db)
        .await?;
    member_note::Entity::delete_many()
        .filter(member_note::Column::Note.like(SEALED))
        .exec(db)
        .await?;
    profile_mark::Entity::delete_many()
        .filter(profile_mark::Column::What.like(SEALED))
        .exec(db)
        .await?;
    reaction::Entity::update_many()
        .col_expr(reaction::Column::Told, Expr::value(None::<String>))
        .filter(reaction::Column::Told.like(SEALED))
        .exec(db)
        .await?;
    operation::Entity::update_many()
        .col_expr(operation::Column::Openings, Expr::value(""))
        .filter(operation::Column::Openings.like(SEALED))
        .exec(db)
        .await?;
    operation::Entity::update_many()
        .col_expr(operation::Column::Body, Expr::value("{}"))
        .filter(operation::Column::Body.like(SEALED))
        .exec(db)
        .await?;
    quarantined::Entity::delete_many()
        .filter(quarantined::Column::Document.like(SEALED))
        .exec(db)
        .await?;
    // the sums are worked out anew without these rows, which are told anew
    feed_head::Entity::update_many()
        .col_expr(feed_head::Column::Digest, Expr::value(""))
        .exec(db)
        .await?;
    feed::Entity::update_many()
        .col_expr(feed::Column::Body, Expr::value(None::<String>))
        .col_expr(feed::Column::Digest, Expr::value(None::<String>))
        .filter(feed::Column::Body.like(SEALED))
        .exec(db)
        .await?;
    Ok(())
}

async fn tell_all(centre: &Centre) -> Result<u64, ServiceError> {
    let (mut told, mut after) = (0, String::new());
    loop {
        let mut work = centre.work().await?;
        let ids: Vec<Col<MemberId>> = member::Entity::find()
            .select_only()
            .column(member::Column::Id)
            .filter(member::Column::Id.gt(after.as_str()))
            .filter(member::Column::ErasedAt.is_null())
            .order_by_asc(member::Column::Id)
            .limit(PAGE)
            .into_tuple()
            .all(work.on())
            .await?;
        let Some(last) = ids.last() else {
            return Ok(told);
        };
        after = last.to_string();
        told += ids.len() as u64;
        for id in &ids {
            work.changed(Changed::member(id));
        }
        work.commit().await?;
    }
}

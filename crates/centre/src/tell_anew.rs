//! Telling anew what an older build told less of: once, after its database was taken over.

use std::collections::BTreeSet;

use loyalty::Points;
use protocol::entity::{self as wire, Audience, EntityKind};
use protocol::ids::MemberId;
use protocol::operation::JOIN;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::Centre;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::members;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{behaviour, consent, member, to_tell, transfer};

/// Members whose last consents are not beside them yet.
const CONSENT: &str = "consent";
/// A joining from before joinings were kept as behaviours.
const JOINED: &str = "joined";

/// Entities in one transaction: short enough that no counter waits long.
const AT_ONCE: u64 = 100;

/// Tells all that waits for it. It can be stopped anywhere, and goes on there. How many entities that were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn tell_anew(centre: &Centre) -> Result<u64, ServiceError> {
    let mut told = 0;
    loop {
        let mut work = centre.work().await?;
        let some = to_tell::Entity::find()
            .order_by_asc(to_tell::Column::Entity)
            .order_by_asc(to_tell::Column::MemberId)
            .order_by_asc(to_tell::Column::EntityKey)
            .limit(AT_ONCE)
            .all(work.on())
            .await?;
        if some.is_empty() {
            return Ok(told);
        }
        for one in some {
            match one.entity.as_str() {
                CONSENT => agreed(&mut work, &one.member_id).await?,
                JOINED => joined(&mut work, centre, &one).await?,
                _ => {}
            }
            if let Some(changed) = changed_by(&one) {
                work.changed(changed);
            }
            one.delete(work.on()).await?;
            told += 1;
        }
        work.commit().await?;
    }
}

/// All that still waits to be told: until then the feed says less of it, or nothing.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn untold<C: ConnectionTrait>(on: &C) -> Result<BTreeSet<Changed>, ServiceError> {
    let all = to_tell::Entity::find().all(on).await?;
    Ok(all.iter().filter_map(changed_by).collect())
}

/// What one that waits tells; none for a kind or a key that this build does not know.
fn changed_by(one: &to_tell::Model) -> Option<Changed> {
    let (member, key) = (&*one.member_id, one.entity_key.as_str());
    Some(match one.entity.as_str() {
        JOINED => Changed::of(EntityKind::Behaved, member, JOIN),
        CONSENT => Changed::member(member),
        name => {
            let kind = EntityKind::named(name)?;
            match kind.audience() {
                Audience::Member => Changed::of(kind, member, key),
                // a version of the rules, by no member's id
                Audience::Brand | Audience::Store | Audience::Device => {
                    Changed::of_brand(kind, key)
                }
            }
        }
    })
}

/// The last consents of a member stand beside her from now on.
async fn agreed(work: &mut UnitOfWork, member_id: &MemberId) -> Result<(), ServiceError> {
    let consents = consent::Entity::find()
        .filter(consent::Column::MemberId.eq(Col::from(member_id)))
        .order_by_asc(consent::Column::N)
        .all(work.on())
        .await?;
    let mut all: Vec<wire::Agreed> = Vec::new();
    for c in consents {
        let now = wire::Agreed {
            purpose: c.purpose,
            given: c.given,
            version: c.text_version,
            at: *c.at,
            source: c.source,
        };
        members::agree(&mut all, now);
    }
    member::ActiveModel {
        id: Unchanged(member_id.into()),
        agreed: Set(serde_json::to_string(&all)?),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    Ok(())
}

/// Points for joining came before joining was kept as a behaviour.
async fn joined(
    work: &mut UnitOfWork,
    centre: &Centre,
    one: &to_tell::Model,
) -> Result<(), ServiceError> {
    let welcome = transfer::Entity::find()
        .filter(transfer::Column::MemberId.eq(&one.member_id))
        .filter(transfer::Column::OpId.eq(&one.entity_key))
        .filter(transfer::Column::FromAccount.eq("earned"))
        .all(work.on())
        .await?;
    let Some(at) = welcome.iter().map(|t| t.at).min() else {
        return Ok(());
    };
    let there =
        behaviour::Entity::find_by_id((one.member_id.clone(), one.entity_key.as_str().into()))
            .one(work.on())
            .await?;
    if there.is_none() {
        let program = centre.current_program().await?;
        let row = behaviour::Model {
            member_id: one.member_id.clone(),
            op_id: one.entity_key.as_str().into(),
            kind: JOIN.to_owned(),
            on_date: program.business_date(*at).into(),
            at,
            points: welcome.iter().map(|t| *t.points).sum::<Points>().into(),
        };
        behaviour::Entity::insert(row.into_active_model())
            .exec_without_returning(work.on())
            .await?;
    }
    Ok(())
}

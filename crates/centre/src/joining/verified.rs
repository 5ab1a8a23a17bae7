//! Whoever has a member's number has proven it. What was written down at a counter without the network counts from now on: what
//! was told joins what is known, and of two words on a consent the stricter holds.

use std::collections::BTreeSet;

use centre_store::tables::{behaviour, member, sign_up_waits};
use loyalty::Program;
use protocol::MemberId;
use protocol::entity::Skin;
use protocol::join::{Consent, GUARDIAN, Joining, MARKETING, SKIN};
use protocol::operation::{JOIN, Profile, Told};
use protocol::profile::{Consents, Fields};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::points::welcome;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::profile::{Change, Profiles};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;

/// Says that a member's number is proven, and takes in what waited for that. `joining` is what she told herself just now, where
/// she signed up anew.
pub(crate) async fn verified(
    work: &mut UnitOfWork,
    program: &Program,
    id: &MemberId,
    joining: Option<(&Joining, &str)>,
) -> Result<(), ServiceError> {
    let found = member::Entity::find_by_id(Col::from(id))
        .one(work.on())
        .await?;
    let before = found.ok_or_else(|| ServiceError::missing("member", id))?;
    let waits = sign_up_waits::Entity::find()
        .filter(sign_up_waits::Column::MemberId.eq(Col::from(id)))
        .order_by_asc(sign_up_waits::Column::At)
        .all(work.on())
        .await?;
    let fresh = !before.phone_proven;
    if !fresh && waits.is_empty() {
        return Ok(());
    }
    let one = BTreeSet::from([id.clone()]);
    let mut profiles = Profiles::load(work.on(), &one, &one).await?;
    let kept = profiles
        .get(id)
        .ok_or_else(|| ServiceError::missing("member", id))?;
    for row in &waits {
        let told: Told = serde_json::from_str(row.told.text())?;
        let consents: Vec<Consent> = serde_json::from_str(&row.consents)?;
        let body = profile(id, &told, &consents);
        kept.change(&Change {
            body: &body,
            name: named(&told.name, &before.name),
            called: named(&told.called, &before.called),
            phone: None,
            note: None,
            op_id: row.op_id.0.clone(),
            clerk: &row.clerk_id,
            source: row.source.clone(),
            at: *row.at,
        })?;
    }
    if let (true, Some((joining, source))) = (fresh, joining) {
        let told = Told::of(joining.clone());
        let body = profile(id, &told, &joining.consents);
        let clerk = before.joined_by_clerk.clone();
        let clerk = clerk.map_or_else(|| protocol::ClerkId::from(source), Col::into_inner);
        kept.change(&Change {
            body: &body,
            // her own word over a clerk's
            name: said(&told.name),
            called: said(&told.called),
            phone: None,
            note: None,
            op_id: loyalty::OpId::new(uuid::Uuid::now_v7().to_string()),
            clerk: &clerk,
            source: source.to_owned(),
            at: work.now(),
        })?;
    }
    profiles.save(work).await?;
    sign_up_waits::Entity::delete_many()
        .filter(sign_up_waits::Column::MemberId.eq(Col::from(id)))
        .exec(work.on())
        .await?;
    if fresh {
        let proven = member::ActiveModel {
            id: Set(id.into()),
            phone_proven: Set(true),
            ..Default::default()
        };
        proven.update(work.on()).await?;
        // points for joining are for somebody who is there
        let had = behaviour::Entity::find()
            .filter(behaviour::Column::MemberId.eq(Col::from(id)))
            .filter(behaviour::Column::Kind.eq(JOIN))
            .one(work.on())
            .await?;
        if had.is_none() {
            let now = member::Model {
                joined_at: work.now().into(),
                ..before
            };
            welcome(work, program, &now).await?;
        }
        work.changed(Changed::member(id));
    }
    Ok(())
}

/// What she said, where she said something.
fn said(told: &str) -> Option<&str> {
    (!told.is_empty()).then_some(told)
}

/// What is not known yet; what is known stays.
fn named<'a>(told: &'a str, before: &str) -> Option<&'a str> {
    (before.is_empty() && !told.is_empty()).then_some(told)
}

/// What was told, as a change of her profile that has seen nothing of what came meanwhile: allergies join, and of two words on a
/// consent the stricter holds.
fn profile(id: &MemberId, told: &Told, consents: &[Consent]) -> Profile {
    let said = |purpose: &str| {
        let one = consents.iter().find(|c| c.purpose == purpose);
        one.map(|c| c.given)
    };
    let version = consents.first().map(|c| c.version.clone());
    let keeps = said(SKIN) == Some(true);
    Profile {
        member: id.clone(),
        seen: 0,
        set: Fields {
            birthday: told.birthday,
            skin: Some(told.skin.clone()).filter(|s| keeps && *s != Skin::default()),
            advisor: None,
            concerns: Some(told.concerns.clone()).filter(|c| !c.is_empty()),
        },
        allergies_add: if keeps {
            told.allergies.clone()
        } else {
            Vec::new()
        },
        allergies_remove: Vec::new(),
        consents: Consents {
            skin: said(SKIN),
            marketing: said(MARKETING),
            guardian: said(GUARDIAN),
            text_version: version.unwrap_or_default(),
        },
    }
}

//! Taking what is personal out of a member's operations. The chain over them stays: values beside it go with their salts,
//! and of texts that it covers the hash is kept while the text says less.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use protocol::chain::{Hash, Transcript};
use protocol::operation::{Body, MemberRef, Operation};
use protocol::personal::PersonalField;
use protocol::{MemberId, OpId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use serde_json::value::RawValue;

use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use crate::{beside, operations};
use centre_store::column::{BranchState, Col, OpState};
use centre_store::tables::{operation, quarantined};

/// What was taken out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Operations whose personal values went.
    pub values: BTreeSet<OpId>,
    /// Operations of whose text something went, and the hash of what is left of it.
    pub bodies: BTreeMap<OpId, Hash>,
}

/// Takes what is personal out of all of a member's operations that were not looked at before.
///
/// # Errors
/// Where the database fails.
pub async fn scrub(
    work: &UnitOfWork,
    member: &MemberId,
    now: DateTime<Utc>,
) -> Result<Scrubbed, ServiceError> {
    let mut scrubbed = Scrubbed::default();
    main_chain(work, member, now, &mut scrubbed).await?;
    branches(work, member, now, &mut scrubbed).await?;
    Ok(scrubbed)
}

async fn main_chain(
    work: &UnitOfWork,
    member: &MemberId,
    now: DateTime<Utc>,
    scrubbed: &mut Scrubbed,
) -> Result<(), ServiceError> {
    // what waits or was set aside may be hers without a column that says so
    let unclear = Condition::all()
        .add(operation::Column::MemberId.is_null())
        .add(operation::Column::State.ne(OpState::Applied));
    let rows = operation::Entity::find()
        .filter(operation::Column::ErasedAt.is_null())
        .filter(
            Condition::any()
                .add(operation::Column::MemberId.eq(Col::from(member)))
                .add(unclear),
        )
        .all(work.on())
        .await?;
    for row in rows {
        if row.member_id.is_none() && !names(&row.kind, row.body.text(), member) {
            continue;
        }
        let id = *row.op_id;
        let mut fields = beside::fields(&row.personal, row.openings.text())?;
        let (values, body) = (wiped(&mut fields), less(&row.kind, row.body.text())?);
        let kind = row.kind.clone();
        let mut row = row.into_active_model();
        if values {
            let (personal, openings) = beside::columns(&fields)?;
            row.personal = Set(personal);
            row.openings = Set(openings);
            scrubbed.values.insert(id);
        }
        if let Some(body) = body {
            scrubbed.bodies.insert(id, left(&body));
            row.body = Set(beside::body(&kind, &body));
        }
        row.erased_at = Set(Some(now.into()));
        row.update(work.on()).await?;
    }
    Ok(())
}

async fn branches(
    work: &UnitOfWork,
    member: &MemberId,
    now: DateTime<Utc>,
    scrubbed: &mut Scrubbed,
) -> Result<(), ServiceError> {
    let unclear = Condition::all()
        .add(quarantined::Column::MemberId.is_null())
        .add(quarantined::Column::State.ne(BranchState::Applied));
    let rows = quarantined::Entity::find()
        .filter(quarantined::Column::ErasedAt.is_null())
        .filter(
            Condition::any()
                .add(quarantined::Column::MemberId.eq(Col::from(member)))
                .add(unclear),
        )
        .all(work.on())
        .await?;
    for row in rows {
        let mut op: Operation = serde_json::from_str(row.document.text())?;
        if row.member_id.is_none() && !names(&op.kind, op.body.get(), member) {
            continue;
        }
        // the document may say less by now
        let said = row.content_hash.map(Col::into_inner);
        let said = said.unwrap_or_else(|| operations::content_hash(&op));
        if wiped(&mut op.personal) {
            scrubbed.values.insert(op.op_id);
        }
        if row.state == BranchState::Kept {
            // a manager has still to decide what becomes of it: by its hash it must be whole until then
            let mut row = row.into_active_model();
            row.document = Set(Col::secret(serde_json::to_string(&op)?));
            row.update(work.on()).await?;
            continue;
        }
        if let Some(body) = less(&op.kind, op.body.get())? {
            scrubbed.bodies.insert(op.op_id, left(&body));
            op.body = RawValue::from_string(body)?;
        }
        let mut row = row.into_active_model();
        row.document = Set(Col::secret(serde_json::to_string(&op)?));
        row.content_hash = Set(Some(said.into()));
        row.erased_at = Set(Some(now.into()));
        row.update(work.on()).await?;
    }
    Ok(())
}

/// The hash of what is left of a text.
pub(crate) fn left(body: &str) -> Hash {
    Transcript::new("counterpart.erased-body.1")
        .part(body.as_bytes())
        .finish()
}

/// Whether a body names this member by id.
fn names(kind: &str, body: &str, member: &MemberId) -> bool {
    let body = Body::parse(kind, body).ok().flatten();
    body.is_some_and(|body| body.member() == Some(member))
}

/// Takes the values out; whether there was one.
pub(crate) fn wiped(fields: &mut [PersonalField]) -> bool {
    let mut there = false;
    for field in fields.iter_mut().filter(|f| f.opening.is_some()) {
        field.erase();
        there = true;
    }
    there
}

/// A body without what is personal in it; none where nothing is.
pub(crate) fn less(kind: &str, text: &str) -> Result<Option<String>, ServiceError> {
    // one that cannot be read has had no effect: nobody knows whose it is
    let Ok(Some(mut body)) = Body::parse(kind, text) else {
        return Ok(None);
    };
    let there = match &mut body {
        Body::Profile(profile) => !profile.take_out()?.is_empty(),
        Body::Sale(sale) => match &mut sale.member {
            // the number of a card is hers
            MemberRef::Code { code } => !std::mem::take(code).is_empty(),
            MemberRef::Id { .. } | MemberRef::Phone => false,
        },
        // they name a member by id alone
        Body::Redemption(_)
        | Body::Return(_)
        | Body::Release(_)
        | Body::Reveal(_)
        | Body::Reversal(_)
        | Body::Behaviour(_)
        | Body::Freeze(_)
        | Body::Unfreeze(_)
        | Body::Extension(_)
        | Body::SampleGiven(_)
        // what she told stands beside it
        | Body::SignUp(_) => false,
    };
    if !there {
        return Ok(None);
    }
    Ok(Some(body.to_json()?.get().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_keeps_its_consents_and_a_sale_its_figures() {
        let told = r#"{"member":"M1","seen":2,"set":{"birthday":"1990-05-06","skin":null,"advisor":"C1"},
            "allergies_add":["香精"],"consents":{"skin":true,"text_version":"2026-01"}}"#;
        let left = less("profile", told).unwrap().unwrap();
        assert!(!left.contains("1990") && !left.contains("香精"), "{left}");
        assert!(left.contains("2026-01") && left.contains("C1"), "{left}");
        assert_eq!(less("profile", &left).unwrap(), None);
        let sale = r#"{"receipt":"T1","store":"S1","member":{"by":"code","code":"A100"},"lines":[],
            "shown_pay":"10.00","shown_earned":10}"#;
        let left = less("sale", sale).unwrap().unwrap();
        assert!(!left.contains("A100") && left.contains("T1"), "{left}");
        let by_id = sale.replace(r#""by":"code","code":"A100""#, r#""by":"id","member":"M1""#);
        assert_eq!(less("sale", &by_id).unwrap(), None);
        assert_eq!(less("of a later build", "{}").unwrap(), None);
    }
}

//! I9, of members who were erased: texts of operations may say less than their hashes only where a signed record of an
//! erasure says so, and the log tells of that erasure.

use std::collections::HashMap;

use protocol::chain::Hash;
use protocol::ids::OpId;
use protocol::log::Says;
use protocol::signature::{public_key_from_hex, signature_from_hex, verify_statement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::log::Signer;
use super::report::CheckReport;
use super::report::Invariant::I9;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use crate::log::Kind;
use crate::rights;
use centre_store::tables::{erasure, log_checkpoint, log_entry, member};

/// What is left of the texts of operations that say less than their hashes, by the operations' ids.
pub(super) type Less = HashMap<OpId, Hash>;

/// Looks at all records of erasures.
pub(super) async fn check(
    at: &mut Snapshot<'_>,
    signer: Option<&Signer>,
) -> Result<Less, ServiceError> {
    let mut check = CheckReport::new(I9, "erasure");
    let mut less = Less::new();
    let rows = erasure::Entity::find()
        .order_by_asc(erasure::Column::MemberId)
        .all(at.on())
        .await?;
    let removed = log_checkpoint::Entity::find()
        .filter(log_checkpoint::Column::Kind.eq(Says::Removed.word()))
        .all(at.on())
        .await?;
    for row in rows {
        check.rows += 1;
        let place = format!("erasure {}", row.member_id);
        if signer.is_some_and(|signer| !is_signed(&row, signer)) {
            check.breaks(place, "the centre's signature", "another");
            continue;
        }
        let said = log_entry::Entity::find()
            .filter(log_entry::Column::MemberId.eq(&row.member_id))
            .filter(log_entry::Column::Kind.eq(Kind::MemberErased.word()))
            .one(at.on())
            .await?;
        // by now it may be too old to be in the log
        let was_removed = removed.iter().any(|r| r.at > row.at);
        if said.is_none() && !was_removed {
            check.breaks(&place, "an entry of the log", "none");
        }
        let of = member::Entity::find_by_id(row.member_id.clone())
            .one(at.on())
            .await?;
        if of.is_some_and(|m| m.erased_at.is_none()) {
            check.breaks(place, "nobody by that id", "a member");
        }
        let bodies: HashMap<OpId, Hash> = serde_json::from_str(&row.bodies)?;
        less.extend(bodies);
    }
    at.done(check);
    Ok(less)
}

fn is_signed(row: &erasure::Model, signer: &Signer) -> bool {
    let key = public_key_from_hex(&signer.public_key);
    let signature = signature_from_hex(&row.signature);
    let said = rights::signed(signer.centre, row);
    key.zip(signature)
        .is_some_and(|(key, signature)| verify_statement(&key, &said, &signature))
}

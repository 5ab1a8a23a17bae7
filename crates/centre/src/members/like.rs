//! Cards that are like a code.

use identity::{CardNo, Likeness, MemberCode};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::ServiceError;
use centre_store::tables::member;

/// Members whose cards are like a code: exactly, or folded.
pub(super) async fn like_card<C: ConnectionTrait>(
    db: &C,
    code: &MemberCode,
) -> Result<Vec<(Likeness, member::Model)>, ServiceError> {
    let keys: Vec<&str> = code.readings().iter().map(CardNo::folded).collect();
    let found = member::Entity::find()
        .filter(member::Column::CardKey.is_in(keys))
        .all(db)
        .await?;
    let mut like = Vec::with_capacity(found.len());
    for m in found {
        if let Some(likeness) = code.likeness(&m.card_no) {
            like.push((likeness, m));
        }
    }
    Ok(like)
}

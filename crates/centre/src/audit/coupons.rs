//! I8 in what the rules read: a coupon's document says the same as the columns beside it.

use loyalty::Coupon;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::report::CheckReport;
use super::report::Invariant::I8;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use centre_store::tables::coupon;

/// Rows that are read at once.
const PAGE: u64 = 1_000;

/// A row, whatever its columns hold.
#[derive(FromQueryResult)]
struct Kept {
    member_id: String,
    id: String,
    document: String,
    used_by: Option<String>,
    expires_on: Option<String>,
}

/// Compares each document with its row. (Ids are unique over the brand: they are the order here.)
pub(super) async fn check(at: &mut Snapshot<'_>) -> Result<(), ServiceError> {
    let mut check = CheckReport::new(I8, "coupon_document");
    let mut last = String::new();
    loop {
        let rows: Vec<Kept> = coupon::Entity::find()
            .filter(coupon::Column::Id.gt(&last))
            .order_by_asc(coupon::Column::Id)
            .limit(PAGE)
            .into_model()
            .all(at.on())
            .await?;
        let Some(end) = rows.last() else { break };
        last.clone_from(&end.id);
        for row in rows {
            check.rows += 1;
            let place = format!("coupon {}/{}", row.member_id, row.id);
            match serde_json::from_str::<Coupon>(&row.document) {
                Err(_) => check.breaks(place, "a coupon", "a document that is not a coupon"),
                Ok(document) => {
                    let said = said(
                        document.id.as_str(),
                        document.used_by.as_ref().map(ToString::to_string),
                        document.expires.map(|d| d.to_string()),
                    );
                    let kept = said_of(&row);
                    if said != kept {
                        check.breaks(place, said, kept);
                    }
                }
            }
        }
    }
    at.done(check);
    Ok(())
}

fn said_of(row: &Kept) -> String {
    said(&row.id, row.used_by.clone(), row.expires_on.clone())
}

fn said(id: &str, used_by: Option<String>, expires: Option<String>) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    format!(
        "id {id}, used by {}, last day {}",
        or_none(used_by),
        or_none(expires)
    )
}

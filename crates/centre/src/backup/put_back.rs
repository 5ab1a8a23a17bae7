//! A backup that was put back: its members are opened with their keys, and who was erased since is erased again.

use std::collections::{BTreeMap, BTreeSet};

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{centre, member};
use chrono::SubsecRound;
use protocol::operation::Operation;
use protocol::{MemberId, OpId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbBackend, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Statement,
};

use super::{parts, rows};
use crate::Centre;
use crate::error::ServiceError;
use crate::member_keys::{KeysError, MemberKeys};
use crate::rights::{self, Scrubbed};

/// Why who was erased since a backup is erased again.
const WHY: &str = "erased since this backup was made";

/// Opens the members of a backup that was put back. It can be stopped anywhere, and goes on where it was.
#[boxed]
pub(crate) async fn open_members(centre: &Centre) -> Result<(), ServiceError> {
    let Some(file) = centre.backup_keys() else {
        // a copy of the embedded database, of which a server's is none
        return Err(ServiceError::missing("centre", "a file of members' keys"));
    };
    let keys = MemberKeys::open(file).await?;
    let opened = with_keys(centre, &keys).await;
    keys.close().await?;
    opened?;
    let gone = again(centre).await?;
    let work = centre.db().begin().await?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            members_sealed: Set(false),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    work.commit().await?;
    tracing::warn!(erased = gone, "the members of a backup were opened");
    Ok(())
}

async fn with_keys(centre: &Centre, keys: &MemberKeys) -> Result<(), ServiceError> {
    let unknown = unknown(centre, keys).await?;
    if unknown > 0 {
        return Err(KeysError::Older {
            file: keys.file().to_owned(),
            members: unknown,
        }
        .into());
    }
    for part in parts::ALL {
        let mut after = i64::MIN;
        loop {
            let work = centre.db().begin().await?;
            let mut page = rows::page(work.on(), part, after).await?;
            let Some(last) = page.last() else { break };
            after = last.place;
            let whose: BTreeSet<String> = page.iter().map(|row| row.whose.clone()).collect();
            let whose: Vec<&str> = whose.iter().map(String::as_str).collect();
            let of = keys.of(&whose).await?;
            let opened = page
                .iter_mut()
                .filter_map(|row| rows::open(row, &of).then(|| row.to_json()));
            rows::write(work.on(), part, opened.collect()).await?;
            work.commit().await?;
        }
    }
    Ok(())
}

/// Members whose rows are sealed and of whom the file knows nothing.
async fn unknown(centre: &Centre, keys: &MemberKeys) -> Result<u64, ServiceError> {
    let (mut unknown, mut after) = (0, String::new());
    loop {
        let ids: Vec<Col<MemberId>> = member::Entity::find()
            .select_only()
            .column(member::Column::Id)
            .filter(member::Column::Id.gt(after.as_str()))
            .filter(member::Column::CardNo.starts_with("sealed:"))
            .order_by_asc(member::Column::Id)
            .limit(rows::PAGE as u64)
            .into_tuple()
            .all(centre.db().read())
            .await?;
        let Some(last) = ids.last() else {
            return Ok(unknown);
        };
        after = last.to_string();
        let some: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        unknown += keys.unknown(&some).await?;
    }
}

/// Erases those again whose keys are forgotten. How many.
async fn again(centre: &Centre) -> Result<u64, ServiceError> {
    let left = Condition::any()
        .add(member::Column::CardNo.starts_with("sealed:"))
        .add(member::Column::CardNo.starts_with(rows::ERASED));
    let ids: Vec<Col<MemberId>> = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::ErasedAt.is_null())
        .filter(left)
        .into_tuple()
        .all(centre.db().read())
        .await?;
    for id in &ids {
        without(centre, id).await?;
        rights::erase(centre, id, WHY).await?;
    }
    Ok(ids.len() as u64)
}

/// Puts what erasing leaves in the place of what cannot be opened any more, and notes of which texts.
async fn without(centre: &Centre, id: &MemberId) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let mut bodies = BTreeMap::new();
    for part in parts::ALL {
        let mut changed = Vec::new();
        for mut row in rows::hers(work.on(), part, id.as_str()).await? {
            let texts_before = row.values.clone();
            rows::without(part, &mut row);
            if row.values == texts_before {
                continue;
            }
            match part.table {
                "operation" if row.values[1] != texts_before[1] => {
                    let op = op_id(&work, row.place).await?;
                    let left = row.values[1].as_deref().unwrap_or_default();
                    bodies.insert(op, rights::left(left));
                }
                "quarantined" if row.kind != "kept" => {
                    let document = row.values[0].as_deref().unwrap_or_default();
                    let op: Operation = serde_json::from_str(document)?;
                    bodies.insert(op.op_id, rights::left(op.body.get()));
                }
                _ => {}
            }
            changed.push(row.to_json());
        }
        rows::write(work.on(), part, changed).await?;
    }
    let scrubbed = Scrubbed {
        values: BTreeSet::new(),
        bodies,
    };
    let now = work.now().trunc_subsecs(3);
    rights::keep(centre, &mut work, id, WHY, now, scrubbed).await?;
    work.commit().await?;
    Ok(())
}

async fn op_id(work: &crate::unit_of_work::UnitOfWork, place: i64) -> Result<OpId, ServiceError> {
    #[derive(FromQueryResult)]
    struct Id {
        op_id: Col<OpId>,
    }
    let sql = "SELECT op_id FROM operation WHERE rowid = $1";
    let asked = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [place.into()]);
    let found = Id::find_by_statement(asked).one(work.on()).await?;
    let found = found.ok_or_else(|| ServiceError::missing("operation", place))?;
    Ok(found.op_id.into_inner())
}
